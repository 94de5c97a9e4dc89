"""Two to four items side by side: rows of what the shop states of them, and the biggest differences in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.items.comparison_text import Measured, told
from agent.texts import Texts
from retrieval.catalogue import Attribute, Item
from retrieval.need import Need
from retrieval.units import comparable, in_base
from retrieval.words import stems

MOST, ROWS = 4, 8
_FIRST = ("price", "rating", "stock", "type", "weight")
"""The order of rows that are alike in all else."""
_SEP = re.compile(r"\s*[,;]\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that the items state, ``values`` in the order of the items, in one unit where they are numbers.

    ``name`` is the shop's own, whatever the language of the values. ``better`` is the place of the item that does best,
    from 0: None on a tie, or where neither the need nor general sense says which way is better.
    """

    name: str
    values: tuple[str, ...]
    differs: bool
    better: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, what the need speaks of first, then what differs; ``text`` is for reading aloud."""

    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A row before it is ordered; ``numbers`` are in the unit of the values, None where not stated."""

    row: Row
    spoken: bool
    stated: int
    numbers: tuple[float | None, ...] = ()
    unit: str | None = None


def compare(items: Sequence[Item], need: Need | None, language: str = "en") -> Comparison | None:
    """Compare items by what the shop's data states of them; all numbers are its own, or worked out from them.

    Args:
        items: of any kind; what they have in common is compared. Of more than four the first four, which is said.
        need: what is looked for, which decides what comes first and what is better; None if nothing is.
        language: of the text and the values, ``zh`` or ``en``; words that are not known in it stay the shop's.
    Returns:
        None for fewer than two items.
    """
    compared = tuple(dict.fromkeys(items))[:MOST]
    if len(compared) < 2:
        return None
    texts = Texts.of(language)
    lines = sorted(_lines(compared, need, texts), key=_order)[:ROWS]
    measured = [
        Measured(line.row.name, line.numbers, line.row.values, line.unit, line.spoken)
        for line in lines
        if line.row.differs
    ]
    text = told(compared, measured, texts, more=len(set(items)) > MOST)
    return Comparison(compared, tuple(line.row for line in lines), text)


def _order(line: _Line) -> tuple[bool, bool, int, int]:
    place = _FIRST.index(line.row.name) if line.row.name in _FIRST else len(_FIRST)
    return (not line.spoken, not line.row.differs, place, -line.stated)


def _lines(items: Sequence[Item], need: Need | None, texts: Texts) -> Iterator[_Line]:
    yield _price(items, need, texts)
    if any(item.reviews for item in items):
        yield _rating(items, need, texts)
    if any(item.stock is not None for item in items):
        yield _stock(items, texts)
    names = dict.fromkeys(attribute.name for item in items for attribute in item.attributes)
    for name in names:
        found = [item.attribute(name) for item in items]
        stated = sum(each is not None for each in found)
        spoken = _speaks_of(need, name, found)
        if stated >= 2 or (spoken and stated):
            yield _attribute(name, found, need, spoken, texts)


def _price(items: Sequence[Item], need: Need | None, texts: Texts) -> _Line:
    numbers = tuple(item.price for item in items)
    one_currency = len({item.currency for item in items}) == 1
    spoken = _wish(need, "price") is not None or _limits_price(need)
    row = Row(
        "price",
        tuple(texts.price(item.price, item.currency) for item in items),
        len(set(numbers)) > 1 or not one_currency,
        _best(numbers, _wish(need, "price") or -1) if one_currency else None,
    )
    return _Line(row, spoken, len(items), numbers if one_currency else (), items[0].currency)


def _rating(items: Sequence[Item], need: Need | None, texts: Texts) -> _Line:
    numbers = tuple(None if item.mean_rating is None else round(item.mean_rating, 1) for item in items)
    values = tuple(
        texts.say("value.not_stated")
        if number is None
        else texts.say(
            f"value.rating{'_one' * (len(item.reviews) == 1)}", mean=f"{number:.1f}", count=len(item.reviews)
        )
        for item, number in zip(items, numbers, strict=True)
    )
    row = Row("rating", values, len(set(numbers)) > 1, _best(numbers, 1))
    return _Line(row, _speaks_of(need, "rating reviews", []), len(items), numbers, "stars")


def _stock(items: Sequence[Item], texts: Texts) -> _Line:
    there = [item.in_stock for item in items]
    values = tuple(
        texts.say("value.not_stated")
        if item.stock is None
        else texts.say("value.stock", count=item.stock)
        if item.stock > 0
        else texts.say("value.no_stock")
        for item in items
    )
    better = there.index(True) if there.count(True) == 1 else None
    return _Line(Row("stock", values, len(set(there)) > 1, better), spoken=False, stated=len(items))


def _attribute(name: str, found: Sequence[Attribute | None], need: Need | None, spoken: bool, texts: Texts) -> _Line:
    unstated = texts.say("value.not_stated")
    stated = [each for each in found if each is not None]
    if _one_measure(stated):
        unit = max(stated, key=lambda each: in_base(float(each.value), each.unit)).unit
        scale = in_base(1.0, unit)
        numbers = tuple(None if a is None else _round(in_base(float(a.value), a.unit) / scale) for a in found)
        values = tuple(unstated if n is None else texts.measured(Attribute(name, n, unit).text, name) for n in numbers)
        wish = _wish(need, name)
        better = _best(numbers, wish) if wish else None
        return _Line(Row(name, values, len(set(numbers)) > 1, better), spoken, len(stated), numbers, unit)
    values = tuple(unstated if each is None else texts.measured(each.text, name) for each in found)
    # What is not stated may be the same.
    differs = len({frozenset(_SEP.split(each.text.casefold())) for each in stated}) > 1
    return _Line(Row(name, values, differs), spoken, len(stated))


def _one_measure(stated: Sequence[Attribute]) -> bool:
    numeric = all(not isinstance(each.value, str) for each in stated)
    return numeric and all(comparable(each.unit, stated[0].unit) for each in stated)


def _round(value: float) -> float:
    return float(f"{value:.10g}")


def _best(numbers: Sequence[float | None], direction: int) -> int | None:
    """The place of the one best number; None on a tie, or with fewer than two numbers."""
    known = [(n * direction, place) for place, n in enumerate(numbers) if n is not None]
    best = [place for n, place in known if n == max(known)[0]]
    return best[0] if len(known) >= 2 and len(best) == 1 else None


def _wish(need: Need | None, name: str) -> int | None:
    """Which way the need wishes an attribute to go; None if it says nothing of it."""
    if need is None:
        return None
    return next((wish.direction for wish in need.preferences if wish.attribute == name), None)


def _limits_price(need: Need | None) -> bool:
    return need is not None and (need.constraints.price_max is not None or need.constraints.price_min is not None)


def _speaks_of(need: Need | None, name: str, found: Sequence[Attribute | None]) -> bool:
    if need is None or name == "type":
        return False
    if _wish(need, name) is not None or any(bound.attribute == name for bound in need.constraints.bounds):
        return True
    said = stems(name).union(*(stems(str(each.value)) for each in found if each and isinstance(each.value, str)))
    return bool(said & stems(need.terms))
