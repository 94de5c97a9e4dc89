"""A turn as it is shown: its events folded, one after the other, into values that the page's templates render."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from agent.shop.tools_used import ToolsUsed
from agent.stream import (
    Card,
    CardsReady,
    ChipView,
    ClaimView,
    ComparisonReady,
    Done,
    EvidenceView,
    Failed,
    MessageDelta,
    MessageReady,
    NeedUnderstood,
    ReasonDelta,
    ReasonReady,
    ReasonState,
    RowView,
    SessionStarted,
    TurnEvent,
)
from serving.citations import CITATION, Chip, Piece, claim_pieces, pieces
from serving.words import Words

Phase: TypeAlias = Literal["running", "done", "failed", "stopped"]

SEARCHES = frozenset({"recommend", "refine"})
"""Intents whose turn searches, also where it finds nothing; what other turns understand is no search to change."""

MOST_COMPARED = 4
"""Items that stand side by side; more would not be read."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A factor as it is drawn; ``share`` is its size in percent of the turn's largest, ``value`` its signed score."""

    label: str
    value: float
    share: int


@dataclass(frozen=True, slots=True)
class CardView:
    """A suggestion and what is known of its reason so far; ``state`` is None until the reason is whole."""

    card: Card
    text: str = ""
    claims: tuple[ClaimView, ...] = ()
    evidence: tuple[EvidenceView, ...] = ()
    state: ReasonState | None = None
    drawback: ClaimView | None = None

    @property
    def title(self) -> str:
        """The title without the brand, which stands above it."""
        rest = self.card.title.removeprefix(self.card.brand or "").strip()
        return rest[:1].upper() + rest[1:] if rest else self.card.title

    @property
    def price(self) -> str:
        return f"{self.card.price:.2f}".removesuffix(".00") + f" {self.card.currency}"

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The reason as text and chips, in reading order: its text where that carries the marks, else its claims."""
        marked = set(re.findall(r"[A-Z]\d+", " ".join(CITATION.findall(self.text))))
        if all(marked.issuperset(claim.evidence_ids) for claim in self.claims):
            return pieces(self.text, self.evidence)
        return tuple(piece for claim in self.claims for piece in claim_pieces(claim, self.evidence))

    @property
    def drawback_pieces(self) -> tuple[Piece, ...]:
        return claim_pieces(self.drawback, self.evidence) if self.drawback else ()


@dataclass(frozen=True, slots=True)
class TurnView:
    """One question and its answer so far.

    ``removed`` are the parts of what was understood that it takes off; then the question may be empty. ``spoken`` is
    the language of the conversation so far.
    """

    question: str
    removed: tuple[ChipView, ...] = ()
    spoken: str | None = None
    turn_id: str = ""
    session_id: str | None = None
    need: NeedUnderstood | None = None
    cards: tuple[CardView, ...] = ()
    comparison: ComparisonReady | None = None
    message: str = ""
    message_evidence: tuple[EvidenceView, ...] = ()
    phase: Phase = "running"
    error: str = ""

    def failed(self, error: str) -> TurnView:
        return replace(self, phase="failed", error=error)

    @property
    def message_pieces(self) -> tuple[Piece, ...]:
        found = pieces(self.message, self.message_evidence)
        if any(isinstance(piece, Chip) for piece in found):
            return found
        return (*found, *(Chip(evidence.id, evidence) for evidence in self.message_evidence))

    @property
    def words(self) -> Words:
        """The fixed words around the answer."""
        return Words.of(self.need.language) if self.need else Words.for_message(self.question, self.spoken)

    @property
    def taken_off(self) -> str:
        """What the turn took off, as a line; empty for a turn that takes nothing off."""
        if not self.removed:
            return ""
        key = "turn.forgotten" if any(part.source == "memory" for part in self.removed) else "turn.taken_off"
        return self.words.say(key, labels=" · ".join(part.label for part in self.removed))

    @property
    def understood(self) -> tuple[ChipView, ...]:
        """The parts of what is searched for, each of which a shopper may take off while this is the newest turn."""
        return self.need.chips if self.need and (self.cards or self.need.intent in SEARCHES) else ()

    def part(self, name: str, value: str) -> ChipView | None:
        """The part that is called so, if this turn may have it taken off: an answer is not under way."""
        if self.phase == "running":
            return None
        return next((part for part in self.understood if (part.name, part.value) == (name, value)), None)

    @property
    def relaxed(self) -> tuple[str, ...]:
        """The constraints that nothing met, in words."""
        return tuple(self.words.relaxed(name) for name in self.need.relaxed) if self.need else ()

    def bars(self, view: CardView) -> tuple[Bar, ...]:
        """The card's factors, strongest first, on one scale for all cards of the turn."""
        largest = max((abs(f.value) for v in self.cards for f in v.card.factors), default=0.0) or 1.0
        factors = sorted(view.card.factors, key=lambda factor: -abs(factor.value))
        return tuple(Bar(f.label, f.value, round(100 * abs(f.value) / largest)) for f in factors)

    @property
    def status(self) -> str:
        """One line for screen readers; it changes when there is something new to look at."""
        if self.phase == "failed":
            return self.error
        if self.phase == "stopped":
            return self.words.say("turn.stopped_status")
        found = self.words.say("turn.found", count=len(self.cards)) + " " if self.cards else ""
        if self.phase == "done":
            return found + self.words.say("turn.complete")
        return found or self.words.say("turn.looking_status")


def fold(view: TurnView, event: TurnEvent) -> TurnView:
    """The view after one more event."""
    match event:
        case SessionStarted():
            return replace(view, session_id=event.session_id, turn_id=event.turn_id)
        case NeedUnderstood():
            return replace(view, need=event)
        case ComparisonReady():
            return replace(view, comparison=side_by_side(event))
        case CardsReady():
            return replace(view, cards=tuple(CardView(card) for card in event.suggestions))
        case ReasonDelta():
            return _with_card(view, event.item_id, lambda old: replace(old, text=old.text + event.text))
        case ReasonReady():
            return _with_card(view, event.item_id, lambda old: _finished(old, event))
        case ToolsUsed():
            return view  # for those who look after the shop
        case MessageDelta():
            return replace(view, message=view.message + event.text)
        case MessageReady():
            return replace(view, message=event.text, message_evidence=event.evidence)
        case Done():
            return replace(view, phase="done")
        case Failed():
            return view.failed(view.words.either(f"error.{event.code}", event.message))


def side_by_side(comparison: ComparisonReady) -> ComparisonReady:
    """A comparison that fits a screen: at most four items, the rows in which they differ first."""
    rows = sorted((_cut(row) for row in comparison.rows), key=lambda row: not row.differs)
    return ComparisonReady(comparison.item_ids[:MOST_COMPARED], comparison.titles[:MOST_COMPARED], tuple(rows))


def safe_address(address: str | None) -> str | None:
    """The address if a browser may follow it (http, https, or inside this site), else None."""
    cleaned = (address or "").strip()
    if not cleaned or any(ord(character) < 33 for character in cleaned):
        return None
    try:
        scheme = urlsplit(cleaned).scheme.casefold()
    except ValueError:
        return None
    return cleaned if scheme in {"", "http", "https"} else None


def _cut(row: RowView) -> RowView:
    better = row.better if row.better is not None and row.better < MOST_COMPARED else None
    return replace(row, values=row.values[:MOST_COMPARED], better=better)


def _with_card(view: TurnView, item_id: str, change: Callable[[CardView], CardView]) -> TurnView:
    cards = tuple(change(card) if card.card.item_id == item_id else card for card in view.cards)
    return replace(view, cards=cards)


def _finished(view: CardView, reason: ReasonReady) -> CardView:
    return replace(
        view,
        text=reason.text,
        claims=reason.claims,
        evidence=reason.evidence,
        state=reason.state,
        drawback=reason.drawback,
    )
