"""The catalogue and the demo's shoppers can be read."""

from __future__ import annotations

from datetime import UTC, datetime

from retrieval.events import Event
from serving.store import Store
from tests.shop import Shop, is_problem


async def test_items_are_listed_in_pages_and_by_category(shop: Shop) -> None:
    page = (await shop.client.get("/v1/items", params={"limit": 2, "offset": 1})).json()
    assert [i["item_id"] for i in page["items"]] == ["kitchen-01", "desk-01"] and page["total"] == 3
    assert page["categories"] == ["desk and office", "kitchen", "outdoor"]
    kitchen = (await shop.client.get("/v1/items", params={"category": "Kitchen"})).json()
    assert kitchen["total"] == 1 and kitchen["items"][0]["in_stock"] is False
    for bad in ({"limit": 0}, {"limit": 501}, {"offset": -1}, {"limit": "many"}):
        is_problem(await shop.client.get("/v1/items", params=bad), 422, "invalid-request")


async def test_an_item_is_shown_whole(shop: Shop) -> None:
    item = (await shop.client.get("/v1/items/outdoor-01")).json()
    assert {"name": "weight", "value": 780, "unit": "g", "text": "780 g"} in item["attributes"]
    assert item["rating"] == 4 and item["reviews"][0]["review_id"] == "outdoor-01-r1"
    is_problem(await shop.client.get("/v1/items/nothing"), 404, "unknown-item")


async def test_demo_shoppers_come_with_a_token_and_others_do_not(shop: Shop, store: Store) -> None:
    store.add_events([Event("e1", "ana", "view", datetime.now(UTC), "outdoor-01")])
    (ana,) = (await shop.client.get("/v1/demo/shoppers")).json()
    assert (ana["shopper_id"], ana["name"], ana["about"], ana["events"]) == ("ana", "Ana", "hikes", 1)
    await shop.events(shopper_token=ana["token"])
    assert shop.services.assistant.questions[0].shopper_id == "ana"
