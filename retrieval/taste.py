"""Taste: what a score says of shopper and item apart from what is asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from retrieval.catalogue import Item
from retrieval.embedding import Vectors
from retrieval.facts import Answering
from retrieval.history import Activity, Trace
from retrieval.need import Need
from retrieval.recall import Candidate
from retrieval.regions import Lean
from retrieval.stars import shrunk_rating
from retrieval.suggestion import Attention, Factor


class Shelf(Protocol):
    """What a ranker may ask of the shop."""

    @property
    def catalogue(self) -> Mapping[str, Item]: ...

    @property
    def activity(self) -> Activity: ...

    @property
    def facts(self) -> Answering: ...

    def item_vectors(self, item_ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of these items; unknown ids are left out. Shapes: each (size,)."""
        ...


class Judged(Protocol):
    """Candidates as taste sees them, by their place among those that were given."""

    def factors(self, candidate: int) -> tuple[Factor, ...]:
        """What adds to the score; factors that add nothing may be among them."""
        ...

    def attention(self, candidate: int) -> tuple[Attention, ...]:
        """The deeds that spoke for or against the candidate, the strongest first. Asked of what is shown only."""
        ...


class Taste(Protocol):
    """A way to judge candidates by what is known of the shopper, of others and of the items."""

    name: str

    def judge(self, shelf: Shelf, need: Need, candidates: Sequence[Candidate], history: Sequence[Trace]) -> Judged: ...

    def likely(self, shelf: Shelf, history: Sequence[Trace]) -> Sequence[str]:
        """Some items that others with such a history chose, the likeliest first."""
        ...


@dataclass(frozen=True, slots=True)
class HandTasteConfig:
    """The weight of each factor: how many log-odds it adds at most."""

    history: float = 1.5
    popularity: float = 0.6
    price: float = 0.5
    related_above: float = 0.3
    """Cosine under which two items have nothing to do with each other."""


class HandTaste:
    """Taste by weights set by hand: for a shop with too few events to learn from."""

    name = "by hand"

    def __init__(self, config: HandTasteConfig | None = None) -> None:
        self.config = config or HandTasteConfig()

    def judge(self, shelf: Shelf, need: Need, candidates: Sequence[Candidate], history: Sequence[Trace]) -> Judged:
        attended = attend(history, candidates, related_above=self.config.related_above)
        crowd = _Crowd(shelf.activity, shelf.activity.lean(need.region))
        paid = None if need.constraints.price_max else _usual_price(shelf.catalogue, history)
        factors = [
            (self._history(attention), self._popularity(candidate.item, crowd), self._price(candidate.item, paid))
            for candidate, attention in zip(candidates, attended, strict=True)
        ]
        return _ByHand(factors, attended)

    def likely(self, shelf: Shelf, history: Sequence[Trace]) -> Sequence[str]:  # noqa: ARG002
        return ()

    def _history(self, attended: Sequence[Attention]) -> Factor:
        value = self.config.history * math.tanh(sum(a.weight for a in attended))
        return Factor("history", "like what you chose before" if value >= 0 else "unlike what you liked", value)

    def _popularity(self, item: Item, crowd: _Crowd) -> Factor:
        done, busiest = crowd.done(item.item_id), crowd.busiest
        share = math.log1p(done) / math.log1p(busiest) if busiest else 0.0
        stars = (shrunk_rating(item) - 3.0) / 2.0
        value = self.config.popularity * (0.5 * share + 0.5 * stars)
        return Factor("popularity", "liked by others", value, crowd.raises(item.item_id) if value > 0 else "")

    def _price(self, item: Item, paid: float | None) -> Factor:
        """1 at the price level the shopper is used to; where a cap is asked for, that says more."""
        if paid is None or item.price <= 0:
            return Factor("price", "your usual price", 0.0)
        distance = abs(math.log(item.price / max(paid, 0.01)))
        return Factor("price", "your usual price", self.config.price * math.exp(-distance))


@dataclass(frozen=True)
class _Crowd:
    """What is done with items as it counts where the shopper is."""

    _activity: Activity
    _lean: Lean

    def done(self, item_id: str) -> float:
        return self._lean.estimate(item_id, self._everybodys(item_id), self._activity.total)

    @cached_property
    def busiest(self) -> float:
        activity = self._activity
        return self._lean.busiest(activity.popularity, activity.busiest, activity.total)

    def raises(self, item_id: str) -> str:
        """The region, if the item is more popular there than it is with everybody."""
        return self._lean.region if self.done(item_id) > self._everybodys(item_id) else ""

    def _everybodys(self, item_id: str) -> float:
        return self._activity.popularity.get(item_id, 0.0)


@dataclass(frozen=True, slots=True)
class _ByHand:
    _factors: Sequence[tuple[Factor, ...]]
    _attended: Sequence[tuple[Attention, ...]]

    def factors(self, candidate: int) -> tuple[Factor, ...]:
        return self._factors[candidate]

    def attention(self, candidate: int) -> tuple[Attention, ...]:
        return self._attended[candidate]


def attend(
    history: Sequence[Trace], candidates: Sequence[Candidate], *, related_above: float
) -> list[tuple[Attention, ...]]:
    """For each candidate, the traces that speak for or against it, the strongest first.

    Shapes: traces (T, size) and candidates (C, size) -> weights (C, T): how far their cosine exceeds
    ``related_above``, times the trace's strength.
    """
    if not history or not candidates:
        return [() for _ in candidates]
    # Not `@`: its threads wait for each other where the model server keeps the cores busy (65 ms instead of 0.2).
    cosines = np.einsum("cd,td->ct", np.stack([c.vector for c in candidates]), np.stack([t.vector for t in history]))
    related = np.maximum(cosines - related_above, 0.0) / (1.0 - related_above)
    weights = related * np.array([trace.strength() for trace in history], np.float32)
    found = []
    for row in weights:
        order = np.argsort(-np.abs(row), kind="stable")
        found.append(tuple(Attention(history[i], float(row[i])) for i in order if row[i] != 0.0))
    return found


def _usual_price(catalogue: Mapping[str, Item], history: Sequence[Trace]) -> float | None:
    """The median of what the shopper paid; None if nothing is known of it."""
    bought = (catalogue.get(t.event.item_id or "") for t in history if t.event.kind == "purchase")
    paid = [item.price for item in bought if item is not None]
    return float(np.median(paid)) if paid else None
