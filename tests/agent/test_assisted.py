"""A service turn that a model answers with the shop's tools, and what becomes of it where its answer does not stand."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from agent.assistant import Question
from agent.errors import ModelUnavailable
from agent.gathered import Gathered, gather
from agent.local import Given, LocalAssistant
from agent.shop.toolloop import ToolModel
from retrieval.index import ShopIndex
from tests.chats import ScriptedChat, calls
from tests.fake_systems import FakeSystems, coupon, order
from tests.models import dead_model

LOOKS_UP = calls(("order_status", {"order_id": "HR-1001"}))
TELLS = AIMessage("Your order HR-1001 was shipped and is expected on 27 November 2026.")


def systems() -> FakeSystems:
    return FakeSystems([order(), order("HR-2001", "ben")], [coupon()], {"tent-6": 5})


async def ask(index: ShopIndex, chat: Any, message: str, shop: FakeSystems | None = None, **who: Any) -> Gathered:
    intent = who.pop("intent", "order_status")
    found = LocalAssistant(
        index, dead_model(), systems=shop or systems(), tool_model=ToolModel(chat, frozenset({"en"}))
    )
    return await gather(found.turn(Question(message, **{"shopper_id": "ana"} | who), Given(intent=intent)))


async def test_the_model_looks_the_order_up_and_its_answer_is_given_with_what_it_heard(index: ShopIndex) -> None:
    chat = ScriptedChat(LOOKS_UP, TELLS)
    turn = await ask(index, chat, "where is my order HR-1001?")
    assert turn.message.text == TELLS.text and turn.tools is not None and turn.done is not None
    assert turn.tools.state == "answered"
    assert [(call.name, call.arguments, call.ok) for call in turn.tools.calls] == [
        ("order_status", {"order_id": "HR-1001"}, True)
    ]
    (evidence,) = turn.message.evidence
    assert evidence.id == "O1" and "order id: HR-1001" in evidence.text and "expected: 2026-11-27" in evidence.text
    assert turn.done.model_calls == 2 and "tools" in turn.done.timings_ms


@pytest.mark.parametrize("who", ["ben", None], ids=["another shopper", "guest"])
async def test_whose_orders_they_are_is_not_the_models_to_say(index: ShopIndex, who: str | None) -> None:
    told = calls(("order_status", {"shopper_id": "ana"})), LOOKS_UP, AIMessage("It comes on 27 November 2026.")
    chat = ScriptedChat(*told)
    turn = await ask(index, chat, "where is order HR-1001?", shopper_id=who)
    assert turn.tools is not None and turn.tools.state == "no_call"
    assert [call.ok for call in turn.tools.calls] == [False, True]  # it may not name a shopper, and saw no order
    assert "27" not in turn.message.text and not any("Noordpost" in result for result in chat.told)


@pytest.mark.parametrize(
    ("chat", "state"),
    [
        (ScriptedChat(LOOKS_UP, AIMessage("It comes on 25 December.")), "unproved"),
        (ScriptedChat(AIMessage("It is on its way.")), "no_call"),
        (ScriptedChat(calls(("order_status", {"order_id": "HR-9"})), AIMessage("It is on its way.")), "no_call"),
        (ScriptedChat(LOOKS_UP, AIMessage("")), "empty"),
        (ScriptedChat(LOOKS_UP, ModelUnavailable("gone")), "unavailable"),
        (ScriptedChat(calls(*[("order_status", {})] * 7), TELLS), "bounded"),
        (ScriptedChat(*[calls(("stock", {"item_id": "tent-6"}))] * 9), "spent"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_where_it_does_not_stand_the_rules_answer_and_say_so(
    index: ShopIndex, chat: ScriptedChat, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    turn = await ask(index, chat, "where is my order HR-1001?")
    plain = LocalAssistant(index, dead_model(), systems=systems())
    ruled = await gather(plain.turn(Question("where is my order HR-1001?", shopper_id="ana"), Given("order_status")))
    assert turn.tools is not None and turn.tools.state == state and state in caplog.text
    assert "27 November 2026" in turn.message.text and "25 December" not in turn.message.text
    assert turn.message.text != TELLS.text and ruled.tools is None
    assert turn.done is not None and turn.done.model_calls <= 5


async def test_a_model_that_hangs_costs_its_time_and_not_the_turn(
    index: ShopIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hangs(ScriptedChat):
        def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
            return self

        async def ainvoke(self, input: Any, **kwargs: Any) -> AIMessage:
            await asyncio.Event().wait()
            raise AssertionError

    monkeypatch.setattr("agent.abilities.assisted.SECONDS", 0.05)
    turn = await ask(index, Hangs(TELLS), "where is my order HR-1001?")
    assert turn.tools is not None and turn.tools.state == "unavailable" and "27 November" in turn.message.text


async def test_stock_and_coupons_and_the_shops_rules_are_looked_up(index: ShopIndex) -> None:
    chat = ScriptedChat(
        calls(("find_items", {"query": "tent"})),
        calls(("stock", {"item_id": "tent-6"}), ("coupons", {"code": "TRAIL15", "item_ids": ["tent-6"]})),
        AIMessage("There are 5 of the Torrwick tent 6, and with TRAIL15 it is 204 EUR."),
    )
    turn = await ask(index, chat, "do you have the tent, and does TRAIL15 work?", intent="coupon")
    assert turn.message.text.endswith("204 EUR.") and len(turn.message.evidence) == 3
    chat = ScriptedChat(calls(("shop_answers", {"query": "delivery cost"})), AIMessage("Delivery costs 3.95 EUR."))
    turn = await ask(index, chat, "how much is delivery", intent="support")
    assert turn.message.text == "Delivery costs 3.95 EUR."
    assert "Delivery costs 3.95 EUR." in {
        each.text.split(";")[0].removeprefix("text: ") for each in turn.message.evidence
    }


async def test_the_items_meant_and_what_was_said_go_along_as_data(index: ShopIndex) -> None:
    chat = ScriptedChat(calls(("stock", {"item_id": "tent-6"})), AIMessage("There are 5 of it."))
    found = LocalAssistant(index, dead_model(), systems=systems(), tool_model=ToolModel(chat))
    await gather(found.turn(Question("a green tent", "s", "ana")))
    turn = await gather(
        found.turn(Question("how many of the Torrwick tent 6 are there?", "s", "ana"), Given(intent="stock"))
    )
    asked = str(chat.requests[0][1][-1][1])
    assert asked.startswith("<data>") and '"item_id":"tent-6"' in asked and "a green tent" in asked
    assert turn.message.text == "There are 5 of it."


async def test_a_person_is_asked_for_once_whether_the_answer_stands_or_not(index: ShopIndex) -> None:
    hands_over = calls(("hand_over", {"reason": "asks for a person"}))
    for answer, state in [("A colleague has it: T-1.", "answered"), ("They call on 3 May.", "unproved")]:
        shop = systems()
        turn = await ask(
            index, ScriptedChat(hands_over, AIMessage(answer)), "let me speak to a human", shop, intent="handoff"
        )
        assert turn.tools is not None and turn.tools.state == state
        assert len(shop.tickets) == 1 and "T-1" in turn.message.text and "3 May" not in turn.message.text
    shop = systems()
    turn = await ask(index, ScriptedChat(LOOKS_UP, TELLS), "let me speak to a human", shop, intent="handoff")
    assert turn.tools is not None and turn.tools.state == "no_ticket"
    assert len(shop.tickets) == 1 and "ticket" in turn.message.text


async def test_no_model_speaks_where_someone_is_hurt_or_in_a_language_it_does_not_write(index: ShopIndex) -> None:
    chat = ScriptedChat(LOOKS_UP, TELLS)
    hurt = await ask(index, chat, "the kettle burned my hand, I am injured", intent="injury_or_legal")
    chinese = await ask(index, chat, "我的订单在哪里")
    assert hurt.tools is None and chinese.tools is None and chat.requests == []
    assert "ticket" in hurt.message.text
