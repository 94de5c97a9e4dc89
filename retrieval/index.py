"""The index of one shop: what is stored in Chroma, and what is kept in memory beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TypeVar

from retrieval.catalogue import Catalogue, Item
from retrieval.codec import (
    answer_of,
    answer_record,
    digest,
    event_of,
    history_record,
    item_of,
    item_record,
    snippet_of,
    snippet_record,
)
from retrieval.embedding import Embedder, Vectors
from retrieval.errors import IndexMissing
from retrieval.events import Event
from retrieval.history import Activity, Trace, taste_text
from retrieval.lexical import LexicalIndex
from retrieval.policies import Answer
from retrieval.snippets import Snippet, history_snippet, item_snippets
from retrieval.vectors import VectorStore

ITEMS, SNIPPETS, HISTORY, ANSWERS = "items", "item_snippets", "history_snippets", "answers"
_ITEMS_A_STEP = 16
T = TypeVar("T")

Progress = Callable[[int], None]
"""Called with how many rows have been dealt with since the last call."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing run did, in rows."""

    added: int = 0
    unchanged: int = 0


class ShopIndex:
    """Everything that is known of one shop. Reads are safe from several threads; writes come one at a time."""

    def __init__(self, vectors: VectorStore, embedder: Embedder) -> None:
        self._vectors = vectors
        self.embedder = embedder
        self.query_vector = lru_cache(maxsize=256)(self._query_vector)
        self._load()

    @classmethod
    def open(cls, folder: Path, embedder: Embedder, *, address: str | None = None) -> ShopIndex:
        """Open the index in a folder (made if absent), or on a Chroma server.

        Raises:
            IndexInUse, IndexMismatch: see `retrieval.errors`.
        """
        vectors = VectorStore.open(folder, (embedder.name, embedder.size), address=address)
        try:
            return cls(vectors, embedder)
        except BaseException:
            vectors.close()
            raise

    def close(self) -> None:
        self._vectors.close()

    def _load(self) -> None:
        self.catalogue = Catalogue(item_of(record) for record in self._vectors.get(ITEMS))
        self.lexical = LexicalIndex(list(self.catalogue.values()))
        self.activity = Activity.of(event_of(record) for record in self._vectors.get(HISTORY))

    def require_items(self) -> None:
        """Raises IndexMissing if nothing has been indexed."""
        if not self.catalogue:
            raise IndexMissing("The index is empty; run `because index --catalog FILE`.")

    # Writing

    def add_items(self, items: Iterable[Item], progress: Progress = lambda _: None) -> IndexReport:
        """Add or update items. Unchanged ones are skipped, so that an interrupted run goes on where it stopped."""
        added = unchanged = 0
        known = {record.id: record.metadata["digest"] for record in self._vectors.get(ITEMS)}
        try:
            for step in _steps(items, _ITEMS_A_STEP):
                latest = {item.item_id: item for item in step}
                fresh = [item for item in latest.values() if known.get(item.item_id) != digest(item)]
                if fresh:
                    self._write_items(fresh)
                added += len(fresh)
                unchanged += len(step) - len(fresh)
                progress(len(step))
        finally:
            if added:
                self._load()
        return IndexReport(added, unchanged)

    def remove_items(self, item_ids: Iterable[str]) -> int:
        """Take items out of the index, with their snippets; how many there were. Histories keep what was done."""
        gone = [item_id for item_id in item_ids if item_id in self.catalogue]
        if gone:
            self._vectors.delete(SNIPPETS, where={"about": {"$in": gone}})
            self._vectors.delete(ITEMS, ids=gone)
            self._load()
        return len(gone)

    def _write_items(self, items: Sequence[Item]) -> None:
        snippets = [snippet for item in items for snippet in item_snippets(item)]
        vectors = self.embedder.embed([snippet.text for snippet in snippets])
        self._vectors.delete(SNIPPETS, where={"about": {"$in": [item.item_id for item in items]}})
        self._vectors.upsert(SNIPPETS, [snippet_record(s) for s in snippets], vectors)
        # The item goes last: its digest says that all the rest of it is there.
        texts = [item_text(item) for item in items]
        self._vectors.upsert(ITEMS, [item_record(item) for item in items], self.embedder.embed(texts))

    def add_events(self, events: Iterable[Event], progress: Progress = lambda _: None) -> IndexReport:
        """Add what shoppers did. Known events and events about unknown items are skipped."""
        added = unchanged = 0
        for step in _steps(events, 128):
            told: dict[str, tuple[Event, Snippet]] = {}
            for event in step:
                if snippet := history_snippet(event, self.catalogue.get(event.item_id or "")):
                    told.setdefault(snippet.snippet_id, (event, snippet))
            known = {record.id for record in self._vectors.get(HISTORY, ids=list(told))} if told else set()
            fresh = [pair for snippet_id, pair in told.items() if snippet_id not in known]
            if fresh:
                texts = [taste_text(event, self.catalogue[event.item_id or ""]) for event, _ in fresh]
                records = [history_record(event, snippet) for event, snippet in fresh]
                self._vectors.upsert(HISTORY, records, self.embedder.embed(texts))
                self.activity = self.activity.and_(Activity.of(event for event, _ in fresh))
            added += len(fresh)
            unchanged += len(step) - len(fresh)
            progress(len(step))
        return IndexReport(added, unchanged)

    def add_answers(self, answers: Sequence[Answer]) -> IndexReport:
        """Make these the shop's answers; those it no longer gives are removed, lest they be cited."""
        known = {record.id: (record.text, dict(record.metadata)) for record in self._vectors.get(ANSWERS)}
        records = {answer.answer_id: answer_record(answer) for answer in answers}
        fresh = [r for r in records.values() if known.get(r.id) != (r.text, r.metadata)]
        if fresh:
            vectors = self.embedder.embed([record.metadata["asks"] for record in fresh])
            self._vectors.upsert(ANSWERS, fresh, vectors)
        self._vectors.delete(ANSWERS, ids=[id_ for id_ in known if id_ not in records])
        return IndexReport(len(fresh), len(answers) - len(fresh))

    # Reading

    def _query_vector(self, text: str) -> Vectors:
        """The vector of what is searched for, kept for the next time: a turn asks for the same one several times."""
        vector: Vectors = self.embedder.embed([text])[0]
        vector.flags.writeable = False
        return vector

    def search_items(self, vector: Vectors, n: int, where: dict[str, object] | None = None) -> dict[str, float]:
        """The nearest items and their cosine to the vector, nearest first."""
        return {r.id: r.similarity or 0.0 for r in self._vectors.query(ITEMS, vector, n, where)}

    def search_snippets(self, vector: Vectors, n: int, *, item_id: str | None = None) -> list[tuple[Snippet, float]]:
        """The nearest item snippets, of one item or of all, and their cosines."""
        where = {"about": {"$eq": item_id}} if item_id else None
        found = self._vectors.query(SNIPPETS, vector, n, where)
        return [(snippet_of(record), record.similarity or 0.0) for record in found]

    def search_answers(self, vector: Vectors, n: int, today: date) -> list[tuple[Answer, float]]:
        """The shop's answers nearest to a question that hold today, and their cosines."""
        found = self._vectors.query(ANSWERS, vector, n, {"until": {"$gte": today.toordinal()}})
        return [(answer_of(record), record.similarity or 0.0) for record in found]

    @property
    def popularity(self) -> Mapping[str, float]:
        """How much was done with each item, see `Activity`."""
        return self.activity.popularity

    def item_vectors(self, item_ids: Sequence[str]) -> dict[str, Vectors]:
        return self._vectors.vectors(ITEMS, item_ids)

    def history(self, shopper_id: str) -> tuple[Trace, ...]:
        """A shopper's whole history, oldest first, by exact match on whose it is."""
        records = self._vectors.get(HISTORY, where={"shopper_id": {"$eq": shopper_id}})
        vectors = self._vectors.vectors(HISTORY, [record.id for record in records])
        found = [Trace(event_of(record), snippet_of(record), vectors[record.id]) for record in records]
        return tuple(sorted(found, key=lambda trace: trace.event.at))

    def histories(self) -> dict[str, tuple[Trace, ...]]:
        """Everybody's history by shopper, oldest first: what a ranker is learned from."""
        records = self._vectors.get(HISTORY)
        vectors = self._vectors.vectors(HISTORY, [record.id for record in records])
        found: dict[str, list[Trace]] = {}
        for record in records:
            event = event_of(record)
            found.setdefault(event.shopper_id, []).append(Trace(event, snippet_of(record), vectors[record.id]))
        return {s: tuple(sorted(told, key=lambda trace: trace.event.at)) for s, told in sorted(found.items())}

    def forget_event(self, shopper_id: str, event_id: str) -> None:
        """Erase one event from its shopper's history, and its part in what is popular."""
        where = {"$and": [{"shopper_id": {"$eq": shopper_id}}, {"event_id": {"$eq": event_id}}]}
        gone = self._vectors.get(HISTORY, where=where)
        self._vectors.delete(HISTORY, ids=[record.id for record in gone])
        self.activity = self.activity.without(Activity.of(map(event_of, gone)))

    def forget(self, shopper_id: str) -> None:
        """Erase a shopper's history, and their part in what is popular."""
        where = {"shopper_id": {"$eq": shopper_id}}
        gone = Activity.of(event_of(record) for record in self._vectors.get(HISTORY, where=where))
        self._vectors.delete(HISTORY, where=where)
        self.activity = self.activity.without(gone)


def item_text(item: Item) -> str:
    """What the vector of an item is made of."""
    return f"{item.title}. {item.kind}, {item.category}. {item.description}"


def _steps(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    rows = iter(rows)
    while step := list(islice(rows, size)):
        yield step
