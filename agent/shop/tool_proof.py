"""Whether what a model says after calling tools stands in what they told it: numbers, dates and codes."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CODE = re.compile(r"\b(?=[A-Z-]*\d)[A-Z][A-Z\d-]{3,}\b")
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_DATE = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{'|'.join(_MONTHS)})\b"
                   rf"|\b(?P<month_first>{'|'.join(_MONTHS)})\s+(?P<day_after>\d{{1,2}})\b", re.IGNORECASE)  # fmt: skip
_ISO = re.compile(r"\b\d{4}-(\d\d)-(\d\d)\b")


def unfounded(answer: str, told: Iterable[str]) -> tuple[str, ...]:
    """The numbers, days and codes of an answer that are in nothing it was told, in order.

    It cannot say that an answer is right: it finds what a model made up, not what it mixed up.

    Args:
        told: what the tools gave, and what the shopper wrote.
    """
    known = " ".join(told)
    numbers, days, codes = set(_numbers(known)), set(_days(known)), set(_CODE.findall(known))
    found = [number for number in _numbers(answer) if number not in numbers]
    found += [f"{day} {calendar.month_name[month]}" for month, day in _days(answer) if (month, day) not in days]
    found += [code for code in _CODE.findall(answer) if code not in codes]
    return tuple(dict.fromkeys(found))


def _numbers(text: str) -> Iterator[str]:
    """Numbers without signs that carry no value: 1,200.00 is 1200, and 12,50 is 12.5."""
    for match in _NUMBER.finditer(text):
        whole = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", match[0]).replace(",", ".")
        head, _, rest = whole.partition(".")
        fraction = rest.rstrip("0")
        yield f"{head.lstrip('0') or '0'}.{fraction}" if fraction else head.lstrip("0") or "0"


def _days(text: str) -> Iterator[tuple[int, int]]:
    """Month and day of each date, whether written out or as 2026-11-27."""
    for match in _DATE.finditer(text):
        month = _MONTHS[(match["month"] or match["month_first"]).casefold()]
        yield month, int(match["day"] or match["day_after"])
    for match in _ISO.finditer(text):
        yield int(match[1]), int(match[2])
