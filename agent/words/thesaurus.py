"""The thesaurus: which words of product talk stand for each other, which are opposites, which have one root."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from retrieval.words import stem, stems

THESAURUS = Path(__file__).parent / "thesaurus.yaml"
Phrase = tuple[str, ...]
"""Stems of all words of a phrase, function words too, in order."""

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = frozenset(
    "y i ti ty er or ing ion at ation abl ibl al il l ic iv ment ed th t anc enc ant ent ous en iti li e ful "  # noqa: SIM905
    "ness".split()
)
"""What two stems of one root may end in beyond what they share: noisi, nois; weigh, weight; wood, wooden."""
_LEAST_ROOT = 4


@dataclass(frozen=True)
class Thesaurus:
    """Words by what they mean, as stems.

    ``same``: of a phrase, all that may stand for it. ``opposites``: of a stem, the stems that contradict it. ``forms``:
    of a stem, the forms of that verb or noun. What adds no fact is ``framing``; ``joining`` does so beside an
    attribute, ``roles`` of whoever writes a review.
    """

    same: dict[Phrase, tuple[Phrase, ...]]
    opposites: dict[str, frozenset[str]]
    forms: dict[str, frozenset[str]]
    framing: frozenset[str]
    joining: frozenset[str]
    roles: frozenset[str]
    longest: int

    @classmethod
    @lru_cache(maxsize=1)
    def read(cls) -> Thesaurus:
        stated = yaml.safe_load(THESAURUS.read_text(encoding="utf-8"))
        same: dict[Phrase, dict[Phrase, None]] = {}
        for group in stated["same"]:
            _join(same, *(2 * [list(_phrases(group))]))
        for row in stated["forms"]:
            _join(same, *(2 * [[phrase_of(word) for word in row.split()]]))
        for row in stated["broader"]:
            broad, _, narrow = row.partition("<")
            _join(same, list(_phrases(broad)), list(_phrases(narrow)))
        return cls(
            same={phrase: tuple(others) for phrase, others in same.items()},
            opposites=_opposites(stated["opposites"]),
            forms={each: forms for forms in map(stems, stated["forms"]) for each in forms},
            framing=_stems(stated["framing"]),
            joining=_stems(stated["joining"]),
            roles=_stems(stated["roles"]),
            longest=max(map(len, same)),
        )

    def phrases_from(self, line: Sequence[str], i: int) -> Iterator[Phrase]:
        """The phrases of the thesaurus that begin at one place of a line of stems, the longest first."""
        for n in range(min(self.longest, len(line) - i), 0, -1):
            phrase = tuple(line[i : i + n])
            if phrase in self.same:
                yield phrase


def phrase_of(text: str) -> Phrase:
    return tuple(stem(word) for _, _, word in words_of(text))


def words_of(text: str) -> list[tuple[int, int, str]]:
    """Each word of a text in lower case, after its beginning and its end in the text."""
    return [(match.start(), match.end(), match[0].casefold()) for match in _WORD.finditer(text)]


def synonyms(word: str) -> frozenset[str]:
    """The stems that may stand for one word; phrases are left out."""
    return frozenset(
        phrase[0] for phrase in Thesaurus.read().same.get((stem(word.casefold()),), ()) if len(phrase) == 1
    )


@lru_cache(maxsize=16_384)
def akin(one: str, other: str) -> bool:
    """Whether two stems are of one root, and differ by an ending only; "lighter" says more than "light" does."""
    root = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        root += 1
    ends = {one[root:], other[root:]}
    if "er" in ends and "" in ends and one[:root] in Thesaurus.read().opposites:
        return False
    return root >= _LEAST_ROOT and all(not end or end in _ENDINGS for end in ends)


def _phrases(group: str) -> Iterator[Phrase]:
    """The phrases of a row; one of function words only says nothing."""
    for text in group.split(","):
        if stems(text):
            yield phrase_of(text)


def _join(same: dict[Phrase, dict[Phrase, None]], phrases: Iterable[Phrase], others: Iterable[Phrase]) -> None:
    for phrase in phrases:
        same.setdefault(phrase, {}).update({other: None for other in others if other != phrase})


def _opposites(rows: Iterable[str]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for row in rows:
        one, other = map(stems, row.split("|"))
        for side, against in ((one, other), (other, one)):
            for each in side:
                found[each] = found.get(each, frozenset()) | against
    return found


def _stems(rows: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(stems, rows))
