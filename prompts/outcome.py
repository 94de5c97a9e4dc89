"""What came of a case: the plain values that assertions judge, whoever ran the turn or the prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from prompts.quantities import CITATION

End: TypeAlias = Literal["done", "error"]

_CITED_STOP = re.compile(rf"([.!?。！？][\"”’]?)((?:\s*{CITATION.pattern})+)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][\"”’])\s+|(?<=[。！？])|\n+")
_ID = re.compile(r"[A-Z]\d+")


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """One statement, without its citation marks, and the ids it cites."""

    text: str
    evidence_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReasonOutcome:
    """A reason as it was shown. ``evidence`` maps the ids that could be cited to their texts."""

    item_id: str
    text: str
    claims: tuple[ClaimOutcome, ...]
    evidence: Mapping[str, str]
    state: str = "generated"


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What the catalogue says about an item on a card."""

    item_id: str
    title: str
    brand: str | None
    category: str
    price: float
    in_stock: bool
    colour: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that a case produced. ``text`` is everything that was shown; ``code`` names the error that ended it.

    ``asked`` is what the shopper wrote, which a reason may take up; of a raw prompt it is empty.
    """

    text: str
    reasons: tuple[ReasonOutcome, ...] = ()
    items: tuple[ItemOutcome, ...] = ()
    constraints: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    end: End = "done"
    code: str | None = None
    latency_ms: float = 0.0
    model_calls: int = 0
    prompt_tokens: int = 0
    asked: str = ""


def claims_in(text: str) -> tuple[ClaimOutcome, ...]:
    """A model's raw text as claims: a sentence each, with the ids in its brackets, before or after the full stop."""
    claims = []
    for sentence in _sentences(_CITED_STOP.sub(r"\2\1", text)):
        ids = tuple(dict.fromkeys(i for mark in CITATION.findall(sentence) for i in _ID.findall(mark)))
        words = re.sub(r"\s+([.,!?。！？])", r"\1", " ".join(CITATION.sub(" ", sentence).split()))
        if words.strip(" .,!?-"):
            claims.append(ClaimOutcome(words, ids))
    return tuple(claims)


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text; a quotation stays in one piece with the sentence around it."""
    pending = ""
    for part in _SENTENCE.split(text):
        pending = f"{pending} {part}".strip()
        if pending.count('"') % 2 == 0 and pending.count("“") <= pending.count("”"):
            yield pending
            pending = ""
    if pending:
        yield pending
