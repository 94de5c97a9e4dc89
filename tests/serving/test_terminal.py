"""What the terminal prints of a reason."""

from __future__ import annotations

import io
from contextlib import nullcontext
from dataclasses import replace
from typing import get_args

import pytest
from rich.console import Console

from agent.assistant import Question
from agent.stream import (
    CardsReady,
    ChipView,
    ClaimView,
    ComparisonReady,
    Done,
    EvidenceView,
    MessageReady,
    ReasonState,
    RowView,
    SessionStarted,
)
from serving import terminal
from serving.printed import reason_text
from serving.settings import Settings
from serving.terminal import Shown, numbered, show_turn
from serving.words import Words, read
from tests.fakes import CARD, NEED, REASON, ScriptedAssistant

CHIPS = (ChipView("price_max", "", "up to 120 EUR"), ChipView("memory", "m1", "no wool, ever", "memory"))
STATE_NOTES = {key.removeprefix("state."): note for key, note in read()["en"].items() if key.startswith("state.")}


def console() -> Console:
    return Console(file=io.StringIO(), width=100, color_system=None)


def printed(to: Console) -> str:
    assert isinstance(to.file, io.StringIO)
    return to.file.getvalue()


async def test_what_was_understood_is_numbered_in_one_line() -> None:
    out = console()
    need = replace(NEED, chips=CHIPS)
    turn = ScriptedAssistant((SessionStarted("s1", "t1"), need, need, CardsReady((CARD,)), Done("t1", 0, 0, 0)))
    assert await show_turn(turn.turn(Question("a backpack")), out) == Shown("s1", CHIPS)
    assert printed(out).count("Understood") == 1
    assert "Understood: 1 up to 120 EUR · 2 no wool, ever (from memory)  (/remove N)" in printed(out)


async def test_items_are_printed_side_by_side() -> None:
    out = console()
    rows = (RowView("type", ("tent", "tent"), False), RowView("weight", ("2 kg", "900 g"), True, 1))
    turn = ScriptedAssistant((ComparisonReady(("a", "b"), ("Tarn [bold]", "Fell"), rows), Done("t1", 0, 0, 0)))
    await show_turn(turn.turn(Question("compare them")), out)
    lines = printed(out)
    assert "Tarn [bold]" in lines and "900 g ✓ better" in lines and lines.index("weight") < lines.index("type")


@pytest.mark.parametrize(
    ("command", "part"),
    [("/remove 1", CHIPS[0]), ("/remove  2 ", CHIPS[1]), ("/remove 3", None), ("/remove", None), ("/remove x", None),
     ("/remove 0", None), ("/remove -1", None), ("/remove 99999999999999999999", None)],
)  # fmt: skip
def test_a_part_is_named_by_its_number(command: str, part: ChipView | None) -> None:
    assert numbered(command, CHIPS) == part


async def test_a_part_is_taken_off_in_the_same_session(monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = ScriptedAssistant(
        (SessionStarted("s1", "t1"), replace(NEED, chips=CHIPS), MessageReady("None."), Done("t1", 0, 0, 0))
    )
    typed = iter(["a backpack", "/remove 7", "/remove 2", ""])
    monkeypatch.setattr(terminal, "_read", lambda _: next(typed))
    monkeypatch.setattr(terminal, "_assistant", lambda *_: nullcontext(assistant))
    out = console()
    await terminal.chat(Settings(), "ana", out)
    first, second = assistant.questions
    assert first.message == "a backpack" and first.removed == ()
    assert (second.message, second.session_id, second.removed) == ("", "s1", ({"name": "memory", "value": "m1"},))
    assert "by its number: /remove 1 to /remove 2" in printed(out)


def test_a_chinese_turn_has_chinese_words_around_it() -> None:
    assert "（出处原文）" not in reason_text(REASON, CARD, Words.of("zh")).plain
    assert "(出处原文)" in reason_text(replace(REASON, state="extractive"), CARD, Words.of("zh")).plain


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
