"""Whatever is sent, the answer is clear: a problem that says what is wrong, and never a stack trace."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from serving.store import StoreError
from tests.shop import Shop, is_problem, row


@pytest.mark.parametrize("path", ["/v1/chat", "/v1/recommend", "/v1/events"])
@pytest.mark.parametrize(
    ("content", "status", "slug"),
    [
        pytest.param(b'{"message": ', 400, "malformed-json", id="cut off"),
        pytest.param(b"message=hello", 400, "malformed-json", id="no JSON"),
        pytest.param(b"\xff\xfe\xfa", 400, "bad-request", id="no text"),
        pytest.param(b"[" * 100_000, 400, "bad-request", id="nested without end"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", 400, "bad-request", id="endless number"),
        pytest.param(b"", 422, "invalid-request", id="nothing"),
        pytest.param(b"null", 422, "invalid-request", id="null"),
        pytest.param(b'"text"', 422, "invalid-request", id="text"),
        pytest.param(b'{"\\ud800": "\\udfff"}', 422, "invalid-request", id="half pairs"),
        pytest.param(b'{"message": "' + b"x" * 262_144 + b'"}', 413, "too-large", id="over 256 KB"),
    ],
)
async def test_a_broken_body_is_a_clear_problem(shop: Shop, path: str, content: bytes, status: int, slug: str) -> None:
    response = await shop.client.post(path, content=content, headers={"content-type": "application/json"})
    is_problem(response, status, slug)


async def test_a_large_body_is_stopped_though_its_length_is_not_declared(shop: Shop) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b"x" * 65_536

    response = await shop.client.post("/v1/chat", content=chunks(), headers={"content-type": "application/json"})
    is_problem(response, 413, "too-large")
    assert sent < 10


@pytest.mark.parametrize("declared", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
async def test_what_is_not_declared_as_json_is_refused(shop: Shop, declared: str | None) -> None:
    headers = {"content-type": declared} if declared else {}
    response = await shop.client.post("/v1/events", content=json.dumps(row(1)), headers=headers)
    is_problem(response, 415, "unsupported-media-type")


@pytest.mark.parametrize("mounted", [False, True], ids=["alone", "beside a page at /"])
async def test_wrong_paths_and_methods_are_problems_even_beside_a_page(shop: Shop, mounted: bool) -> None:
    if mounted:
        shop.app.mount("/", FastAPI())
    assert "/v1/nowhere" in is_problem(await shop.client.get("/v1/nowhere"), 404, "not-found")["detail"]
    response = await shop.client.get("/v1/chat")
    is_problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "POST"


async def test_an_unexpected_error_gives_nothing_away_but_a_number_in_the_log(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.services.failure = RuntimeError("secret detail")
    response = await shop.client.post("/v1/recommend", json={})
    problem = is_problem(response, 500, "internal")
    assert "secret" not in response.text
    assert problem["error_id"] in problem["detail"] and problem["error_id"] in caplog.text


async def test_a_store_that_fails_is_a_passing_problem_that_names_no_database(shop: Shop) -> None:
    shop.services.failure = StoreError("The database shop.sqlite cannot be used: the disk is full")
    response = await shop.client.post("/v1/events", json=row(1))
    assert "sqlite" not in is_problem(response, 503, "store-unavailable")["detail"]
    assert response.headers["retry-after"]


async def test_a_slow_recommendation_is_a_problem_by_the_deadline(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.hurries()

    async def slow(_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(shop.services, "recommend", slow)
    is_problem(await shop.client.post("/v1/recommend", json={}), 504, "deadline")
