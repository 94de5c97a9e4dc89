"""U' and I' for f: what is known of a shopper beside each candidate, as numbers with a factor to their name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retrieval.behaviour import Behaviour, Floats, Past, Rows
from retrieval.collaborative import Collaborative
from retrieval.representation import Reason, Representation
from retrieval.table import ItemTable

_RECENCY = 0.9
"""What a deed keeps of its say in the text features for each newer one."""

FACTORS = {
    "reason": "fits what you chose before",
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
    Feature("reason_sum", "reason", 1),
    Feature("reason_best", "reason", 1),
    Feature("reason_latest", "reason", 1),
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


class Features:
    """Makes f's features from what was learned of behaviour and what is known of the items."""

    def __init__(
        self, table: ItemTable, collaborative: Collaborative, representation: Representation, popularity: Floats
    ) -> None:
        """Shapes: popularity (N,), see `Behaviour.popularity`."""
        self.table = table
        self.collaborative = collaborative
        self.representation = representation
        self.popularity: Floats = np.log1p(popularity)

    @classmethod
    def of(
        cls, table: ItemTable, behaviour: Behaviour, collaborative: Collaborative, representation: Representation
    ) -> Features:
        return cls(table, collaborative, representation, behaviour.popularity)

    def with_new_items(self, table: ItemTable) -> Features:
        """The same where the table has further items at its end, with which nobody did anything yet."""
        new = len(table.item_ids) - len(self.table.item_ids)
        popularity = np.concatenate([np.expm1(self.popularity), np.zeros(new, np.float32)])
        return Features(table, self.collaborative.extended(new), self.representation.extended(table.text), popularity)

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
            self.popularity[items],
            self.representation.bias[items],
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
