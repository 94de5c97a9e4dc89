"""The chat page: a Gradio client of the same turn stream that the API sends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any, TypeAlias

import gradio as gr

from agent.assistant import Question
from agent.stream import ChipView, TurnEvent
from retrieval.events import Shopper
from serving.bodies import clean, is_blank
from serving.conversation import Conversation, render
from serving.errors import ServingError
from serving.scripts import TEMPLATES, memory_script
from serving.services import Services
from serving.settings import Settings
from serving.turn_view import TurnView, fold
from serving.words import Words

logger = logging.getLogger(__name__)

RunTurn: TypeAlias = Callable[[Question], AsyncGenerator[TurnEvent, None]]
"""Answers one question and stores the turn; the API's chat route reads the same function."""

Update: TypeAlias = tuple[Conversation, list[str], Any]
"""The state, the markup of its turns and a change to the text box."""

GUEST = ""
CONCURRENT_TURNS = 32


class Page:
    """The page's event handlers."""

    def __init__(self, services: Services, settings: Settings, run_turn: RunTurn) -> None:
        self._services = services
        self._limit = settings.message_limit
        self._run_turn = run_turn

    async def demo_shoppers(self) -> Mapping[str, Shopper]:
        """Demo shoppers by id; no other shopper can be chosen here."""
        found = await asyncio.to_thread(self._services.store.shoppers, demo_only=True)
        return {shopper.shopper_id: shopper for shopper in found}

    async def open(self, request: gr.Request) -> tuple[Any, ...]:
        """The shoppers that can be chosen, and the page in the browser's language if that is not the one it has."""
        words = Words.of(spoken(request.headers.get("accept-language", "")))
        shoppers = await self.demo_shoppers()
        choices = [(words.say("page.guest"), GUEST), *((label(s), s.shopper_id) for s in shoppers.values())]
        who = gr.update(choices=choices, label=words.say("page.who"))
        if words == Words.of(None):
            return gr.skip(), gr.skip(), gr.skip(), who, gr.skip(), gr.skip()
        conversation = Conversation(language=words.language)
        box = gr.update(label=words.say("page.box"), placeholder=words.say("page.box_hint"))
        return conversation, conversation.html, box, who, render("header.html", words), about_html(words)

    async def switch(self, shopper_id: str, before: Conversation) -> tuple[Conversation, list[str], str, Any]:
        """Another shopper: a new conversation."""
        shopper = (await self.demo_shoppers()).get(shopper_id)
        conversation = Conversation(shopper.shopper_id if shopper else None, language=before.language)
        return conversation, conversation.html, about_html(Words.of(before.language), shopper), idle()

    async def ask(
        self, message: str, conversation: Conversation, removed: tuple[ChipView, ...] = ()
    ) -> AsyncGenerator[Update, None]:
        """One turn, of a message or of what is taken off: the state after each of its events."""
        message = clean(message or "")
        if is_blank(message) and not removed:
            yield conversation, conversation.html, idle()
            return
        conversation = conversation.begin(message, removed)
        yield conversation, conversation.html, busy(empty=not removed)
        # Closed at once when the shopper stops the turn, so that the assistant stops too.
        async with aclosing(self._views(conversation.turns[-1], conversation)) as views:
            async for view in views:
                conversation = conversation.show(view)
                yield conversation, conversation.html, gr.skip() if view.phase == "running" else idle()

    async def _views(self, view: TurnView, conversation: Conversation) -> AsyncGenerator[TurnView, None]:
        """The turn after each event; the last view is not running any more."""
        if refusal := self._refusal(view):
            yield view.failed(refusal)
            return
        removed = tuple({"name": part.name, "value": part.value} for part in view.removed)
        question = Question(view.question, conversation.session_id, conversation.shopper_id, removed=removed)
        try:
            async with aclosing(self._run_turn(question)) as events:
                async for event in events:
                    view = fold(view, event)
                    yield view
        except ServingError as exc:
            logger.error("a turn of the page failed: %s", exc)
            # Without its session, which may be what is wrong: the next question opens a new one.
            yield replace(view, session_id=None).failed(view.words.say("error.cannot"))
            return
        if view.phase == "running":
            yield view.failed(view.words.say("turn.broke_off"))

    def _refusal(self, view: TurnView) -> str:
        """Why the question cannot be answered at all, or nothing."""
        if (count := len(view.question)) > self._limit:
            return view.words.say("error.too_long", count=f"{count:,}", limit=f"{self._limit:,}")
        if self._services.index_state() != "ready":
            return view.words.say("error.no_index")
        return ""

    async def ask_example(self, conversation: Conversation, event: gr.EventData) -> AsyncGenerator[Update, None]:
        """A suggested question was pressed."""
        async with aclosing(self.ask(str(event.question), conversation)) as updates:
            async for update in updates:
                yield update

    async def take_off(self, conversation: Conversation, event: gr.EventData) -> AsyncGenerator[Update, None]:
        """A part of what the newest turn understood was pressed away; an older turn's, or none, changes nothing."""
        newest = conversation.turns[-1] if conversation.turns else None
        part = newest.part(str(event.name), str(event.value)) if newest else None
        if part is None:
            return
        async with aclosing(self.ask("", conversation, (part,))) as updates:
            async for update in updates:
                yield update

    async def retry(self, conversation: Conversation) -> AsyncGenerator[Update, None]:
        """The last question again, in place of the turn that failed."""
        if not conversation.turns:
            return
        last = conversation.turns[-1]
        async with aclosing(self.ask(last.question, conversation.without_last(), last.removed)) as updates:
            async for update in updates:
                yield update

    def stop(self, conversation: Conversation) -> Update:
        """Mark the turn that was cancelled."""
        if conversation.turns and conversation.turns[-1].phase == "running":
            conversation = conversation.show(replace(conversation.turns[-1], phase="stopped"))
        return conversation, conversation.html, idle()


def build_page(services: Services, settings: Settings, *, run_turn: RunTurn) -> gr.Blocks:
    """The chat page, ready to be mounted.

    Args:
        run_turn: what the API's chat route runs too, so that turns asked here are stored like any other.
    """
    page = Page(services, settings, run_turn)
    words = Words.of(None)
    with gr.Blocks(title="Because", analytics_enabled=False, fill_width=True) as blocks:
        state = gr.State(Conversation())
        with gr.Row(elem_id="bc-top"):
            header = gr.HTML(render("header.html", words), apply_default_css=False)
            with gr.Column(elem_id="bc-who", min_width=260):
                guest = (words.say("page.guest"), GUEST)
                who = gr.Dropdown([guest], value=GUEST, label=words.say("page.who"), filterable=False)
                about = gr.HTML(about_html(words), js_on_load=memory_script(), apply_default_css=False)
        talk = gr.HTML(
            Conversation().html,
            html_template="${value.join('')}",
            js_on_load=(TEMPLATES / "page.js").read_text(encoding="utf-8"),
            apply_default_css=False,
            elem_id="bc-talk",
            elem_classes=["bc"],
        )
        box = gr.Textbox(
            placeholder=words.say("page.box_hint"),
            label=words.say("page.box"),
            show_label=False,
            container=False,
            submit_btn=True,
            max_length=settings.message_limit,
            max_lines=6,
            elem_id="bc-box",
            autofocus=True,
        )
        outputs = [state, talk, box]
        quiet = {"show_progress": "hidden", "api_visibility": "private"}
        turn = {**quiet, "outputs": outputs, "concurrency_limit": CONCURRENT_TURNS}
        asked = [
            box.submit(page.ask, [box, state], **turn),
            talk.ask(page.ask_example, [state], **turn),
            talk.take_off(page.take_off, [state], **turn),
            talk.retry(page.retry, [state], **turn),
        ]
        box.stop(page.stop, [state], outputs, cancels=asked, **quiet)
        who.input(page.switch, [who, state], [state, talk, about, box], cancels=asked, **quiet)
        blocks.load(page.open, None, [*outputs, who, header, about], **quiet)
    blocks.queue(default_concurrency_limit=CONCURRENT_TURNS, api_open=False)
    return blocks


def busy(*, empty: bool = True) -> Any:
    """The text box while an answer is written: with a stop button, and empty if what it held was asked."""
    return gr.update(submit_btn=False, stop_btn=True, **({"value": ""} if empty else {}))


def idle() -> Any:
    return gr.update(submit_btn=True, stop_btn=False)


def about_html(words: Words, shopper: Shopper | None = None) -> str:
    """What is known of who is shopping, and for a shopper the way to what is remembered."""
    about = shopper.about if shopper else words.say("page.guest_about")
    return render("about.html", words, about=about, shopper_id=shopper.shopper_id if shopper else None)


def spoken(accepted: str) -> str | None:
    """The first language that an Accept-Language header names."""
    return accepted.split(",", maxsplit=1)[0].split(";", maxsplit=1)[0].strip() or None


def label(shopper: Shopper) -> str:
    """The drop-down's line for a shopper: the name and the beginning of what they are like."""
    about = shopper.about if len(shopper.about) <= 90 else shopper.about[:87].rsplit(" ", 1)[0] + " …"
    return f"{shopper.name} · {about}" if about else shopper.name


def theme() -> gr.Theme:
    """Plain, with the system's own fonts: nothing is fetched from elsewhere."""
    sans = ["-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"]
    return gr.themes.Base(font=sans, font_mono=["ui-monospace", "monospace"], primary_hue="emerald")
