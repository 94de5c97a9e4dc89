"""Invented numbers and names, found without the verifier: its judgement must not be its own proof.

A number is invented if it stands nowhere in what the reason may know, in no comparable unit. A name is invented if it
is a capitalised word within a sentence, or a word with digits in it, that stands nowhere there. Both are coarse on
purpose: whether a number is said of the right thing is not asked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.units import canonical, comparable, in_base

_MARK = re.compile(r"\s*\[[^\]]*\]")
_NUMBER = re.compile(r"(?<![A-Za-z\d.,])(\d+(?:[.,]\d+)*)(?:\s*([A-Za-z]+|%))?")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_SPELLED = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "dozen": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000,
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z][\w’']*")
_BEGINS = re.compile(r"(?:^|[.!?:;][”’\"')]*|[“‘\"(])\s*$")
"""What stands before a word that has a capital anyway."""


def invented_numbers(text: str, known: str) -> tuple[str, ...]:
    """The numbers of a text that are not in ``known``, as they are written."""
    there = [(value, unit) for _, value, unit in _numbers(known)]
    return tuple(
        written
        for written, value, unit in _numbers(_MARK.sub(" . ", text))
        if not any(_same(value, unit, *other) for other in there)
    )


def invented_names(text: str, known: str) -> tuple[str, ...]:
    """The capitalised words within a text's sentences that are not in ``known``."""
    text = _MARK.sub(" . ", text)
    there = {_plain(match[0]) for match in _WORD.finditer(known)}
    found = []
    for match in _WORD.finditer(text):
        word = match[0]
        named = word[0].isupper() and not _BEGINS.search(text[: match.start()])
        if (named or any(c.isdigit() for c in word)) and word.split("’")[0].split("'")[0] != "I":
            found.append(word)
    return tuple(word for word in found if _plain(word) not in there)


def _plain(word: str) -> str:
    return re.sub(r"[’']s$", "", word.casefold())


def _numbers(text: str) -> Iterator[tuple[str, float, str | None]]:
    """Each number as written, its value, and its unit if that is known."""
    for match in _NUMBER.finditer(text):
        digits = _THOUSANDS.sub("", match[1]).replace(",", ".")
        if digits.count(".") <= 1:
            yield match[1], float(digits), canonical(match[2]) if match[2] else None
    for word in re.findall(r"[a-z]+", text.casefold()):
        if word in _SPELLED:
            yield word, float(_SPELLED[word]), None


def _same(value: float, unit: str | None, other: float, other_unit: str | None) -> bool:
    if value == other:
        return True
    if unit is None or other_unit is None or not comparable(unit, other_unit):
        return False
    return abs(in_base(value, unit) - in_base(other, other_unit)) < 1e-6
