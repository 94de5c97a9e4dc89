"""GET, PATCH and DELETE /v1/memory, and that a change counts in the next turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.memory.remembered import Proposal, apply
from agent.need.parse import Parser
from retrieval.events import Event, Shopper
from serving.api import create_app
from serving.identity import Identity
from serving.indexing import index_demo
from serving.settings import Settings
from serving.shop import Shop as RunningShop
from serving.store import Store
from tests.fakes import FakeServices
from tests.serving.demo_shop import open_shop, settings
from tests.shop import Shop, is_problem

NO_WOOL = Proposal("dislike", "no wool", {"without": ["wool"]})
BOUGHT = Event("e/1", "ana", "purchase", datetime(2026, 5, 14, 12, tzinfo=UTC), "outdoor-01", 5.0, "Good")


def bearer(shop: Shop, shopper_id: str = "ana") -> dict[str, str]:
    return {"Authorization": f"Bearer {shop.identity.token(shopper_id)}"}


async def view(shop: Shop, shopper_id: str = "ana") -> dict[str, Any]:
    response = await shop.client.get("/v1/memory", headers=bearer(shop, shopper_id))
    assert response.status_code == 200 and response.headers["cache-control"] == "no-store"
    found: dict[str, Any] = response.json()
    return found


async def test_the_view_shows_what_is_kept_and_what_was_bought(shop: Shop, store: Store) -> None:
    assert await view(shop) == {"enabled": True, "items": [], "purchases": []}
    (kept,) = store.memory.remember("ana", [NO_WOOL], "turn-1")
    store.add_events([BOUGHT, Event("e2", "ana", "view", datetime.now(UTC), "desk-01")])
    found = await view(shop)
    assert found["items"] == [
        {
            "memory_id": kept.memory_id,
            "kind": "dislike",
            "text": "no wool",
            "effect": {"without": ["wool"]},
            "source_turn": "turn-1",
            "at": kept.at.isoformat(),
            "has_effect": True,
        }
    ]
    (purchase,) = found["purchases"]
    assert (purchase["event_id"], purchase["title"]) == ("e/1", "Fellbrook Tarn 28 backpack")
    assert await view(shop, "ben") == {"enabled": True, "items": [], "purchases": []}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/memory"),
        ("PATCH", "/v1/memory"),
        ("DELETE", "/v1/memory"),
        ("PATCH", "/v1/memory/x"),
        ("DELETE", "/v1/memory/x"),
        ("DELETE", "/v1/memory/purchases/x"),
    ],
)
async def test_a_guest_or_a_forged_token_is_refused(shop: Shop, store: Store, method: str, path: str) -> None:
    body: dict[str, Any] = {"json": {"text": "no silk"} if path.endswith("x") else {}} if method == "PATCH" else {}
    guest = await shop.client.request(method, path, **body)
    is_problem(guest, 401, "unauthorized")
    assert guest.headers["www-authenticate"] == "Bearer"
    forged = {"Authorization": f"Bearer {Identity('another secret').token('ana')}"}
    is_problem(await shop.client.request(method, path, headers=forged, **body), 401, "invalid-token")
    gone = await shop.client.request(method, path, headers=bearer(shop, "nobody"), **body)
    is_problem(gone, 401, "invalid-token")


async def test_switching_off_and_on(shop: Shop, store: Store) -> None:
    store.memory.remember("ana", [NO_WOOL], "turn-1")
    off = await shop.client.patch("/v1/memory", json={"enabled": False}, headers=bearer(shop))
    assert off.json()["enabled"] is False and len(off.json()["items"]) == 1
    assert store.memory.recall("ana") == ()
    path = f"/v1/memory/{off.json()['items'][0]['memory_id']}"
    is_problem(await shop.client.patch(path, json={"text": "no silk"}, headers=bearer(shop)), 409, "memory-off")
    token = shop.identity.token("ana")
    on = await shop.client.patch("/v1/memory", json={"enabled": True, "shopper_token": token})
    assert on.json()["enabled"] is True and len(store.memory.recall("ana")) == 1
    unchanged = await shop.client.patch("/v1/memory", json={}, headers=bearer(shop))
    assert unchanged.json()["enabled"] is True


async def test_a_correction_is_read_anew_and_says_where_it_has_no_effect(shop: Shop, store: Store) -> None:
    (kept,) = store.memory.remember("ana", [NO_WOOL], "turn-1")
    path = f"/v1/memory/{kept.memory_id}"
    corrected = await shop.client.patch(path, json={"text": "no leather"}, headers=bearer(shop))
    assert corrected.json()["item"]["effect"] == {"without": ["leather"]} and corrected.json()["note"] is None
    assert store.memory.recall("ana")[0].text == "no leather"
    chatty = await shop.client.patch(path, json={"text": "my birthday is in May"}, headers=bearer(shop))
    assert chatty.json()["item"]["kind"] == "note" and "neither" in chatty.json()["note"]
    for bad in ("", " \u200b ", "x" * 301, "my card is 4111 1111 1111 1111", "password: hunter2"):
        is_problem(await shop.client.patch(path, json={"text": bad}, headers=bearer(shop)), 422, "invalid-request")
    assert store.memory.recall("ana")[0].text == "my birthday is in May"
    is_problem(await shop.client.patch(path, content="text=x", headers=bearer(shop)), 415, "unsupported-media-type")


async def test_what_is_anothers_is_as_unknown_as_nothing(shop: Shop, store: Store) -> None:
    (kept,) = store.memory.remember("ana", [NO_WOOL], "turn-1")
    store.add_events([BOUGHT])
    for path in (f"/v1/memory/{kept.memory_id}", "/v1/memory/nothing"):
        answers = (
            await shop.client.patch(path, json={"text": "no silk"}, headers=bearer(shop, "ben")),
            await shop.client.delete(path, headers=bearer(shop, "ben")),
        )
        for answer in answers:
            assert is_problem(answer, 404, "unknown-memory")["detail"] == "You have no such memory."
    purchase = await shop.client.delete("/v1/memory/purchases/e%2F1", headers=bearer(shop, "ben"))
    is_problem(purchase, 404, "unknown-purchase")
    assert len(store.memory.items("ana")) == 1 and len(store.history("ana")) == 1


async def test_erasing_one_all_and_purchases(shop: Shop, store: Store) -> None:
    viewed = Event("e2", "ana", "view", datetime.now(UTC), "desk-01")
    store.add_events([BOUGHT, viewed])
    one, _ = store.memory.remember("ana", [NO_WOOL, Proposal("note", "x", {})], None)
    store.memory.remember("ben", [NO_WOOL], None)
    erased = await shop.client.delete(f"/v1/memory/{one.memory_id}", headers=bearer(shop))
    assert erased.json() == {"erased": 1, "purchases": 0}
    is_problem(await shop.client.delete("/v1/memory/purchases/e2", headers=bearer(shop)), 404, "unknown-purchase")
    everything = await shop.client.delete("/v1/memory", headers=bearer(shop))
    assert everything.json() == {"erased": 1, "purchases": 0} and len(store.history("ana")) == 2
    bought = await shop.client.delete("/v1/memory", params={"purchases": True}, headers=bearer(shop))
    assert bought.json() == {"erased": 0, "purchases": 1}
    assert store.history("ana") == (viewed,) and len(store.memory.items("ben")) == 1


async def test_the_listed_origins_may_use_it_from_a_browser(store: Store) -> None:
    services = FakeServices(store)
    app = create_app(services, Settings(origins="https://shop.example"), identity=Identity("a secret"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as client:
        for method in ("PATCH", "DELETE"):
            asked = {
                "Origin": "https://shop.example",
                "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "authorization,content-type",
            }
            response = await client.options("/v1/memory", headers=asked)
            assert response.status_code == 200 and method in response.headers["access-control-allow-methods"]
            refused = await client.options("/v1/memory", headers=asked | {"Origin": "https://other.example"})
            assert "access-control-allow-origin" not in refused.headers


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("shop")
    found = open_shop(folder)
    index_demo(settings(folder), found)
    found.store.add_shoppers([Shopper("new", "New")])
    yield found
    found.close()


@pytest.fixture
async def client(running: RunningShop) -> AsyncIterator[httpx.AsyncClient]:
    identity = Identity("a secret")
    app = create_app(running, Settings(), identity=identity)
    headers = {"Authorization": f"Bearer {identity.token('new')}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test", headers=headers) as opened:
        yield opened
        await app.state.turns.drain()


async def test_an_erased_purchase_no_longer_ranks(running: RunningShop, client: httpx.AsyncClient) -> None:
    item_id = next(i.item_id for i in running.catalogue.values() if i.kind == "kettle" and i.in_stock)
    before = dict(running.index.activity.popularity)
    row = {"event_id": "new-1", "shopper_id": "new", "item_id": item_id, "kind": "purchase"}
    assert (await client.post("/v1/events", json=row)).json()["accepted"] == 1

    async def factors() -> set[str]:
        found = await client.post("/v1/recommend", json={"shopper_id": "new", "query": "kettle", "k": 5})
        return {
            f["name"] for card in found.json()["suggestions"] for f in card["factors"] if card["item_id"] == item_id
        }

    assert "owned" in await factors()
    (purchase,) = (await client.get("/v1/memory")).json()["purchases"]
    gone = await client.delete(f"/v1/memory/purchases/{purchase['event_id']}")
    assert gone.json() == {"erased": 0, "purchases": 1}
    found = await factors()
    assert found and "owned" not in found and "history_affinity" not in found
    assert running.index.history("new") == () and running.store.history("new") == ()
    assert running.index.activity.popularity == pytest.approx(before)
    assert (await client.post("/v1/events", json=row)).json()["accepted"] == 0  # it does not come back
    assert running.index.history("new") == ()


async def test_a_correction_counts_in_what_is_asked_next(running: RunningShop, client: httpx.AsyncClient) -> None:
    parser = Parser(running.catalogue.vocabulary, running.catalogue.currency)
    running.store.memory.remember("new", [Proposal("note", "no brand", {})], "turn-1")

    def excluded() -> frozenset[str]:
        need = apply(running.store.memory.recall("new"), parser.parse("a kettle")).need
        return need.constraints.brands_excluded

    assert excluded() == frozenset()
    (item,) = (await client.get("/v1/memory")).json()["items"]
    await client.patch(f"/v1/memory/{item['memory_id']}", json={"text": "no Hushmere"})
    assert excluded() == {"Hushmere"}
    await client.delete("/v1/memory")
    assert excluded() == frozenset()
