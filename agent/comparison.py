"""STUB"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.catalogue import Item
from retrieval.need import Need


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    values: tuple[str, ...]
    differs: bool
    better: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    text: str


def compare(items: Sequence[Item], need: Need, language: str) -> Comparison | None:
    if len(items) < 2:
        return None
    return Comparison(tuple(items), (Row("price", tuple(i.price_text for i in items), True, None),), "stub")
