"""The running shop: recommendations for stored and passed histories, and events that count at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.events import Event
from retrieval.need import Constraints
from serving.indexing import index_demo
from serving.services import RecommendRequest
from serving.shop import Shop
from tests.serving.demo_shop import open_shop, settings


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("shop")
    found = open_shop(folder)
    index_demo(settings(folder), found)
    yield found
    found.close()


def bought(item_id: str, shopper_id: str = "me", number: int = 1) -> Event:
    return Event(f"{shopper_id}-{number}", shopper_id, "purchase", datetime(2026, 11, 1, tzinfo=UTC), item_id, 5)


async def test_with_a_query_the_need_and_its_limits_come_back(shop: Shop) -> None:
    result = await shop.recommend(RecommendRequest(query="a kettle under 60 euros", k=2))
    assert result.need is not None and result.need.constraints["price_max"] == 60
    assert result.suggestions and all(card.price <= 60 for card in result.suggestions)
    assert {r.item_id for r in result.reasons} == {c.item_id for c in result.suggestions}


async def test_filters_hold_without_any_words(shop: Shop) -> None:
    filters = Constraints(categories=frozenset({"audio"}), price_max=100)
    result = await shop.recommend(RecommendRequest(k=5, filters=filters))
    assert result.suggestions
    assert all(shop.catalogue[c.item_id].category == "audio" and c.price <= 100 for c in result.suggestions)


async def test_a_passed_history_moves_the_ranking_and_is_not_stored(shop: Shop) -> None:
    tents = [item for item in shop.catalogue.values() if item.kind == "tent"]
    history = tuple(bought(item.item_id, number=n) for n, item in enumerate(tents[:2]))
    filters = Constraints(kinds=frozenset({"tent"}))
    result = await shop.recommend(RecommendRequest(history=history, k=10, filters=filters))
    affinity = {c.item_id: sum(f.value for f in c.factors if f.name == "history") for c in result.suggestions}
    assert max(affinity.values()) > 0
    assert shop.index.history("me") == () and shop.store.history("me") == ()


async def test_an_event_counts_in_the_next_turn(shop: Shop) -> None:
    item_id = next(item.item_id for item in shop.catalogue.values() if item.kind == "kettle" and item.in_stock)
    receipt = await shop.record([bought(item_id, "new-one"), bought("no-such-item", "new-one", 2)])
    assert (receipt.accepted, receipt.duplicates, receipt.unknown_items) == (2, 0, 1)
    assert [trace.event.item_id for trace in shop.index.history("new-one")] == [item_id]
    again = await shop.record([bought(item_id, "new-one")])
    assert (again.accepted, again.duplicates) == (0, 1)
    result = await shop.recommend(RecommendRequest(shopper_id="new-one", query="kettle", k=3))
    owned = next(c for c in result.suggestions if c.item_id == item_id)
    assert any(factor.name == "owned" and factor.value < 0 for factor in owned.factors)


async def test_an_event_id_belongs_to_the_shopper_it_came_from_first(shop: Shop) -> None:
    item_id = next(iter(shop.catalogue))
    first = Event("shared-id", "first-one", "view", datetime(2026, 11, 1, tzinfo=UTC), item_id)
    second = Event("shared-id", "second-one", "view", datetime(2026, 11, 2, tzinfo=UTC), item_id)
    await shop.record([first])
    receipt = await shop.record([second])
    assert (receipt.accepted, receipt.duplicates) == (0, 1)
    assert shop.index.history("second-one") == () and shop.store.history("second-one") == ()


async def test_filters_hold_besides_the_limits_of_the_query(shop: Shop) -> None:
    request = RecommendRequest(query="a tent under 100 euros", k=5, filters=Constraints(price_min=10))
    result = await shop.recommend(request)
    assert result.suggestions and all(10 <= card.price <= 100 for card in result.suggestions)


async def test_the_nearest_offer_is_the_nearest_in_the_whole_shop(shop: Shop) -> None:
    result = await shop.recommend(RecommendRequest(query="something for under 1 euro", k=3))
    cheapest = sorted(item.price for item in shop.catalogue.values() if item.in_stock)[:3]
    assert sorted(card.price for card in result.suggestions) == cheapest
    assert result.message.startswith("Nothing in the shop meets")
