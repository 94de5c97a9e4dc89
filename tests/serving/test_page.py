from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

import gradio as gr
import pytest

from agent.assistant import Question
from agent.stream import CardsReady, Done, EvidenceView, Failed, SessionStarted, TurnEvent
from serving.page import Conversation, Page, Update, build_page, label
from serving.problems import UnknownSession
from serving.settings import Settings
from serving.store import Store
from tests.fakes import CARD, REASON, TURN, FakeServices, ScriptedAssistant, Step

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
    conversation, *_ = await chat.switch("ana")
    conversation, *_ = (await updates(chat.ask("one", conversation)))[-1]
    conversation, *_ = (await updates(chat.ask("two", conversation)))[-1]
    assert assistant.questions == [
        Question("one", session_id=None, shopper_id="ana"),
        Question("two", session_id="s1", shopper_id="ana"),
    ]
    assert [turn.question for turn in conversation.turns] == ["one", "two"]
    other, *_ = await chat.switch("")
    assert (other.session_id, other.shopper_id, other.turns) == (None, None, ())


async def test_only_demo_shoppers_can_be_chosen(store: Store) -> None:
    chat, _ = page(store)
    offered = await chat.offer_shoppers()
    assert [value for _, value in offered["choices"]] == ["", "ana"]
    conversation, *_ = await chat.switch("ben")
    assert conversation.shopper_id is None


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
    turns = [function for function in blocks.fns.values() if function.name in {"ask", "ask_example", "retry"}]
    assert len(turns) == 3 and all(int(function.concurrency_limit or 99) > 1 for function in turns)


def test_a_long_description_is_cut_between_words(store: Store) -> None:
    shopper = replace(store.shoppers(demo_only=True)[0], about="hikes " * 40)
    assert label(shopper).startswith("Ana · hikes hikes") and label(shopper).endswith("hikes …")
