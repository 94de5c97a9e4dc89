"""A turn in Chinese: the same shop, the same cards, the assistant's words in Chinese."""

from typing import Any

import pytest

from agent.assistant import Question
from agent.local import LocalAssistant
from agent.model import Budget
from agent.reasons.drawback import proved_drawback, with_drawback
from agent.reasons.reason import NOTHING_FITS, Reason, Writer
from agent.stream import CardsReady, Done, MessageReady, NeedUnderstood, ReasonDelta, ReasonReady, TurnEvent
from agent.texts import Texts
from retrieval.catalogue import Item, Review
from retrieval.evidence import numbered
from retrieval.index import ShopIndex
from retrieval.snippets import item_snippets
from tests.models import ITEMS, ScriptedModel, quotes_the_review

ASK = "我想买一个轻便的双肩包，120欧以下，不要黑色"
ENGLISH = "I need a light backpack under 120 euros, not black"
ZH = Texts.of("zh")


async def turn(index: ShopIndex, message: str, model: ScriptedModel, **more: Any) -> list[TurnEvent]:
    assistant = LocalAssistant(index, model)
    return [event async for event in assistant.turn(Question(message, **more))]


def of(events: list[TurnEvent], kind: type[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def shown(events: list[TurnEvent]) -> list[str]:
    return [card.item_id for cards in of(events, CardsReady) for card in cards.suggestions]


async def test_the_same_cards_as_in_english_and_no_model_is_asked(index: ShopIndex) -> None:
    model = ScriptedModel(quotes_the_review)
    events = await turn(index, ASK, model)
    assert shown(events) == shown(await turn(index, ENGLISH, ScriptedModel(quotes_the_review)))
    assert of(events, Done)[0].model_calls == 0 and not model.calls
    (need,) = of(events, NeedUnderstood)
    assert (need.terms, need.language, need.intent) == ("轻便 双肩包", "zh", "recommend")
    assert need.constraints == {"price_max": 120, "kinds": ["backpack"], "colours_excluded": ["black"]}


async def test_reasons_are_the_evidence_framed_in_chinese(index: ShopIndex) -> None:
    events = await turn(index, ASK, ScriptedModel(quotes_the_review))
    reasons = of(events, ReasonReady)
    assert {reason.state for reason in reasons} == {"extractive"}
    first = next(reason for reason in reasons if reason.item_id == "backpack-1")
    assert "重量：700 克。" in first.text and "一位顾客写道：「This backpack is light" in first.text
    told = "".join(d.text for d in of(events, ReasonDelta) if d.item_id == "backpack-1")
    assert told.replace("。 ", "。").replace("」 ", "」").strip() == first.text
    (message,) = of(events, MessageReady)
    assert "120 欧元以下，双肩包，不要黑色" in message.text
    assert of(events, CardsReady)[0].suggestions[0].factors[0].label == "符合您的提问"


async def test_a_model_that_writes_chinese_is_asked(index: ShopIndex) -> None:
    model = ScriptedModel(quotes_the_review)
    assistant = LocalAssistant(index, model, writes=frozenset({"en", "zh"}))
    events = [event async for event in assistant.turn(Question(ASK))]
    assert model.calls and {reason.state for reason in of(events, ReasonReady)} == {"generated"}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("你好", "您好"),
        ("谢谢", "不客气"),
        ("你是谁", "导购助手"),
        ("how much is delivery", "3.95 EUR"),
        ("运费多少钱", "3.95 EUR"),
    ],
)
async def test_talk_and_service_in_chinese(index: ShopIndex, message: str, said: str) -> None:
    events = await turn(index, message, ScriptedModel(quotes_the_review), language="zh")
    (answer,) = of(events, MessageReady)
    assert said in answer.text
    assert ("本店的原文" in answer.text) == ("EUR" in said)


async def test_the_language_asked_for_decides_how_it_answers(index: ShopIndex) -> None:
    model = ScriptedModel(quotes_the_review)
    english = await turn(index, ASK, model, language="en-GB")
    assert shown(english) and model.calls
    assert of(english, MessageReady)[0].text.startswith("These")
    assert model.calls[0][1]["need"].startswith("i want light backpack")  # the model reads English
    chinese = await turn(index, ENGLISH, ScriptedModel(quotes_the_review), language="zh-TW")
    assert shown(chinese) and "符合您的条件" in of(chinese, MessageReady)[0].text


async def test_where_nothing_fits_what_is_sold_is_said_in_chinese(index: ShopIndex) -> None:
    events = await turn(index, "我想要一个无人机", ScriptedModel(quotes_the_review))
    assert not shown(events)
    assert "本店出售：厨房，户外" in of(events, MessageReady)[0].text


async def test_nothing_to_say_is_said_in_chinese() -> None:
    reason = await Writer(ScriptedModel(NOTHING_FITS)).write(ITEMS[0], "a tent", (), Budget(5), language="zh")
    assert (reason.state, reason.text) == ("none", ZH.say("nothing_suits"))


def test_a_drawback_is_counted_in_chinese_and_proved_like_any_other() -> None:
    written = (
        (3.0, "Sadly the strap is too short."),
        (4.0, "Roomy, but I wish the strap was longer."),
        (5.0, "Lovely."),
    )
    reviews = tuple(Review(text, stars, text) for stars, text in written)
    bag = Item("bag", "Bag", "", "outdoor", 10, "EUR", reviews=reviews)
    told = with_drawback(Reason("bag", (), numbered([]), "none", language="zh"), bag, ZH)
    assert told.drawback is not None
    assert told.drawback.text == "3 位评价者中有 2 位对 strap 不满：「Sadly the strap is too short.」"
    snippets = [snippet for snippet in item_snippets(bag) if snippet.kind == "review"]
    assert proved_drawback(told.drawback, told.evidence, snippets, ZH)
    for lie in (
        "3 位评价者中有 3 位对 strap 不满：「Sadly the strap is too short.」",
        "3 位评价者中有 2 位对 strap 不满：「It is awful.」",
    ):
        assert not proved_drawback(type(told.drawback)(lie, told.drawback.evidence_ids), told.evidence, snippets, ZH)
