"""STUB"""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.catalogue import Item
from retrieval.evidence import Evidence
from retrieval.index import ShopIndex


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    text: str
    evidence: tuple[Evidence, ...] = ()
    abstained: bool = True


def answer(index: ShopIndex, item: Item, question: str, language: str) -> ItemAnswer:
    return ItemAnswer("The shop's data does not say.")
