from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.history import Activity, traces
from retrieval.index import ShopIndex
from tests.embedders import WordEmbedder
from tests.retrieval.samples import event, item

# Names that look like one another, like ids joined to them, and like patterns.
NAMES = st.sampled_from(["ana", "Ana", "an", "ana/e", "ana%2F", "*", "$eq", "анна", " ana"])
ROWS = st.lists(st.tuples(NAMES, st.sampled_from(["e1", "e/e1", "e2"]), st.sampled_from(["a", "b"])), max_size=12)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopIndex]:
    index = ShopIndex.open(tmp_path_factory.mktemp("history") / "chroma", WordEmbedder())
    index.add_items([item("a", "Tarn backpack"), item("b", "Hush kettle")])
    yield index
    index.close()


@settings(max_examples=30, deadline=None)
@given(ROWS, NAMES)
def test_no_shopper_sees_or_erases_anothers_history(
    shop: ShopIndex, rows: Sequence[tuple[str, str, str]], gone: str
) -> None:
    rows = list({(who, event_id): (who, event_id, about) for who, event_id, about in rows}.values())
    shop.add_events(event(event_id, about, shopper_id=who) for who, event_id, about in rows)
    shoppers = {who for who, _, _ in rows} | {gone}
    expected = {who: {(e, about) for w, e, about in rows if w == who} for who in shoppers}

    def seen(who: str) -> set[tuple[str, str | None]]:
        found = shop.history(who)
        assert all(trace.event.shopper_id == trace.snippet.shopper_id == who for trace in found)
        return {(trace.event.event_id, trace.event.item_id) for trace in found}

    try:
        assert {who: seen(who) for who in shoppers} == expected
        shop.forget(gone)
        assert {who: seen(who) for who in shoppers} == expected | {gone: set()}
    finally:
        for who in shoppers:
            shop.forget(who)


def test_history_comes_oldest_first_and_whole(shop: ShopIndex) -> None:
    told = [event("new", "a", "rating", days_ago=1, rating=2, comment="Torn."), event("old", "b", "view", days_ago=9)]
    shop.add_events(told)
    assert [trace.event for trace in shop.history("ana")] == [told[1], told[0]]
    shop.forget("ana")


def test_who_is_forgotten_no_longer_counts_for_popularity(shop: ShopIndex) -> None:
    shop.add_events([event("e1", "a", shopper_id="ben"), event("e2", "a", shopper_id="cleo")])
    both = shop.popularity["a"]
    shop.forget("cleo")
    assert shop.popularity["a"] == pytest.approx(both / 2)
    shop.forget("ben")


def test_given_events_become_the_traces_that_stored_ones_would(shop: ShopIndex) -> None:
    told = event("e1", "a", "comment", comment="Light.")
    shop.add_events([told])
    (stored,) = shop.history("ana")
    shop.forget("ana")
    (given_,) = traces([told, event("e2", "gone"), event("e3", None, "comment")], shop.catalogue, shop.embedder)
    assert (given_.event, given_.snippet) == (stored.event, stored.snippet)
    assert given_.vector == pytest.approx(stored.vector, abs=1e-6)


def test_what_was_done_fades_by_half_in_120_days() -> None:
    catalogue = {"b1": item()}
    (trace,) = traces([event("e1", "b1", days_ago=0)], catalogue, WordEmbedder())
    now = trace.event.at
    assert trace.strength(now) == 1.0
    assert trace.strength(now + timedelta(days=120)) == pytest.approx(0.5)
    assert trace.strength(now - timedelta(days=9)) == 1.0, "an event of the future weighs no more than one of now"
    assert trace.strength() <= 1.0 and trace.event.at <= datetime.now(UTC)


def test_popularity_adds_up_what_speaks_for_an_item() -> None:
    done = [event("1", "a"), event("2", "a", "view"), event("3", "b", "rating", rating=1), event("4", None, "comment")]
    assert Activity.of(done).popularity == pytest.approx({"a": 1.2, "b": 0.0})
