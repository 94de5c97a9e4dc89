"""A shopper's history: events with the snippets that tell of them and the vectors that stand for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeAlias

from retrieval.catalogue import Item
from retrieval.embedding import Embedder, Vectors
from retrieval.events import Event
from retrieval.regions import Lean, key
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


@dataclass(frozen=True)
class Activity:
    """What shoppers as a whole did: how much with each item, and since when.

    ``popularity`` is the sum of the strengths of the events with an item, dislikes left out; ``first`` its first event;
    ``regions`` the part of the popularity that was made in each region, by its `retrieval.regions.key`.
    """

    popularity: Mapping[str, float] = field(default_factory=dict)
    first: Mapping[str, datetime] = field(default_factory=dict)
    latest: datetime | None = None
    regions: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[Event]) -> Activity:
        sums: defaultdict[str, float] = defaultdict(float)
        first: dict[str, datetime] = {}
        regions: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        latest: datetime | None = None
        for event in events:
            if event.item_id is not None:
                sums[event.item_id] += max(event.weight, 0.0)
                first[event.item_id] = min(first.get(event.item_id, event.at), event.at)
                if event.region:
                    regions[key(event.region)][event.item_id] += max(event.weight, 0.0)
            latest = event.at if latest is None else max(latest, event.at)
        return cls(dict(sums), first, latest, {region: dict(done) for region, done in regions.items()})

    @cached_property
    def busiest(self) -> float:
        """How much was done with the item with which most was done."""
        return max(self.popularity.values(), default=0.0)

    @cached_property
    def total(self) -> float:
        """How much was done in all."""
        return sum(self.popularity.values())

    def lean(self, region: str) -> Lean:
        """What the region's part of this makes popular there; nobody's region leans nowhere."""
        return Lean(region, self.regions.get(key(region), {}))

    def and_(self, later: Activity) -> Activity:
        """Both together; a new value, so that who reads the old one meanwhile is not disturbed."""
        first = dict(self.first)
        for item_id, at in later.first.items():
            first[item_id] = min(first.get(item_id, at), at)
        latest = max((at for at in (self.latest, later.latest) if at is not None), default=None)
        regions = _sums(self.regions, later.regions, 1.0)
        return Activity(_sum(self.popularity, later.popularity, 1.0), first, latest, regions)

    def without(self, gone: Activity) -> Activity:
        """As if the given events had not been; since when an item is known stays."""
        regions = _sums(self.regions, gone.regions, -1.0)
        return Activity(_sum(self.popularity, gone.popularity, -1.0), self.first, self.latest, regions)


Regions: TypeAlias = Mapping[str, Mapping[str, float]]


def _sums(one: Regions, other: Regions, sign: float) -> Regions:
    return {**one, **{region: _sum(one.get(region, {}), done, sign) for region, done in other.items()}}


def _sum(one: Mapping[str, float], other: Mapping[str, float], sign: float) -> dict[str, float]:
    return {**one, **{key: one.get(key, 0.0) + sign * value for key, value in other.items()}}
