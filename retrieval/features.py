"""U' and I' for f: what is known of a shopper beside each candidate, as numbers with a factor to their name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from retrieval.behaviour import Behaviour, Floats, Past, Rows, chosen_rows
from retrieval.collaborative import Collaborative, CollaborativeConfig
from retrieval.representation import Reason, Representation, Weights
from retrieval.scales import Scales
from retrieval.table import ItemTable

_ABOUT, _POPULARITY = "knowledge.json", "popularity.npy"
_RECENCY = 0.9
"""What a deed keeps of its say in the text features for each newer one."""

FACTORS = {
    "history": "fits what you chose before",
    "collaborative": "chosen by shoppers like you",
    "neighbours": "often chosen with what you have",
    "text": "reads like what you chose before",
    "popularity": "liked by others",
    "rating": "well rated",
    "price": "your usual price",
    "stock": "in stock",
    "age": "how long it has been in the shop",
}
"""The factors of a learned score, and what a shopper reads of each."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A number that f reads. ``rising``: more of it never lowers (1) or never raises (-1) the score; 0: either."""

    name: str
    factor: str
    rising: int = 0


FEATURES = (
    Feature("reason_sum", "history", 1),
    Feature("reason_best", "history", 1),
    Feature("reason_latest", "history", 1),
    Feature("factors", "collaborative", 1),
    Feature("neighbours_sum", "neighbours", 1),
    Feature("neighbours_best", "neighbours", 1),
    Feature("text_best", "text", 1),
    Feature("text_mean", "text", 1),
    Feature("terms_best", "text", 1),
    Feature("terms_mean", "text", 1),
    Feature("terms_latest", "text", 1),
    Feature("popularity", "popularity", 1),
    Feature("bias", "popularity", 1),
    Feature("rating", "rating", 1),
    Feature("ratings", "rating"),
    Feature("price_level", "price"),
    Feature("price_gap", "price", -1),
    Feature("stock", "stock"),
    Feature("age", "age"),
)


@dataclass(frozen=True)
class Knowledge:
    """What was learned of items by their ids; the items as they are now come from a table, and may be others.

    So a new price, a new item or another catalogue needs no retraining: of an id that is not known here, nothing was
    learned but what its text says.

    Shapes: popularity (N,), see `Behaviour.popularity`.
    """

    item_ids: tuple[str, ...]
    collaborative: Collaborative
    weights: Weights
    popularity: Floats
    scales: Scales
    counted: Mapping[str, float] = field(default_factory=dict)
    """How much was done with each item by the shop's own count when this was learned, see `Activity.popularity`."""

    def popularity_now(self, item_id: str, counted: float) -> float:
        """What was learned, and what was done since."""
        row = self.rows.get(item_id)
        since = max(counted - self.counted.get(item_id, 0.0), 0.0)
        return since + (0.0 if row is None else float(self.popularity[row]))

    def total_now(self, counted: float) -> float:
        """What was learned and what was done since, of all items together."""
        return float(self.popularity.sum()) + max(counted - sum(self.counted.values()), 0.0)

    @cached_property
    def rows(self) -> dict[str, int]:
        return {item_id: row for row, item_id in enumerate(self.item_ids)}

    def over(
        self,
        table: ItemTable,
        popularity: Mapping[str, float] | None = None,
        here: Mapping[str, float] | None = None,
    ) -> Features:
        """The features of the items of a table.

        Args:
            popularity: by id, what is to be read instead of what was learned.
            here: the same as it counts where the shopper is; everywhere alike if not given.
        """
        rows = np.array([self.rows.get(item_id, -1) for item_id in table.item_ids], np.int64)
        done = chosen_rows(self.popularity, rows)
        if popularity is not None:
            done = np.array([popularity.get(item_id, 0.0) for item_id in table.item_ids], np.float32)
        representation = Representation(self.weights, table.text).over(rows, table.text)
        counts = None if here is None else np.array([here[item_id] for item_id in table.item_ids], np.float32)
        return Features(table, self.collaborative.over(rows), representation, done, counts)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.collaborative.save(folder)
        self.weights.save(folder)
        self.scales.save(folder)
        np.save(folder / _POPULARITY, self.popularity)
        about = {
            "items": list(self.item_ids),
            "collaborative": asdict(self.collaborative.config),
            "counted": dict(self.counted),
        }
        (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Knowledge:
        """What `save` stored.

        Raises:
            OSError, ValueError, KeyError: it is not there, or not whole.
        """
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        return cls(
            item_ids=tuple(about["items"]),
            collaborative=Collaborative.load(folder, CollaborativeConfig(**about["collaborative"])),
            weights=Weights.load(folder),
            popularity=np.load(folder / _POPULARITY),
            scales=Scales.load(folder),
            counted=about["counted"],
        )


class Features:
    """Makes f's features from what was learned of behaviour and what is known of the items."""

    def __init__(
        self,
        table: ItemTable,
        collaborative: Collaborative,
        representation: Representation,
        popularity: Floats,
        here: Floats | None = None,
    ) -> None:
        """Shapes: popularity (N,), see `Behaviour.popularity`; here (N,), the same where the shopper is.

        Both popularity and the bias, which was learned of it, are log-odds up to a constant; so a region moves them alike.
        """
        self.table = table
        self.collaborative = collaborative
        self.representation = representation
        self.popularity: Floats = np.log1p(popularity)
        self.leaning: Floats = np.log1p(popularity if here is None else here) - self.popularity

    @classmethod
    def of(
        cls, table: ItemTable, behaviour: Behaviour, collaborative: Collaborative, representation: Representation
    ) -> Features:
        return cls(table, collaborative, representation, behaviour.popularity)

    @property
    def knowledge(self) -> Knowledge:
        """What of it was learned, without the items themselves."""
        popularity = np.expm1(self.popularity)
        weights = self.representation.weights
        return Knowledge(self.table.item_ids, self.collaborative, weights, popularity, self.table.scales)

    def over(self, table: ItemTable) -> Features:
        """The same over the items of another table."""
        return self.knowledge.over(table)

    def of_candidates(self, past: Past, items: Rows) -> tuple[Floats, Reason]:
        """The features of each candidate, in the order of `FEATURES`, and its attention over the past.

        A history that is empty makes zeros, a property that is not stated NaN: neither is a case of its own.

        Shapes: items (C,) rows of the table -> (C, F) float32.
        """
        past = past.latest(len(self.representation.weights.places))
        reason = self.representation.attend(past, items)
        table = self.table
        columns = [
            *_summed(reason.contributions),
            self.collaborative.factor_scores(past, items),
            *_summed(self.collaborative.neighbour_weights(past, items))[:2],
            *self._text(past, items),
            self.popularity[items] + self.leaning[items],
            self.representation.bias[items] + self.leaning[items],
            table.rating[items],
            table.ratings[items],
            table.price_level[items],
            np.abs(table.price[items] - self._usual_price(past)),
            table.stock[items],
            table.age[items],
        ]
        return np.stack(columns, axis=1).astype(np.float32), reason

    def _text(self, past: Past, items: Rows) -> tuple[Floats, ...]:
        """Nearness in meaning (best, mean) and in words (best, mean, latest) to what was chosen."""
        weights = (past.weights * _RECENCY ** np.arange(len(past))).astype(np.float32)
        share = weights / np.float32(max(float(np.abs(weights).sum()), 1e-6))
        signs = np.sign(past.weights)[:, None]
        meaning = self.table.text[past.items] @ self.table.text[items].T
        words: Floats = (self.table.terms[past.items] @ self.table.terms[items].T).toarray()
        _, best, _ = _summed(meaning * signs)
        _, best_words, latest_words = _summed(words * signs)
        near: Floats = share @ meaning
        alike: Floats = (share @ words).astype(np.float32)
        return best, near, best_words, alike, latest_words

    def _usual_price(self, past: Past) -> float:
        """The logarithm of what this shopper pays, by the weight of each deed; NaN if nothing tells."""
        prices, weights = self.table.price[past.items], np.maximum(past.weights, 0.0)
        told = ~np.isnan(prices) & (weights > 0)
        return float(np.average(prices[told], weights=weights[told])) if told.any() else float("nan")


def _summed(spoken: Floats) -> tuple[Floats, Floats, Floats]:
    """Over a past: the sum, the most that one deed says, and what the latest says. Shapes: (T, C) -> 3 times (C,)."""
    if not len(spoken):
        nothing = np.zeros(spoken.shape[1], np.float32)
        return nothing, nothing, nothing
    return spoken.sum(axis=0), spoken.max(axis=0), spoken[0]
