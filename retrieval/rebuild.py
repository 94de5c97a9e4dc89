"""A rebuild: many items replaced at once. It is staged first, then moved into the store; see `retrieval.staging`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from retrieval.catalogue import Item
from retrieval.codec import digest, event_of, item_of
from retrieval.embedding import Embedder
from retrieval.errors import IndexMismatch
from retrieval.history import taste_text
from retrieval.snapshot import Change
from retrieval.staging import Batch, Manifest, Staging
from retrieval.stored import ANSWERS, COLLECTIONS, HISTORY, ITEMS, SNIPPETS, Made, made, take_out, write
from retrieval.vectors import A_BATCH, Record, VectorStore

_A_PART = 256
_KEPT = "kept"
"""Items whose text and vectors stay, in a part; their batch has no vectors."""


class Rebuild:
    """Gathers what is to change; before `commit` nothing is read differently.

    Args:
        known: the metadata of stored items by id; none where another embedding model made them.
        stored: the ids of all stored items.
    """

    def __init__(
        self, staging: Staging, embedder: Embedder, known: Mapping[str, Mapping[str, Any]], stored: Collection[str]
    ) -> None:
        self._staging = staging
        self._embedder = embedder
        self._known = known
        self._stored = stored
        self._seen: set[str] = set()
        self._taken: dict[str, str] = {}
        self._gone: tuple[str, ...] = ()
        staging.begin((embedder.name, embedder.size))
        self._staged = {
            (record.id, record.metadata["digest"])
            for part in staging.parts()
            for record in part.get(ITEMS, ((), None))[0]
        }

    def add(self, items: Iterable[Item], progress: Callable[[int], None] = lambda _: None) -> tuple[int, int]:
        """Stage items; how many rows differ from what is stored, and how many do not."""
        added = unchanged = 0
        for step in _steps(items):
            latest = {item.item_id: item for item in step}
            self._seen |= latest.keys()
            digests = {item_id: digest(item) for item_id, item in latest.items()}
            changed = {i: d for i, d in digests.items() if self._known.get(i, {}).get("digest") != d}
            for item_id in digests.keys() - changed.keys():
                self._taken.pop(item_id, None)  # an earlier row of this feed had changed it; the last counts
            self._taken |= changed
            fresh = [latest[i] for i, d in changed.items() if (i, d) not in self._staged]
            if fresh:
                self._stage(made(fresh, self._known, self._embedder))
            added += len(changed)
            unchanged += len(step) - len(changed)
            progress(len(step))
        return added, unchanged

    def remove_others(self, listed: Collection[str]) -> int:
        """Take out the stored items that are not among these; how many there are."""
        self._gone = tuple(item_id for item_id in self._stored if item_id not in listed)
        return len(self._gone)

    def take_over(self, store: VectorStore) -> None:
        """Embed anew what else an index of another embedding model holds: items, histories and answers."""
        old: dict[str, Item] = {}
        for records, _ in store.pages(ITEMS, any_model=True):
            old |= {record.id: item_of(record) for record in records}
        self.add(item for item_id, item in old.items() if item_id not in self._seen | set(self._gone))
        self._staging.discard("rest")
        for records, _ in store.pages(HISTORY, any_model=True):
            self._embed(HISTORY, records, [_taste(record, old) for record in records])
        for records, _ in store.pages(ANSWERS, any_model=True):
            self._embed(ANSWERS, records, [record.metadata["asks"] for record in records])

    def commit(self) -> None:
        model = (self._embedder.name, self._embedder.size)
        self._staging.commit(Manifest(model, self._taken, tuple(i for i in self._gone if i not in self._taken)))

    def _stage(self, new: Made) -> None:
        nothing = np.zeros((0, self._embedder.size), np.float32)
        items, snippets = (new.items, new.vectors), (new.snippets, new.passages)
        self._staging.put("items", {ITEMS: items, SNIPPETS: snippets, _KEPT: (new.kept, nothing)})
        self._staged |= {(record.id, record.metadata["digest"]) for record in new.items}

    def _embed(self, collection: str, records: Sequence[Record], texts: Sequence[str]) -> None:
        for start in range(0, len(records), _A_PART):
            part = slice(start, start + _A_PART)
            self._staging.put("rest", {collection: (records[part], self._embedder.embed(texts[part]))})


def finish_rebuild(staging: Staging, store: VectorStore) -> tuple[list[Change], tuple[str, ...]]:
    """Move a committed rebuild into the store, if there is one: the items that changed, and the ids of those gone.

    It may be interrupted and done again.

    Raises:
        IndexMismatch: the rebuild was made with another embedding model than the store was opened with.
    """
    manifest = staging.committed()
    if manifest is None:
        return [], ()
    if manifest.model != store.model:
        raise IndexMismatch(
            f"A rebuild with embedding model {manifest.model[0]} is not finished; "
            f"set BECAUSE_EMBEDDING_MODEL={manifest.model[0]} and start again."
        )
    for collection in COLLECTIONS:
        if store.of_another_model(collection):
            store.drop(collection)
    changes: list[Change] = []
    for taken in together(_taken(part, manifest) for part in staging.parts()):
        write(store, taken)
        changes += taken.changes
    for part in staging.parts("rest"):
        for collection, batch in part.items():
            store.upsert(collection, *batch)
    take_out(store, manifest.gone)
    staging.clear()
    return changes, manifest.gone


def _taken(part: Mapping[str, Batch], manifest: Manifest) -> Made:
    """What of a part the manifest takes over."""

    def counts(record: Record) -> bool:
        return bool(manifest.items.get(record.id) == record.metadata["digest"])

    nothing: Batch = ((), np.zeros((0, manifest.model[1]), np.float32))
    items, vectors = _chosen(part.get(ITEMS, nothing), counts)
    ids = {record.id for record in items}
    snippets, passages = _chosen(part.get(SNIPPETS, nothing), lambda snippet: snippet.metadata["about"] in ids)
    kept = [record for record in part.get(_KEPT, nothing)[0] if counts(record)]
    about = np.array([snippet.metadata["about"] for snippet in snippets], object)
    changes = [
        Change(item_of(record), vector, passages[about == record.id])
        for record, vector in zip(items, vectors, strict=True)
    ]
    changes += [Change(item_of(record)) for record in kept]
    return Made(items, vectors, snippets, passages, kept, changes)


def together(parts: Iterable[Made]) -> Iterator[Made]:
    """Parts joined until they are `A_BATCH` items or nearly: each write costs the store two transactions and a sync."""
    joined: list[Made] = []
    for part in parts:
        if joined and sum(len(each.changes) for each in (*joined, part)) > A_BATCH:
            yield _joined(joined)
            joined = []
        joined.append(part)
    if joined:
        yield _joined(joined)


def _joined(parts: Sequence[Made]) -> Made:
    """One of several; of a record that is kept in more than one the last counts."""
    return Made(
        [record for part in parts for record in part.items],
        np.concatenate([part.vectors for part in parts]),
        [record for part in parts for record in part.snippets],
        np.concatenate([part.passages for part in parts]),
        list({record.id: record for part in parts for record in part.kept}.values()),
        [change for part in parts for change in part.changes],
    )


def _chosen(batch: Batch, test: Callable[[Record], bool]) -> Batch:
    places = [place for place, record in enumerate(batch[0]) if test(record)]
    return [batch[0][place] for place in places], batch[1][places]


def _taste(record: Record, items: Mapping[str, Item]) -> str:
    event = event_of(record)
    item = items.get(event.item_id or "")
    return taste_text(event, item) if item else record.text


def _steps(items: Iterable[Item]) -> Iterator[list[Item]]:
    items = iter(items)
    while step := list(islice(items, _A_PART)):
        yield step
