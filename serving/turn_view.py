"""A turn as it is shown: its events folded, one after the other, into values that the page's templates render."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from agent.stream import (
    Card,
    CardsReady,
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
    SessionStarted,
    TurnEvent,
)
from agent.texts import Texts

Phase: TypeAlias = Literal["running", "done", "failed", "stopped"]

_EN = Texts.of("en")
_KINDS = ("review", "attribute", "history", "policy", "order")
KIND_NAMES: Mapping[str, str] = {kind: _EN.say(f"page.kind.{kind}") for kind in _KINDS}
STATE_NOTES: Mapping[ReasonState, str] = {
    "repaired": _EN.say("page.state.repaired"),
    "extractive": _EN.say("page.state.extractive"),
}
"""What is said of a reason that did not come out right at once; a generated one needs no word."""

LETTERS: Mapping[str, str] = {"R": "review", "A": "attribute", "H": "history", "P": "policy", "O": "order"}

CITATION = re.compile(r"\s*\[((?:[A-Z]\d+)(?:\s*,\s*[A-Z]\d+)*)\]")


@dataclass(frozen=True, slots=True)
class Chip:
    """A mark after a claim. Without ``evidence`` it is a label only: its snippet has not arrived yet.

    ``lead`` is the word before it, from which no line break may part it.
    """

    id: str
    evidence: EvidenceView | None = None
    lead: str = ""

    @property
    def kind(self) -> str:
        """The kind of its evidence, which the letter tells before the snippet is there."""
        return self.evidence.kind if self.evidence else LETTERS.get(self.id[:1], "")


Piece: TypeAlias = str | Chip


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

    def note(self, texts: Texts) -> str:
        """What is said of a reason that did not come out right at once; a generated one needs no word."""
        key = f"page.state.{self.state}"
        return texts.say(key) if texts.has(key) else ""


@dataclass(frozen=True, slots=True)
class TurnView:
    """One question and its answer so far."""

    question: str
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
    def texts(self) -> Texts:
        """The words around the answer, in the language that it is given in."""
        return Texts.of(self.need.language if self.need else "en")

    @property
    def message_pieces(self) -> tuple[Piece, ...]:
        found = pieces(self.message, self.message_evidence)
        if any(isinstance(piece, Chip) for piece in found):
            return found
        return (*found, *(Chip(evidence.id, evidence) for evidence in self.message_evidence))

    @property
    def wishes(self) -> tuple[str, ...]:
        currency = self.cards[0].card.currency if self.cards else ""
        return wishes(self.need, currency) if self.need else ()

    @property
    def relaxed(self) -> tuple[str, ...]:
        return relaxed(self.need) if self.need else ()

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
            return self.texts.say("page.stopped")
        say = self.texts.say
        found = say("page.suggestions", count=len(self.cards)) + " " if self.cards else ""
        return found + say("page.complete") if self.phase == "done" else found or say("page.looking")


def fold(view: TurnView, event: TurnEvent) -> TurnView:
    """The view after one more event."""
    match event:
        case SessionStarted():
            return replace(view, session_id=event.session_id, turn_id=event.turn_id)
        case NeedUnderstood():
            return replace(view, need=event)
        case ComparisonReady():
            return replace(view, comparison=event)
        case CardsReady():
            return replace(view, cards=tuple(CardView(card) for card in event.suggestions))
        case ReasonDelta():
            return _with_card(view, event.item_id, lambda old: replace(old, text=old.text + event.text))
        case ReasonReady():
            return _with_card(view, event.item_id, lambda old: _finished(old, event))
        case MessageDelta():
            return replace(view, message=view.message + event.text)
        case MessageReady():
            return replace(view, message=event.text, message_evidence=event.evidence)
        case Done():
            return replace(view, phase="done")
        case Failed():
            return view.failed(event.message)


def pieces(text: str, evidence: Iterable[EvidenceView]) -> tuple[Piece, ...]:
    """Text with citations such as ``[R1]`` or ``[A1, R2]`` turned into chips."""
    by_id = {one.id: one for one in evidence}
    found: list[Piece] = []
    position = 0
    for match in CITATION.finditer(text):
        found += _cited(text[position : match.start()], re.split(r"\s*,\s*", match[1]), by_id)
        position = match.end()
    return tuple(piece for piece in (*found, text[position:]) if piece)


def claim_pieces(claim: ClaimView, evidence: Iterable[EvidenceView]) -> tuple[Piece, ...]:
    """A claim's words, then a chip for each snippet it rests on, whether or not the words carry the marks."""
    words = CITATION.sub("", claim.text).strip()
    return (*_cited(words, claim.evidence_ids, {one.id: one for one in evidence}), " ")


def _cited(words: str, ids: Sequence[str], by_id: Mapping[str, EvidenceView]) -> list[Piece]:
    if not ids:
        return [words]
    rest, space, last = words.rpartition(" ")
    chips = [Chip(id_, by_id.get(id_)) for id_ in ids]
    return [rest + space, replace(chips[0], lead=last), *chips[1:]]


def kind_name(kind: str, texts: Texts) -> str:
    key = f"page.kind.{kind}"
    return texts.say(key) if texts.has(key) else kind.replace("_", " ").capitalize()


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


def wishes(need: NeedUnderstood, currency: str) -> tuple[str, ...]:
    """What was understood, as short phrases in the need's language: the terms, then the constraints."""
    known, texts = need.constraints, Texts.of(need.language)
    phrases = [_shortened(need.terms), *_price_phrases(known, currency, texts)]
    terms = need.terms.casefold()
    for name in ("brands", "kinds", "colours", "categories"):
        said = [(str(value), texts.word(str(value))) for value in known.get(name, ())]
        phrases += [word for value, word in said if value.casefold() not in terms and word.casefold() not in terms]
        excluded = [texts.word(str(value)) for value in known.get(f"{name}_excluded", ())]
        phrases += [texts.say("limit.excluded", names=word) for word in excluded]
    phrases += [texts.say("limit.without", names=texts.word(word)) for word in known.get("without", ())]
    phrases += [_bound_phrase(bound, texts) for bound in known.get("bounds", ())]
    return tuple(phrase for phrase in phrases if phrase)


def relaxed(need: NeedUnderstood) -> tuple[str, ...]:
    """The constraints that nothing met, as words."""
    texts = Texts.of(need.language)
    names = (name.removeprefix("bound:").removesuffix("_excluded").replace("_", " ") for name in need.relaxed)
    return tuple(texts.say(f"relaxed.{n}") if texts.has(f"relaxed.{n}") else texts.word(n) for n in names)


def _price_phrases(known: Mapping[str, Any], currency: str, texts: Texts) -> list[str]:
    unit = texts.currency(currency)
    return _ends({"low": known.get("price_min"), "high": known.get("price_max")}, unit, texts)


def _bound_phrase(bound: Mapping[str, Any], texts: Texts) -> str:
    limits = " ".join(_ends(bound, texts.unit(bound["unit"], bound["attribute"]), texts))
    return f"{texts.word(bound['attribute'])} {limits}"


def _ends(limits: Mapping[str, Any], unit: str, texts: Texts) -> list[str]:
    """'from 20 EUR', 'up to 40 EUR': the ends that a limit has."""
    return [
        texts.say(f"limit.{end}", name="", unit=unit, **{end: f"{limits[end]:g}"}).strip()
        for end in ("low", "high")
        if limits[end] is not None
    ]


def _shortened(terms: str) -> str:
    return terms if len(terms) <= 60 else terms[:57].rsplit(" ", 1)[0] + " …"


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
