"""Numbers as Chinese writes them: 200, 1千5, 3k, 两百五, 一万二, 一百零五."""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "壹": 1, "贰": 2, "叁": 3}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_LATIN_UNITS = {"k": 1000, "w": 10_000}
_CHINESE = "".join(_DIGITS) + "".join(UNITS)
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:\s?[kK](?![a-zA-Z])|[千百万]\d?)?|[{_CHINESE}]+|半"
"""A number, for use inside a pattern."""
_MIXED = re.compile(r"([\d.]+)([千百万kK])(\d?)")


def number(text: str) -> float:
    """The value of what `NUMBER` matched.

    A digit after 百, 千 or 万 at the end counts the next smaller unit, as in speech: 三百五 is 350, 三百零五 is 305.
    """
    text = text.replace(",", "").replace(" ", "")
    if text == "半":
        return 0.5
    if mixed := _MIXED.fullmatch(text):
        size = UNITS.get(mixed[2]) or _LATIN_UNITS[mixed[2].casefold()]
        return float(mixed[1]) * size + int(mixed[3] or 0) * size / 10
    if text[0].isdigit() and text.isascii():
        return float(text)
    if not any(c in UNITS for c in text):
        return float("".join(str(_DIGITS[c]) for c in text))
    return float(_counted(text))


def _counted(text: str) -> int:
    """The value of a numeral with units: 一万二千三百 is (1) * 10,000 + 2,000 + 300."""
    total, section, digit, last = 0, 0, 0, 10
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
            last = 10 if digit == 0 else last
            continue
        unit = UNITS[character]
        if unit == 10_000:
            total, section = (total + section + digit) * unit, 0
        else:
            section += (digit or 1) * unit
        digit, last = 0, unit
    return total + section + digit * last // 10


def consecutive(text: str) -> tuple[float, float] | None:
    """The two ends of 三四百 or 两三千, or None for another numeral."""
    unit = text[-1]
    if len(text) != 3 or unit not in UNITS or not all(c in _DIGITS for c in text[:2]):
        return None
    low, high = (_DIGITS[c] * UNITS[unit] for c in text[:2])
    return (float(low), float(high)) if high == low + UNITS[unit] else None


_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905


def spelled(value: int) -> str | None:
    """A number from 0 to 99 as English writes it out; None for others."""
    if not 0 <= value < 100:
        return None
    if value < len(_ONES):
        return _ONES[value]
    ten, one = divmod(value, 10)
    return f"{_TENS[ten - 2]}-{_ONES[one]}" if one else _TENS[ten - 2]
