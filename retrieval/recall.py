"""Recall: the candidates for a need, by meaning (vectors) and by words (BM25), within its hard constraints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from itertools import islice
from typing import Any

import numpy as np

from retrieval.arrays import Flags
from retrieval.catalogue import Item
from retrieval.columns import fewest_dropped
from retrieval.embedding import Vectors
from retrieval.history import Trace
from retrieval.index import ShopIndex
from retrieval.nearness import comparable
from retrieval.need import Constraints, Need
from retrieval.snapshot import Snapshot

_NEAREST = 60
_BY_WORDS = 1000
"""So many items that share words are ranked; further down they weigh next to nothing."""
_FUSION_K = 60.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be suggested, and how near it is to the need; each nearness is in [0, 1].

    Shapes: vector (size,).
    """

    item: Item
    vector: Vectors
    semantic: float
    passage: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Recalled:
    """Candidates, best first. ``relaxed`` names the constraints that had to be dropped to find any."""

    candidates: tuple[Candidate, ...]
    need: Need
    relaxed: tuple[str, ...] = ()


def recall(
    index: ShopIndex, need: Need, history: Sequence[Trace], *, n: int = 40, likely: Sequence[str] = ()
) -> Recalled:
    """At most n candidates within the need's constraints.

    Args:
        likely: items that others with such a history chose, the likeliest first; they count where nothing is asked.

    Where nothing meets the constraints, as few as it takes are dropped and named; exclusions and stock never are.

    Source: reciprocal rank fusion, G. Cormack et al., SIGIR 2009.
    """
    now, asked = index.now, need.constraints
    need, relaxed, allowed = _satisfiable(need, now)
    if "price" in relaxed:
        allowed = _nearest_in_price(now, asked, allowed, n)
    if not allowed.any():
        return Recalled((), need)
    vector = _query_vector(index, need, history)
    semantic: dict[str, float] = {}
    passage: dict[str, float] = {}
    if vector.any():
        semantic = index.search_items(vector, _NEAREST, allowed, now)
        passage = index.search_passages(vector, 2 * _NEAREST, allowed, now)
    if need.terms:
        lexical = _lexical(now, need.terms, allowed, max(n, _BY_WORDS))
        fused = _fuse([semantic, passage, lexical])
    else:
        lexical = {}
        fused = _fuse([semantic, _popular(index.popularity, now, allowed), _within(likely, now, allowed)])
    rest = np.flatnonzero(allowed)[: n + len(fused)].tolist()
    tail = (item.item_id for row in rest if (item := now.catalogue.at(row)))
    best = islice(dict.fromkeys([*fused, *tail]), n)
    candidates = tuple(
        Candidate(
            item=now.catalogue[item_id],
            vector=(own := now.vector(item_id)),
            semantic=_near(index, float(np.dot(own, vector))),
            passage=_near(index, passage.get(item_id, 0.0)),
            lexical=lexical.get(item_id, 0.0),
        )
        for item_id in best
    )
    return Recalled(candidates, need, relaxed)


def candidate(index: ShopIndex, need: Need, history: Sequence[Trace], item_id: str) -> Candidate:
    """An item as a candidate for a need, whether or not it would be recalled or may be suggested.

    Raises:
        KeyError: the catalogue has no such item.
    """
    now, asked = index.now, _query_vector(index, need, history)
    item, own = now.catalogue[item_id], now.vector(item_id)
    alone = np.zeros_like(now.columns.here)
    alone[now.catalogue.row(item_id)] = True
    passages = index.search_passages(asked, 1, alone, now) if asked.any() else {}
    lexical = _lexical(now, need.terms, alone, 1) if need.terms else {}
    return Candidate(
        item=item,
        vector=own,
        semantic=_near(index, float(np.dot(own, asked))),
        passage=_near(index, passages.get(item_id, 0.0)),
        lexical=lexical.get(item_id, 0.0),
    )


_DROPPED: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "price": (("price_min", "price_max"), {"price_min": None, "price_max": None}),
    "measures": (("bound",), {"bounds": ()}),
    "colour": (("colours",), {"colours": frozenset()}),
    "brand": (("brands",), {"brands": frozenset()}),
    "category": (("categories",), {"categories": frozenset()}),
    "kind": (("kinds",), {"kinds": frozenset()}),
}
"""What may be dropped, the first first: the constraints it stands for, and what they become."""
_ORDER = list(_DROPPED)
_GROUP = {name: _ORDER.index(group) for group, (names, _) in _DROPPED.items() for name in names}


def _satisfiable(need: Need, now: Snapshot) -> tuple[Need, tuple[str, ...], Flags]:
    """The need without the fewest constraints that let some item meet it, their names, and the rows that then do."""
    broken = now.columns.broken(need.constraints, now.catalogue, now.lexical)
    dropped, allowed = fewest_dropped(broken, now.columns.here, _GROUP)
    relaxed = tuple(_ORDER[group] for group in dropped)
    emptied = {name: value for group in relaxed for name, value in _DROPPED[group][1].items()}
    return replace(need, constraints=replace(need.constraints, **emptied)), relaxed, allowed


def _nearest_in_price(now: Snapshot, asked: Constraints, allowed: Flags, n: int) -> Flags:
    """Of the allowed rows the n whose price is nearest to the range that was asked for."""
    rows = np.flatnonzero(allowed)
    low = -np.inf if asked.price_min is None else asked.price_min
    high = np.inf if asked.price_max is None else asked.price_max
    prices = now.columns.price[rows]
    distances = np.maximum(np.maximum(low - prices, prices - high), 0.0)
    nearest = np.zeros_like(allowed)
    nearest[rows[np.argsort(distances, kind="stable")[:n]]] = True
    return nearest


def _popular(popularity: Mapping[str, float], now: Snapshot, allowed: Flags) -> list[str]:
    """The allowed items that most was done with, most first."""
    known = ((item_id, now.catalogue.row(item_id)) for item_id in popularity)
    found = (item_id for item_id, row in known if row is not None and allowed[row])
    return nlargest(_NEAREST, found, key=popularity.__getitem__)


def _within(item_ids: Sequence[str], now: Snapshot, allowed: Flags) -> list[str]:
    """Those of the items that are allowed, in their order."""
    rows = ((item_id, now.catalogue.row(item_id)) for item_id in item_ids)
    return [item_id for item_id, row in rows if row is not None and allowed[row]]


def _query_vector(index: ShopIndex, need: Need, history: Sequence[Trace]) -> Vectors:
    """The need's vector; without words, the direction of the shopper's taste; without either, nothing."""
    if need.terms:
        return index.query_vector(need.terms)
    taste: Vectors = np.zeros(index.embedder.size, np.float32)
    for trace in history:
        taste = taste + trace.strength() * trace.vector
    length = float(np.linalg.norm(taste))
    direction: Vectors = taste / length if length else taste
    return direction


def _lexical(now: Snapshot, terms: str, allowed: Flags, n: int) -> dict[str, float]:
    """BM25 of the n allowed items that share most with the terms, best first, scaled by the best of all items."""
    scores = now.lexical.scores(terms)
    best = float(scores.max(initial=0.0))
    rows = np.flatnonzero((scores > 0) & allowed)
    if len(rows) > n:  # sorting a tenth of a large catalogue takes longer than the rest
        rows = rows[scores[rows] >= np.partition(scores[rows], -n)[-n]]
    order = rows[np.argsort(-scores[rows], kind="stable")[:n]]
    items = ((now.catalogue.at(row), row) for row in order.tolist())
    return {item.item_id: float(scores[row]) / best for item, row in items if item is not None}


def _fuse(rankings: Iterable[Iterable[str]]) -> list[str]:
    scores: dict[str, float] = {}
    for ranking in rankings:
        for place, item_id in enumerate(ranking, start=1):
            scores[item_id] = scores.get(item_id, 0.0) + 1.0 / (_FUSION_K + place)
    return sorted(scores, key=scores.__getitem__, reverse=True)


def _near(index: ShopIndex, cosine: float) -> float:
    return min(max(comparable(index.embedder.name, cosine), 0.0), 1.0)
