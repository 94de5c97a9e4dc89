"""Prices and measures in a message: 'under 120 euros', 'between 1 and 1.5 kg', '€50 or less'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from retrieval.units import SPELLINGS, canonical

Limit: TypeAlias = Literal["low", "high"]

_NUMBER = r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_CURRENCY = r"€|eur(?:os?)?\b|\$|usd\b|dollars?\b|bucks\b|£|gbp\b|pounds?\b|quid\b"
_UNIT = "|".join(sorted((re.escape(s) + (r"\b" if s.isalpha() else "") for s in SPELLINGS), key=len, reverse=True))
_AMOUNT = rf"(?:(?:{_CURRENCY})\s*)?(?<![\w.,])(?:{_NUMBER})(?:\s*(?:{_CURRENCY}|{_UNIT}))?"
_HIGH = (
    r"under|below|beneath|less than|(?:cheaper|lighter|smaller|shorter|quieter|lower) than|up to|at most|within|"
    r"(?:no|not) (?:more|heavier|longer|louder|larger) than|not (?:over|above)|max(?:imum)?(?: of)?|<=?|"
    r"(?:(?:my|a|our|the) )?budget(?: is| of|:)?"
)
_LOW = (
    r"over|above|more than|(?:heavier|larger|bigger|longer|brighter) than|at least|no(?:t)? less than|"
    r"not (?:under|below)|min(?:imum)?(?: of)?|>=?|upwards of|starting (?:at|from)"
)
_AROUND = r"around|about|roughly|approximately|circa|~|close to"
_AFTER_HIGH = r"or (?:less|under|below|cheaper|lighter)|max(?:imum)?|tops|at (?:the )?most"
_AFTER_LOW = r"or (?:more|over|above)|min(?:imum)?|and (?:up|above)|at least"

_RANGE = re.compile(rf"(?:between|from)?\s*(?P<a>{_AMOUNT})\s*(?:and|to|-|–|—)\s*(?P<b>{_AMOUNT})", re.I)
_LIMIT = re.compile(
    rf"(?:\b(?P<high>{_HIGH})|\b(?P<low>{_LOW})|(?P<around>\b(?:{_AROUND})|~))\s*(?P<amount>{_AMOUNT})"
    rf"|(?P<amount2>{_AMOUNT})\s*(?:(?P<high2>{_AFTER_HIGH})|(?P<low2>{_AFTER_LOW}))\b"
    rf"|(?P<bare>{_AMOUNT})",
    re.I,
)
_PARTS = re.compile(rf"(?P<c1>{_CURRENCY})?\s*(?P<n>{_NUMBER})\s*(?:(?P<c2>{_CURRENCY})|(?P<u>{_UNIT}))?", re.I)
_ENDS_A_PRICE = re.compile(
    r"\s*(?:$|[.,;:!?)]|(?:and|or|but|not|no|please|for|in|with|without|that|which|if|thanks|as|is|to|on|each)\b)", re.I
)
_PEOPLE = re.compile(r"\b(?:child(?:ren)?|kids?|ages?|aged|toddlers?|people|boys?|girls?|anyone|someone)\s*$", re.I)
_AROUND_WIDTH = 0.2


@dataclass(frozen=True, slots=True)
class Range:
    """Limits that a message states. ``unit`` is None for a price. ``span`` is where it stands."""

    low: float | None
    high: float | None
    unit: str | None
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Amount:
    value: float
    unit: str | None
    is_price: bool


def ranges(message: str) -> Iterator[Range]:
    """Every price or measure with a limit, from left to right; they do not overlap."""
    at = 0
    while at < len(message):
        found = _RANGE.search(message, at), _LIMIT.search(message, at)
        matches = [m for m in found if m]
        if not matches:
            return
        match = min(matches, key=lambda m: (m.start(), -m.end()))
        result = _of_range(match, message) if match.re is _RANGE else _of_limit(match, message)
        if result is None and match.re is _RANGE and found[1]:
            match, result = found[1], _of_limit(found[1], message)
        if result is not None:
            yield result
        at = max(match.end(), at + 1)


def _of_range(match: re.Match[str], message: str) -> Range | None:
    a, b = _amount(match["a"]), _amount(match["b"])
    unit = b.unit or a.unit
    priced = a.is_price or b.is_price or (unit is None and _bare_price(message, match.start(), match.end()))
    if unit is None and not priced:
        return None
    stated = match[0].casefold().lstrip().startswith(("between", "from")) or unit or a.is_price or b.is_price
    if not stated:
        return None
    low, high = sorted((a.value, b.value))
    return Range(low, high, unit, match.span())


def _of_limit(match: re.Match[str], message: str) -> Range | None:
    text = match["amount"] or match["amount2"] or match["bare"]
    amount = _amount(text)
    limited = match["bare"] is None
    if amount.unit is None and not amount.is_price:
        if not limited or not _bare_price(message, match.start(), match.end()):
            return None
    elif not limited and not amount.is_price:
        return None
    if match["around"]:
        width = _AROUND_WIDTH * amount.value
        return Range(amount.value - width, amount.value + width, amount.unit, match.span())
    if match["low"] or match["low2"]:
        return Range(amount.value, None, amount.unit, match.span())
    return Range(None, amount.value, amount.unit, match.span())


def _bare_price(message: str, start: int, end: int) -> bool:
    """Whether a limit without a unit can be meant as a price: 'under 120', but not 'children under 5'."""
    return bool(_ENDS_A_PRICE.match(message, end)) and not _PEOPLE.search(message[:start])


def _amount(text: str) -> _Amount:
    match = _PARTS.search(text)
    assert match is not None
    is_price = bool(match["c1"] or match["c2"])
    return _Amount(number(match["n"], price=is_price), canonical(match["u"]) if match["u"] else None, is_price)


def number(text: str, *, price: bool = False) -> float:
    """The value of a number as people write it: 1,200 and 1 200 are 1200; 12,50 is 12.5; a price 1.200 is 1200."""
    text = text.strip()
    if re.fullmatch(r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?", text):
        return float(text.replace(",", "").replace(" ", ""))
    if price and re.fullmatch(r"\d{1,3}\.\d{3}", text):
        return float(text.replace(".", ""))
    return float(text.replace(",", "."))
