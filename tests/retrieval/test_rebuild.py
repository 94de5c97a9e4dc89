"""A rebuild counts as a whole or not at all, whenever it is interrupted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.catalogue import Item
from retrieval.embedding import Vectors
from retrieval.errors import IndexMismatch
from retrieval.index import ShopIndex
from retrieval.need import Need
from retrieval.policies import Answer
from retrieval.recall import recall
from retrieval.vectors import Record, VectorStore
from tests.embedders import WordEmbedder
from tests.retrieval.conftest import OpenIndex
from tests.retrieval.samples import demo_items, event, item

OLD = demo_items()[:30]
NEW = [replace(thing, title=f"{thing.title} anew", price=thing.price + 1) for thing in OLD[:20]] + demo_items()[30:40]


class Crash(BaseException):
    """The process ends here."""


def until(items: Sequence[Item], end: int) -> Iterator[Item]:
    yield from items[:end]
    raise Crash


def rebuild(index: ShopIndex, items: Sequence[Item]) -> None:
    with index.rebuilding() as build:
        build.add(items)
        build.remove_others({thing.item_id for thing in items})


def stored(index: ShopIndex) -> dict[str, Item]:
    return dict(index.catalogue)


def embedded(index: ShopIndex) -> int:
    assert isinstance(index.embedder, WordEmbedder)
    return len(index.embedder.texts)


def test_a_rebuild_replaces_adds_and_takes_out_at_once(index: ShopIndex, open_index: OpenIndex) -> None:
    index.add_items(OLD)
    with index.rebuilding() as build:
        assert build.add(NEW) == (30, 0)
        assert build.remove_others({thing.item_id for thing in NEW}) == 10
        assert stored(index) == {thing.item_id: thing for thing in OLD}, "a reader sees the old one"
        best = recall(index, Need("", OLD[0].title), ()).candidates[0]
        assert best.item == OLD[0]
    assert stored(index) == {thing.item_id: thing for thing in NEW} == stored(open_index())


def test_a_crash_while_items_are_read_leaves_the_old_index(index: ShopIndex, open_index: OpenIndex) -> None:
    index.add_items(OLD)
    with pytest.raises(Crash), index.rebuilding() as build:
        build.add([*NEW[:20]])
        build.add(until(NEW, 25))
    again = open_index()
    assert stored(again) == {thing.item_id: thing for thing in OLD}
    assert again.search_passages(again.embedder.embed(["anew"])[0], 99).keys() <= {thing.item_id for thing in OLD}
    rebuild(again, NEW)
    assert stored(again) == {thing.item_id: thing for thing in NEW} == stored(open_index())
    titles = " ".join(again.embedder.texts)  # type: ignore[attr-defined]
    assert NEW[0].title not in titles and NEW[29].title in titles, "what was embedded is not embedded again"


def test_what_a_broken_off_run_staged_counts_only_if_the_next_run_lists_it(
    index: ShopIndex, open_index: OpenIndex
) -> None:
    index.add_items(OLD)
    with pytest.raises(Crash), index.rebuilding() as build:
        build.add(NEW)
        raise Crash
    again = open_index()
    rebuild(again, OLD)
    assert stored(again) == {thing.item_id: thing for thing in OLD} == stored(open_index())


@pytest.mark.parametrize("at", range(1, 7))
def test_a_crash_while_it_is_moved_into_the_store_is_made_good_on_opening(
    index: ShopIndex, open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """After the commit it is the new index that counts; the crash comes at the n-th write to the store."""
    index.add_items(OLD)
    writes = 0

    def crashing(method: str) -> None:
        real = getattr(VectorStore, method)

        def write(self: VectorStore, *args: object, **kwargs: object) -> None:
            nonlocal writes
            writes += 1
            if writes == at:
                raise Crash
            real(self, *args, **kwargs)

        patch.setattr(VectorStore, method, write)

    with monkeypatch.context() as patch, pytest.raises(Crash):
        for method in ("upsert", "delete", "update"):
            crashing(method)
        rebuild(index, NEW)
    assert stored(index) == {thing.item_id: thing for thing in OLD}, "who has the old one open keeps it whole"
    again = open_index()
    assert stored(again) == {thing.item_id: thing for thing in NEW}
    vector = again.embedder.embed(["anew"])[0]
    assert set(again.search_passages(vector, 999)) <= set(again.catalogue)


def test_the_last_of_two_rows_for_an_item_counts(index: ShopIndex, open_index: OpenIndex) -> None:
    index.add_items([item("a", "Old"), item("b", "Old")])
    with index.rebuilding() as build:
        build.add([item("a", "Between"), item("b", "Between")])
        build.add([item("a", "New"), item("b", "Old")])
    assert (index.catalogue["a"].title, index.catalogue["b"].title) == ("New", "Old")
    assert stored(open_index()) == stored(index)


def test_parts_are_written_together_and_a_price_that_comes_twice_is_written_once(
    index: ShopIndex, open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add_items(OLD)
    calls: list[int] = []
    upsert = VectorStore.upsert

    def counted(store: VectorStore, collection: str, records: Sequence[Record], vectors: Vectors) -> None:
        calls.append(len(records))
        upsert(store, collection, records, vectors)

    monkeypatch.setattr(VectorStore, "upsert", counted)
    cheaper = [replace(thing, price=thing.price - 1) for thing in OLD]
    with index.rebuilding() as build:
        for thing in NEW:  # each its own part
            build.add([thing])
        for _ in range(2):
            build.add(cheaper[25:])
    assert len(calls) == 2, "items and their snippets, once each"
    expected = {t.item_id: t for t in (*OLD, *NEW, *cheaper[25:])}
    assert stored(index) == expected == stored(open_index())


def test_a_new_price_is_not_embedded(index: ShopIndex, open_index: OpenIndex) -> None:
    index.add_items(OLD)
    before = embedded(index)
    dearer = [replace(thing, price=thing.price + 5, stock=2) for thing in OLD]
    rebuild(index, dearer)
    index.add_items([replace(dearer[0], price=7.0)])
    assert embedded(index) == before
    assert open_index().catalogue[OLD[0].item_id].price == 7


def test_another_model_takes_over_everything_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "chroma"
    first = ShopIndex.open(folder, WordEmbedder("first", 64))
    first.add_items(OLD)
    first.add_events([event("e1", OLD[0].item_id), event("e2", OLD[29].item_id, "comment", comment="Handy.")])
    first.add_answers([Answer("a1", "How long?", "Three days.", "delivery")])
    first.close()
    with pytest.raises(IndexMismatch, match="because index"):
        ShopIndex.open(folder, WordEmbedder("second", 96))
    with pytest.raises(Crash), monkeypatch.context() as patch:
        patch.setattr("retrieval.rebuild.Manifest", lambda *_: (_ for _ in ()).throw(Crash))
        try:
            second = ShopIndex.open(folder, WordEmbedder("second", 96), anew=True)
            rebuild(second, NEW)
        finally:
            second.close()
    old = ShopIndex.open(folder, WordEmbedder("first", 64))
    assert stored(old) == {thing.item_id: thing for thing in OLD} and len(old.history("ana")) == 2
    old.close()
    second = ShopIndex.open(folder, WordEmbedder("second", 96), anew=True)
    with second.rebuilding() as build:
        build.add(NEW)
    expected = {thing.item_id: thing for thing in [*OLD, *NEW]}
    assert stored(second) == expected, "items that the feed leaves out are taken over"
    assert {trace.event.event_id for trace in second.history("ana")} == {"e1", "e2"}
    assert all(trace.vector.shape == (96,) for trace in second.history("ana"))
    assert second.popularity[OLD[0].item_id] > 0
    second.close()
    third = ShopIndex.open(folder, WordEmbedder("second", 96))
    assert stored(third) == expected
    third.close()
    with pytest.raises(IndexMismatch, match="embedding model second"):
        ShopIndex.open(folder, WordEmbedder("first", 64))
