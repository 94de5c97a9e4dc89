"""What a message asks for: product terms, hard constraints, preferences, language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Literal

from retrieval.catalogue import Item
from retrieval.units import comparable, in_base
from retrieval.words import stems, words

_DENIAL = re.compile(
    r"\b(?:no|not|non|none|without|free|zero|0|vegan|faux|imitation)\b|\bun(?=\w{4})|[无不没免非零]", re.IGNORECASE
)
"""Words that say that something is not there, or not the real thing."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit on a numeric attribute, in ``unit``; an item that does not state it in comparable units breaks it."""

    attribute: str
    unit: str
    low: float | None = None
    high: float | None = None

    def broken_by(self, item: Item) -> bool:
        found = item.attribute(self.attribute)
        if found is None or isinstance(found.value, str) or not comparable(found.unit, self.unit):
            return True
        value = in_base(float(found.value), found.unit)
        low = None if self.low is None else in_base(self.low, self.unit)
        high = None if self.high is None else in_base(self.high, self.unit)
        return (low is not None and value < low) or (high is not None and value > high)


@dataclass(frozen=True, slots=True)
class Absence:
    """What an item must not have: the word as it was said, and the stems of all that a catalogue may call it."""

    word: str
    stems: frozenset[str]

    def broken_by(self, item: Item) -> bool:
        """Whether the title or a textual attribute says that the item has it; 'fragrance: none' says it has not."""
        facts = ((a.name, str(a.value)) for a in item.attributes if isinstance(a.value, str))
        return any(self._stated(name, value) for name, value in (("", item.title), *facts))

    def _stated(self, name: str, value: str) -> bool:
        named = bool(self.stems & stems(name))
        return any((named or self.stems & stems(part)) and not _DENIAL.search(part) for part in value.split(","))


@dataclass(frozen=True, slots=True)
class Preference:
    """A wish without a limit: less (-1) or more (+1) of a numeric attribute, as in 'light' or 'roomy'."""

    attribute: str
    direction: Literal[-1, 1]
    word: str


@dataclass(frozen=True, slots=True)
class Constraints:
    """Hard constraints. None is ever broken by a suggestion; see ``broken_by``."""

    price_min: float | None = None
    price_max: float | None = None
    brands: frozenset[str] = frozenset()
    brands_excluded: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    categories_excluded: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    kinds_excluded: frozenset[str] = frozenset()
    colours: frozenset[str] = frozenset()
    colours_excluded: frozenset[str] = frozenset()
    items_excluded: frozenset[str] = frozenset()
    bounds: tuple[Bound, ...] = ()
    without: frozenset[Absence] = frozenset()
    in_stock: bool = True

    def broken_by(self, item: Item) -> tuple[str, ...]:
        """The names of the constraints that this item breaks; empty if it may be suggested."""
        return tuple(name for name, broken in self._tests(item) if broken)

    def price_distance(self, price: float) -> float:
        """How far a price is from the range, 0 within it."""
        low, high = self.price_min, self.price_max
        below = low - price if low is not None else 0.0
        above = price - high if high is not None else 0.0
        return max(below, above, 0.0)

    def _tests(self, item: Item) -> Iterable[tuple[str, bool]]:
        brand = (item.brand or "").casefold()
        colours = words(str(item.colour.value)) if item.colour else frozenset()
        category, kind = item.category.casefold(), item.kind.casefold()
        yield "price_min", self.price_min is not None and item.price < self.price_min
        yield "price_max", self.price_max is not None and item.price > self.price_max
        yield "brands", bool(self.brands) and brand not in folded(self.brands)
        yield "brands_excluded", brand in folded(self.brands_excluded)
        yield "categories", bool(self.categories) and category not in folded(self.categories)
        yield "categories_excluded", category in folded(self.categories_excluded)
        yield "kinds", bool(self.kinds) and kind not in folded(self.kinds)
        yield "kinds_excluded", kind in folded(self.kinds_excluded)
        yield "colours", bool(self.colours) and not any(words(c) <= colours for c in self.colours)
        yield "colours_excluded", any(words(c) <= colours for c in self.colours_excluded)
        yield "items_excluded", item.item_id in self.items_excluded
        for bound in self.bounds:
            yield f"bound:{bound.attribute}", bound.broken_by(item)
        yield "without", any(absence.broken_by(item) for absence in self.without)
        yield "in_stock", self.in_stock and not item.in_stock

    def as_dict(self) -> dict[str, Any]:
        """The constraints that are set, as plain values for display and storage."""
        shown: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name == "bounds":
                value = [{"attribute": b.attribute, "unit": b.unit, "low": b.low, "high": b.high} for b in value]
            elif each.name == "without":
                value = sorted(absence.word for absence in value)
            elif isinstance(value, frozenset):
                value = sorted(value)
            if value not in (None, [], False) and each.name != "in_stock":
                shown[each.name] = value
        return shown


def merged(before: Constraints, now: Constraints) -> Constraints:
    """Earlier constraints, where the new ones state nothing on the same point."""
    both = replace(before, bounds=_latest_bounds(before.bounds, now.bounds))
    if now.price_min is not None:
        fits = both.price_max is None or now.price_min <= both.price_max
        both = replace(both, price_min=now.price_min, price_max=both.price_max if fits else None)
    if now.price_max is not None:
        fits = both.price_min is None or both.price_min <= now.price_max
        both = replace(both, price_max=now.price_max, price_min=both.price_min if fits else None)
    for name in ("brands", "categories", "kinds", "colours"):
        if getattr(now, name):
            both = replace(both, **{name: getattr(now, name)})
    for name in ("brands_excluded", "categories_excluded", "kinds_excluded", "colours_excluded", "items_excluded"):
        both = replace(both, **{name: getattr(before, name) | getattr(now, name)})
    for wanted, excluded in (("brands", "brands_excluded"), ("colours", "colours_excluded")):
        both = replace(both, **{excluded: getattr(both, excluded) - getattr(now, wanted)})
    return replace(both, without=before.without | now.without, in_stock=before.in_stock and now.in_stock)


def _latest_bounds(before: tuple[Bound, ...], now: tuple[Bound, ...]) -> tuple[Bound, ...]:
    """The new limits, and the earlier ones on other attributes."""
    named = {bound.attribute for bound in now}
    return (*(bound for bound in before if bound.attribute not in named), *now)


def narrowed(stated: Constraints, given: Constraints) -> Constraints:
    """Both at once: the tighter price, what both allow, what either excludes."""
    lows = [low for low in (stated.price_min, given.price_min) if low is not None]
    highs = [high for high in (stated.price_max, given.price_max) if high is not None]
    both = replace(
        stated,
        price_min=max(lows, default=None),
        price_max=min(highs, default=None),
        bounds=stated.bounds + given.bounds,
        without=stated.without | given.without,
        in_stock=stated.in_stock and given.in_stock,
    )
    for name in ("brands", "categories", "kinds", "colours"):
        one, other = folded(getattr(stated, name)), folded(getattr(given, name))
        # Without a name in common the given ones stand: a caller's filter is never widened by a message.
        named = (one & other or other) if one and other else one | other
        both = replace(both, **{name: named})  # type: ignore[arg-type]
    for name in ("brands_excluded", "categories_excluded", "kinds_excluded", "colours_excluded", "items_excluded"):
        both = replace(both, **{name: getattr(stated, name) | getattr(given, name)})
    return both


@lru_cache(maxsize=256)
def folded(names: frozenset[str]) -> frozenset[str]:
    """The names without regard to case."""
    return frozenset(name.casefold() for name in names)


@dataclass(frozen=True, slots=True)
class Need:
    """What a message asks for.

    ``terms`` is the message without its prices and exclusions: what is searched for. ``language`` is an
    ISO 639-1 code, or a script's name such as ``Cyrillic`` where the script alone is known. ``notes`` are whole
    sentences on how the message was read, where that may not be what was meant. ``english`` is the message in English
    words where it was read through them, else empty: what compares it with English texts goes by that. ``said`` has the
    terms in the shopper's own words then. ``region`` is where the shopper is, if that is known: it is ranked by, and
    never searched for nor told a model. ``parts`` are the things asked for side by side ('a pan', 'a knife'), each of
    them looked for by itself; empty where one thing is wanted.
    """

    message: str
    terms: str
    constraints: Constraints = field(default_factory=Constraints)
    preferences: tuple[Preference, ...] = ()
    language: str = "en"
    notes: tuple[str, ...] = ()
    english: str = ""
    said: str = ""
    region: str = ""
    parts: tuple[str, ...] = ()
