"""Items as they are stored: the collections they are in, how they are made, written, read back and taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval.catalogue import Item
from retrieval.codec import digest, item_of, item_record, passage_order, snippet_record, text_digest
from retrieval.embedding import Embedder, Vectors
from retrieval.snapshot import Change, Snapshot
from retrieval.snippets import item_snippets
from retrieval.vectors import Record, VectorStore

ITEMS, SNIPPETS, HISTORY, ANSWERS = "items", "item_snippets", "history_snippets", "answers"
COLLECTIONS = (ITEMS, SNIPPETS, HISTORY, ANSWERS)


@dataclass(frozen=True, slots=True)
class Made:
    """Changed items with their vectors, ready to be written: those whose text changed, and those that keep theirs.

    Shapes: N changed items, vectors (N, size); P snippets of them, passages (P, size).
    """

    items: Sequence[Record]
    vectors: Vectors
    snippets: Sequence[Record]
    passages: Vectors
    kept: Sequence[Record]
    changes: Sequence[Change]


def vector_text(item: Item) -> str:
    """What an item's vector is of."""
    return f"{item.title}. {item.kind}, {item.category}. {item.description}"


def made(items: Iterable[Item], known: Mapping[str, Mapping[str, Any]], embedder: Embedder) -> Made:
    """Embed what of these items is new. ``known`` is the metadata of those that are stored, by id."""
    changed = [item for item in items if known.get(item.item_id, {}).get("digest") != digest(item)]
    told = [item for item in changed if known.get(item.item_id, {}).get("text") != text_digest(item)]
    kept = [item for item in changed if known.get(item.item_id, {}).get("text") == text_digest(item)]
    snippets = [list(item_snippets(item)) for item in told]
    passages = embedder.embed([snippet.text for each in snippets for snippet in each])
    vectors = embedder.embed([vector_text(item) for item in told])
    ends = np.cumsum([len(each) for each in snippets])[:-1]
    apart = np.split(passages, ends) if told else []
    changes = [Change(*parts) for parts in zip(told, vectors, apart, strict=True)] + [Change(item) for item in kept]
    return Made(
        [item_record(item) for item in told],
        vectors,
        [snippet_record(snippet) for each in snippets for snippet in each],
        passages,
        [item_record(item) for item in kept],
        changes,
    )


def write(store: VectorStore, new: Made) -> None:
    """Store items. An item goes last: its digest says that all the rest of it is there."""
    if new.items:
        store.delete(SNIPPETS, where={"about": {"$in": [record.id for record in new.items]}})
        store.upsert(SNIPPETS, new.snippets, new.passages)
        store.upsert(ITEMS, new.items, new.vectors)
    store.update(ITEMS, new.kept)


def take_out(store: VectorStore, item_ids: Sequence[str]) -> None:
    """Delete items, with their snippets."""
    for start in range(0, len(item_ids), 500):
        part = list(item_ids[start : start + 500])
        store.delete(SNIPPETS, where={"about": {"$in": part}})
        store.delete(ITEMS, ids=part)


def read_snapshot(store: VectorStore, size: int) -> Snapshot:
    """All items as they are stored. Snippets about no item are left out: an accident may have left them."""
    items, vectors = [], [np.zeros((0, size), np.float32)]
    for records, page in store.pages(ITEMS):
        items += [item_of(record) for record in records]
        vectors.append(page)
    rows = {item.item_id: row for row, item in enumerate(items)}
    ids, passages = [], [np.zeros((0, size), np.float32)]
    for records, page in store.pages(SNIPPETS):
        ids += [record.id for record in records]
        passages.append(page)
    placed = [(rows[item_id], *place) for item_id, *place in map(passage_order, ids) if item_id in rows]
    known = np.array([n for n, id_ in enumerate(ids) if id_.rpartition("/")[0] in rows], np.int64)
    order = sorted(range(len(placed)), key=placed.__getitem__)
    about = np.array([placed[n][0] for n in order], np.int32)
    return Snapshot.of(items, np.concatenate(vectors), np.concatenate(passages)[known[order]], about)


def empty_snapshot(size: int) -> Snapshot:
    nothing = np.zeros((0, size), np.float32)
    return Snapshot.of([], nothing, nothing, np.zeros(0, np.int32))
