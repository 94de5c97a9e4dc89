"""Numbers with their units in a text, and whether two of them are the same quantity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from agent.words.quantities import number
from retrieval.units import SPELLINGS, canonical, dimension, in_base
from retrieval.words import stem

Rounding: TypeAlias = Literal["", "about", "nearly", "over"]

_NUMBER = r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_MEASURE = re.compile(
    r"(?<![\w.,])(?:(?P<rounding>about|around|roughly|approximately|circa|some|close to|nearly|almost|not quite|"
    r"(?:just|slightly|a (?:little|bit|touch|shade)) (?:under|below|over|above)|over|more than)\s+"
    rf"(?:[€$£]\s*)?)?(?P<number>{_NUMBER})"
    rf"(?:(?:\s*|-)(?P<unit>%|[€$£]|[A-Za-zµ°]+))?",
    re.IGNORECASE,
)
_RANGE_UNIT = re.compile(
    rf"(?:\s*(?:x|×|-|–|to|by|and)\s*(?:{_NUMBER}))+\s*(?P<unit>%|[€$£]|[A-Za-zµ°]+)", re.IGNORECASE
)
_STARS = re.compile(r"(?<![\w.,])(\d(?:\.\d)?)(?:(?: out)? of (?:5|five))?[ -]stars?\b", re.IGNORECASE)
"""A rating: of "3 of 5 stars" only the 3 is a quantity."""
_ROUNDINGS: dict[str, Rounding] = {
    "nearly": "nearly", "almost": "nearly", "quite": "nearly", "under": "nearly", "below": "nearly",
    "over": "over", "above": "over", "than": "over",
}  # fmt: skip
"""By the last word of what is said; all else is "about"."""
_TOLERANCE = 0.05
_NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "dozen": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100,
}  # fmt: skip
_UNITS = {
    "year": "years", "month": "months", "second": "s", "seconds": "s", "secs": "s", "kilometre": "km",
    "kilometres": "km", "kilometer": "km", "kilometers": "km", "kilowatt": "kw", "kilowatts": "kw", "hr": "h",
    "centilitre": "cl", "centilitres": "cl", "milligram": "mg", "milligrams": "mg",
}  # fmt: skip
"""Spellings of units that are read in sentences only."""
CURRENCIES = {
    "€": "eur", "euro": "eur", "euros": "eur", "eur": "eur", "$": "usd", "usd": "usd", "dollar": "usd",
    "dollars": "usd", "£": "gbp", "gbp": "gbp", "pound": "gbp", "pounds": "gbp", "chf": "chf", "francs": "chf",
}  # fmt: skip

_FRACTIONS = {"half": 0.5, "quarter": 0.25, "three quarters": 0.75, "three-quarters": 0.75}
_SPELLED_UNITS = "|".join(
    sorted({u for u in SPELLINGS if len(u) > 2 and u[:4] not in {"page", "piec"}} | set(_UNITS), key=len, reverse=True)
)
_COUNT = "|".join(["an?", "one", *_NUMBER_WORDS])
_AND_A_HALF = re.compile(
    rf"\b(?P<count>{_COUNT}|\d+)(?:[ -]and[ -]a[ -]half[ -](?P<unit>{_SPELLED_UNITS})"
    rf"|[ -](?P<whole>{_SPELLED_UNITS}) and a half)\b",
    re.IGNORECASE,
)
_PARTS = "|".join(sorted(_FRACTIONS, key=len, reverse=True))
_FRACTION = re.compile(
    rf"\b(?:an? )?(?P<part>{_PARTS}) (?:of )?an? (?P<unit>{_SPELLED_UNITS})\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(w for w in _NUMBER_WORDS if w.endswith('ty'))})[ -])?(?P<count>{_COUNT})"
    rf"[ -](?P<unit>{_SPELLED_UNITS}|euros?|dollars?|pounds?|francs|stars?)(?P<old>[ -]old)?\b",
    re.IGNORECASE,
)
_OLD = re.compile(r"(?<=\d)[ -](years?|months?)[ -]old\b", re.IGNORECASE)
_BIRTH = re.compile(r"\bfrom birth\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measure:
    """A number as a text has it. ``unit`` is a currency code, a canonical unit, or None for a bare number."""

    raw: str
    value: float
    unit: str | None
    rounding: Rounding = ""


def measures_in(text: str) -> Iterator[Measure]:
    """Each number in the text, in digits or as a word; the numbers of "18 x 20 mm" share their unit."""
    text = in_digits(text)
    for match in _STARS.finditer(text):
        yield Measure(match[0], float(match[1]), "stars")
    text = _STARS.sub(" stars ", text)
    for match in _MEASURE.finditer(text):
        unit = (match["unit"] or "").casefold()
        before = text[: match.start("number")].rstrip()[-1:]
        currency = CURRENCIES.get(unit) or CURRENCIES.get(before)
        found = currency or _canonical(unit)
        if found is None and (shared := _RANGE_UNIT.match(text, match.end("number"))):
            found = CURRENCIES.get(shared["unit"].casefold()) or _canonical(shared["unit"])
        said = (match["rounding"] or "").casefold()
        rounding = _ROUNDINGS.get(said.rpartition(" ")[2], "about" if said else "")
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
        return " " if unit in CURRENCIES or _canonical(unit) else f" {unit} "

    return _MEASURE.sub(rest, _STARS.sub(" stars ", in_digits(text)))


@lru_cache(maxsize=1024)
def in_digits(text: str) -> str:
    """The text with the quantities that it spells out as a number and a unit: "a year and a half" as "1.5 year"."""

    def halved(match: re.Match[str]) -> str:
        return f"{_count(match['count']) + 0.5:g} {match['unit'] or match['whole']}"

    def part(match: re.Match[str]) -> str:
        return f"{_FRACTIONS[match['part'].casefold()]:g} {match['unit']}"

    def counted(match: re.Match[str]) -> str:
        return f"{_count(match['tens'] or '0') + _count(match['count']):g} {match['unit']}"

    text = _COUNTED.sub(counted, _FRACTION.sub(part, _AND_A_HALF.sub(halved, text)))
    return _BIRTH.sub("from 0 months", _OLD.sub(r" \1", text))


def _count(word: str) -> float:
    word = word.casefold()
    return 1.0 if word in {"a", "an", "one"} else float(_NUMBER_WORDS.get(word, 0) or (word if word.isdigit() else 0))


def _canonical(unit: str) -> str | None:
    unit = unit.casefold()
    return canonical(_UNITS.get(unit, unit))


def _near(claimed: float, stated: float, rounding: Rounding) -> bool:
    if abs(claimed - stated) < 1e-9 * max(1.0, abs(claimed)):
        return rounding != "nearly"
    slack = _TOLERANCE * abs(stated)
    lower, upper = {"about": (slack, slack), "nearly": (0.0, slack), "over": (slack, 0.0)}.get(rounding, (0.0, 0.0))
    return stated - lower <= claimed <= stated + upper if rounding else False
