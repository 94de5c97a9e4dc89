"""Numbers with their units in a text, and whether two of them are the same quantity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.quantities import number
from retrieval.units import canonical, dimension, in_base
from retrieval.words import stem

Rounding: TypeAlias = Literal["", "about", "nearly", "over"]

_NUMBER = r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_MEASURE = re.compile(
    r"(?<![\w.,])(?:(?P<rounding>about|around|roughly|approximately|some|nearly|almost|just under|over|more than)\s+"
    rf"(?:[€$£]\s*)?)?(?P<number>{_NUMBER})"
    rf"(?:\s*(?P<unit>%|[€$£]|[A-Za-zµ°]+))?",
    re.IGNORECASE,
)
_RANGE_UNIT = re.compile(
    rf"(?:\s*(?:x|×|-|–|to|by|and)\s*(?:{_NUMBER}))+\s*(?P<unit>%|[€$£]|[A-Za-zµ°]+)", re.IGNORECASE
)
_STARS = re.compile(r"(?<![\w.,])(\d(?:\.\d)?)(?:(?: out)? of (?:5|five))?[ -]stars?\b", re.IGNORECASE)
"""A rating: of "3 of 5 stars" only the 3 is a quantity."""
_ROUNDINGS: dict[str, Rounding] = {"nearly": "nearly", "almost": "nearly", "just under": "nearly", "over": "over",
                                   "more than": "over"}  # fmt: skip
_TOLERANCE = 0.05
_NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100,
}  # fmt: skip
CURRENCIES = {
    "€": "eur", "euro": "eur", "euros": "eur", "eur": "eur", "$": "usd", "usd": "usd", "dollar": "usd",
    "dollars": "usd", "£": "gbp", "gbp": "gbp", "pound": "gbp", "pounds": "gbp", "chf": "chf", "francs": "chf",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """A number as a text has it. ``unit`` is a currency code, a canonical unit, or None for a bare number."""

    raw: str
    value: float
    unit: str | None
    rounding: Rounding = ""


def measures_in(text: str) -> Iterator[Measure]:
    """Each number in the text, in digits or as a word; the numbers of "18 x 20 mm" share their unit."""
    for match in _STARS.finditer(text):
        yield Measure(match[0], float(match[1]), "stars")
    text = _STARS.sub(" stars ", text)
    for match in _MEASURE.finditer(text):
        unit = (match["unit"] or "").casefold()
        before = text[: match.start("number")].rstrip()[-1:]
        currency = CURRENCIES.get(unit) or CURRENCIES.get(before)
        found = currency or canonical(unit)
        if found is None and (shared := _RANGE_UNIT.match(text, match.end("number"))):
            found = CURRENCIES.get(shared["unit"].casefold()) or canonical(shared["unit"])
        said = (match["rounding"] or "").casefold()
        rounding = _ROUNDINGS.get(said, "about" if said else "")
        raw = text[match.start("number") : match.end()]
        yield Measure(raw.strip(), number(match["number"], price=currency is not None), found, rounding)
    for word in re.findall(r"[a-z]+", text.casefold()):
        if word in _NUMBER_WORDS:
            yield Measure(word, float(_NUMBER_WORDS[word]), None)


def same(claimed: Measure, stated: Measure) -> bool:
    """Whether a claimed quantity is the stated one: a claimed unit must be stated too; a bare number is enough.

    "about" allows for 5 % either way, "nearly" for a stated value a little less, "over" for one a little more.
    """
    if (claimed.unit is None and stated.unit != "stars") or claimed.unit == stated.unit:
        return _near(claimed.value, stated.value, claimed.rounding)
    measured = dimension(claimed.unit)
    if measured is None or measured != dimension(stated.unit):
        return False
    return _near(in_base(claimed.value, claimed.unit), in_base(stated.value, stated.unit), claimed.rounding)


def number_words() -> frozenset[str]:
    """Stems of the number words that are read."""
    return frozenset(map(stem, _NUMBER_WORDS))


def without_measures(text: str) -> str:
    """The text without its numbers and their units; a word that is no unit stays."""

    def rest(match: re.Match[str]) -> str:
        unit = (match["unit"] or "").casefold()
        return " " if unit in CURRENCIES or canonical(unit) else f" {unit} "

    return _MEASURE.sub(rest, _STARS.sub(" stars ", text))


def _near(claimed: float, stated: float, rounding: Rounding) -> bool:
    if abs(claimed - stated) < 1e-9 * max(1.0, abs(claimed)):
        return rounding != "nearly"
    slack = _TOLERANCE * abs(stated)
    lower, upper = {"about": (slack, slack), "nearly": (0.0, slack), "over": (slack, 0.0)}.get(rounding, (0.0, 0.0))
    return stated - lower <= claimed <= stated + upper if rounding else False
