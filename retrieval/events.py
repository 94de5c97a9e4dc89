"""What shoppers did: events, and a shopper's history made of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

EventKind: TypeAlias = Literal["view", "cart", "purchase", "rating", "comment", "share", "thumb"]

STRENGTH: dict[str, float] = {
    "view": 0.2,
    "share": 0.5,
    "cart": 0.5,
    "thumb": 0.7,
    "comment": 0.7,
    "rating": 0.8,
    "purchase": 1.0,
}
"""How much an event of each kind says about taste, before its rating (if any) gives it a sign."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a shopper did. ``rating`` is in stars, 1 to 5; a thumb is 1 (down) or 5 (up).

    ``region`` is where it was done, in the shop's own words, such as "Bavaria".
    """

    event_id: str
    shopper_id: str
    kind: EventKind
    at: datetime
    item_id: str | None = None
    rating: float | None = None
    comment: str | None = None
    region: str | None = None

    @property
    def weight(self) -> float:
        """Signed strength in [-1, 1]: a one-star rating counts against what it is about."""
        sign = 1.0 if self.rating is None else (self.rating - 2.5) / 2.5
        return STRENGTH[self.kind] * sign


@dataclass(frozen=True, slots=True)
class Shopper:
    """A person the shop knows. ``demo`` shoppers may be chosen by anyone on the chat page."""

    shopper_id: str
    name: str
    about: str = ""
    demo: bool = False
