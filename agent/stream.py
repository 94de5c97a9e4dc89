"""The turn as a stream of typed events: the one thing that every front end reads.

A stream is ``SessionStarted``, then what the turn produces, then exactly one of ``Done`` or ``Failed``.
``wire`` gives the JSON that goes over HTTP; `serving` adds the framing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias, get_args

from agent.shop.tools_used import ToolCallView, ToolsUsed

ReasonState: TypeAlias = Literal["generated", "repaired", "extractive", "none"]
"""How a reason came to be: written by the model at once (what was not proved is left out); with a claim that the
model wrote when it was told what was wrong; taken from the evidence word for word; or there is nothing to say."""


GuessedBy: TypeAlias = Literal["classifier", "model", "fallback"]
"""Who guessed the intent; ``fallback`` is the classifier where the model was asked and did not answer."""


@dataclass(frozen=True, slots=True)
class FactorView:
    """A named part of a score, with the words a shopper reads for it."""

    name: str
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Card:
    """A suggestion as it is shown."""

    item_id: str
    rank: int
    title: str
    brand: str | None
    price: float
    currency: str
    url: str | None
    image: str | None
    score: float
    factors: tuple[FactorView, ...] = ()
    propensity: float = 1.0
    """The chance with which this item was to stand here; below 1 where the place explores."""


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One statement of a reason and the ids of the evidence it rests on."""

    text: str
    evidence_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerdictView:
    """The verdict on a claim that the model wrote; ``cause`` and ``problem`` are empty for a supported one."""

    claim: ClaimView
    supported: bool
    cause: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A snippet a claim may cite: ``id`` is H1 (history), A1 (attribute), R1 (review), P1 (policy) or O1 (order)."""

    id: str
    kind: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class ChipView:
    """A part of what is understood, as a shopper may read it and take it off: by ``name`` and ``value``.

    ``source`` is ``said`` in this conversation, or ``memory``.
    """

    name: str
    value: str
    label: str
    source: str = "said"


@dataclass(frozen=True, slots=True)
class RowView:
    """A line of a comparison; ``values`` in the order of the items, ``better`` the place of the best if any.

    ``name`` is the shop's own of the attribute, ``label`` what it is called in the language of the reply.
    """

    name: str
    values: tuple[str, ...]
    differs: bool
    better: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class SessionStarted:
    name: ClassVar[str] = "session"
    session_id: str
    turn_id: str


@dataclass(frozen=True, slots=True)
class NeedUnderstood:
    name: ClassVar[str] = "need"
    intent: str
    terms: str
    constraints: Mapping[str, Any]
    language: str
    relaxed: tuple[str, ...] = ()
    chips: tuple[ChipView, ...] = ()
    whole: Mapping[str, Any] = field(default_factory=dict)
    """The need in full (`retrieval.need_codec`): for the store, never sent."""
    guessed_by: GuessedBy = "classifier"


@dataclass(frozen=True, slots=True)
class ComparisonReady:
    """Items side by side, differences first."""

    name: ClassVar[str] = "comparison"
    item_ids: tuple[str, ...]
    titles: tuple[str, ...]
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class CardsReady:
    """``ranked_by`` says whether taste was ``learned`` from the shop's events or is weighed ``by hand``."""

    name: ClassVar[str] = "cards"
    suggestions: tuple[Card, ...]
    ranked_by: str = "by hand"


@dataclass(frozen=True, slots=True)
class ReasonDelta:
    """A further piece of a reason. It has been proved: a claim is sent once it is checked, never before."""

    name: ClassVar[str] = "reason.delta"
    item_id: str
    text: str


@dataclass(frozen=True, slots=True)
class ReasonReady:
    """The whole reason; ``text`` replaces the deltas of the same item."""

    name: ClassVar[str] = "reason"
    item_id: str
    text: str
    claims: tuple[ClaimView, ...]
    evidence: tuple[EvidenceView, ...]
    state: ReasonState
    drawback: ClaimView | None = None
    """What reviewers find fault with, counted; no part of the reason."""
    verdicts: tuple[VerdictView, ...] = ()
    """On all that the model wrote, also what is not shown: for the store, never sent."""


@dataclass(frozen=True, slots=True)
class MessageDelta:
    name: ClassVar[str] = "message.delta"
    text: str


@dataclass(frozen=True, slots=True)
class MessageReady:
    """``state`` says how an answer to a question about an item came to be; None of any other message."""

    name: ClassVar[str] = "message"
    text: str
    evidence: tuple[EvidenceView, ...] = ()
    state: ReasonState | None = None


@dataclass(frozen=True, slots=True)
class Done:
    name: ClassVar[str] = "done"
    turn_id: str
    model_calls: int
    prompt_tokens: int
    completion_tokens: int
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    name: ClassVar[str] = "error"
    code: str
    message: str


TurnEvent: TypeAlias = (
    SessionStarted
    | NeedUnderstood
    | CardsReady
    | ComparisonReady
    | ReasonDelta
    | ReasonReady
    | ToolsUsed
    | MessageDelta
    | MessageReady
    | Done
    | Failed
)


def wire(event: TurnEvent) -> dict[str, Any]:
    """The event's fields as plain JSON values; its type is ``event.name``."""
    fields = asdict(event)
    fields.pop("verdicts", None)  # they quote claims that were not proved
    fields.pop("whole", None)
    return fields


_EVENTS: dict[str, type[Any]] = {event.name: event for event in get_args(TurnEvent)}
_PARTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "suggestions": lambda raw: Card(**raw | {"factors": tuple(FactorView(**f) for f in raw["factors"])}),
    "claims": lambda raw: ClaimView(raw["text"], tuple(raw["evidence_ids"])),
    "evidence": lambda raw: EvidenceView(**raw),
    "relaxed": lambda raw: raw,
    "chips": lambda raw: ChipView(**raw),
    "calls": lambda raw: ToolCallView(**raw),
    "item_ids": lambda raw: raw,
    "titles": lambda raw: raw,
    "rows": lambda raw: RowView(**raw | {"values": tuple(raw["values"])}),
}


def from_wire(name: str, fields: Mapping[str, Any]) -> TurnEvent:
    """The event that ``wire`` made these fields of.

    Raises:
        KeyError: no event has this name.
    """
    values = {key: tuple(map(_PARTS[key], v)) if key in _PARTS else v for key, v in fields.items()}
    if drawback := values.get("drawback"):
        values["drawback"] = _PARTS["claims"](dict(drawback))
    event: TurnEvent = _EVENTS[name](**values)
    return event
