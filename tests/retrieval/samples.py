"""Items, events and rows to test with: every field has a value unless a test gives one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from retrieval.catalogue import Attribute, Item, Review
from retrieval.embedding import Embedder, Vectors
from retrieval.events import Event
from retrieval.facts import Facts
from retrieval.feeds import BadRow, read_events, read_items
from retrieval.history import Activity
from retrieval.lines import Reader
from retrieval.scales import described
from tests.embedders import WordEmbedder

DEMO = Path(__file__).parents[2] / "demo"

ROW: dict[str, Any] = {
    "item_id": "b1",
    "title": "Tarn 28 backpack",
    "description": "A day pack.",
    "category": "outdoor",
    "price": 89.5,
    "currency": "EUR",
}


def item(item_id: str = "b1", title: str = "Tarn 28 backpack", **fields: Any) -> Item:
    """An item; ``weight`` (g), ``colour`` and ``kind`` become attributes, ``says`` a list of reviews (stars, text)."""
    attributes = [Attribute("type", fields.pop("kind"))] if "kind" in fields else []
    if "weight" in fields:
        attributes.append(Attribute("weight", fields.pop("weight"), "g"))
    if "colour" in fields:
        attributes.append(Attribute("colour", fields.pop("colour")))
    said: Sequence[tuple[float, str]] = fields.pop("says", ())
    reviews = tuple(Review(f"{item_id}-r{n}", stars, text) for n, (stars, text) in enumerate(said, start=1))
    given = {"description": "", "category": "outdoor", "price": 89.0, "currency": "EUR", "reviews": reviews}
    return Item(item_id, title, attributes=tuple(attributes), **given | fields)


def event(event_id: str, item_id: str | None, kind: Any = "purchase", *, days_ago: float = 1, **fields: Any) -> Event:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    return Event(event_id=event_id, item_id=item_id, kind=kind, at=at, **{"shopper_id": "ana"} | fields)


@dataclass(frozen=True)
class SmallShelf:
    """What a ranker may ask of a shop, without an index."""

    catalogue: Mapping[str, Item] = field(default_factory=dict)
    activity: Activity = field(default_factory=Activity)
    embedder: Embedder = field(default_factory=WordEmbedder)
    facts: Facts = field(default_factory=lambda: Facts(Reader.plain(WordEmbedder())))

    @classmethod
    def of(cls, items: Iterable[Item], popularity: Mapping[str, float] | None = None) -> SmallShelf:
        return cls({thing.item_id: thing for thing in items}, Activity(popularity or {}))

    def item_vectors(self, item_ids: Sequence[str]) -> dict[str, Vectors]:
        known = [self.catalogue[item_id] for item_id in item_ids if item_id in self.catalogue]
        vectors = self.embedder.embed([described(thing) for thing in known]) if known else ()
        return {thing.item_id: vector for thing, vector in zip(known, vectors, strict=True)}


def jsonl(path: Path, rows: Iterable[dict[str, Any] | str]) -> Path:
    """A file of rows; a string is written as it is."""
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return path


def demo_items() -> list[Item]:
    return [row for row in read_items(DEMO / "catalogue") if not isinstance(row, BadRow)]


def demo_events() -> list[Event]:
    return [row for row in read_events(DEMO / "events.jsonl") if not isinstance(row, BadRow)]
