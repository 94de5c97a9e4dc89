"""Several things in one wish: 'a pan and a knife' asks for two, each looked for by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from agent.need.open import OPEN, PEOPLE
from agent.need.things import GOES_ON, NO_THING, NO_WISH, OF_A_THING, PLURAL
from agent.words.lexicon import COLOURS, WISHES
from agent.words.phrasing import search_terms
from retrieval.need import Need
from retrieval.words import stem, stems

_JOINED = re.compile(r"\s*(,\s*(?:and|plus)\b|,|&|\+|\b(?:and|plus|as well as|along with)\b)\s*", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_BELONGS = re.compile(r"\b(?:with|without|has|have|likes?|loves?|between|about|she|he|they|who)\b", re.IGNORECASE)
"""After these a noun belongs to the thing before: 'a pan with a lid and a handle'."""
_NO_PART = NO_THING | NO_WISH | OF_A_THING | WISHES.keys() | COLOURS
_LONGEST, _LONGEST_UNSOLD = 4, 2
"""Words of a phrase that names one thing."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What stands between two joints of a wish."""

    text: str
    counted: bool
    """It is counted as a thing by its grammar: it has an article, or is a plural after 'and'."""

    @property
    def noun(self) -> str:
        return self.text.split()[-1]


def parts_of(text: str, sold: Callable[[str], bool]) -> tuple[str, ...]:
    """The things that a message asks for side by side; empty if it is one, or if none of them is sold.

    A phrase that nothing here is called counts with an article only ('headphones and a case') or as a plural after
    'and' ('a drill and screws'): else it may be a quality, a use or part of a name.

    Args:
        text: the message without its limits and exclusions.
        sold: whether the shop has something that a phrase names.
    """
    found: dict[str, tuple[str, bool]] = {}
    for phrase in () if _OR.search(text) else _phrases(text):
        if (here := sold(phrase.text)) or (phrase.counted and len(phrase.text.split()) <= _LONGEST_UNSOLD):
            found.setdefault(stem(phrase.noun), (phrase.text, here))
    any_here = any(here for _, here in found.values())
    return tuple(said for said, _ in found.values()) if len(found) > 1 and any_here else ()


def part_of(need: Need, alone: Need, others: Sequence[Need]) -> Need:
    """The need for one part: what its own phrase names, within the limits of the whole.

    Args:
        alone: the need that the part's phrase states by itself.
        others: the same of the other parts; what these name is theirs.
    """
    limits, own = need.constraints, alone.constraints
    theirs = frozenset[str]().union(*(other.constraints.colours | other.constraints.brands for other in others))
    constraints = replace(
        limits,
        kinds=own.kinds,
        categories=own.categories,
        colours=own.colours or limits.colours - theirs,
        brands=own.brands or limits.brands - theirs,
    )
    return replace(need, message=alone.message, terms=alone.terms or alone.message, constraints=constraints, parts=())


def _phrases(text: str) -> Iterator[_Phrase]:
    """The phrases that may name a thing of their own, in their order."""
    hangs = belongs = False
    joints_and_pieces = _JOINED.split(text)
    for joint, piece in zip([",", *joints_and_pieces[1::2]], joints_and_pieces[::2], strict=True):
        said = search_terms(piece)
        phrase = GOES_ON.sub("", said).strip()
        article = re.search(rf"\b(?:an?|some)\s+{re.escape(phrase)}\b", piece, re.IGNORECASE) is not None
        apart = not belongs and (article or not hangs)
        hangs, belongs = hangs or GOES_ON.search(said) is not None, belongs or _BELONGS.search(said) is not None
        if apart and _names_a_thing(phrase):
            yield _Phrase(phrase, article or (joint != "," and PLURAL.fullmatch(phrase) is not None))


def _names_a_thing(phrase: str) -> bool:
    said = phrase.casefold().split()
    if not 0 < len(said) <= _LONGEST or not said[-1].isalpha() or NO_WISH & set(said):
        return False
    return said[-1] not in _NO_PART and not stems(said[-1]) & (OPEN | PEOPLE)
