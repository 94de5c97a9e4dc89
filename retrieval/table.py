"""I': what is known of items, as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from retrieval.behaviour import Floats, Rows
from retrieval.catalogue import Item
from retrieval.embedding import Embedder
from retrieval.events import Event
from retrieval.history import Activity
from retrieval.scales import Scales, described
from retrieval.stars import shrunk_rating

_ARRAYS = ("text", "price", "price_level", "rating", "ratings", "stock", "age")


@dataclass(frozen=True)
class ItemTable:
    """N items. What an item does not state is NaN, which the learned model takes as it is.

    Shapes: text (N, size), unit rows; terms (N, W), TF-IDF of words and pairs of words in titles, unit rows; price
    (N,), its logarithm; price_level (N,), in standard deviations from its category's mean; rating, ratings and
    stock (N,); age (N,), the logarithm of the days from an item's first event to the latest of all.
    """

    item_ids: tuple[str, ...]
    text: Floats
    terms: sparse.csr_matrix
    price: Floats
    price_level: Floats
    rating: Floats
    ratings: Floats
    stock: Floats
    age: Floats
    scales: Scales

    @classmethod
    def of(cls, items: Sequence[Item], embedder: Embedder, events: Iterable[Event] = ()) -> ItemTable:
        """A table on scales of its own, its texts embedded here."""
        text = embedder.embed([described(item) for item in items])
        return cls.on(Scales.of(items), items, text, Activity.of(events))

    @classmethod
    def on(cls, scales: Scales, items: Sequence[Item], text: Floats, activity: Activity) -> ItemTable:
        """A table on given scales, the same for all of a catalogue and for the few items of one ranking.

        Shapes: text (N, size), the items' vectors.
        """
        return cls(
            item_ids=tuple(item.item_id for item in items),
            text=text,
            terms=scales.terms(items),
            price=np.array([np.log(item.price) if item.price > 0 else np.nan for item in items], np.float32),
            price_level=np.array([scales.price_level(item) for item in items], np.float32),
            rating=np.array([shrunk_rating(item) if item.reviews else np.nan for item in items], np.float32),
            ratings=np.log1p(np.array([len(item.reviews) for item in items], np.float32)),
            stock=np.array([np.nan if i.stock is None else np.log1p(max(i.stock, 0)) for i in items], np.float32),
            age=np.array([_age(activity, item.item_id) for item in items], np.float32),
            scales=scales,
        )

    def with_twins(self, rows: Rows) -> ItemTable:
        """The table with further items at its end that say the same as those of the given rows."""
        doubled = {name: np.concatenate([getattr(self, name), getattr(self, name)[rows]]) for name in _ARRAYS}
        ids = (*self.item_ids, *(f"{self.item_ids[row]} again" for row in rows))
        return replace(self, item_ids=ids, terms=sparse.vstack([self.terms, self.terms[rows]]).tocsr(), **doubled)


def _age(activity: Activity, item_id: str) -> float:
    first = activity.first.get(item_id)
    if first is None or activity.latest is None:
        return float("nan")
    return float(np.log1p((activity.latest - first).total_seconds() / 86_400))
