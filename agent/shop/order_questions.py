"""What a question about orders asks for: which order, by its number, its goods or its time."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from agent.chinese import orders as chinese
from agent.chinese.script import folded, has_han
from retrieval.words import stem, stems

OrderAsk: TypeAlias = chinese.Ask

_PARCEL = re.compile(
    r"\b(?:where|when|has|have|did|is|was|will)\b[^.?!]*\b(?:my|the|i|we|you)\b[^.?!]*"
    r"\b(?:shipped|dispatched|delivered|arrived?|arriving|sent|send|packed|come)\b",
    re.IGNORECASE,
)
"""Whether something has come: 'has the tent shipped', 'did you already send the kit'."""
_ORDERS = re.compile(
    r"\bmy (?:last |latest |recent |open |previous |current )?"
    r"(?:orders?|parcels?|packages?|shipments?|purchases?|delivery)\b"
    r"|\b(?:did|have|had) (?:i|we) (?:order|ordered|buy|bought|purchased?)\b"
    r"|\bwhat (?:i|we)(?:'ve| have)? (?:ordered|bought)\b"
    r"|\b(?:i|we)(?:'ve| have)? ordered\b[^.]*\b(?:where|when|not|still|yet)\b"
    r"|\bwhere(?:['’]?s| is| are) my\b|\btrack(?:ing)?\b|\border (?:number|no\.?|id)\b",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"\bhow (?:do|can|could|would|should|much)\b|(?<!when )\b(?:can|could|may|should) (?:i|we)\b"
    r"|\b(?:cancel|return|refund|exchange|change|replace)\b|\b(?:want|like) to (?!know|see|check|track)\b",
    re.IGNORECASE,
)
"""What the shop's rules answer, and no order does: 'can I cancel my order'."""
_LIST = re.compile(
    r"\b(?:what|which)\b[^.?!]*\b(?:order|ordered|bought|buy|purchased?)\b|\b(?:list|show|which|all)\b[^.?!]*\b(?:orders|purchases)\b"
    r"|\bmy (?:orders|purchases)\b|\border history\b",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"\bhow much\b[^.?!]*\b(?:pay|paid|spen[dt]|cost|charged?|come to|came to|total)\b|\btotal of\b|\bin total\b"
    r"|\bwhat (?:did|have) (?:i|we) (?:pay|paid|spend|spent)\b",
    re.IGNORECASE,
)
_ORDER_ID = re.compile(
    r"\b(?=[A-Z\d-]*\d)[A-Z]{1,5}-?\d[A-Z\d-]{2,}\b"
    rf"|(?:#|\border\s+(?:number|no\.?|id)?\s*#?\s*|{chinese.ORDER_ID})(?P<plain>\d{{4,}})\b(?!年)",
    re.IGNORECASE | re.ASCII,
)
_ABOUT_ORDERS = stems(
    "where when has did was is my order orders ordered parcel package shipment purchase bought buy ship shipped "
    "dispatch dispatched deliver delivered arrive arrived arriving come coming track tracking number status last "
    "latest recent month week year today yesterday yet already still show list all history which what please tell "
    "know expect expected sent send out left since this now hello there i me you january february march april may "
    "june july august september october november december cancel cancelled return returned refund late missing lost "
    "delayed stuck get got pack packed open current stuff thing things goods item items product products my was been"
)
"""Words of such a question that name no goods."""
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_IN_MONTH = re.compile(
    rf"\b(?P<since>since|in|from|during|of)\s+(?P<month>{'|'.join(_MONTHS)})(?:\s+(?P<year>20\d\d))?\b", re.IGNORECASE
)


_PERIODS = (
    "today", "the day before yesterday", "yesterday", "this week", "last week", "this month", "last month", "this year",
    "last year",
)  # fmt: skip
"""Times by what they are called, those first whose name another is a part of."""


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both within it; ``name`` is the key of how it is said: 'last month', 'in', 'since'."""

    first: date
    last: date
    name: str

    def __contains__(self, when: date) -> bool:
        return self.first <= when <= self.last


@dataclass(frozen=True, slots=True)
class OrderQuestion:
    """``goods`` are stems of the words that name what was ordered, ``words`` those words as they stand."""

    kind: OrderAsk
    order_id: str | None = None
    period: Period | None = None
    goods: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()


def asks_about_orders(message: str) -> bool:
    """Whether a message asks after the asker's own orders, rather than after delivery in general or goods to buy."""
    if _POLICY.search(message):
        return False
    number = _ORDER_ID.search(message)
    named = number is not None and ("-" in number[0] or "order" in message.casefold())
    return named or bool(_ORDERS.search(message) or _PARCEL.search(message))


def read_question(
    message: str, today: date, nouns: frozenset[str] = frozenset(), *, english: str = ""
) -> OrderQuestion:
    """Read a question about orders.

    Args:
        english: a Chinese message in English words, which name the goods; its time and number are read as it stands.
        nouns: stems of words that name goods; other words of the message are not taken for goods. None known: all
            words are that do not belong to such questions anyway.
    """
    message = folded(message)
    number, period = _ORDER_ID.search(message), period_of(message, today)
    named = tuple(_goods(english or message, nouns))
    return OrderQuestion(
        _asked_for(message, period),
        (number["plain"] or number[0]).upper() if number else None,
        period,
        frozenset(map(stem, named)),
        named,
    )


def period_of(message: str, today: date) -> Period | None:
    """The time that a message names, in whole days; weeks begin on Monday."""
    if has_han(message) and (span := chinese.span_of(message, today)):
        return Period(span[1], span[2], span[0])
    text = message.casefold()
    for name in _PERIODS:
        if name in text:
            return Period(*chinese.days_of(name, today), name)
    if match := _IN_MONTH.search(message):
        month = _MONTHS[match["month"].casefold()]
        year = int(match["year"]) if match["year"] else today.year - (month > today.month)
        first = date(year, month, 1)
        since = match["since"].casefold() == "since"
        last = today if since else _month_end(first)
        return Period(first, last, "since" if since else "in")
    return None


def _asked_for(message: str, period: Period | None) -> OrderAsk:
    if has_han(message):
        return chinese.asked_for(message, timed=period is not None)
    return "paid" if _PAID.search(message) else "list" if _LIST.search(message) else "where"


def _month_end(first: date) -> date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _goods(message: str, nouns: frozenset[str]) -> Iterator[str]:
    seen: set[str] = set()
    plain = re.sub(r"(?<=\w)['’](?:s|m|re|ve|ll|d|t)\b", " ", message.casefold())  # the s of "where's" names no goods
    for word in re.findall(r"[^\W\d_]+", plain):
        root = stem(word)
        content = bool(stems(word)) and root not in _ABOUT_ORDERS and root not in seen
        if content and (root in nouns if nouns else True):
            seen.add(root)
            yield word
