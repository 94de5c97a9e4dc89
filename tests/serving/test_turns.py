"""A turn ends once and in time, is kept however it ends, and stays with its owner."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agent.assistant import Question
from agent.stream import Done, Failed, SessionStarted, TurnEvent
from serving.problems import UnknownSession
from serving.store import Store, StoreError
from tests.fakes import BACKPACK, CARD, NEED, REASON, TURN, Step
from tests.shop import Shop, is_problem, parse


async def test_a_turn_arrives_as_typed_events_in_order(shop: Shop) -> None:
    response = await shop.chat()
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "no-cache" in response.headers["cache-control"] and response.headers["x-accel-buffering"] == "no"
    assert "☂" in response.text
    events = parse(response.text)
    assert [name for name, _ in events] == ["session", "need", "cards", "reason.delta", "reason", "message", "done"]
    fields = dict(events)
    assert fields["cards"]["suggestions"][0]["factors"][0]["label"] == "matches what you asked for"
    assert fields["reason"]["claims"] == [{"text": "It weighs 780 g", "evidence_ids": ["A1"]}]
    assert fields["done"]["turn_id"] == fields["session"]["turn_id"] == "turn-1"


async def test_a_turn_is_stored_before_it_is_done(shop: Shop, store: Store) -> None:
    events = dict(await shop.events("a light backpack"))
    turn = store.last_turn(events["session"]["session_id"])
    assert turn is not None
    assert (turn.turn_id, turn.state, turn.question) == ("turn-1", "done", "a light backpack")
    assert turn.need == NEED and turn.reasons == (REASON,) and turn.message.startswith("Is a rain cover")
    assert (turn.suggestions[0].item_id, turn.suggestions[0].factors) == (CARD.item_id, CARD.factors)
    assert (turn.model_calls, turn.timings_ms["cards"]) == (1, 40.0)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        pytest.param((*TURN[:3], RuntimeError("secret detail")), "internal", id="crash in mid-turn"),
        pytest.param((RuntimeError("secret detail"),), "internal", id="crash at once"),
        pytest.param((*TURN[:3],), "internal", id="stops without an end"),
        pytest.param((*TURN[:3], 60.0), "deadline", id="hangs"),
        pytest.param((60.0,), "deadline", id="hangs at once"),
        pytest.param((*TURN[:3], Failed("no_items", "Nothing to show.")), "no_items", id="says that it failed"),
        pytest.param((*TURN, *TURN), "done", id="goes on after its end"),
        pytest.param((TURN[0], *[0.0, NEED] * 100_000), "deadline", id="never falls silent"),
    ],
)
async def test_exactly_one_done_or_error_ends_every_stream(
    shop: Shop, store: Store, script: tuple[Step, ...], code: str
) -> None:
    if code == "deadline":
        shop.hurries()
    shop.plays(script)
    response = await shop.chat()
    events = parse(response.text)
    assert events[0][0] == "session"
    assert [name for name, _ in events].count("session") == 1
    assert [name in {"done", "error"} for name, _ in events].count(True) == 1
    name, fields = events[-1]
    assert (name if name == "done" else fields["code"]) == code
    assert "secret detail" not in response.text
    turn = store.last_turn(events[0][1]["session_id"])
    assert turn is not None and turn.state == code and turn.turn_id == events[0][1]["turn_id"]


async def test_a_crash_is_logged_with_the_turn(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shop.plays((TURN[0], RuntimeError("the cause")))
    await shop.events()
    (record,) = [r for r in caplog.records if "turn-1" in r.getMessage()]
    assert record.exc_info is not None and "the cause" in str(record.exc_info[1])


async def test_a_hanging_turn_is_cancelled(shop: Shop) -> None:
    shop.hurries()
    shop.plays((TURN[0], 60.0))
    await shop.events()
    await shop.app.state.turns.drain()
    assert shop.services.assistant.cancelled == 1


async def test_silence_is_filled_with_heartbeats(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.api.HEARTBEAT_SECONDS", 0.05)
    shop.plays((*TURN[:3], 0.2, *TURN[3:]))
    text = (await shop.chat()).text
    assert "\n\n: waiting\n\n" in text
    assert parse(text)[-1][0] == "done"


async def test_a_client_that_leaves_cancels_the_turn_and_what_was_shown_is_kept(shop: Shop, store: Store) -> None:
    shop.plays((*TURN[:3], 60.0))
    cards_seen = asyncio.Event()
    sent: list[bytes] = []
    body = [{"type": "http.request", "body": b'{"message": "a light backpack"}', "more_body": False}]

    async def receive() -> dict[str, Any]:
        if body:
            return body.pop()
        await cards_seen.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))
        if b"event: cards" in sent[-1]:
            cards_seen.set()

    headers = [(b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/chat",
        "headers": headers,
        "query_string": b"",
        "root_path": "",
    }
    await asyncio.wait_for(shop.app(scope, receive, send), 5)
    await shop.app.state.turns.drain()
    assert shop.services.assistant.cancelled == 1
    turn = store.last_turn(parse(b"".join(sent).decode())[0][1]["session_id"])
    assert turn is not None and turn.state == "cancelled" and turn.suggestions[0].item_id == BACKPACK.item_id


async def test_a_store_that_fails_at_the_end_does_not_spoil_the_answer(
    shop: Shop, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(store, "save_turn", full)
    assert (await shop.events())[-1][0] == "done"
    assert "turn turn-1 was not stored: the disk is full" in caplog.text


async def test_a_session_goes_on_for_its_owner(shop: Shop) -> None:
    token = shop.identity.token("ana")
    first = dict(await shop.events(shopper_token=token))["session"]
    second = dict(await shop.events("the second one", shopper_token=token, session_id=first["session_id"]))["session"]
    assert first["session_id"] == second["session_id"] and first["turn_id"] != second["turn_id"]
    assert [q.shopper_id for q in shop.services.assistant.questions] == ["ana", "ana"]


@pytest.mark.parametrize(("owner", "other"), [(None, "ana"), ("ana", None), ("ana", "ben")])
async def test_a_session_of_somebody_else_is_unknown(shop: Shop, owner: str | None, other: str | None) -> None:
    def who(shopper_id: str | None) -> dict[str, str]:
        return {"shopper_token": shop.identity.token(shopper_id)} if shopper_id else {}

    session_id = dict(await shop.events(**who(owner)))["session"]["session_id"]
    foreign = is_problem(await shop.chat(session_id=session_id, **who(other)), 404, "unknown-session")
    made_up = is_problem(await shop.chat(session_id="made-up", **who(other)), 404, "unknown-session")
    assert foreign == made_up
    assert len(shop.services.assistant.questions) == 1


async def test_the_page_is_held_to_the_same_rule(shop: Shop) -> None:
    async def run(question: Question) -> list[TurnEvent]:
        return [event async for event in shop.app.state.turns.run(question)]

    events = await run(Question("a pen", shopper_id="ana"))
    assert isinstance(events[0], SessionStarted) and isinstance(events[-1], Done)
    with pytest.raises(UnknownSession):
        await run(Question("a pen", session_id=events[0].session_id, shopper_id="ben"))


@pytest.mark.parametrize("token", ["forged", "ana", "x.y.z", "日本"])
async def test_a_forged_token_is_refused(shop: Shop, token: str) -> None:
    is_problem(await shop.chat(shopper_token=token), 401, "invalid-token")


async def test_the_token_of_a_forgotten_shopper_is_refused(shop: Shop, store: Store) -> None:
    store.forget("ana")
    is_problem(await shop.chat(shopper_token=shop.identity.token("ana")), 401, "invalid-token")
