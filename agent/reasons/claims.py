"""Claims: a reason's text in pieces, each with the evidence ids it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.chinese.script import HAN, has_han

_CITED = r"\[\s*[HARP]\d+(?:\s*[,;]\s*[HARP]\d+)*\s*\]"
_CITATION = re.compile(_CITED)
_ID = re.compile(r"[HARP]\d+")
_END = re.compile(
    rf"(?:\s*{_CITED})+\s*(?:[。！？；]|[.!?]?(?=\s|$|[{HAN}]))"
    rf"|(?:[.!?][\"”’)]*(?=\s+(?!\s*\[)|$)|[。！？][”」』]*(?!\s*\[))(?!\s*{_CITED})"
)
_QUOTED = re.compile(r"“[^”]*(?:”|$)|「[^」]*(?:」|$)|『[^』]*(?:』|$)")
"""A quotation, perhaps not closed yet: a Chinese full stop within it ends no claim."""
_UNFINISHED = re.compile(r"(?:\s*\[[^\]]*(?:\]|$))*\s*")
"""What may stand after an end and still belong to it once more text has come: space, or citations in part."""
_SPACE_BEFORE_STOP = re.compile(r"\s+([.,!?，。！？；：、])|(?<=[，。！？；：、])\s+")
_STOPS = ".!?。！？"


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement and the ids it cites. ``text`` carries no citation marks."""

    text: str
    evidence_ids: tuple[str, ...]


class ClaimReader:
    """Cuts a streamed text into claims as soon as each is complete.

    A claim ends with its citations, or, without any, with its sentence.
    """

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> Iterator[Claim]:
        """The claims that this piece completes."""
        self._rest += piece
        # An end at the very end may not be all there yet: '[A1' of '[A1][A2]', or '3.' of '3.5'.
        while match := _end(self._rest):
            if _UNFINISHED.fullmatch(self._rest, match.end()):
                break
            yield from self._cut(match.end())

    def finish(self) -> Iterator[Claim]:
        """The claims in what is left; an unfinished sentence counts as one only if it cites."""
        while match := _end(self._rest):
            yield from self._cut(match.end())
        if _CITATION.search(self._rest):
            yield from self._cut(len(self._rest))

    def _cut(self, end: int) -> Iterator[Claim]:
        text, self._rest = self._rest[:end], self._rest[end:]
        claim = claim_of(text)
        if claim.text:
            yield claim


def _end(text: str) -> re.Match[str] | None:
    """Where the first claim ends."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    for match in _END.finditer(text):
        if match[0][0] not in "。！？" or not any(low < match.start() < high - 1 for low, high in quoted):
            return match
    return None


def claim_of(text: str) -> Claim:
    """One claim from its written form: ``It weighs 310 g [A1].``"""
    ids = tuple(dict.fromkeys(found for mark in _CITATION.findall(text) for found in _ID.findall(mark)))
    plain = " ".join(_CITATION.sub(" ", text).split())
    plain = _SPACE_BEFORE_STOP.sub(lambda match: match[1] or "", plain).strip()
    if has_han(plain):
        plain = plain.rstrip("；")
    if plain and plain[-1] not in _STOPS + '”"’」』':
        plain += "。" if has_han(plain) else "."
    return Claim(plain if any(c.isalnum() for c in plain) else "", ids)


def split_claims(text: str) -> list[Claim]:
    """All claims of a finished text."""
    reader = ClaimReader()
    return [*reader.feed(text), *reader.finish()]


def written(claim: Claim) -> str:
    """The claim in its written form, with its citations before the full stop."""
    if not claim.evidence_ids:
        return claim.text
    marks = "".join(f"[{i}]" for i in claim.evidence_ids)
    if has_han(claim.text):
        return f"{claim.text.rstrip('。')}{marks}。"
    return f"{claim.text.rstrip('.')} {marks}."
