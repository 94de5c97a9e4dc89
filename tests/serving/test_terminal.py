"""What the terminal prints of a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from agent.stream import ReasonState
from serving.terminal import reason_text
from serving.turn_view import STATE_NOTES
from tests.fakes import CARD, REASON


@pytest.mark.parametrize("state", get_args(ReasonState))
def test_a_reason_says_how_it_came_about_as_the_page_does(state: ReasonState) -> None:
    shown = reason_text(replace(REASON, state=state), CARD).plain
    assert "It weighs 780 g [A1]" in shown and "weight: 780 g" in shown
    assert [note for note in STATE_NOTES.values() if f"({note})" in shown] == [
        note for named, note in STATE_NOTES.items() if named == state
    ]
