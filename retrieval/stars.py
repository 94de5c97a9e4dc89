"""Stars: what reviews as a whole say of an item."""

from __future__ import annotations

from retrieval.catalogue import Item


def shrunk_rating(item: Item, *, prior: float = 3.7, weight: float = 3.0) -> float:
    """Mean stars, drawn towards ``prior`` as if ``weight`` further reviews had said so."""
    stars = [review.rating for review in item.reviews]
    return (sum(stars) + prior * weight) / (len(stars) + weight)
