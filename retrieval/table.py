"""I': what a ranker knows of each item, as arrays over the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from retrieval.behaviour import Floats, Rows
from retrieval.catalogue import Item
from retrieval.embedding import Embedder
from retrieval.events import Event
from retrieval.ranking import shrunk_rating

_RARE = 2
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

    @classmethod
    def of(cls, items: Sequence[Item], embedder: Embedder, events: Iterable[Event] = ()) -> ItemTable:
        prices = np.array([np.log(item.price) if item.price > 0 else np.nan for item in items], np.float32)
        return cls(
            item_ids=tuple(item.item_id for item in items),
            text=embedder.embed([described(item) for item in items]),
            terms=_terms([described(item) for item in items]),
            price=prices,
            price_level=_levels(prices, [item.category for item in items]),
            rating=np.array([shrunk_rating(item) if item.reviews else np.nan for item in items], np.float32),
            ratings=np.log1p(np.array([len(item.reviews) for item in items], np.float32)),
            stock=np.array([np.nan if i.stock is None else np.log1p(max(i.stock, 0)) for i in items], np.float32),
            age=_ages(events, [item.item_id for item in items]),
        )

    def with_twins(self, rows: Rows) -> ItemTable:
        """The table with further items at its end that say the same as those of the given rows."""
        doubled = {name: np.concatenate([getattr(self, name), getattr(self, name)[rows]]) for name in _ARRAYS}
        ids = (*self.item_ids, *(f"{self.item_ids[row]} again" for row in rows))
        return replace(self, item_ids=ids, terms=sparse.vstack([self.terms, self.terms[rows]]).tocsr(), **doubled)


def described(item: Item) -> str:
    """What an item is, in its shortest form: title, brand where the title lacks it, kind, category."""
    title = item.title.casefold()
    parts = dict.fromkeys(part for part in (item.brand, item.kind, item.category) if part)
    return ". ".join([item.title, *(part for part in parts if part.casefold() not in title)])


def _ages(events: Iterable[Event], item_ids: Sequence[str]) -> Floats:
    first: dict[str, datetime] = {}
    latest: datetime | None = None
    for event in events:
        if event.item_id is not None:
            first[event.item_id] = min(first.get(event.item_id, event.at), event.at)
        latest = event.at if latest is None else max(latest, event.at)
    ages = np.full(len(item_ids), np.nan, np.float32)
    for row, item_id in enumerate(item_ids):
        if latest is not None and item_id in first:
            ages[row] = np.log1p((latest - first[item_id]).total_seconds() / 86_400)
    return ages


def _terms(texts: Sequence[str]) -> sparse.csr_matrix:
    least = _RARE if len(texts) > _RARE else 1
    maker = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=least, token_pattern=r"(?u)\b\w+\b")
    try:
        found = maker.fit_transform(texts)
    except ValueError:  # no word occurs often enough
        return sparse.csr_matrix((len(texts), 1), dtype=np.float32)
    return sparse.csr_matrix(found, dtype=np.float32)


def _levels(prices: Floats, categories: Sequence[str]) -> Floats:
    """Prices within their category, scaled; 0 where the category has but one price."""
    levels = np.full(len(prices), np.nan, np.float32)
    for category in set(categories):
        inside = np.array([c == category for c in categories]) & ~np.isnan(prices)
        if inside.any():
            spread = float(prices[inside].std())
            levels[inside] = (prices[inside] - prices[inside].mean()) / spread if spread > 0 else 0.0
    return levels
