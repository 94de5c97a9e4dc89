"""An item as examples know it: its lines of evidence, what each line says, and what shoppers may want it for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from retrieval.catalogue import Attribute, Item
from retrieval.evidence import EvidenceKind

Tone: TypeAlias = Literal["praise", "complaint", "plain"]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing a text says: word for word, and as a clause that can be told of somebody, if it can."""

    quote: str
    clause: str | None
    aspects: frozenset[str]
    tone: Tone = "praise"


@dataclass(frozen=True, slots=True)
class Line:
    """A possible line of evidence. An attribute has no points; a review has one or more; a description has one."""

    kind: EvidenceKind
    text: str
    aspects: frozenset[str]
    points: tuple[Point, ...] = ()
    attribute: Attribute | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """An item, the lines of evidence about it, and what shoppers may want it for, by aspect."""

    item: Item
    shop: str
    name: str
    lines: tuple[Line, ...]
    needs: Mapping[str, tuple[str, ...]]
    held_out: bool
    exact: bool
    """Whether the aspects are certain, so that a line without a need's aspect does not fit that need."""
    reviewers: tuple[str, ...] = ("customer", "buyer", "reviewer", "owner", "buyer")
    """Who writes reviews of it."""

    @property
    def goods(self) -> bool:
        """Whether it is a thing, which "something light" may stand for."""
        return "owner" in self.reviewers or self.shop in {"books", "groceries", "pharmacy"}
