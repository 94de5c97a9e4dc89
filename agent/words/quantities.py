"""Prices and measures in a message: 'under 120 euros', 'between 1 and 1.5 kg', '€50 or less'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from retrieval.units import SPELLINGS, canonical, comparable, in_base

Limit: TypeAlias = Literal["low", "high"]

_TENS = {
    "ten": 10, "fifteen": 15, "twenty": 20, "twenty-five": 25, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_TIMES = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8}
_TEN = "|".join(sorted(_TENS, key=len, reverse=True))
_WORDED = rf"(?:(?:{'|'.join(_TIMES)})\s+)?hundred(?:\s+and\s+(?:{_TEN}))?\b|(?:{_TEN})\b"
_DIGITS = (
    r"\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)|\d{1,3}(?:[, ]\d{3})+(?!\d)(?:\.\d+|,\d{1,2}(?!\d))?|"
    r"\d+(?:[.,]\d+)?(?:\s?k\b)?"
)
_NUMBER = rf"{_DIGITS}|{_WORDED}"
_CURRENCY = r"€|eur(?:os?)?(?![a-z])|\$|usd(?![a-z])|dollars?\b|bucks\b|£|gbp(?![a-z])|pounds?\b|quid\b"
_CODES = {"€": "EUR", "eur": "EUR", "usd": "USD", "£": "GBP", "gbp": "GBP", "pound": "GBP", "quid": "GBP"}
_DOLLARS = frozenset({"USD", "AUD", "CAD", "HKD", "NZD", "SGD", "TWD"})
_UNIT = "|".join(sorted((re.escape(s) + (r"\b" if s.isalpha() else "") for s in SPELLINGS), key=len, reverse=True))
_AMOUNT = rf"(?<![\w.,])(?:(?:{_CURRENCY})\s*)?(?:{_NUMBER})\+?(?:\s*(?:{_CURRENCY}|{_UNIT}))?\+?"
_HIGH = (
    r"under|below|beneath|less than|(?:cheaper|lighter|smaller|shorter|slimmer|quieter|lower) than|up to|at most|"
    r"within|(?:no|not) (?:more|heavier|longer|louder|larger|taller|more expensive) than|not (?:over|above)|"
    r"max(?:imum)?(?: of)?|<=?|(?:(?:my|a|our|the) )?budget(?: is| of|:)?|(?:go|stretch|rise)(?: it)? to|"
    r"(?:can|could|would|will|i['’]d|i['’]ll|we['’]d|we['’]ll|to) (?:spend|pay)"
)
_LOW = (
    r"over|above|more (?:expensive )?than|(?:heavier|larger|bigger|longer|taller|brighter) than|at least|"
    r"no(?:t)? less than|not (?:under|below)|min(?:imum)?(?: of)?|>=?|upwards of|(?:starting )?from|starting at|"
    r"exceed(?:s|ing)?"
)
_AROUND = r"around|about|roughly|approximately|circa|~|close to"
_AFTER_HIGH = r"(?:or|and) (?:less|under|below|cheaper|lighter)|max(?:imum)?|tops|at (?:the )?most|to spend"
_AFTER_LOW = r"or (?:more|over|above)|min(?:imum)?|and (?:up|over|above)|at least"

_RANGE = re.compile(
    rf"(?:between|from|budget(?: is| of|:)?)?\s*(?P<a>{_AMOUNT})\s*(?:and|to|-|–|—)\s*(?P<b>{_AMOUNT})", re.I
)
_LIMIT = re.compile(
    rf"(?<!\w)(?:(?P<high>{_HIGH})|(?P<low>{_LOW})|(?P<around>{_AROUND}))\s*(?P<amount>{_AMOUNT})"
    rf"|(?P<amount2>{_AMOUNT})[\s-]*(?:(?P<high2>{_AFTER_HIGH})|(?P<low2>{_AFTER_LOW})|(?P<around2>or so|ish))\b"
    rf"|(?P<bare>{_AMOUNT})",
    re.I,
)
_MARK = re.compile(_CURRENCY, re.I)
_PARTS = re.compile(rf"(?P<c1>{_CURRENCY})?\s*(?P<n>{_NUMBER})\+?\s*(?:(?P<c2>{_CURRENCY})|(?P<u>{_UNIT}))?", re.I)
_DENIED = re.compile(
    r"(?:\b(?:i|we|it|they|that|which)\s+)?"
    r"(?:\b(?:not|no|nothing|never|without|cannot)|\b(?:do|does|did|is|ca|wo|should|must|could|would)n['’]?t)"
    r"(?:\s+(?:want|like|wish|need|looking|able|going|have|be|to|it|that|which|is|anything|spend|pay|cost|costs|go|"
    r"get|weigh|weighs|priced|much|any)){0,6}\s*$",
    re.I,
)
"""A denial that turns the limit after it round: 'I don't want to spend more than'."""
_NOTHING = re.compile(r"\s*(?:nothing|none|no\s+\w+)\s*", re.I)
"""A denial that asks, where a question mark follows the limit: 'nothing under 60?'."""
_ENDS_A_PRICE = re.compile(
    r"\s*(?:$|[.,;:!?)/]|(?:and|or|but|not|no|please|for|in|with|without|that|which|if|thanks|as|is|to|on|each|from|by|"
    r"would|what|so|my|i|a|an|the|any|can|only|total)\b)",
    re.I,
)
_COUNTED = re.compile(
    r"[\s-]*(?:people|persons?|adults?|kids|children|players?|pieces?|pcs|parts?|years?|yrs?|months?|weeks?|days?|"
    r"nights?|stars?|inch(?:es)?|feet|ft|degrees?|miles|mph|volts?|v|mp|megapixels?|rpm|hz|times|cards|recipes|"
    r"pockets|reviews|x|\d)\b|\s*[°\"″×]",
    re.I,
)
"""What a number without a currency may count, so that it is no price."""
_PEOPLE = re.compile(r"\b(?:child(?:ren)?|kids?|toddlers?|people|boys?|girls?|anyone|someone)\s*$", re.I)
_AGED = re.compile(r"\b(?:ages?|aged)\s*$", re.I)
_BUDGET = re.compile(r"\b(?:budget|spend|pay|have)(?: is| of|:)?\s*$", re.I)
_OLDEST_CHILD = 18
_SURELY_A_PRICE = 20
"""A limit this high may be a price whatever follows it ('under 80 headphones'), if it counts nothing."""
AROUND_WIDTH = 0.2
"""How far 'about 100' reaches either way, as a share of the amount."""


@dataclass(frozen=True, slots=True)
class Range:
    """Limits that a message states. ``unit`` is None for a price. ``span`` is where it stands.

    ``currency`` is what a price is written in: an ISO code, ``$`` for dollars of no country, None if nothing is
    written. ``amount`` is the price in the message's own words: '100 dollars'; ``digits`` is its number, where the
    words do not give it in digits.
    """

    low: float | None
    high: float | None
    unit: str | None
    span: tuple[int, int]
    currency: str | None = None
    amount: str = ""
    digits: str = ""

    def foreign_to(self, currency: str) -> bool:
        """Whether the price is written in another currency than this one."""
        if self.currency is None or self.currency == currency:
            return False
        return self.currency != "$" or currency not in _DOLLARS

    @property
    def number(self) -> str:
        """The amount without its currency: '100'."""
        return self.digits or " ".join(_MARK.sub(" ", self.amount).split())


@dataclass(frozen=True, slots=True)
class _Amount:
    written: str
    unit: str | None
    currency: str | None

    @property
    def is_price(self) -> bool:
        return self.currency is not None

    @property
    def value(self) -> float:
        return number(self.written, price=self.unit is None)


def ranges(message: str) -> Iterator[Range]:
    """Every price or measure with a limit, from left to right; they do not overlap."""
    at = 0
    while at < len(message):
        found = _LIMIT.search(message, at), _RANGE.search(message, at)
        matches = [m for m in found if m]
        if not matches:
            return
        match = min(matches, key=lambda m: (m.start(), -m.end()))
        result = _of_range(match, message) if match.re is _RANGE else _of_limit(match, message)
        if result is None and match.re is _RANGE and found[0]:
            match, result = found[0], _of_limit(found[0], message)
        if result is not None:
            yield result
        at = max(match.end(), at + 1)


def _of_range(match: re.Match[str], message: str) -> Range | None:
    a, b = _amount(match["a"]), _amount(match["b"])
    unit = b.unit or a.unit
    stated = match[0].casefold().lstrip().startswith(("between", "from", "budget"))
    priced = a.is_price or b.is_price or (stated and unit is None and _bare_price(b.value, message, match))
    if unit is None and not priced:
        return None
    ends = [(number(each.written, price=unit is None), each.unit or unit) for each in (a, b)]
    low, high = sorted(_in_unit(value, own, unit) for value, own in ends)
    written = f"{match['a'].strip()} to {match['b'].strip()}"
    return Range(low, high, unit, match.span(), b.currency or a.currency, written)


def _in_unit(value: float, stated: str | None, unit: str | None) -> float:
    """A value in the unit of the range: 'between 200 g and 2 kg' is from 0.2 kg."""
    if stated == unit or not comparable(stated, unit):
        return value
    return in_base(value, stated) / in_base(1.0, unit)


def _of_limit(match: re.Match[str], message: str) -> Range | None:
    text = match["amount"] or match["amount2"] or match["bare"]
    amount = _amount(text)
    open_end = "+" in text
    limited = match["bare"] is None or open_end
    if amount.unit is None and not amount.is_price:
        if match["bare"] is not None or not _bare_price(amount.value, message, match):
            return None
    elif not limited and not amount.is_price:
        return None
    value = amount.value
    if match["around"] or match["around2"]:
        lowest = None if _BUDGET.search(message[: match.start()]) else (1 - AROUND_WIDTH) * value
        return Range(lowest, (1 + AROUND_WIDTH) * value, amount.unit, match.span(), amount.currency, text.strip())
    low = bool(match["low"] or match["low2"] or open_end)
    start, end = match.span()
    if match["amount"] and (denied := _DENIED.search(message[:start])):
        asks = bool(_NOTHING.fullmatch(denied[0])) and message[end:].lstrip().startswith("?")
        low, start = low if asks else not low, denied.start()
    least, most = (value, None) if low else (None, value)
    return Range(least, most, amount.unit, (start, end), amount.currency, text.strip())


def _bare_price(value: float, message: str, match: re.Match[str]) -> bool:
    """Whether a limit without a unit can be meant as a price: 'under 120', but not 'children under 5'."""
    before, after = message[: match.start()], match.end()
    if _AGED.search(before) or (value <= _OLDEST_CHILD and _PEOPLE.search(before)):
        return False
    if _ENDS_A_PRICE.match(message, after):
        return True
    return value >= _SURELY_A_PRICE and not _COUNTED.match(message, after)


def _amount(text: str) -> _Amount:
    match = _PARTS.search(text)
    assert match is not None
    mark = match["c1"] or match["c2"]
    return _Amount(match["n"], canonical(match["u"]) if match["u"] else None, _code(mark) if mark else None)


def _code(mark: str) -> str:
    """The currency of '£', 'euros' or 'bucks'; see `Range`."""
    mark = mark.casefold()
    return next((code for start, code in _CODES.items() if mark.startswith(start)), "$")


def number(text: str, *, price: bool = False) -> float:
    """The value of a number as people write it.

    1,200 and 1 200 are 1200; 12,50 is 12.5; 1.299,99 is 1299.99; 1.5k is 1500; a hundred is 100; a price 1.200 is 1200.
    """
    text = text.strip().casefold()
    if text[0].isalpha():
        return _worded(text)
    if text.endswith("k"):
        return 1000 * number(text[:-1])
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?: \d{3})+,\d+", text):
        return float(text.replace(".", "").replace(" ", "").replace(",", "."))
    if re.fullmatch(r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?", text):
        return float(text.replace(",", "").replace(" ", ""))
    if price and re.fullmatch(r"\d{1,3}\.\d{3}", text):
        return float(text.replace(".", ""))
    return float(text.replace(",", "."))


def _worded(text: str) -> float:
    """'two hundred and fifty' -> 250."""
    before, hundred, after = text.partition("hundred")
    if not hundred:
        return float(_TENS[text])
    return 100.0 * _TIMES.get(before.strip(), 1) + _TENS.get(after.split()[-1] if after else "", 0)
