"""The HTTP API: recommendations, health, metrics, headers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from serving.api import create_app
from serving.identity import Identity
from serving.settings import Settings
from serving.store import Store, StoreError
from tests.fakes import BACKPACK, TURN, FakeServices
from tests.shop import Shop, is_problem, row


async def test_a_recommendation_is_one_body(shop: Shop) -> None:
    body = {
        "shopper_id": "ana",
        "query": "light\x00 backpack",
        "k": 2,
        "filters": {"price_max": 120, "brands": ["Fellbrook"]},
    }
    response = await shop.client.post("/v1/recommend", json=body)
    assert response.status_code == 200
    found = response.json()
    assert found["suggestions"][0]["item_id"] == BACKPACK.item_id
    assert found["reasons"][0]["evidence"][0]["id"] == "A1" and found["need"]["terms"] == "light backpack"
    (request,) = shop.services.requests
    assert (request.shopper_id, request.query, request.k, request.history) == ("ana", "light backpack", 2, None)
    assert request.filters.price_max == 120 and request.filters.brands == {"Fellbrook"}


async def test_a_passed_history_is_used_in_its_order_and_not_stored(shop: Shop, store: Store) -> None:
    history = [{"item_id": "desk-01", "kind": "view"}, {"item_id": "gone", "kind": "rating", "rating": 2}]
    response = await shop.client.post("/v1/recommend", json={"history": history})
    assert response.status_code == 200 and response.json()["need"] is None
    (request,) = shop.services.requests
    assert request.history is not None and request.shopper_id is None
    assert [(e.item_id, e.rating) for e in request.history] == [("desk-01", None), ("gone", 2)]
    assert request.history[0].at < request.history[1].at <= datetime.now(UTC)
    assert store.event_counts() == {}


async def test_a_region_is_taken_with_a_request_a_message_and_an_event(shop: Shop, store: Store) -> None:
    await shop.client.post("/v1/recommend", json={"query": "a pack", "region": " Upper  Austria "})
    assert [request.region for request in shop.services.requests] == ["Upper Austria"]
    await shop.client.post("/v1/chat", json={"message": "a pack", "region": "Tyrol"})
    assert [question.region for question in shop.services.assistant.questions] == ["Tyrol"]
    assert (await shop.client.post("/v1/events", json=row(1, region="Tyrol"))).json()["accepted"] == 1
    assert [event.region for event in store.history("ana")] == ["Tyrol"]


@pytest.mark.parametrize("region", ["x" * 61, "Ty\u0000rol", 7])
async def test_a_region_that_is_no_name_is_refused(shop: Shop, region: object) -> None:
    for path, body in (("/v1/recommend", {}), ("/v1/chat", {"message": "a pack"})):
        is_problem(await shop.client.post(path, json={**body, "region": region}), 422, "invalid-request")
    refused = await shop.client.post("/v1/events", json=row(1, region=region))
    assert "region" in is_problem(refused, 422, "invalid-request")["detail"]


async def test_an_unknown_shopper_is_told_what_to_do(shop: Shop) -> None:
    problem = is_problem(await shop.client.post("/v1/recommend", json={"shopper_id": "nobody"}), 404, "unknown-shopper")
    assert "/v1/events" in problem["detail"] and "history" in problem["detail"]


async def test_ready_says_what_works(shop: Shop, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await shop.client.get("/healthz")).json() == {"status": "alive"}
    ready = (await shop.client.get("/readyz")).json()
    assert ready == {
        "status": "ready",
        "index": "ready",
        "model": "ready",
        "degraded": False,
        "items": 3,
        "ranked_by": "by hand",
    }
    shop.services.model = "restarting"
    response = await shop.client.get("/readyz")
    assert (response.status_code, response.json()["degraded"]) == (200, True)
    shop.services.index = "missing"
    assert is_problem(await shop.client.get("/readyz"), 503, "no-index")["index"] == "missing"
    assert (await shop.client.get("/healthz")).status_code == 200
    is_problem(await shop.chat(), 503, "no-index")
    shop.services.index = "ready"
    store.close()
    monkeypatch.setattr(store, "ping", lambda: (_ for _ in ()).throw(StoreError("it is locked")))
    is_problem(await shop.client.get("/readyz"), 503, "store-unavailable")


async def test_what_happens_is_counted(shop: Shop) -> None:
    shop.plays(TURN, (TURN[0], RuntimeError()))
    await shop.events()
    await shop.events()
    await shop.client.post("/v1/events", json={"events": [row(1), row(1), row(2, kind="stare")]})
    await shop.client.get("/v1/nowhere")
    text = (await shop.client.get("/metrics")).text
    for line in (
        'because_turns_total{state="done"} 1.0',
        'because_turns_total{state="internal"} 1.0',
        'because_reasons_total{state="generated"} 1.0',
        'because_stage_seconds_count{stage="cards"} 1.0',
        'because_stage_seconds_sum{stage="reasons"} 0.9',
        "because_model_calls_total 1.0",
        'because_tokens_total{kind="prompt"} 300.0',
        'because_events_total{outcome="accepted"} 1.0',
        'because_events_total{outcome="duplicate"} 1.0',
        'because_events_total{outcome="rejected"} 1.0',
        'because_problems_total{problem="not-found",status="404"} 1.0',
    ):
        assert line in text


async def test_responses_carry_headers_that_browsers_heed_and_allow_no_other_origin(shop: Shop) -> None:
    response = await shop.client.get("/v1/items", headers={"origin": "https://elsewhere.test"})
    assert response.headers["x-content-type-options"] == "nosniff" and "referrer-policy" in response.headers
    assert "access-control-allow-origin" not in response.headers and "x-frame-options" not in response.headers


async def test_pages_of_other_origins_may_ask_only_where_they_are_named(store: Store, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path, origins="https://shop.example")
    app = create_app(FakeServices(store), settings, identity=Identity("secret"))
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        named = await client.options("/v1/chat", headers={"Origin": "https://shop.example", **asks})
        other = await client.options("/v1/chat", headers={"Origin": "https://evil.example", **asks})
    assert named.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in other.headers
