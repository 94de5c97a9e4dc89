"""Ranking: S(u, i) as a sum of named factors, each of which the shopper may be shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.catalogue import Item
from retrieval.history import Trace
from retrieval.need import Need, Preference
from retrieval.recall import Candidate
from retrieval.units import in_base


@dataclass(frozen=True, slots=True)
class Factor:
    """A named part of a score, in the score's own unit; ``label`` is what a shopper reads."""

    name: str
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Attention:
    """How much one trace of the history spoke for (or, below 0, against) an item."""

    trace: Trace
    weight: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ranked item. ``score`` is the sum of its factors; rank starts at 1."""

    item: Item
    rank: int
    score: float
    factors: tuple[Factor, ...]
    attention: tuple[Attention, ...] = ()

    @property
    def raised_by(self) -> tuple[str, ...]:
        """Labels of the factors that raised the score, the strongest first."""
        found = sorted((f for f in self.factors if f.value > 0), key=lambda factor: -factor.value)
        return tuple(factor.label for factor in found)

    def factor(self, name: str) -> float:
        return next((factor.value for factor in self.factors if factor.name == name), 0.0)


@dataclass(frozen=True, slots=True)
class RankerConfig:
    """The weight of each factor: how many log-odds it adds at most. Set by hand, not learned."""

    text_match: float = 3.0
    attribute_fit: float = 1.5
    history_affinity: float = 1.5
    popularity: float = 0.6
    price_fit: float = 0.5
    owned: float = -2.0
    related_above: float = 0.3
    """Cosine under which two items have nothing to do with each other."""


class Ranker:
    """Scores candidates by hand-set weights over named factors."""

    def __init__(self, config: RankerConfig | None = None) -> None:
        self.config = config or RankerConfig()

    def rank(
        self,
        need: Need,
        candidates: Sequence[Candidate],
        history: Sequence[Trace],
        popularity: Mapping[str, float],
        *,
        n: int,
    ) -> tuple[Suggestion, ...]:
        """The n best candidates (fewer if there are fewer), best first; ties keep the candidates' order.

        Args:
            candidates: any order, C of them, all within the need's hard constraints.
            popularity: how much was done with each item, see `retrieval.history.popularity`.
        """
        attention = attend(history, candidates, related_above=self.config.related_above)
        busiest = max(popularity.values(), default=0.0)
        scored = []
        for candidate in candidates:
            item = candidate.item
            attended = attention[item.item_id]
            factors = tuple(
                factor
                for factor in (
                    self._text_match(need, candidate),
                    self._attribute_fit(need.preferences, item, candidates),
                    self._history_affinity(attended),
                    self._popularity(item, popularity.get(item.item_id, 0.0), busiest),
                    self._price_fit(need, item, history, candidates),
                    self._owned(item, history),
                )
                if factor.value != 0.0
            )
            scored.append((sum(factor.value for factor in factors), item, factors, attended))
        scored.sort(key=lambda row: -row[0])
        return tuple(
            Suggestion(item, rank, score, factors, attended)
            for rank, (score, item, factors, attended) in enumerate(scored[:n], start=1)
        )

    def _text_match(self, need: Need, candidate: Candidate) -> Factor:
        nearness = 0.45 * candidate.semantic + 0.3 * candidate.passage + 0.25 * candidate.lexical
        return Factor("text_match", "matches what you asked", self.config.text_match * nearness if need.terms else 0.0)

    def _attribute_fit(self, preferences: Sequence[Preference], item: Item, candidates: Sequence[Candidate]) -> Factor:
        fits = [fit for p in preferences if (fit := standing(p, item, [c.item for c in candidates])) is not None]
        label = ", ".join(preference.word for preference in preferences)
        # Centred, so that an item which does not state the attribute stands in the middle.
        value = self.config.attribute_fit * sum(fit - 0.5 for fit in fits) / max(len(preferences), 1)
        return Factor("attribute_fit", label or "fits your wishes", value)

    def _history_affinity(self, attended: Sequence[Attention]) -> Factor:
        value = self.config.history_affinity * math.tanh(sum(a.weight for a in attended))
        return Factor(
            "history_affinity", "like what you chose before" if value >= 0 else "unlike what you liked", value
        )

    def _popularity(self, item: Item, done: float, busiest: float) -> Factor:
        share = math.log1p(done) / math.log1p(busiest) if busiest else 0.0
        stars = shrunk_rating(item)
        return Factor(
            "popularity", "liked by others", self.config.popularity * (0.5 * share + 0.5 * (stars - 3.0) / 2.0)
        )

    def _price_fit(self, need: Need, item: Item, history: Sequence[Trace], candidates: Sequence[Candidate]) -> Factor:
        """1 at the price level the shopper is used to; with a cap instead, more the further below it."""
        cap = need.constraints.price_max
        if cap:
            return Factor("price_fit", "within your budget", self.config.price_fit * max(1.0 - item.price / cap, 0.0))
        prices = {c.item.item_id: c.item.price for c in candidates}
        paid = [prices[t.event.item_id] for t in history if t.event.kind == "purchase" and t.event.item_id in prices]
        if not paid or item.price <= 0:
            return Factor("price_fit", "your usual price", 0.0)
        distance = abs(math.log(item.price / max(float(np.median(paid)), 0.01)))
        return Factor("price_fit", "your usual price", self.config.price_fit * math.exp(-distance))

    def _owned(self, item: Item, history: Sequence[Trace]) -> Factor:
        owned = any(t.event.kind == "purchase" and t.event.item_id == item.item_id for t in history)
        return Factor("owned", "you already have it", self.config.owned if owned else 0.0)


def attend(
    history: Sequence[Trace], candidates: Sequence[Candidate], *, related_above: float
) -> dict[str, tuple[Attention, ...]]:
    """For each candidate, the traces that speak for or against it, the strongest first.

    Shapes: traces (T, size) and candidates (C, size) -> weights (C, T): how far their cosine exceeds
    ``related_above``, times the trace's strength.
    """
    if not history or not candidates:
        return {candidate.item.item_id: () for candidate in candidates}
    # Not `@`: its threads wait for each other where the model server keeps the cores busy (65 ms instead of 0.2).
    cosines = np.einsum("cd,td->ct", np.stack([c.vector for c in candidates]), np.stack([t.vector for t in history]))
    related = np.maximum(cosines - related_above, 0.0) / (1.0 - related_above)
    weights = related * np.array([trace.strength() for trace in history], np.float32)
    found = {}
    for candidate, row in zip(candidates, weights, strict=True):
        order = np.argsort(-np.abs(row), kind="stable")
        found[candidate.item.item_id] = tuple(Attention(history[i], float(row[i])) for i in order if row[i] != 0.0)
    return found


def standing(preference: Preference, item: Item, others: Sequence[Item]) -> float | None:
    """Where the item stands among those of its kind on the preferred attribute, from 0 (worst) to 1 (best).

    None if it does not state the attribute, or if there is nothing to compare it with.
    """
    values = {o.item_id: v for o in others if o.kind == item.kind and (v := _number(o, preference)) is not None}
    mine = values.get(item.item_id)
    if mine is None or len(values) < 2:
        return None
    worse = sum((v > mine) if preference.direction < 0 else (v < mine) for v in values.values())
    return worse / (len(values) - 1)


def shrunk_rating(item: Item, *, prior: float = 3.7, weight: float = 3.0) -> float:
    """Mean stars, drawn towards ``prior`` as if ``weight`` further reviews had said so."""
    stars = [review.rating for review in item.reviews]
    return (sum(stars) + prior * weight) / (len(stars) + weight)


def _number(item: Item, preference: Preference) -> float | None:
    if preference.attribute == "price":
        return item.price
    found = item.attribute(preference.attribute)
    if found is None or isinstance(found.value, str):
        return None
    return in_base(float(found.value), found.unit)
