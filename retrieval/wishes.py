"""Wishes in words: whether an item is of the colour, the brand or the size that somebody would like."""

from __future__ import annotations

import re

from retrieval.catalogue import Item
from retrieval.need import Preference
from retrieval.words import words

WORDED = frozenset({"colour", "brand", "size"})
"""Attributes of preferences that are met by a word and not by more or less of something."""

_LETTERS = {
    "extra extra large": "xxl", "extra large": "xl", "extra small": "xs", "small": "s", "medium": "m", "large": "l",
}  # fmt: skip
_LONG = re.compile("|".join(_LETTERS))
_LETTER = re.compile(r"\b(?:x{0,4}[sl]|[2-6]x[sl]|m)\b")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(\d+(?:\.\d+)?)")
_SYSTEM = re.compile(r"\b(?:uk|us)\b")
"""Sizes that state none of these are European or the only ones there are."""


def meets(preference: Preference, item: Item) -> bool | None:
    """Whether the item is what a wish in words asks for; None if it does not say, or states it in another way."""
    match preference.attribute:
        case "colour":
            found = item.colour
            return None if found is None else words(preference.word) <= words(str(found.value))
        case "brand":
            return None if item.brand is None else preference.word.casefold() == item.brand.casefold()
        case "size":
            return _fits(preference.word.casefold(), item)
    return None


def _fits(size: str, item: Item) -> bool | None:
    """Letters are compared with letters, numbers with numbers of the same system; a measured size is none of them."""
    stated = [a for a in item.attributes if a.name in {"size", "sizes"} and a.unit is None]
    text = _LONG.sub(lambda match: _LETTERS[match[0]], ", ".join(a.text.casefold() for a in stated))
    if set(_SYSTEM.findall(size)) != set(_SYSTEM.findall(text)):
        return None
    if letters := _LETTER.findall(size):
        known = _LETTER.findall(text)
        return set(letters) <= set(known) if known else None
    if not (number := _NUMBER.search(size)) or not (known := _NUMBER.findall(text)):
        return None
    value = float(number[0])
    return value in map(float, known) or any(float(a) <= value <= float(b) for a, b in _RANGE.findall(text))
