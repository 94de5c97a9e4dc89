"""What may be sent is checked and cleaned, and what may not is refused by name."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from retrieval.catalogue import Attribute, Item
from serving.bodies import RecommendBody
from serving.store import Store
from tests.shop import Shop, is_problem, parse, row

ENTRY = {"item_id": "desk-01", "kind": "view"}


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        pytest.param("  a pen\x00\x07 please \x1b", "a pen please", id="control characters"),
        pytest.param("two\r\nlines\tand a tab", "two\nlines\tand a tab", id="line ends"),
        pytest.param("cafe\u0301", "café", id="one form of a letter"),
        pytest.param("我想要一个轻便的背包", "我想要一个轻便的背包", id="another script"),
        pytest.param("half a \ud83d pair", "half a  pair", id="half of a surrogate pair"),
        pytest.param("x" * 2000, "x" * 2000, id="as long as may be"),
    ],
)
async def test_a_message_is_cleaned(shop: Shop, sent: str, asked: str) -> None:
    body = json.dumps({"message": sent, "language": "zh-Hant"})
    response = await shop.client.post("/v1/chat", content=body, headers={"content-type": "application/json"})
    assert parse(response.text)[-1][0] == "done"
    assert shop.services.assistant.questions[0].message == asked
    assert shop.services.assistant.questions[0].language == "zh-Hant"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        pytest.param({"message": ""}, "message: it is empty", id="empty"),
        pytest.param({"message": " \n\u200b\x00 "}, "message: it is empty", id="nothing visible"),
        pytest.param({"message": "x" * 20_000}, "it has 20,000 characters; at most 2,000", id="20,000 characters"),
        pytest.param({}, "message: Field required", id="no message"),
        pytest.param({"message": 7}, "message: Input should be a valid string", id="no text"),
        pytest.param({"message": "a", "sesion_id": "b"}, "sesion_id: Extra inputs", id="misspelt field"),
        pytest.param({"message": "a", "language": "<script>"}, "language: ", id="no language"),
        pytest.param(
            {"message": "a", "session_id": "\x00"}, "session_id: an id must", id="control characters in an id"
        ),
        pytest.param([1], "Input should be", id="no object"),
    ],
)
async def test_a_bad_question_is_a_clear_problem(shop: Shop, body: Any, detail: str) -> None:
    problem = is_problem(await shop.client.post("/v1/chat", json=body), 422, "invalid-request")
    assert detail in problem["detail"]
    assert shop.services.assistant.questions == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({"shopper_id": "ana", "history": []}, "", id="two shoppers"),
        pytest.param({"k": 0}, "k", id="nothing asked for"),
        pytest.param({"k": 51}, "k", id="too much asked for"),
        pytest.param({"query": "x" * 2001}, "query", id="long query"),
        pytest.param({"filters": {"price_min": 9, "price_max": 3}}, "filters", id="prices crossed"),
        pytest.param({"filters": {"price_max": -1}}, "filters.price_max", id="negative price"),
        pytest.param({"filters": {"colour": "red"}}, "filters.colour", id="misspelt filter"),
        pytest.param({"history": [ENTRY, ENTRY | {"kind": "stare"}]}, "history[1].kind", id="odd kind"),
        pytest.param({"history": [ENTRY] * 1001}, "history", id="long history"),
    ],
)
async def test_a_bad_request_names_its_field(shop: Shop, body: Any, field: str) -> None:
    problem = is_problem(await shop.client.post("/v1/recommend", json=body), 422, "invalid-request")
    assert problem["errors"][0]["field"] == field and problem["errors"][0]["reason"]
    assert shop.services.requests == []


async def test_prices_that_are_no_numbers_are_refused(shop: Shop) -> None:
    for price in ("NaN", "Infinity", "1e999"):
        content = f'{{"filters": {{"price_max": {price}}}}}'
        response = await shop.client.post(
            "/v1/recommend", content=content, headers={"content-type": "application/json"}
        )
        is_problem(response, 422, "invalid-request")


async def test_events_count_once_and_unknown_items_are_taken_but_counted(shop: Shop, store: Store) -> None:
    single = await shop.client.post("/v1/events", json=row(1))
    assert single.json() == {"accepted": 1, "duplicates": 0, "unknown_items": 0, "rejected": 0, "errors": []}
    batch = await shop.client.post(
        "/v1/events", json={"events": [row(1), row(2, item_id="gone"), row(3, shopper_id="new")]}
    )
    assert batch.json() == {"accepted": 2, "duplicates": 1, "unknown_items": 1, "rejected": 0, "errors": []}
    assert [e.event_id for e in store.history("ana")] == ["e1", "e2"]
    assert (await shop.client.post("/v1/recommend", json={"shopper_id": "new"})).status_code == 200


async def test_bad_rows_are_reported_and_good_rows_are_kept(shop: Shop, store: Store) -> None:
    rows: list[Any] = [
        row(1),
        row(2, kind="stare"),
        row(3, kind="rating"),
        row(4, kind="rating", rating=6),
        row(5, kind="thumb", rating=3),
        row(6, kind="comment", comment="\x00"),
        row(7, at="yesterday"),
        row(8, at="9999-12-31T23:59:59Z"),
        row(9, at="0001-01-01T00:00:00+14:00"),
        row(10, at=1_700_000_000),
        row(11, shopper_id=""),
        row(12, event_id="a\x00b"),
        "not an object",
        {"event_id": "e14"},
        row(15, kind="rating", rating=float("nan")),
        row(16, colour="red"),
        row(17, comment="c\x00lean", kind="comment", at="2026-05-14T14:00:00+02:00"),
    ]
    content = json.dumps({"events": rows})
    response = await shop.client.post("/v1/events", content=content, headers={"content-type": "application/json"})
    body = response.json()
    assert (response.status_code, body["accepted"], body["rejected"]) == (200, 2, 15)
    assert [error["index"] for error in body["errors"]] == list(range(1, 16))
    reasons = " | ".join(error["reason"] for error in body["errors"])
    for said in ("kind: ", "stars", "less than or equal to 5", "thumb", "its text", "ISO 8601", "1970 and tomorrow"):
        assert said in reasons
    first, last = store.history("ana")
    assert (first.event_id, first.comment, last.event_id) == ("e17", "clean", "e1")
    assert first.at == datetime(2026, 5, 14, 12, tzinfo=UTC)


async def test_a_batch_without_a_good_row_is_a_problem(shop: Shop) -> None:
    problem = is_problem(
        await shop.client.post("/v1/events", json={"events": [row(1, kind="stare")]}), 422, "invalid-request"
    )
    assert problem["errors"][0]["index"] == 0 and "kind" in problem["detail"]
    is_problem(await shop.client.post("/v1/events", json={"kind": "view"}), 422, "invalid-request")


@pytest.mark.parametrize("events", [[], [{}] * 1001, "many", None, {}], ids=["none", "1,001", "text", "null", "object"])
async def test_a_batch_of_the_wrong_size_or_shape_is_a_problem(shop: Shop, events: Any) -> None:
    problem = is_problem(await shop.client.post("/v1/events", json={"events": events}), 422, "invalid-request")
    assert "1 to 1,000" in problem["detail"]


async def test_an_event_without_a_time_happened_now(shop: Shop, store: Store) -> None:
    before = datetime.now(UTC)
    await shop.client.post("/v1/events", json={k: v for k, v in row(1).items() if k != "at"})
    (event,) = store.history("ana")
    assert before <= event.at <= datetime.now(UTC)


def test_what_must_not_be_there_is_left_out_under_any_usual_name() -> None:
    fig = Item("f", "Figuier hand cream", "", "skin care", 9, "EUR", attributes=(Attribute("fragrance", "fig"),))
    filters = RecommendBody.model_validate({"query": "cream", "filters": {"without": ["perfume"]}}).filters
    assert filters.constraints().broken_by(fig) == ("without",)
