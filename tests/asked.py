"""What a shopper asked for, as plain values, and which of it an item breaks: written apart from the code under test.

Items are the demo shop's rows as they stand in its files; no parser, no feed reader and no class of the project takes
part in the judgement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

import numpy as np

from retrieval.diversity import DiversityConfig
from retrieval.embedding import Vectors
from retrieval.exploration import ExplorationConfig, Tried
from retrieval.history import Trace
from retrieval.index import ShopIndex
from retrieval.need import Need
from retrieval.ranking import Ranker, RankerConfig
from retrieval.recall import recall
from tests.demo.shop import Row, Shop, read_shop

_BASE = {
    "g": ("mass", 1.0), "kg": ("mass", 1000.0), "ml": ("volume", 0.001), "l": ("volume", 1.0), "mm": ("length", 1.0),
    "cm": ("length", 10.0), "m": ("length", 1000.0), "min": ("time", 60.0), "h": ("time", 3600.0),
    "lm": ("light", 1.0), "db": ("noise", 1.0), "w": ("power", 1.0), "pages": ("pages", 1.0),
}  # fmt: skip
_DENIED = re.compile(r"\b(no|not|none|without|free|faux|imitation|vegan)\b")
PLAIN = Ranker()
LIVELY = Ranker(
    config=RankerConfig(diversity=DiversityConfig(weight=0.4), exploration=ExplorationConfig(share=0.5, among=20))
)
"""A ranker that reorders for difference and explores: neither may bring in what is not allowed."""


@dataclass(frozen=True)
class Asked:
    """What was asked for. ``bounds``: (attribute, unit, low, high); ``without``: the words that a shop may write."""

    price_min: float | None = None
    price_max: float | None = None
    brands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    bounds: tuple[tuple[str, str, float | None, float | None], ...] = ()
    no_brands: tuple[str, ...] = ()
    no_categories: tuple[str, ...] = ()
    no_kinds: tuple[str, ...] = ()
    no_colours: tuple[str, ...] = ()
    no_items: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def forbids(self, row: Row) -> bool:
        """Whether an item breaks what is never relaxed: it is sold out or excluded."""
        return (
            row.get("stock") == 0
            or row["item_id"] in self.no_items
            or _is_one_of(row.get("brand"), self.no_brands)
            or _is_one_of(row["category"], self.no_categories)
            or _is_one_of(_kind(row), self.no_kinds)
            or any(_coloured(row, colour) for colour in self.no_colours)
            or any(_has(row, word) for word in self.without)
        )

    def breaks(self, row: Row) -> frozenset[str]:
        """By the names under which they are relaxed, the wishes that an item does not meet."""
        price = row["price"]
        low, high = self.price_min, self.price_max
        tests = {
            "price": (low is not None and price < low) or (high is not None and price > high),
            "brand": bool(self.brands) and not _is_one_of(row.get("brand"), self.brands),
            "category": bool(self.categories) and not _is_one_of(row["category"], self.categories),
            "kind": bool(self.kinds) and not _is_one_of(_kind(row), self.kinds),
            "colour": bool(self.colours) and not any(_coloured(row, colour) for colour in self.colours),
            "measures": not all(_within(row, bound) for bound in self.bounds),
        }
        return frozenset(name for name, broken in tests.items() if broken)


@lru_cache(maxsize=1)
def shop() -> Shop:
    return read_shop()


@lru_cache(maxsize=1)
def rows() -> Mapping[str, Row]:
    return shop().by_id


def suggested(
    index: ShopIndex, need: Need, history: Sequence[Trace], ranker: Ranker, random: np.random.Generator
) -> tuple[list[str], tuple[str, ...]]:
    """The ids of what would be shown for a need, and what is said to be relaxed: all of recall and ranking."""
    found = recall(index, need, history)
    shown = ranker.order(found, need.constraints, history, index).top(5, Tried(), random)
    return [suggestion.item.item_id for suggestion in shown], found.relaxed


def vectors_of(index: ShopIndex) -> Callable[[Sequence[str]], dict[str, Vectors]]:
    """The index's `item_vectors` from memory, as a turn without words to search for asks the store for nothing else."""
    vectors = index.item_vectors(list(index.catalogue))
    return lambda item_ids: {item_id: vectors[item_id] for item_id in item_ids}


def complaints(asked: Asked, shown: Sequence[str], relaxed: Sequence[str]) -> list[str]:
    """What is wrong with suggestions: nothing forbidden is shown, and each breaks what is named, no less and no more.

    Nothing is relaxed that need not be: no other item breaks fewer of the wishes. Where nothing is shown, all is
    forbidden.
    """
    allowed = [row for row in rows().values() if not asked.forbids(row)]
    wrong = [f"{item_id} is forbidden" for item_id in shown if asked.forbids(rows()[item_id])]
    for item_id in shown:
        if (broken := asked.breaks(rows()[item_id])) != set(relaxed):
            wrong.append(f"{item_id} breaks {sorted(broken)}, named are {sorted(relaxed)}")
    fewest = min((len(asked.breaks(row)) for row in allowed), default=0)
    if shown and len(relaxed) > fewest:
        wrong.append(f"{sorted(relaxed)} are relaxed where {fewest} would do")
    if bool(shown) != bool(allowed):
        wrong.append(f"{len(shown)} are shown where {len(allowed)} are not forbidden")
    return wrong


def some(random: Random, values: Sequence[str], most: int, often: float) -> tuple[str, ...]:
    """Up to ``most`` of the values, or none."""
    return tuple(random.sample(values, random.randint(1, most))) if random.random() < often else ()


@lru_cache
def names(field: str) -> list[str]:
    """All brands, categories, or values of an attribute such as type, in the shop's files."""
    found = (row[field] if field in ("brand", "category") else row["attributes"][field] for row in rows().values())
    return sorted({name for name in found if name})


def _kind(row: Row) -> str:
    return str(row["attributes"].get("type", row["category"]))


def _is_one_of(name: str | None, others: Sequence[str]) -> bool:
    return (name or "").lower() in [other.lower() for other in others]


def _coloured(row: Row, colour: str) -> bool:
    """'charcoal grey' is grey; grey is not charcoal grey."""
    stated = row["attributes"].get("colour", "").lower().split()
    return all(word in stated for word in colour.lower().split())


def _has(row: Row, word: str) -> bool:
    """Whether title or an attribute in words says so: a part of it names the thing and does not deny it."""
    for name, value in (("", row["title"]), *row["attributes"].items()):
        if isinstance(value, str):
            for part in value.lower().split(","):
                if re.search(rf"\b{word}(s|ed)?\b", f"{name.lower()} {part}") and not _DENIED.search(part):
                    return True
    return False


def _within(row: Row, bound: tuple[str, str, float | None, float | None]) -> bool:
    """Whether the item states the attribute in such units, and it lies between the limits."""
    attribute, unit, low, high = bound
    stated = row["attributes"].get(attribute)
    if not isinstance(stated, dict) or stated.get("unit", "").lower() not in _BASE:
        return False
    (dimension, size), (asked_dimension, asked_size) = _BASE[stated["unit"].lower()], _BASE[unit.lower()]
    value = stated["value"] * size
    return (
        dimension == asked_dimension
        and (low is None or value >= low * asked_size - 1e-9)
        and (high is None or value <= high * asked_size + 1e-9)
    )
