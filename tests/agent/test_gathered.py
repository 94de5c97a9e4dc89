"""A stream becomes one value, whole or broken off."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from agent.gathered import gather
from agent.stream import Done, Failed, MessageDelta, SessionStarted, TurnEvent
from tests.fakes import CARD, NEED, REASON


async def stream(events: Sequence[TurnEvent]) -> AsyncIterator[TurnEvent]:
    for event in events:
        yield event


async def test_everything_a_turn_brought_is_kept() -> None:
    done = Done("t", 1, 10, 5)
    parts = [SessionStarted("s", "t"), NEED, REASON, MessageDelta("Two "), MessageDelta("fit."), done]
    turn = await gather(stream(parts))
    assert (turn.need, turn.reasons, turn.message.text) == (NEED, {CARD.item_id: REASON}, "Two fit.")
    assert turn.done == done and turn.failed is None


async def test_a_failed_turn_keeps_what_came_before() -> None:
    turn = await gather(stream([NEED, Failed("deadline", "Too long.")]))
    assert turn.need == NEED and turn.done is None
    assert turn.failed is not None and turn.failed.code == "deadline"
