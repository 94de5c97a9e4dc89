"""The chat page: a Gradio client of the same turn stream that the API sends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import gradio as gr
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agent.assistant import Question
from agent.stream import TurnEvent
from retrieval.events import Shopper
from serving.bodies import clean, is_blank
from serving.errors import ServingError
from serving.services import Services
from serving.settings import Settings
from serving.turn_view import TurnView, fold, kind_name, safe_address

logger = logging.getLogger(__name__)

RunTurn: TypeAlias = Callable[[Question], AsyncGenerator[TurnEvent, None]]
"""Answers one question and stores the turn; the API's chat route reads the same function."""

Update: TypeAlias = tuple["Conversation", list[str], Any]
"""The state, the markup of its turns and a change to the text box."""

TEMPLATES = Path(__file__).parent / "templates"
GUEST = ""
EXAMPLES = (
    "I need a light backpack for weekend hikes under 120 euros, not black",
    "Quiet headphones for an open-plan office",
    "How long do I have to return something?",
)
GUEST_ABOUT = "Nothing is known about you: reasons come from the products and their reviews."
CONCURRENT_TURNS = 32
SHOWN_TURNS = 40


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one browser tab has asked so far, and the markup of every turn."""

    shopper_id: str | None = None
    session_id: str | None = None
    turns: tuple[TurnView, ...] = ()
    markup: tuple[str, ...] = ()
    started: int = 0

    def begin(self, question: str) -> Conversation:
        """With one more turn at the end; the oldest is dropped from view when there are too many."""
        view = TurnView(question, session_id=self.session_id)
        kept, drawn = self.turns[-SHOWN_TURNS + 1 :], self.markup[-SHOWN_TURNS + 1 :]
        return replace(self, turns=(*kept, view), markup=(*drawn, ""), started=self.started + 1).show(view)

    def show(self, view: TurnView) -> Conversation:
        """With ``view`` as the last turn's state."""
        drawn = render("turn.html", turn=view, t=view.texts, key=f"t{self.started}")
        return replace(
            self,
            session_id=view.session_id,
            turns=(*self.turns[:-1], view),
            markup=(*self.markup[:-1], drawn),
        )

    @property
    def html(self) -> list[str]:
        """One piece of markup a turn, so that an update sends only the turn that changed."""
        status = self.turns[-1].status if self.turns else ""
        shown = self.markup or (render("welcome.html", examples=EXAMPLES),)
        return [render("status.html", status=status), *shown]


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

    async def offer_shoppers(self) -> Any:
        """Fill the drop-down when the page opens."""
        shoppers = await self.demo_shoppers()
        return gr.update(choices=[("Guest", GUEST), *((label(s), s.shopper_id) for s in shoppers.values())])

    async def switch(self, shopper_id: str) -> tuple[Conversation, list[str], str, Any]:
        """Another shopper: a new conversation."""
        shopper = (await self.demo_shoppers()).get(shopper_id)
        conversation = Conversation(shopper_id=shopper.shopper_id if shopper else None)
        about = shopper.about if shopper else GUEST_ABOUT
        return conversation, conversation.html, render("about.html", about=about), idle()

    async def ask(self, message: str, conversation: Conversation) -> AsyncGenerator[Update, None]:
        """One turn: the state after each of its events."""
        message = clean(message or "")
        if is_blank(message):
            yield conversation, conversation.html, idle()
            return
        conversation = conversation.begin(message)
        yield conversation, conversation.html, busy()
        # Closed at once when the shopper stops the turn, so that the assistant stops too.
        async with aclosing(self._views(conversation.turns[-1], conversation)) as views:
            async for view in views:
                conversation = conversation.show(view)
                yield conversation, conversation.html, gr.skip() if view.phase == "running" else idle()

    async def _views(self, view: TurnView, conversation: Conversation) -> AsyncGenerator[TurnView, None]:
        """The turn after each event; the last view is not running any more."""
        if refusal := self._refusal(view.question):
            yield view.failed(refusal)
            return
        question = Question(view.question, session_id=conversation.session_id, shopper_id=conversation.shopper_id)
        try:
            async with aclosing(self._run_turn(question)) as events:
                async for event in events:
                    view = fold(view, event)
                    yield view
        except ServingError as exc:
            logger.error("a turn of the page failed: %s", exc)
            # Without its session, which may be what is wrong: the next question opens a new one.
            yield replace(view, session_id=None).failed("The shop cannot answer just now. Please try again.")
            return
        if view.phase == "running":
            yield view.failed("The answer broke off. Please try again.")

    def _refusal(self, question: str) -> str:
        """Why the question cannot be answered at all, or nothing."""
        if len(question) > self._limit:
            return f"The message has {len(question):,} characters; at most {self._limit:,} can be read."
        if self._services.index_state() != "ready":
            return "The catalogue is not indexed yet. Please try again in a moment."
        return ""

    async def ask_example(self, conversation: Conversation, event: gr.EventData) -> AsyncGenerator[Update, None]:
        """A suggested question was pressed."""
        async with aclosing(self.ask(str(event.question), conversation)) as updates:
            async for update in updates:
                yield update

    async def retry(self, conversation: Conversation) -> AsyncGenerator[Update, None]:
        """The last question again, in place of the turn that failed."""
        if not conversation.turns:
            return
        rest = replace(conversation, turns=conversation.turns[:-1], markup=conversation.markup[:-1])
        async with aclosing(self.ask(conversation.turns[-1].question, rest)) as updates:
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
    with gr.Blocks(title="Because", analytics_enabled=False, fill_width=True) as blocks:
        state = gr.State(Conversation())
        with gr.Row(elem_id="bc-top"):
            gr.HTML(render("header.html"), apply_default_css=False)
            with gr.Column(elem_id="bc-who", min_width=260):
                who = gr.Dropdown([("Guest", GUEST)], value=GUEST, label="Shopping as", filterable=False)
                about = gr.HTML(render("about.html", about=GUEST_ABOUT), apply_default_css=False)
        talk = gr.HTML(
            Conversation().html,
            html_template="${value.join('')}",
            js_on_load=(TEMPLATES / "page.js").read_text(encoding="utf-8"),
            apply_default_css=False,
            elem_id="bc-talk",
            elem_classes=["bc"],
        )
        box = gr.Textbox(
            placeholder="Ask about products or delivery",
            label="Your message",
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
            talk.retry(page.retry, [state], **turn),
        ]
        box.stop(page.stop, [state], outputs, cancels=asked, **quiet)
        who.change(page.switch, [who], [state, talk, about, box], cancels=asked, **quiet)
        blocks.load(page.offer_shoppers, None, [who], **quiet)
    blocks.queue(default_concurrency_limit=CONCURRENT_TURNS, api_open=False)
    return blocks


def busy() -> Any:
    """The text box while an answer is written: empty, with a stop button."""
    return gr.update(value="", submit_btn=False, stop_btn=True)


def idle() -> Any:
    return gr.update(submit_btn=True, stop_btn=False)


def label(shopper: Shopper) -> str:
    """The drop-down's line for a shopper: the name and the beginning of what they are like."""
    about = shopper.about if len(shopper.about) <= 90 else shopper.about[:87].rsplit(" ", 1)[0] + " …"
    return f"{shopper.name} · {about}" if about else shopper.name


def theme() -> gr.Theme:
    """Plain, with the system's own fonts: nothing is fetched from elsewhere."""
    sans = ["-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"]
    return gr.themes.Base(font=sans, font_mono=["ui-monospace", "monospace"], primary_hue="emerald")


def render(name: str, **values: object) -> str:
    """A template of serving/templates with every value escaped."""
    return _templates.get_template(name).render(kind_name=kind_name, safe_address=safe_address, **values).strip()


_templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
