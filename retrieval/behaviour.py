"""What shoppers did, as a ranker reads it: per shopper the items and how much each says, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from retrieval.events import Event

Floats: TypeAlias = npt.NDArray[np.float32]
Rows: TypeAlias = npt.NDArray[np.int64]

_HALF_LIFE_DAYS = 120.0
_SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Past:
    """One shopper's deeds, newest first, one for each item.

    Shapes: items (T,) rows of the catalogue; weights (T,) in [-1, 1], by kind, rating and age.
    """

    items: Rows
    weights: Floats

    @classmethod
    def of(cls, items: Sequence[int], weights: Sequence[float] | None = None) -> Past:
        given = np.ones(len(items)) if weights is None else weights
        return cls(np.asarray(items, np.int64), np.asarray(given, np.float32))

    @classmethod
    def of_events(cls, events: Iterable[Event], rows: Mapping[str, int]) -> Past:
        """The deeds of one shopper; of several with one item the strongest counts, at the time of the last.

        An event's weight is halved for every 120 days that it lies before the shopper's latest.
        """
        told = sorted((e for e in events if e.item_id is not None and e.item_id in rows), key=lambda e: e.at)
        found: dict[int, float] = {}
        for event in told:
            age = (told[-1].at - event.at).total_seconds() / _SECONDS_A_DAY
            weight = event.weight * 0.5 ** (age / _HALF_LIFE_DAYS)
            row = rows[event.item_id or ""]
            before = found.pop(row, 0.0)  # popped, so that the item moves to its latest place
            found[row] = weight if abs(weight) >= abs(before) else before
        return cls.of(list(found)[::-1], list(found.values())[::-1])

    def __len__(self) -> int:
        return len(self.items)

    def without(self, place: int) -> Past:
        """This past as if the deed at ``place`` had not been."""
        return Past(np.delete(self.items, place), np.delete(self.weights, place))

    def latest(self, n: int) -> Past:
        return Past(self.items[:n], self.weights[:n])


@dataclass(frozen=True)
class Behaviour:
    """The pasts of all shoppers with the items of one catalogue, U shoppers and N items."""

    item_ids: tuple[str, ...]
    pasts: Mapping[str, Past]

    @classmethod
    def of_events(cls, events: Iterable[Event], item_ids: Sequence[str]) -> Behaviour:
        """Events that name no item of the catalogue are left out, and so are shoppers without others."""
        rows = {item_id: row for row, item_id in enumerate(item_ids)}
        told: dict[str, list[Event]] = {}
        for event in events:
            told.setdefault(event.shopper_id, []).append(event)
        pasts = {shopper: Past.of_events(deeds, rows) for shopper, deeds in told.items()}
        return cls(tuple(item_ids), {shopper: past for shopper, past in pasts.items() if len(past)})

    @cached_property
    def matrix(self) -> sparse.csr_matrix:
        """Weights by shopper and item. Shapes: (U, N) float32."""
        pasts = list(self.pasts.values())
        starts = np.concatenate([[0], np.cumsum([len(past) for past in pasts])]).astype(np.int64)
        items = np.concatenate([past.items for past in pasts]) if pasts else np.zeros(0, np.int64)
        weights = np.concatenate([past.weights for past in pasts]) if pasts else np.zeros(0, np.float32)
        found = sparse.csr_matrix((weights, items, starts), shape=(len(pasts), len(self.item_ids)))
        found.sort_indices()
        return found

    @cached_property
    def popularity(self) -> Floats:
        """How much was done with each item, dislikes left out. Shapes: (N,) float32."""
        done: Floats = np.asarray(self.matrix.maximum(0).sum(axis=0), np.float32).ravel()
        return done

    def without_last(self) -> tuple[Behaviour, dict[str, int]]:
        """Everybody's past without the latest deed, and the item that it was about: what a ranker must foresee.

        A shopper with a single deed foresees from nothing, which is how a new shopper's ranking is learned.
        """
        earlier = {shopper: past.without(0) for shopper, past in self.pasts.items()}
        foreseen = {shopper: int(past.items[0]) for shopper, past in self.pasts.items() if past.weights[0] > 0}
        return Behaviour(self.item_ids, earlier), foreseen


def chosen_rows(learned: Floats, rows: Rows) -> Floats:
    """What was learned of the items in these rows, zero at -1. Shapes: learned (N, …), rows (M,) -> (M, …)."""
    found: Floats = np.zeros((len(rows), *learned.shape[1:]), np.float32)
    found[rows >= 0] = learned[rows[rows >= 0]]
    return found
