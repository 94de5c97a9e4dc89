"""What is asked to come first: the cheapest, the best rated, the most popular, the newest, the lightest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from agent.need.comparatives import comparatives
from agent.words.lexicon import WISHES
from retrieval.catalogue import Item
from retrieval.need import Need, Preference
from retrieval.units import in_base
from retrieval.words import stems

POPULARITY, RATING, AGE = "popularity", "rating", "age"
_SAID: tuple[tuple[str, str, Literal[-1, 1], str], ...] = (
    (r"cheapest|(?:least|most in)expensive|lowest[- ]priced?|most affordable", "price", -1, "cheapest"),
    (r"most expensive|priciest|dearest|costliest|highest[- ]priced", "price", 1, "most expensive"),
    (
        r"(?:best|highest|top)[- ](?:rated|reviewed)|(?:best|highest|top) (?:ratings?|reviews?)|most loved",
        RATING,
        1,
        "best rated",
    ),
    (r"(?:worst|lowest)[- ](?:rated|reviewed)", RATING, -1, "worst rated"),
    (
        r"most (?:popular|bought|sold|wanted)|best[- ]?sell(?:ers?|ing)|bestsellers?|top[- ]sell(?:ers?|ing)",
        POPULARITY,
        1,
        "most popular",
    ),
    (r"newest|latest|most recent", AGE, -1, "newest"),
)
_SUPERLATIVES = tuple((re.compile(rf"\b(?:{said})\b", re.I), Preference(a, d, word)) for said, a, d, word in _SAID)
_COMPARED = (
    (re.compile(r"\bnewer\b", re.I), Preference(AGE, -1, "newer")),
    (re.compile(r"\bolder\b", re.I), Preference(AGE, 1, "older")),
    (re.compile(r"\b(?:better|higher)[- ](?:rated|reviewed)\b", re.I), Preference(RATING, 1, "better rated")),
    (re.compile(r"\bmore popular\b", re.I), Preference(POPULARITY, 1, "more popular")),
)


def _graded(word: str) -> str:
    """The superlative of an English word, as a pattern: lightest, biggest, most powerful."""
    if word.endswith("y"):
        return f"(?:{word[:-1]}iest|most {word})"
    root = {"big": "bigg"}.get(word, word.removesuffix("e"))
    return f"(?:{root}est|most {word})"


_GRADED = tuple(
    (re.compile(rf"\b{_graded(word)}\b", re.I), attributes[0], direction)
    for word, (attributes, direction) in WISHES.items()
    if not word.endswith(("er", "est")) and "price" not in attributes
)
_MAY_GRADE = re.compile(r"est\b|\bmost\b", re.I)
"""Without this no word is graded, and none need be looked for."""
_ALREADY = frozenset({"cheapest"})
"""Wishes of the lexicon that ask for what comes first as they stand."""
_OF_SHOWN = re.compile(
    r"\bwhich (?:one|of|is|has)\b(?! (?:your|the shop))"
    r"|\bof (?:these|those|them|the (?:two|three|four|five))\b|\bwhy\b|\bbetween\b"
    r"|\bhow (?:much|many|heavy|big|long)\b|\b(?:about|than|compare|with|like|take|add|buy|order) the\b"
    r"|^\W*(?:is|are|does|do|has|can|could|will) the\b",
    re.I,
)
"""Words with which a superlative picks one of the items shown."""
AROUND = stems(
    "what what's whats which show me see give find want need looking the a one ones thing things product products item "
    "items shop store sell selling have got stock there your you pair kind sort of in all that this please and ok now "
    "then so well hmm whole here just rather prefer only actually instead i'd i'll take want like for maybe first can "
    "could be overall available article range"
)
"""Words beside a superlative that ask for nothing more."""


def superlatives(text: str) -> tuple[tuple[Preference, tuple[int, int]], ...]:
    """What the text asks to come first, and where it says so."""
    found = [(wish, match.span()) for pattern, wish in _SUPERLATIVES for match in pattern.finditer(text)]
    for pattern, attribute, direction in _GRADED if _MAY_GRADE.search(text) else ():
        for match in pattern.finditer(text):
            found.append((Preference(attribute, direction, match[0].casefold()), match.span()))
    return tuple(sorted(found, key=lambda each: each[1]))


def compared_by(message: str) -> Preference | None:
    """What a question between items goes by: 'which is heavier', 'which one is newer'; None if it names nothing."""
    more = next(iter(comparatives(message)), None)
    if more is not None:
        return Preference(more.attribute, more.direction, more.word)
    return next((wish for pattern, wish in _COMPARED if pattern.search(message)), None)


def leads_by(preferences: Sequence[Preference]) -> Preference | None:
    """The wish by which the items are to be put in order, if there is one: that which was said last stands first."""
    words = {wish.word for _, wish in _SUPERLATIVES} | _ALREADY
    return next((p for p in preferences if p.word in words or p.word.endswith("est")), None)


def with_one_lead(need: Need, before: Need) -> Need:
    """A need joined from two, in which what is now to come first does so instead of what was."""
    now = leads_by(need.preferences)
    if now is None:
        return before
    left = tuple(p for p in before.preferences if leads_by((p,)) is None and p.attribute != now.attribute)
    return replace(before, preferences=left)


def asks_for_the_first(message: str, need: Need) -> bool:
    """Whether a message asks for no more than what comes first: 'what is your cheapest pair?', 'the best rated one'.

    Args:
        need: of the message alone; the kinds that it names may stand beside.
    """
    found = superlatives(message)
    if not found or _OF_SHOWN.search(message):
        return False
    rest = message
    for _, (start, end) in found:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    named = need.constraints.kinds | need.constraints.categories | need.constraints.brands | need.constraints.colours
    return not stems(rest) - AROUND - stems(" ".join(named)) - stems(need.terms if named else "")


def lead_of(item: Item, wish: Preference, popularity: Mapping[str, float]) -> float | None:
    """What an item is put in order by, the greatest first; None if the shop does not know it of this item."""
    value: float | None
    if wish.attribute == "price":
        value = item.price
    elif wish.attribute == RATING:
        value = item.mean_rating
    elif wish.attribute == POPULARITY:
        value = popularity.get(item.item_id)
    else:
        stated = item.attribute(wish.attribute)
        known = stated is not None and not isinstance(stated.value, str)
        value = in_base(float(stated.value), stated.unit) if stated is not None and known else None
    return None if value is None else value * wish.direction
