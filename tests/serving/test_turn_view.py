from __future__ import annotations

from dataclasses import replace
from functools import reduce

import pytest

from agent.stream import (
    CardsReady,
    ClaimView,
    Done,
    EvidenceView,
    FactorView,
    Failed,
    MessageDelta,
    MessageReady,
    NeedUnderstood,
    ReasonDelta,
    ReasonReady,
    SessionStarted,
    TurnEvent,
)
from agent.texts import Texts
from serving.turn_view import Chip, TurnView, claim_pieces, fold, kind_name, pieces, safe_address, wishes
from tests.fakes import CARD, NEED, REASON

A1 = EvidenceView("A1", "attribute", "weight: 780 g", "product data")
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
    assert (failed.phase, failed.error, failed.status) == ("failed", "This took too long.", "This took too long.")


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
    assert view.note(Texts.of("en")) == "In the sources' own words"


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


def test_constraints_read_as_wishes() -> None:
    bound = {"attribute": "weight", "unit": "g", "low": None, "high": 900.0}
    constraints = {
        "price_max": 120.0,
        "colours_excluded": ["black"],
        "kinds": ["backpack"],
        "bounds": [bound],
        "without": ["leather"],
    }
    need = NeedUnderstood("recommend", "light backpack", constraints, "en")
    assert wishes(need, "EUR") == (
        "light backpack",
        "up to 120 EUR",
        "not black",
        "without leather",
        "weight up to 900 g",
    )


@pytest.mark.parametrize("address", ["https://shop.test/a", "http://shop.test", "/shop#a", "images/a.svg"])
def test_addresses_that_a_browser_may_follow(address: str) -> None:
    assert safe_address(address) == address


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "", None]
)
def test_other_addresses_are_dropped(address: str | None) -> None:
    assert safe_address(address) is None


def test_a_chinese_turn_is_shown_in_chinese() -> None:
    bound = {"attribute": "weight", "unit": "g", "low": None, "high": 900}
    limits = {"price_max": 120, "kinds": ["backpack"], "colours_excluded": ["black"], "bounds": [bound]}
    need = NeedUnderstood("recommend", "轻便 双肩包", limits, "zh", ("price",))
    view = folded(need, CardsReady((CARD,)))
    assert view.wishes == ("轻便 双肩包", "120 欧元以下", "不要黑色", "重量 900 克以下")
    assert view.relaxed == ("价格",)
    assert view.status.startswith("1 件推荐商品")
    assert kind_name("review", view.texts) == "顾客评价"
