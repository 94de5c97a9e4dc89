"""A shopper's history: events with the snippets that tell of them and the vectors that stand for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from retrieval.catalogue import Item
from retrieval.embedding import Embedder, Vectors
from retrieval.events import Event
from retrieval.snippets import Snippet, history_snippet

_HALF_LIFE_DAYS = 120.0


@dataclass(frozen=True, slots=True)
class Trace:
    """One event of a history. Shapes: vector (size,)."""

    event: Event
    snippet: Snippet
    vector: Vectors

    def strength(self, now: datetime | None = None) -> float:
        """The event's signed weight, halved for every 120 days since."""
        age = (now or datetime.now(UTC)) - self.event.at
        decay: float = 0.5 ** (max(age.total_seconds(), 0.0) / 86_400 / _HALF_LIFE_DAYS)
        return self.event.weight * decay


def taste_text(event: Event, item: Item) -> str:
    """What is embedded for an event: what the item is, and what the shopper said of it."""
    return ". ".join(part for part in (item.title, item.kind, item.category, event.comment) if part)


def traces(events: Iterable[Event], items: Mapping[str, Item], embedder: Embedder) -> tuple[Trace, ...]:
    """The traces of events that are not stored; events about unknown items are left out."""
    told = [(event, item) for event in events if event.item_id and (item := items.get(event.item_id))]
    if not told:
        return ()
    vectors = embedder.embed([taste_text(event, item) for event, item in told])
    found = []
    for (event, item), vector in zip(told, vectors, strict=True):
        snippet = history_snippet(event, item)
        assert snippet is not None
        found.append(Trace(event, snippet, vector))
    return tuple(found)


def popularity(events: Iterable[Event]) -> dict[str, float]:
    """How much shoppers as a whole did with each item: the sum of the strengths of their events."""
    sums: defaultdict[str, float] = defaultdict(float)
    for event in events:
        if event.item_id is not None:
            sums[event.item_id] += max(event.weight, 0.0)
    return dict(sums)
