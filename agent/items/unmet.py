"""What of a wish none of the items shown is said to be, and the nearest item that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from agent.items.asking import asked_of
from agent.items.item_facts import facts_of
from agent.items.statements import stance
from agent.need.things import things
from retrieval.catalogue import Item
from retrieval.index import ShopIndex
from retrieval.nearness import comparable
from retrieval.need import Need
from retrieval.recall import recall
from retrieval.words import stems

_LOOKED_AT = 20
_AKIN_ABOVE = 0.6
"""Cosine of two kinds' names from which on one may stand for the other: earbuds for headphones."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """A wish in the shopper's words, and the nearest item that the shop says it of, if there is one."""

    wish: str
    nearest: Item | None


def unmet(index: ShopIndex, need: Need, shown: Sequence[Item], wishes: Sequence[tuple[str, str]] = ()) -> Unmet | None:
    """The wish that the shop says of none of the items shown: 'noise cancelling' beside plain headphones.

    Only the shop's own words count, not its customers'. Blocks: it searches once where a wish is not met.

    Args:
        wishes: those of a need that is not in English, each in English and in the shopper's words.
    """
    if not shown:
        return None
    for wish, said in wishes:
        if not any(is_said(wish, item) for item in shown):
            return Unmet(said, _nearest(index, need, wish, shown))
    if wishes or need.english:
        return None
    for thing in things(need.terms, index.catalogue.vocabulary.kinds):
        if thing.wish and not any(is_said(thing.wish, item) for item in shown):
            return Unmet(thing.wish, _nearest(index, need, thing.wish, shown))
    return None


def is_said(wish: str, item: Item) -> bool:
    """Whether the shop says of an item that it is so, in these words or others that mean the same."""
    if stems(wish) <= stems(item.title):
        return True
    asked = asked_of(f"is it {wish}?", item)
    own = (fact for fact in facts_of(item) if fact.kind != "review")
    return any(asked.covered_by(fact) > 0.99 and stance(asked, fact) != "no" for fact in own)


def _nearest(index: ShopIndex, need: Need, wish: str, shown: Sequence[Item]) -> Item | None:
    """The best item of a kind akin to those shown that the wish is said of; nothing excluded, and in stock."""
    limits = need.constraints
    within = replace(
        limits,
        price_min=None,
        price_max=None,
        kinds=frozenset(),
        colours=frozenset(),
        brands=frozenset(),
        bounds=(),
        categories=frozenset(item.category for item in shown),
    )
    found = recall(index, replace(need, constraints=within), (), n=_LOOKED_AT)
    if found.relaxed:
        return None
    kinds = {item.kind for item in shown}
    said = (each.item for each in found.candidates if is_said(wish, each.item))
    return next((item for item in said if any(_akin(index, item.kind, kind) for kind in kinds)), None)


def _akin(index: ShopIndex, one: str, other: str) -> bool:
    if one == other:
        return True
    cosine = float(np.dot(index.query_vector(one), index.query_vector(other)))
    return comparable(index.embedder.name, cosine, "questions") >= _AKIN_ABOVE
