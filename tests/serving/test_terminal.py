"""What the terminal prints of a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from agent.stream import ClaimView, EvidenceView, ReasonState
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


def test_a_drawback_is_told_after_the_reason_and_its_review_is_listed() -> None:
    review = EvidenceView("R1", "review", "Heavy when full.", "a review")
    told = replace(
        REASON, evidence=(*REASON.evidence, review), drawback=ClaimView("1 of 5 reviewers: “Heavy when full.”", ("R1",))
    )
    shown = reason_text(told, CARD).plain
    assert "Worth knowing: 1 of 5 reviewers: “Heavy when full.” [R1]" in shown and "R1  Heavy when full." in shown
    assert shown.index("It weighs 780 g") < shown.index("Worth knowing")
    assert "Worth knowing" not in reason_text(REASON, CARD).plain
