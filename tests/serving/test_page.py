from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

import gradio as gr
import pytest
from starlette.requests import Request

from agent.assistant import Question
from agent.stream import (
    CardsReady,
    ChipView,
    ComparisonReady,
    Done,
    EvidenceView,
    Failed,
    RowView,
    SessionStarted,
    TurnEvent,
)
from serving.conversation import Conversation
from serving.page import Page, Update, build_page, label
from serving.problems import UnknownSession
from serving.settings import Settings
from serving.store import Store
from tests.fakes import CARD, NEED, REASON, TURN, FakeServices, ScriptedAssistant, Step

SCRIPT = '<img src=x onerror="alert(1)">'


def page(store: Store, *scripts: tuple[Step, ...]) -> tuple[Page, ScriptedAssistant]:
    services = FakeServices(store, ScriptedAssistant(*scripts))
    return Page(services, Settings(message_limit=50), services.assistant.turn), services.assistant


async def updates(stream: AsyncGenerator[Update, None]) -> list[Update]:
    return [update async for update in stream]


def shown(update: Update) -> str:
    return "".join(update[1])


async def test_cards_are_shown_before_the_reason_and_the_chip_has_its_snippet(store: Store) -> None:
    chat, _ = page(store)
    seen = [shown(update) for update in await updates(chat.ask("a light backpack", Conversation()))]
    first_card = next(index for index, html in enumerate(seen) if "bc-card" in html)
    assert "bc-skeleton" in seen[first_card] and "780 g" not in seen[first_card]
    assert 'popovertarget="t1-1-A1"' in seen[-1] and 'id="t1-1-A1"' in seen[-1]
    assert "<blockquote>weight: 780 g</blockquote>" in seen[-1]
    assert "bc-skeleton" not in seen[-1]


async def test_the_next_question_goes_on_in_the_same_session_as_the_same_shopper(store: Store) -> None:
    chat, assistant = page(store, (SessionStarted("s1", "t1"), Done("t1", 0, 0, 0)))
    conversation, *_ = await chat.switch("ana", Conversation())
    conversation, *_ = (await updates(chat.ask("one", conversation)))[-1]
    conversation, *_ = (await updates(chat.ask("two", conversation)))[-1]
    assert assistant.questions == [
        Question("one", session_id=None, shopper_id="ana"),
        Question("two", session_id="s1", shopper_id="ana"),
    ]
    assert [turn.question for turn in conversation.turns] == ["one", "two"]
    other, *_ = await chat.switch("", conversation)
    assert (other.session_id, other.shopper_id, other.turns) == (None, None, ())


async def test_only_demo_shoppers_can_be_chosen(store: Store) -> None:
    chat, _ = page(store)
    *_, who, _, _ = await chat.open(browser("en-GB,en;q=0.9"))
    assert [value for _, value in who["choices"]] == ["", "ana"]
    conversation, *_ = await chat.switch("ben", Conversation())
    assert conversation.shopper_id is None


def browser(accepts: str) -> gr.Request:
    scope = {"type": "http", "headers": [(b"accept-language", accepts.encode())]}
    return gr.Request(request=Request(scope))


async def test_the_page_opens_in_the_browsers_language_and_keeps_it_for_another_shopper(store: Store) -> None:
    chat, _ = page(store)
    conversation, html, box, who, header, about = await chat.open(browser("zh-CN,zh;q=0.9,en;q=0.8"))
    assert "您想找什么" in "".join(html) and "询问" in box["placeholder"] and who["label"] == "顾客"
    assert "查证" in header and "访客" not in about
    _, html, about, _ = await chat.switch("ana", conversation)
    assert "您想找什么" in "".join(html) and "记住的内容" in about and 'data-shopper="ana"' in about


async def test_a_guest_has_no_way_to_a_memory(store: Store) -> None:
    chat, _ = page(store)
    _, _, about, _ = await chat.switch("", Conversation())
    assert "bc-remembered" not in about


PRICE = ChipView("price_max", "", "up to 120 EUR")
LASTING = ChipView("memory", "m1", "no <wool>", "memory")
UNDERSTOOD: tuple[Step, ...] = (
    SessionStarted("s1", "t1"),
    replace(NEED, chips=(PRICE, LASTING)),
    CardsReady((CARD,)),
    Done("t1", 0, 0, 0),
)


def pressed(name: str, value: str) -> gr.EventData:
    return gr.EventData(None, {"name": name, "value": value})


async def test_a_part_that_is_pressed_away_is_a_turn_of_its_own(store: Store) -> None:
    chat, assistant = page(store, UNDERSTOOD)
    conversation, *_ = update = (await updates(chat.ask("a light backpack", Conversation("ana"))))[-1]
    html = shown(update)
    assert 'aria-label="Remove: up to 120 EUR"' in html
    assert 'aria-label="Remove and forget: no &lt;wool&gt;"' in html and "from memory" in html
    taken, *_ = update = (await updates(chat.take_off(conversation, pressed("price_max", ""))))[-1]
    assert assistant.questions[-1] == Question(
        "", session_id="s1", shopper_id="ana", removed=({"name": "price_max", "value": ""},)
    )
    assert [turn.phase for turn in taken.turns] == ["done", "done"] and "Taken off: up to 120 EUR" in shown(update)


async def test_only_a_part_of_the_newest_turn_can_be_taken_off(store: Store) -> None:
    chat, assistant = page(store, UNDERSTOOD, (SessionStarted("s1", "t2"), Done("t2", 0, 0, 0)))
    conversation, *_ = (await updates(chat.ask("a light backpack", Conversation())))[-1]
    assert await updates(chat.take_off(conversation, pressed("brands", "Tarn"))) == []
    conversation, *_ = (await updates(chat.ask("thanks", conversation)))[-1]
    assert await updates(chat.take_off(conversation, pressed("price_max", ""))) == []
    assert len(assistant.questions) == 2


async def test_taking_off_can_be_tried_again(store: Store) -> None:
    chat, assistant = page(store, UNDERSTOOD, (Failed("deadline", "This took too long."),), UNDERSTOOD)
    conversation, *_ = (await updates(chat.ask("a light backpack", Conversation())))[-1]
    failed, *_ = (await updates(chat.take_off(conversation, pressed("price_max", ""))))[-1]
    again, *_ = (await updates(chat.retry(failed)))[-1]
    assert [turn.phase for turn in again.turns] == ["done", "done"]
    assert assistant.questions[1].removed == assistant.questions[2].removed != ()


async def test_items_stand_side_by_side_and_the_better_value_says_so(store: Store) -> None:
    rows = (RowView("type", ("tent", "tent"), False), RowView("weight", ("2 kg", "900 g"), True, 1))
    chat, _ = page(store, (NEED, ComparisonReady(("a", "b"), ("Tarn", SCRIPT), rows), Done("", 0, 0, 0)))
    html = shown((await updates(chat.ask("compare the two", Conversation())))[-1])
    assert '<td>2 kg</td><td class="bc-better">900 g <small>better</small></td>' in html
    assert html.index("900 g") < html.index("No difference") < html.index("<td>tent</td>")
    assert "<img" not in html


async def test_text_from_the_data_never_becomes_markup(store: Store) -> None:
    card = replace(CARD, title=SCRIPT, brand=SCRIPT, url="javascript:alert(1)", image="javascript:alert(1)")
    evidence = EvidenceView("A1", SCRIPT, SCRIPT, SCRIPT)
    turn = (CardsReady((card,)), replace(REASON, text=f"{SCRIPT} [A1]", evidence=(evidence,)), Done("", 1, 1, 1))
    chat, _ = page(store, turn)
    html = shown((await updates(chat.ask(SCRIPT, Conversation())))[-1])
    assert "&lt;img src=x" in html
    assert "<img" not in html and "javascript:" not in html


@pytest.mark.parametrize("message", ["", "   ", "\u200b\x00"])
async def test_an_empty_message_asks_nothing(store: Store, message: str) -> None:
    chat, assistant = page(store)
    (update,) = await updates(chat.ask(message, Conversation()))
    assert update[0] == Conversation() and assistant.questions == []


async def test_a_message_that_is_too_long_is_refused_in_words(store: Store) -> None:
    chat, assistant = page(store)
    update = (await updates(chat.ask("x" * 20_000, Conversation(session_id="s1"))))[-1]
    assert "20,000 characters; at most 50" in shown(update)
    assert assistant.questions == [] and update[0].session_id == "s1"


async def test_a_failed_turn_shows_its_message_and_can_be_asked_again(store: Store) -> None:
    chat, assistant = page(store, (SessionStarted("s1", "t1"), Failed("deadline", "This took too long.")), TURN)
    failed, *_ = update = (await updates(chat.ask("a backpack", Conversation())))[-1]
    assert "This took too long." in shown(update) and "bc-retry" in shown(update)
    again, *_ = (await updates(chat.retry(failed)))[-1]
    assert [(turn.question, turn.phase) for turn in again.turns] == [("a backpack", "done")]
    assert [question.message for question in assistant.questions] == ["a backpack", "a backpack"]


async def test_a_session_that_is_gone_is_not_used_again(store: Store) -> None:
    async def refuse(question: Question) -> AsyncGenerator[TurnEvent, None]:
        raise UnknownSession("gone")
        yield

    chat = Page(FakeServices(store), Settings(), refuse)
    conversation, *_ = update = (await updates(chat.ask("hello", Conversation(session_id="old"))))[-1]
    assert conversation.session_id is None and "bc-retry" in shown(update)


async def test_a_stopped_turn_says_so(store: Store) -> None:
    chat, _ = page(store)
    running = Conversation().begin("a backpack")
    conversation, *_ = update = chat.stop(running)
    assert conversation.turns[-1].phase == "stopped" and "Stopped" in shown(update)


def test_many_shoppers_can_ask_at_once_and_nothing_is_reported_home(store: Store) -> None:
    services = FakeServices(store)
    blocks = build_page(services, Settings(), run_turn=services.assistant.turn)
    assert isinstance(blocks, gr.Blocks) and blocks.title == "Because"
    assert blocks.analytics_enabled is False
    turns = [
        function for function in blocks.fns.values() if function.name in {"ask", "ask_example", "take_off", "retry"}
    ]
    assert len(turns) == 4 and all(int(function.concurrency_limit or 99) > 1 for function in turns)


def test_a_long_description_is_cut_between_words(store: Store) -> None:
    shopper = replace(store.shoppers(demo_only=True)[0], about="hikes " * 40)
    assert label(shopper).startswith("Ana · hikes hikes") and label(shopper).endswith("hikes …")
