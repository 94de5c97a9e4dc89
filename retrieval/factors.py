"""The factors of a learned score and the features that f reads, each under one of them."""

from __future__ import annotations

from dataclasses import dataclass

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
    "new": "new here, so judged by what it says",
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
