"""Text with citations such as ``[A1, R2]``, as words and the marks after them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from agent.stream import ClaimView, EvidenceView

LETTERS: Mapping[str, str] = {
    "R": "review", "A": "attribute", "H": "history", "P": "policy", "O": "order", "T": "ticket",
}  # fmt: skip

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
