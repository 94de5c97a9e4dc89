"""What is not wanted: 'without perfume', 'not leather', 'nothing in purple', 'not jewelry'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.chinese.script import HAN
from agent.need.other_names import Meant, OtherNames
from agent.words.lexicon import DEGREES, WISHES
from agent.words.thesaurus import synonyms
from retrieval.need import Absence
from retrieval.words import stems

_PLAIN = (
    "sure bad good great too so very really only just much now yet that this these those it there here sold new "
    "interested working needed necessary important all any one ones at mine yours true right wrong"
)
_NO_QUALITY = "|".join((*WISHES, *DEGREES, *_PLAIN.split()))
"""Words after 'not' that name no quality by which items could be left out; of a measure more or less is wished."""
_WITHOUT = re.compile(
    r"\b(?:without|free\s+(?:of|from)|with\s+no|(?:contains?|containing|has)\s+no|no|does\s+not\s+contain)\s+"
    rf"(?:(?:any|an?|the|added|artificial)\s+)*([a-z]+|[{HAN}]+)(?:,?\s+(?:or|and|nor)\s+(?:any\s+"
    rf"|added\s+)?([a-z]+))?\b"
    r"|\b(?P<free>[a-z]+)-free\b"
    r"|\b(?:(?:can['’]?t|cannot|can\s+not|couldn['’]?t)\s+(?:stand|bear|tolerate|have|eat)|(?:allergic|intolerant"
    r"|sensitive)\s+to|"
    r"allerg(?:y|ies)\s+to|avoid(?:s|ing)?|hates?(?=\s+[a-z]+\s*(?:$|[.,;!?]|and\b|or\b|but\b)))\s+"
    r"(?:(?:any|the|smell\s+of|artificial)\s+)*(?!\w+ing\b)([a-z]+)(?:,?\s+(?:or|and)\s+([a-z]+))?\b",
    re.IGNORECASE,
)
"""'without perfume', 'no nuts or milk', 'sugar-free', 'I am allergic to nuts'."""
_NOT = re.compile(
    rf"\b(?:not|nothing)\s+(?:(?:made\s+(?:of|from)|in|with)\s+)?(?!(?:{_NO_QUALITY})\b)([a-z]+)"
    rf"(?:,?\s+(?:or|nor)\s+(?!(?:{_NO_QUALITY})\b)([a-z]+))?(?=\s*(?:$|[.,;:!?]|and\b|but\b|not\b|please\b|under\b"
    rf"|for\b))",
    re.IGNORECASE,
)
"""'not leather', 'nothing in purple': qualities that titles name; a measure ('not heavy') is a wish."""


@dataclass(frozen=True, slots=True)
class NotWanted:
    """What must not be there, and where in the message that is said; ``kinds`` are named by other words."""

    absences: frozenset[Absence]
    spans: tuple[tuple[int, int], ...]
    kinds: tuple[Meant, ...] = ()


def absence_of(word: str) -> Absence:
    """That an item must not have something, under any usual name."""
    return Absence(word, stems(word) | synonyms(word))


class Unwanted:
    """Reads what is not wanted by what one catalogue says of its items."""

    def __init__(self, stated: frozenset[str], others: OtherNames | None) -> None:
        """
        Args:
            stated: stems of all that the catalogue states of its items in words.
            others: has the words of the titles, and finds the kinds that other words mean.
        """
        self._stated = stated | (others.titled if others else frozenset[str]())
        self._others = others

    def of(self, text: str) -> NotWanted:
        """What must not be there, of all that is stated of items here; what nothing is said to have is left alone."""
        found: set[Absence] = set()
        spans: list[tuple[int, int]] = []
        kinds: list[Meant] = []
        for match in _WITHOUT.finditer(text):
            named = [absence_of(word) for word in _named(match) if word not in WISHES]
            known = [absence for absence in named if absence.stems & self._stated]
            found.update(known)
            if known and len(known) == len(named) and not match["free"]:
                spans.append(match.span())
        for match in _NOT.finditer(text):
            words = [*_named(match)]
            absences = [absence_of(word) for word in words]
            if all(absence.stems & self._stated for absence in absences):
                found.update(absences)
                spans.append(match.span())
            elif meant := [kind for word in words if (kind := self._meaning(word))]:
                kinds += meant
                spans.append(match.span())
        return NotWanted(frozenset(found), tuple(spans), tuple(kinds))

    def _meaning(self, word: str) -> Meant | None:
        return self._others.meaning(word) if self._others else None


def _named(match: re.Match[str]) -> Iterator[str]:
    return (word.casefold() for word in match.groups() if word)
