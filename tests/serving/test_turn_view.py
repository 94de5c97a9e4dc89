from __future__ import annotations

from dataclasses import replace
from functools import reduce

import pytest

from agent.stream import (
    CardsReady,
    ChipView,
    ClaimView,
    ComparisonReady,
    Done,
    EvidenceView,
    FactorView,
    Failed,
    MessageDelta,
    MessageReady,
    ReasonDelta,
    ReasonReady,
    RowView,
    SessionStarted,
    TurnEvent,
)
from serving.citations import Chip, claim_pieces, pieces
from serving.turn_view import TurnView, fold, safe_address
from tests.fakes import CARD, NEED, REASON

A1 = EvidenceView("A1", "attribute", "weight: 780 g", "product data")
PRICE = ChipView("price_max", "", "up to 120 EUR")
WOOL = ChipView("memory", "m1", "no wool, ever", "memory")
R1 = EvidenceView("R1", "review", "Light on my shoulders.", "a review")


def folded(*events: TurnEvent) -> TurnView:
    return reduce(fold, events, TurnView("a light backpack"))


def test_cards_stand_without_reasons_until_these_come() -> None:
    view = folded(SessionStarted("s1", "t1"), NEED, CardsReady((CARD,)))
    assert view.session_id == "s1" and view.phase == "running"
    assert [card.state for card in view.cards] == [None]
    assert view.cards[0].pieces == ()


def test_a_whole_reason_replaces_its_pieces() -> None:
    started = folded(CardsReady((CARD,)), ReasonDelta(CARD.item_id, "It weighs "), ReasonDelta(CARD.item_id, "little"))
    assert started.cards[0].text == "It weighs little"
    whole = fold(started, REASON)
    assert whole.cards[0].text == REASON.text and whole.cards[0].state == "generated"
    assert [piece.evidence for piece in whole.cards[0].pieces if isinstance(piece, Chip)] == list(REASON.evidence)


def test_a_reason_for_an_unknown_item_changes_nothing() -> None:
    before = folded(CardsReady((CARD,)))
    assert fold(before, replace(REASON, item_id="elsewhere")) == before


def test_a_turn_ends_as_done_or_failed() -> None:
    assert folded(Done("t1", 0, 0, 0)).phase == "done"
    failed = folded(Failed("deadline", "This took too long."))
    slow = "This took too long. Please try again."
    assert (failed.phase, failed.error, failed.status) == ("failed", slow, slow)
    assert folded(replace(NEED, language="zh"), Failed("deadline", slow)).error == "花的时间太久了，请重试。"
    assert folded(Failed("index", "The index was built with another model.")).error.startswith("The index was built")


def test_marks_become_chips_that_stay_with_the_word_before() -> None:
    found = pieces("It is light [A1, R1]. Good", [A1])
    assert found == ("It is ", Chip("A1", A1, lead="light"), Chip("R1"), ". Good")


def test_brackets_that_are_no_marks_stay_text() -> None:
    assert pieces("Sizes [S-XL] and [1]", [A1]) == ("Sizes [S-XL] and [1]",)


def test_claims_show_their_evidence_where_the_text_has_no_marks() -> None:
    assert claim_pieces(ClaimView("It is light.", ("A1",)), [A1]) == ("It is ", Chip("A1", A1, lead="light."), " ")
    reason = ReasonReady(CARD.item_id, "It is light.", (ClaimView("It is light.", ("A1",)),), (A1,), "extractive")
    view = folded(CardsReady((CARD,)), reason).cards[0]
    assert Chip("A1", A1, lead="light.") in view.pieces
    assert view.state == "extractive"


def test_a_drawback_stands_apart_from_the_reason_with_chips_of_its_own() -> None:
    drawback = ClaimView("1 of 5 reviewers: “Heavy.”", ("R1",))
    plain = folded(CardsReady((CARD,)), REASON).cards[0]
    view = folded(CardsReady((CARD,)), replace(REASON, evidence=(*REASON.evidence, R1), drawback=drawback)).cards[0]
    assert view.pieces == plain.pieces and plain.drawback_pieces == ()
    assert Chip("R1", R1, lead="“Heavy.”") in view.drawback_pieces


def test_a_message_without_marks_ends_with_its_evidence() -> None:
    view = folded(MessageDelta("Within "), MessageDelta("30 days"), MessageReady("Within 30 days.", (R1,)))
    assert view.message_pieces == ("Within 30 days.", Chip("R1", R1))


def test_bars_share_one_scale_over_all_cards() -> None:
    first = replace(CARD, factors=(FactorView("price", "price", -0.5), FactorView("text", "words", 2.0)))
    second = replace(CARD, item_id="other", factors=(FactorView("text", "words", 1.0),))
    view = folded(CardsReady((first, second)))
    assert [(bar.label, bar.share) for bar in view.bars(view.cards[0])] == [("words", 100), ("price", 25)]
    assert [bar.share for bar in view.bars(view.cards[1])] == [50]


def test_a_part_can_be_taken_off_once_the_turn_is_answered() -> None:
    need = replace(NEED, chips=(PRICE, WOOL), relaxed=("price", "measures"))
    running = folded(need, CardsReady((CARD,)))
    assert running.understood == (PRICE, WOOL) and running.relaxed == ("price", "measures")
    assert running.part("price_max", "") is None
    answered = fold(running, Done("t1", 0, 0, 0))
    assert answered.part("price_max", "") == PRICE
    assert answered.part("price_max", "50") is None and answered.part("brands", "") is None


@pytest.mark.parametrize("intent", ["support", "memory_change", "compare"])
def test_what_is_no_search_has_no_parts_to_take_off(intent: str) -> None:
    need = replace(NEED, intent=intent, chips=(PRICE,))
    assert folded(need, MessageReady("You have 30 days.")).understood == ()
    assert folded(need, CardsReady((CARD,))).understood == (PRICE,)
    assert folded(replace(need, intent="refine"), MessageReady("Nothing fits.")).understood == (PRICE,)


def test_a_turn_says_what_it_took_off_and_that_a_memory_is_forgotten() -> None:
    assert TurnView("", (PRICE,)).taken_off == "Taken off: up to 120 EUR"
    assert TurnView("", (WOOL,)).taken_off == "Taken off and forgotten: no wool, ever"
    assert TurnView("a tent").taken_off == ""


def test_the_words_around_an_answer_are_in_its_language() -> None:
    assert TurnView("我想要一顶帐篷").words.language == "zh"
    assert TurnView("", (PRICE,), "zh").taken_off.startswith("已去掉")
    assert folded(replace(NEED, language="zh"), Done("t1", 0, 0, 0)).status == "回答完毕。"
    assert folded(replace(NEED, language="Greek")).words.language == "en"


def test_differences_come_first_and_at_most_four_items_are_compared() -> None:
    rows = (RowView("type", ("tent",) * 5, False), RowView("weight", ("1", "2", "3", "4", "0"), True, 4))
    view = folded(ComparisonReady(tuple("abcde"), tuple("ABCDE"), rows))
    assert view.comparison
    assert view.comparison.titles == ("A", "B", "C", "D")
    assert [(row.name, row.values, row.better) for row in view.comparison.rows] == [
        ("weight", ("1", "2", "3", "4"), None),
        ("type", ("tent",) * 4, None),
    ]


@pytest.mark.parametrize("address", ["https://shop.test/a", "http://shop.test", "/shop#a", "images/a.svg"])
def test_addresses_that_a_browser_may_follow(address: str) -> None:
    assert safe_address(address) == address


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "", None]
)
def test_other_addresses_are_dropped(address: str | None) -> None:
    assert safe_address(address) is None
