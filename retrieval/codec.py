"""Items and events as Chroma keeps them: flat metadata to filter by, and the whole record as JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from retrieval.catalogue import Attribute, Document, Item, Review
from retrieval.events import Event
from retrieval.policies import Answer
from retrieval.snippets import Snippet
from retrieval.vectors import Record


def digest(item: Item) -> str:
    """A fingerprint of everything an item says; it changes when any of it does."""
    return hashlib.sha256(_item_json(item).encode()).hexdigest()[:16]


def text_digest(item: Item) -> str:
    """A fingerprint of what of an item is embedded; a new price or stock leaves it as it is."""
    told = {name: asdict(item)[name] for name in ("title", "category", "description", "reviews", "documents")}
    return hashlib.sha256(json.dumps([item.kind, told], ensure_ascii=False).encode()).hexdigest()[:16]


def _item_json(item: Item) -> str:
    return json.dumps(asdict(item), ensure_ascii=False, sort_keys=True)


def item_record(item: Item) -> Record:
    """Absent brand and stock become "" and -1: Chroma's filters need the key to be there."""
    metadata = {
        "brand": (item.brand or "").casefold(),
        "category": item.category.casefold(),
        "kind": item.kind.casefold(),
        "price": item.price,
        "stock": -1 if item.stock is None else item.stock,
        "digest": digest(item),
        "text": text_digest(item),
        "item": _item_json(item),
    }
    return Record(item.item_id, item.title, metadata)


def item_of(record: Record) -> Item:
    raw = json.loads(record.metadata["item"])
    return Item(
        **{
            **raw,
            "attributes": tuple(Attribute(**a) for a in raw["attributes"]),
            "reviews": tuple(Review(**r) for r in raw["reviews"]),
            "documents": tuple(Document(**d) for d in raw["documents"]),
        }
    )


def passage_order(snippet_id: str) -> tuple[str, str, tuple[int, ...]]:
    """The item that an item snippet's id names, and what sorts its snippets as `item_snippets` gives them."""
    item_id, _, place = snippet_id.rpartition("/")
    return item_id, place[0], tuple(map(int, place[1:].split(".")))


def snippet_record(snippet: Snippet) -> Record:
    metadata: dict[str, Any] = {"kind": snippet.kind, "source": snippet.source, "about": snippet.about}
    if snippet.rating is not None:
        metadata["rating"] = snippet.rating
    return Record(snippet.snippet_id, snippet.text, metadata)


def snippet_of(record: Record) -> Snippet:
    m = record.metadata
    return Snippet(record.id, m["kind"], record.text, m["source"], m["about"], m.get("rating"), m.get("shopper_id"))


def history_record(event: Event, snippet: Snippet) -> Record:
    metadata = dict(snippet_record(snippet).metadata)
    metadata |= {
        "shopper_id": event.shopper_id,
        "event_id": event.event_id,
        "event": event.kind,
        "at": event.at.isoformat(),
        "comment": event.comment or "",
        "region": event.region or "",
    }
    return Record(snippet.snippet_id, snippet.text, metadata)


def event_of(record: Record) -> Event:
    m = record.metadata
    return Event(
        event_id=m["event_id"],
        shopper_id=m["shopper_id"],
        kind=m["event"],
        at=datetime.fromisoformat(m["at"]),
        item_id=m["about"],
        rating=m.get("rating"),
        comment=m["comment"] or None,
        region=m.get("region") or None,
    )


def answer_record(answer: Answer) -> Record:
    """``until`` is the last day as a number, for filtering: an answer without an end holds until the last date.

    What is about an item says so twice: ``bound`` is for leaving it out where no item is meant.
    """
    until = (answer.ends or date.max).toordinal()
    told = {"asks": answer.asks, "source": answer.source, "until": until}
    about = {"item_id": answer.item_id, "bound": True} if answer.item_id else {}
    return Record(answer.answer_id, answer.text, told | about)


def answer_of(record: Record) -> Answer:
    m = record.metadata
    ends = None if m["until"] == date.max.toordinal() else date.fromordinal(m["until"])
    return Answer(record.id, m["asks"], record.text, m["source"], ends, m.get("item_id"))
