"""What is stored, and that an interrupted run goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from retrieval.catalogue import Document, Item
from retrieval.errors import IndexMismatch, IndexMissing
from retrieval.index import ShopIndex
from retrieval.policies import Answer
from tests.embedders import WordEmbedder
from tests.retrieval.conftest import OpenIndex
from tests.retrieval.samples import demo_items, event, item

TODAY = date(2026, 6, 1)


class Interrupted(Exception):
    pass


def until(items: Sequence[Item], end: int) -> Iterator[Item]:
    """The items up to an accident."""
    yield from items[:end]
    raise Interrupted


def snippets_of(index: ShopIndex, item_id: str) -> set[str]:
    vector = index.embedder.embed(["backpack"])[0]
    return {snippet.text for snippet, _ in index.search_snippets(vector, 50, item_id=item_id)}


def embedded(index: ShopIndex) -> list[str]:
    assert isinstance(index.embedder, WordEmbedder)
    return index.embedder.texts


def test_items_come_back_whole_after_reopening(index: ShopIndex, open_index: OpenIndex) -> None:
    whole = item(
        brand="Fellbrook", stock=3, url="/b1", image="/b1.svg", weight=780, colour="grey", kind="backpack",
        says=[(4, "Light.")], documents=(Document("Manual", "Wash cold."),), description="A day pack.",
    )  # fmt: skip
    bare = item("b2", "Bare", brand=None, stock=None)
    index.add_items([whole, bare])
    assert dict(index.catalogue) == {"b1": whole, "b2": bare} == dict(open_index().catalogue)


def test_an_empty_index_says_what_to_do(index: ShopIndex) -> None:
    with pytest.raises(IndexMissing, match="because index --catalog"):
        index.require_items()
    index.add_items([item()])
    index.require_items()


def test_an_unchanged_item_is_not_embedded_again(index: ShopIndex, open_index: OpenIndex) -> None:
    items = demo_items()[:20]
    assert index.add_items(items).added == 20
    again = open_index()
    changed = replace(items[3], price=items[3].price + 1)
    report = again.add_items([*items[:3], changed, *items[4:]])
    assert (report.added, report.unchanged) == (1, 19)
    assert all(items[3].title in text or text in str(items[3]) for text in embedded(again))
    assert again.catalogue[changed.item_id].price == changed.price


def test_an_interrupted_run_goes_on_where_it_stopped(index: ShopIndex, open_index: OpenIndex) -> None:
    items = demo_items()[:50]
    with pytest.raises(Interrupted):
        index.add_items(until(items, 40))
    kept = len(index.catalogue)
    assert 0 < kept <= 40, "what was written before the accident is there at once"
    rows: list[int] = []
    report = open_index().add_items(items, rows.append)
    assert (report.added, report.unchanged) == (50 - kept, kept) and sum(rows) == 50
    assert set(open_index().catalogue) == {thing.item_id for thing in items}


def test_an_accident_between_snippets_and_item_is_made_good(
    index: ShopIndex, open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add_items([item(says=[(4, "Old words.")])])
    new = item(says=[(4, "New words.")])
    with monkeypatch.context() as patch:
        patch.setattr("retrieval.stored.item_record", lambda _: (_ for _ in ()).throw(Interrupted))
        with pytest.raises(Interrupted):
            index.add_items([new])
    again = open_index()
    assert again.add_items([new]).added == 1
    assert snippets_of(again, "b1") == {"New words."}


def test_a_changed_item_loses_its_old_snippets_and_no_one_elses(index: ShopIndex) -> None:
    index.add_items([item(says=[(4, "Old words."), (2, "Gone.")]), item("b2", says=[(5, "Stays.")])])
    index.add_items([item(says=[(4, "New words.")])])
    assert snippets_of(index, "b1") == {"New words."}
    assert snippets_of(index, "b2") == {"Stays."}


def test_items_that_a_later_feed_leaves_out_stay(index: ShopIndex) -> None:
    index.add_items([item("a"), item("b")])
    index.add_items([item("c")])
    assert set(index.catalogue) == {"a", "b", "c"}


def test_of_an_item_given_twice_the_last_counts(index: ShopIndex) -> None:
    index.add_items([item("a", "Old"), item("a", "New")])
    assert index.catalogue["a"].title == "New"


def test_another_model_is_refused_on_opening_and_the_folder_let_go(tmp_path: Path) -> None:
    first = ShopIndex.open(tmp_path / "chroma", WordEmbedder())
    first.add_items([item()])
    first.close()
    with pytest.raises(IndexMismatch):
        ShopIndex.open(tmp_path / "chroma", WordEmbedder("other"))
    again = ShopIndex.open(tmp_path / "chroma", WordEmbedder())
    assert "b1" in again.catalogue
    again.close()


def test_events_are_added_once(index: ShopIndex, open_index: OpenIndex) -> None:
    index.add_items([item()])
    told = [event("e1", "b1", "view"), event("e1", "b1", "view"), event("e2", "gone"), event("e3", None, "comment")]
    report = index.add_events(told)
    assert (report.added, report.unchanged) == (1, 3)
    popularity = dict(index.popularity)
    assert index.add_events(told).added == 0 and index.popularity == popularity
    assert open_index().popularity == pytest.approx(popularity)


def test_an_event_about_an_item_that_comes_later_is_added_then(index: ShopIndex) -> None:
    bought = event("e1", "b1")
    assert index.add_events([bought]).added == 0
    index.add_items([item()])
    assert index.add_events([bought]).added == 1


def test_search_finds_the_nearest_item_within_the_filter(index: ShopIndex) -> None:
    index.add_items([item("pack", "Tarn backpack"), item("kettle", "Hush kettle", price=40.0)])
    vector = index.embedder.embed(["kettle"])[0]
    assert list(index.search_items(vector, 5)) == ["kettle", "pack"]
    assert list(index.search_items(vector, 5, index.now.columns.price >= 50)) == ["pack"]
    vectors = index.item_vectors(["kettle", "pack", "gone"])
    assert vectors.keys() == {"kettle", "pack"} and vectors["kettle"] @ vector > vectors["pack"] @ vector


def answer(number: int, text: str, ends: date | None = None) -> Answer:
    return Answer(f"a{number}", "Is there a coupon?", text, "coupons", ends)


def test_answers_that_have_ended_do_not_crowd_out_those_that_hold(index: ShopIndex) -> None:
    ended = [answer(n, f"Over {n}.", TODAY - timedelta(days=1)) for n in range(3)]
    holds = [answer(10, "Always."), answer(11, "Today.", TODAY)]
    index.add_answers(ended + holds)
    vector = index.embedder.embed(["Is there a coupon?"])[0]
    found = index.search_answers(vector, 3, TODAY)
    assert sorted(found, key=lambda pair: pair[0].answer_id) == [
        (holds[0], pytest.approx(1)),
        (holds[1], pytest.approx(1)),
    ]


def test_the_shops_answers_become_those_given(index: ShopIndex) -> None:
    index.add_answers([answer(1, "Kept."), answer(2, "Changed."), answer(3, "Withdrawn.")])
    before = len(embedded(index))
    report = index.add_answers([answer(1, "Kept."), answer(2, "Anew."), answer(2, "Anew.")])
    assert report.added == 1 and len(embedded(index)) == before + 1
    vector = index.embedder.embed(["coupon"])[0]
    assert {found.text for found, _ in index.search_answers(vector, 9, TODAY)} == {"Kept.", "Anew."}


def test_a_query_is_embedded_once_a_turn(index: ShopIndex) -> None:
    first = index.query_vector("backpack")
    assert index.query_vector("backpack") is first and embedded(index) == ["backpack"]
    assert index.query_vector("kettle") is not first
    assert not first.flags.writeable, "who reads it cannot change it for the others"
