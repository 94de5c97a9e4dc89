"""Recall: the candidates for a need, by meaning (vectors) and by words (BM25), within its hard constraints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from retrieval.catalogue import Item
from retrieval.embedding import Vectors
from retrieval.history import Trace
from retrieval.index import ShopIndex
from retrieval.need import Constraints, Need, folded

_NEAREST = 60
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
    asked = need.constraints
    need, relaxed, allowed = _satisfiable(need, index.catalogue.values())
    if not allowed:
        return Recalled((), need)
    vector = _query_vector(index, need, history)
    semantic: dict[str, float] = {}
    passage: dict[str, float] = {}
    if vector.any():
        semantic = index.search_items(vector, _NEAREST, chroma_filter(need.constraints))
        for snippet, similarity in index.search_snippets(vector, 2 * _NEAREST):
            passage[snippet.about] = max(similarity, passage.get(snippet.about, -1.0))
    lexical = _lexical(index, need.terms)
    popular = sorted(index.popularity, key=index.popularity.__getitem__, reverse=True)[:_NEAREST]
    rankings: list[Iterable[str]] = [semantic, passage, lexical] if need.terms else [semantic, popular, likely]
    if "price" in relaxed:
        allowed.sort(key=lambda item_id: asked.price_distance(index.catalogue[item_id].price))
        allowed = allowed[:n]
    best = list(islice(dict.fromkeys([*_fuse(rankings, set(allowed)), *allowed]), n))
    vectors = index.item_vectors(best)
    candidates = tuple(
        Candidate(
            item=index.catalogue[item_id],
            vector=vectors[item_id],
            semantic=_unit(float(np.dot(vectors[item_id], vector))),
            passage=_unit(passage.get(item_id, 0.0)),
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
    item, own = index.catalogue[item_id], index.item_vectors([item_id])[item_id]
    asked = _query_vector(index, need, history)
    found = index.search_snippets(asked, 1, item_id=item_id) if asked.any() else []
    return Candidate(
        item=item,
        vector=own,
        semantic=_unit(float(np.dot(own, asked))),
        passage=_unit(max((similarity for _, similarity in found), default=0.0)),
        lexical=_lexical(index, need.terms).get(item_id, 0.0),
    )


def chroma_filter(constraints: Constraints) -> dict[str, Any] | None:
    """What of the constraints Chroma can filter by; the rest is checked on the items themselves."""
    tests: list[dict[str, Any]] = []
    if constraints.in_stock:
        tests.append({"stock": {"$ne": 0}})
    if constraints.price_min is not None:
        tests.append({"price": {"$gte": constraints.price_min}})
    if constraints.price_max is not None:
        tests.append({"price": {"$lte": constraints.price_max}})
    named: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
        "brand": (constraints.brands, constraints.brands_excluded),
        "category": (constraints.categories, constraints.categories_excluded),
        "kind": (constraints.kinds, constraints.kinds_excluded),
    }
    for name, (wanted, excluded) in named.items():
        if wanted:
            tests.append({name: {"$in": sorted(folded(wanted))}})
        if excluded:
            tests.append({name: {"$nin": sorted(folded(excluded))}})
    if not tests:
        return None
    return tests[0] if len(tests) == 1 else {"$and": tests}


_DROPPED: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "price": (("price_min", "price_max"), {"price_min": None, "price_max": None}),
    "measures": (("bound",), {"bounds": ()}),
    "colour": (("colours",), {"colours": frozenset()}),
    "brand": (("brands",), {"brands": frozenset()}),
    "category": (("categories",), {"categories": frozenset()}),
    "kind": (("kinds",), {"kinds": frozenset()}),
}
"""What may be dropped, the first first: the constraints it stands for, and what they become."""
_GROUP = {name: group for group, (names, _) in _DROPPED.items() for name in names}
_ORDER = list(_DROPPED)


def _satisfiable(need: Need, items: Iterable[Item]) -> tuple[Need, tuple[str, ...], list[str]]:
    """The need without the fewest constraints that let some item meet it, their names, and the items' ids."""
    breaks: dict[str, frozenset[int]] = {}
    for item in items:
        groups = {_GROUP.get(name.partition(":")[0]) for name in need.constraints.broken_by(item)}
        if None not in groups:
            breaks[item.item_id] = frozenset(_ORDER.index(group) for group in groups if group)
    dropped = min(breaks.values(), key=lambda broken: (len(broken), sorted(broken)), default=frozenset())
    relaxed = tuple(_ORDER[i] for i in sorted(dropped))
    emptied = {name: value for group in relaxed for name, value in _DROPPED[group][1].items()}
    allowed = [item_id for item_id, broken in breaks.items() if broken <= dropped]
    return replace(need, constraints=replace(need.constraints, **emptied)), relaxed, allowed


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


def _lexical(index: ShopIndex, terms: str) -> dict[str, float]:
    """BM25 of the items that share a word with the terms, best first, scaled by the best."""
    scores = index.lexical.scores(terms)
    order = [int(i) for i in np.argsort(-scores, kind="stable") if scores[i] > 0]
    best = float(scores[order[0]]) if order else 1.0
    return {index.lexical.item_ids[i]: float(scores[i]) / best for i in order}


def _fuse(rankings: Iterable[Iterable[str]], allowed: set[str]) -> list[str]:
    scores: dict[str, float] = {}
    for ranking in rankings:
        for place, item_id in enumerate((i for i in ranking if i in allowed), start=1):
            scores[item_id] = scores.get(item_id, 0.0) + 1.0 / (_FUSION_K + place)
    return sorted(scores, key=scores.__getitem__, reverse=True)


def _unit(cosine: float) -> float:
    return min(max(cosine, 0.0), 1.0)
