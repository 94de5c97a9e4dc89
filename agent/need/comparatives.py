"""More or less of a measure than the items spoken of: 'lighter', 'bigger than the second', 'not as loud'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.words.lexicon import WISHES
from retrieval.catalogue import Attribute, Item
from retrieval.need import Bound

_STEP = 0.001
"""How much less than a value is less than it."""


@dataclass(frozen=True, slots=True)
class Comparative:
    """``attributes`` are those that the word may speak of; direction 1 means more of them."""

    word: str
    attributes: tuple[str, ...]
    direction: Literal[-1, 1]

    @property
    def attribute(self) -> str:
        return self.attributes[0]


def _graded(word: str) -> str:
    """The comparative of an English word, as a pattern."""
    if word.endswith("y"):
        return f"(?:{word[:-1]}ier|more {word})"
    root = {"big": "bigg"}.get(word, word.removesuffix("e"))
    return f"(?:{root}er|more {word})"


WISHES_OF = {
    word: found for word, found in WISHES.items() if not word.endswith(("er", "est")) and "price" not in found[0]
}
_PATTERNS = tuple(
    (re.compile(rf"\b(?:{_graded(word)}|not (?:too|so|as) (?P<other>{word}))\b", re.I), word) for word in WISHES_OF
)


def comparatives(message: str) -> tuple[Comparative, ...]:
    """The measures of which a message wants more or less, in the order of the lexicon."""
    found = []
    for pattern, word in _PATTERNS:
        if match := pattern.search(message):
            attributes, direction = WISHES_OF[word]
            turned: Literal[-1, 1] = -1 if direction > 0 else 1
            said = word if match["other"] else match[0].casefold()
            found.append(Comparative(said, attributes, turned if match["other"] else direction))
    return tuple(found)


def numeric(item: Item, attributes: Sequence[str]) -> Attribute | None:
    """The first of the attributes that an item states as a number."""
    stated = (item.attribute(name) for name in attributes)
    return next((each for each in stated if each is not None and not isinstance(each.value, str)), None)


def bounds_beside(message: str, about: Sequence[Item]) -> tuple[Bound, ...]:
    """The limits that a comparative sets beside the items spoken of: lighter than the lightest of them."""
    limits = []
    for wish in comparatives(message):
        stated = [found for item in about if (found := numeric(item, wish.attributes)) is not None]
        same = [each for each in stated if (each.name, each.unit) == (stated[0].name, stated[0].unit)]
        if not same or same[0].unit is None:
            continue
        values = [float(each.value) for each in same]
        if wish.direction < 0:
            limits.append(Bound(same[0].name, same[0].unit, high=round(min(values) * (1 - _STEP), 4)))
        else:
            limits.append(Bound(same[0].name, same[0].unit, low=round(max(values) * (1 + _STEP), 4)))
    return tuple(limits)
