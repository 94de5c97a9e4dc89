"""What one browser tab has asked so far, as values and as the markup of the chat page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agent.stream import ChipView
from serving.scripts import TEMPLATES
from serving.turn_view import TurnView, safe_address
from serving.words import Words

SHOWN_TURNS = 40


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of one browser tab, and the markup of each. ``language`` is the browser's, till a turn has its own."""

    shopper_id: str | None = None
    session_id: str | None = None
    turns: tuple[TurnView, ...] = ()
    markup: tuple[str, ...] = ()
    started: int = 0
    language: str = "en"

    def begin(self, question: str, removed: tuple[ChipView, ...] = ()) -> Conversation:
        """With one more turn at the end; the oldest is dropped from view when there are too many."""
        spoken = self.turns[-1].words.language if self.turns else self.language
        view = TurnView(question, removed, spoken, session_id=self.session_id)
        kept, drawn = self.turns[-SHOWN_TURNS + 1 :], self.markup[-SHOWN_TURNS + 1 :]
        return replace(self, turns=(*kept, view), markup=(*drawn, ""), started=self.started + 1).show(view)

    def show(self, view: TurnView) -> Conversation:
        """With ``view`` as the last turn's state."""
        drawn = render("turn.html", view.words, turn=view, key=f"t{self.started}")
        return replace(
            self,
            session_id=view.session_id,
            turns=(*self.turns[:-1], view),
            markup=(*self.markup[:-1], drawn),
        )

    def without_last(self) -> Conversation:
        """Before its last turn, which is to be asked again."""
        return replace(self, turns=self.turns[:-1], markup=self.markup[:-1])

    @property
    def html(self) -> list[str]:
        """One piece of markup a turn, so that an update sends only the turn that changed."""
        words = Words.of(self.language)
        status = self.turns[-1].status if self.turns else ""
        return [render("status.html", words, status=status), *(self.markup or (render("welcome.html", words),))]


def render(name: str, words: Words, **values: object) -> str:
    """A template of serving/templates with every value escaped."""
    return _templates.get_template(name).render(words=words, safe_address=safe_address, **values).strip()


_templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
