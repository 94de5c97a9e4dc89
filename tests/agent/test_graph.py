"""What a turn does, on a real index and a scripted model."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import TypeVar

import pytest

from agent.assistant import Question
from agent.errors import ModelUnavailable
from agent.gathered import gather
from agent.local import Given, LocalAssistant
from agent.stream import (
    CardsReady,
    Done,
    MessageReady,
    NeedUnderstood,
    ReasonDelta,
    ReasonReady,
    SessionStarted,
    TurnEvent,
)
from retrieval.events import Event
from retrieval.history import traces
from retrieval.index import ShopIndex
from retrieval.need import Constraints
from tests.models import ScriptedModel, dead_model, quotes_the_review

T = TypeVar("T")
ASK = "I need a light backpack under 120 euros, not black"


async def turn(
    index: ShopIndex,
    message: str,
    model: ScriptedModel | None = None,
    *earlier: str,
    given: Given | None = None,
    **who: str,
) -> list[TurnEvent]:
    assistant = LocalAssistant(index, model or ScriptedModel(quotes_the_review))
    question = Question(message, **who)
    for before in earlier:
        opened = await gather(assistant.turn(replace(question, message=before)))
        question = replace(question, session_id=opened.session.session_id if opened.session else None)
    return [event async for event in assistant.turn(question, given)]


def of(events: list[TurnEvent], kind: type[T]) -> list[T]:
    return [event for event in events if isinstance(event, kind)]


def shown(events: list[TurnEvent]) -> list[str]:
    return [card.item_id for cards in of(events, CardsReady) for card in cards.suggestions]


async def test_the_order_of_a_turn(index: ShopIndex) -> None:
    events = await turn(index, ASK)
    names = [event.name for event in events]
    assert names[:3] == ["session", "need", "cards"]
    assert names.count("done") == 1 and names[-2:] == ["message", "done"]
    assert names.count("cards") == 1
    assert isinstance(events[0], SessionStarted) and isinstance(events[-1], Done)
    assert events[0].turn_id == events[-1].turn_id


async def test_hard_constraints_hold_and_every_card_gets_a_reason(index: ShopIndex) -> None:
    events = await turn(index, ASK)
    assert set(shown(events)) == {"backpack-1", "backpack-3", "backpack-5"}  # 2 is black, 4 is out of stock
    reasons = of(events, ReasonReady)
    assert {reason.item_id for reason in reasons} == set(shown(events))
    assert {reason.state for reason in reasons} == {"generated"}
    for reason in reasons:
        assert all(set(claim.evidence_ids) <= {e.id for e in reason.evidence} for claim in reason.claims)
        told = "".join(d.text for d in of(events, ReasonDelta) if d.item_id == reason.item_id)
        assert told.strip() == reason.text


async def test_an_item_out_of_stock_is_never_shown(index: ShopIndex) -> None:
    assert "backpack-4" not in shown(await turn(index, "a blue backpack"))


async def test_the_need_is_shown_as_it_was_understood(index: ShopIndex) -> None:
    (need,) = of(await turn(index, ASK), NeedUnderstood)
    assert (need.intent, need.terms, need.language) == ("recommend", "light backpack", "en")
    assert need.constraints == {"price_max": 120, "kinds": ["backpack"], "colours_excluded": ["black"]}


@pytest.mark.parametrize("prompt_tokens", [50, 600])
async def test_a_turn_keeps_its_budget_when_every_reason_needs_a_repair(index: ShopIndex, prompt_tokens: int) -> None:
    model = ScriptedModel("It is a lie [A1].", prompt_tokens=prompt_tokens)
    events = await turn(index, ASK, model)
    (done,) = of(events, Done)
    assert done.model_calls == len(model.calls) <= 2 + len(shown(events))
    assert done.prompt_tokens <= 4000
    assert {reason.state for reason in of(events, ReasonReady)} == {"extractive"}
    assert not any("lie" in delta.text for delta in of(events, ReasonDelta))


async def test_a_model_killed_in_mid_conversation_costs_the_prose_and_not_the_turn(index: ShopIndex) -> None:
    model = ScriptedModel(quotes_the_review, quotes_the_review, quotes_the_review, ModelUnavailable("killed"))
    first = await turn(index, ASK, model)
    second = await turn(index, "under 110 euros please", model, ASK)
    assert {r.state for r in of(first, ReasonReady)} == {"generated"}
    assert {r.state for r in of(second, ReasonReady)} == {"extractive"}
    assert shown(second) and all(r.text for r in of(second, ReasonReady))
    assert isinstance(second[-1], Done)


async def test_cards_come_before_the_model_is_asked(index: ShopIndex) -> None:
    model = dead_model()
    async for event in LocalAssistant(index, model).turn(Question(ASK)):
        if isinstance(event, CardsReady):
            assert model.calls == []
            break


async def test_a_price_that_nothing_meets_is_said_and_the_nearest_offered(index: ShopIndex) -> None:
    events = await turn(index, "a backpack under 5 euros, not grey")
    assert of(events, NeedUnderstood)[-1].relaxed == ("price",)
    prices = [card.price for cards in of(events, CardsReady) for card in cards.suggestions]
    assert prices == [60, 89, 109]  # the grey one at 45 stays excluded
    (message,) = of(events, MessageReady)
    assert "up to 5 EUR" in message.text and "60 EUR" in message.text


async def test_a_follow_up_keeps_what_was_asked_before(index: ShopIndex) -> None:
    events = await turn(index, "not in red please", None, "a backpack under 100 euros")
    (need,) = of(events, NeedUnderstood)
    assert need.constraints == {"kinds": ["backpack"], "price_max": 100, "colours_excluded": ["red"]}
    assert set(shown(events)) == {"backpack-1", "backpack-5"}


async def test_another_script_is_answered_clearly(index: ShopIndex) -> None:
    events = await turn(index, "Мне нужен рюкзак")
    assert [event.name for event in events] == ["session", "need", "message", "done"]
    assert "English" in of(events, MessageReady)[0].text


@pytest.mark.parametrize(
    ("message", "said"), [("hello", "Hello"), ("thank you", "welcome"), ("who are you", "program")]
)
@pytest.mark.parametrize("earlier", [(), (ASK,)], ids=["first", "later"])
async def test_talk_shows_no_cards_and_asks_no_model(
    index: ShopIndex, message: str, said: str, earlier: tuple[str, ...]
) -> None:
    events = await turn(index, message, None, *earlier)
    assert said in of(events, MessageReady)[0].text
    assert not shown(events) and of(events, Done)[0].model_calls == 0


async def test_a_service_question_is_answered_in_the_shops_own_words(index: ShopIndex) -> None:
    (message,) = of(await turn(index, "how much does delivery cost"), MessageReady)
    assert message.text == "Delivery costs 3.95 EUR."
    assert [(e.id, e.kind, e.text) for e in message.evidence] == [("P1", "policy", message.text)]


async def test_a_service_question_about_a_product_is_no_wish_for_one(index: ShopIndex) -> None:
    events = await turn(index, "can I return an item such as a backpack")
    assert of(events, MessageReady)[0].text == "You may return an item within 30 days."


async def test_a_service_question_without_an_answer_says_so(index: ShopIndex) -> None:
    (message,) = of(await turn(index, "how do I change my password"), MessageReady)
    assert "do not answer that" in message.text and message.evidence == ()


async def test_what_the_shop_does_not_sell_gets_no_cards(index: ShopIndex) -> None:
    events = await turn(index, "i want to buy quantum spaghetti")
    assert shown(events) == []
    assert "outdoor" in of(events, MessageReady)[0].text


def history(index: ShopIndex, item_id: str) -> Given:
    event = Event("e1", "ana", "purchase", datetime.now(UTC), item_id, 5)
    return Given(history=traces([event], index.catalogue, index.embedder), intent="recommend", suggestions=2)


async def test_a_history_that_is_passed_moves_the_ranking_and_may_be_cited(index: ShopIndex) -> None:
    events = await turn(index, "something for the hills", given=history(index, "backpack-2"))
    assert len(shown(events)) == 2
    assert "backpack-2" not in shown(events)  # it is owned
    cited = [e for reason in of(events, ReasonReady) for e in reason.evidence if e.kind == "history"]
    assert cited and all("You bought" in e.text or "Skarne backpack 2" in e.text for e in cited)


async def test_what_the_caller_fixes_wins_over_the_message(index: ShopIndex) -> None:
    given = Given(constraints=Constraints(price_max=50), intent="recommend")
    assert shown(await turn(index, "a backpack under 200 euros", given=given)) == ["backpack-5"]


@pytest.mark.parametrize("who", [{}, {"shopper_id": "nobody-knows"}], ids=["guest", "unknown"])
async def test_a_shopper_without_a_history_is_served(index: ShopIndex, who: dict[str, str]) -> None:
    events = await turn(index, ASK, **who)
    assert len(shown(events)) == 3
    assert not any(e.kind == "history" for reason in of(events, ReasonReady) for e in reason.evidence)


async def test_the_marks_on_the_clock_are_in_order(index: ShopIndex) -> None:
    (done,) = of(await turn(index, ASK), Done)
    marks = [done.timings_ms[name] for name in ("understand", "cards_at", "total")]
    assert all(a <= b for a, b in pairwise(marks))
    assert {"recall", "rank", "reason_1", "reason_2", "reason_3"} <= set(done.timings_ms)
