"""POST /v1/why_not: whose turn it is, what is compared, and that the answer is the scorer's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from serving.api import create_app
from serving.identity import Identity
from serving.indexing import index_demo
from serving.services import RecommendRequest
from serving.shop import Shop as RunningShop
from tests.fakes import KETTLE
from tests.serving.demo_shop import open_shop, settings
from tests.shop import Shop, is_problem, parse


async def turn_of(shop: Shop, **fields: object) -> str:
    events = await shop.events("a light backpack", **fields)
    return str(events[0][1]["turn_id"])


class TestWhoMayAsk:
    async def test_a_guest_about_the_guests_own_turn(self, shop: Shop) -> None:
        turn_id = await turn_of(shop)
        found = (await shop.client.post("/v1/why_not", json={"turn_id": turn_id, "item_id": KETTLE.item_id})).json()
        assert found["text"] == "Marlow Hush kettle came fourth." and found["item"]["price"] == 45.5
        assert found["change"]["text"] == "At 10 EUR or less instead of 45.50 EUR, it would be third."
        asked = shop.services.asked
        assert asked is not None and asked.question.message == "a light backpack" and asked.shown == 1

    async def test_a_shopper_only_about_their_own(self, shop: Shop) -> None:
        ana, ben = shop.identity.token("ana"), shop.identity.token("ben")
        turn_id = await turn_of(shop, shopper_token=ana)
        body = {"turn_id": turn_id, "item_id": KETTLE.item_id}
        assert (await shop.client.post("/v1/why_not", json=body | {"shopper_token": ana})).status_code == 200
        for other in ({"shopper_token": ben}, {}):
            is_problem(await shop.client.post("/v1/why_not", json=body | other), 404, "unknown-turn")

    async def test_unknown_turns_and_items_are_told_apart(self, shop: Shop) -> None:
        body = {"turn_id": "made-up", "item_id": KETTLE.item_id}
        is_problem(await shop.client.post("/v1/why_not", json=body), 404, "unknown-turn")
        body = {"turn_id": await turn_of(shop), "item_id": "no-such-item"}
        is_problem(await shop.client.post("/v1/why_not", json=body), 404, "unknown-item")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> RunningShop:
    folder: Path = tmp_path_factory.mktemp("why")
    shop = open_shop(folder)
    index_demo(settings(folder), shop)
    return shop


@pytest.fixture
async def client(demo: RunningShop, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(demo, settings(tmp_path), identity=Identity("secret"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as found:
        yield found
        await app.state.turns.drain()


async def asked(client: httpx.AsyncClient, message: str, session_id: str | None = None) -> tuple[str, str, list[str]]:
    """The turn's id, the session's, and the items shown."""
    body = {"message": message} | ({"session_id": session_id} if session_id else {})
    events = dict(parse((await client.post("/v1/chat", json=body)).text))
    shown = [card["item_id"] for card in events.get("cards", {}).get("suggestions", [])]
    return events["session"]["turn_id"], events["session"]["session_id"], shown


async def why_not(client: httpx.AsyncClient, turn_id: str, item_id: str) -> dict[str, object]:
    response = await client.post("/v1/why_not", json={"turn_id": turn_id, "item_id": item_id})
    assert response.status_code == 200, response.text
    found: dict[str, object] = response.json()
    return found


class TestInARunningShop:
    async def test_what_the_price_limit_left_out(self, demo: RunningShop, client: httpx.AsyncClient) -> None:
        turn_id, _, _ = await asked(client, "headphones under 60 euros")
        dear = max((i for i in demo.catalogue.values() if i.kind == "headphones"), key=lambda item: item.price)
        found = await why_not(client, turn_id, dear.item_id)
        assert found["rank"] is None
        assert found["excluded_by"] == [
            {"name": "price_max", "text": f"it costs {dear.price_text}, over your 60 EUR"}
        ] or "out of stock" in str(found["text"])

    async def test_what_was_said_earlier_in_the_conversation_still_holds(
        self, demo: RunningShop, client: httpx.AsyncClient
    ) -> None:
        _, session_id, _ = await asked(client, "a backpack under 100 euros")
        turn_id, _, _ = await asked(client, "not in grey", session_id)
        grey = [
            i for i in demo.catalogue.values()
            if i.kind == "backpack" and i.colour and "grey" in str(i.colour.value) and i.in_stock
        ]  # fmt: skip
        for item in grey:
            assert "you said not" in str((await why_not(client, turn_id, item.item_id))["text"])

    async def test_the_change_that_is_told_brings_the_item_in(
        self, demo: RunningShop, client: httpx.AsyncClient
    ) -> None:
        told = 0
        for question in ("a warm drink at home", "something for a long flight", "a gift for a gardener under 60 euros"):
            turn_id, _, shown = await asked(client, question)
            result = await demo.recommend(RecommendRequest(query=question, k=8))
            for card in result.suggestions[len(shown) :]:
                found = await why_not(client, turn_id, card.item_id)
                change = found["change"]
                if not isinstance(change, dict) or change["kind"] != "price":
                    continue
                told += 1
                before = demo.catalogue[card.item_id]
                demo.index.add_items([replace(before, price=change["after"])])
                again = await demo.recommend(RecommendRequest(query=question, k=len(shown)))
                demo.index.add_items([before])
                ranks = {c.item_id: c.rank for c in again.suggestions}
                assert ranks.get(card.item_id) == change["rank"], found["text"]
        assert told, "at least one item was a price away"

    async def test_a_recommendation_can_say_what_kept_the_next_one_out(self, demo: RunningShop) -> None:
        request = RecommendRequest(query="a kettle", k=1)
        assert (await demo.recommend(request)).runner_up is None
        explained = await demo.recommend(replace(request, explain=True))
        assert explained.runner_up is not None and explained.runner_up.found.rank == 2
        assert explained.runner_up.found.shown is not None
        assert explained.runner_up.found.shown.item.item_id == explained.suggestions[0].item_id
        assert await asyncio.to_thread(demo.store.event_counts) is not None
