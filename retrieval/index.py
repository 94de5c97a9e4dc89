"""The index of one shop: what is stored in Chroma, and what is kept in memory beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from retrieval.arrays import Flags
from retrieval.catalogue import Catalogue, Item
from retrieval.codec import answer_of, answer_record, event_of, history_record, snippet_of
from retrieval.embedding import Embedder, Vectors
from retrieval.errors import IndexMissing
from retrieval.events import Event
from retrieval.facts import Facts
from retrieval.finder import EXACT_UP_TO
from retrieval.history import Activity, Trace, taste_text
from retrieval.lines import Reader
from retrieval.memory import Memory
from retrieval.nearness import comparable
from retrieval.policies import TICKET, Answer
from retrieval.rebuild import Rebuild, finish_rebuild
from retrieval.snapshot import Change, Snapshot
from retrieval.snippets import Snippet, history_snippet, item_snippets
from retrieval.staging import Staging
from retrieval.stored import ANSWERS, HISTORY, ITEMS, made, read_snapshot, take_out, write
from retrieval.vectors import VectorStore

_ITEMS_A_STEP = 16
_LINES = "lines.sqlite"
T = TypeVar("T")

Progress = Callable[[int], None]
"""Called with how many rows have been dealt with since the last call."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing run did, in rows."""

    added: int = 0
    unchanged: int = 0


class ShopIndex:
    """Everything that is known of one shop. Reads are safe from several threads; writes come one at a time.

    Chroma stores it; what recall asks for is kept in memory, too, see ``now``.
    """

    def __init__(
        self,
        vectors: VectorStore,
        embedder: Embedder,
        staging: Staging,
        *,
        lines: Path | None = None,
        anew: bool = False,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        self._vectors = vectors
        self.embedder = embedder
        self._staging = staging
        self._memory = Memory(vectors, exact_up_to)
        self.query_vector = lru_cache(maxsize=256)(self._query_vector)
        self.facts = Facts(Reader.of(embedder, lines))
        finish_rebuild(staging, vectors)
        self._anew = anew and vectors.of_another_model(ITEMS)
        self._load()

    @classmethod
    def open(
        cls,
        folder: Path,
        embedder: Embedder,
        *,
        address: str | None = None,
        anew: bool = False,
        exact_up_to: int = EXACT_UP_TO,
    ) -> ShopIndex:
        """Open the index in a folder (made if absent), or on a Chroma server; a committed rebuild is finished first.

        Args:
            anew: open an index of another embedding model, too, so as to rebuild it; until then it reads as empty.
            exact_up_to: how many vectors are searched exactly, see `retrieval.finder`.
        Raises:
            IndexInUse, IndexMismatch: see `retrieval.errors`.
        """
        vectors = VectorStore.open(folder, (embedder.name, embedder.size), address=address)
        try:
            staging = Staging(folder / "staged")
            return cls(vectors, embedder, staging, lines=folder / _LINES, anew=anew, exact_up_to=exact_up_to)
        except BaseException:
            vectors.close()
            raise

    def close(self) -> None:
        self.facts.reader.kept.close()
        self._vectors.close()

    def _load(self) -> None:
        if not self._anew:
            self._memory.replace(read_snapshot(self._vectors, self.embedder.size))
        history = [] if self._anew else self._vectors.get(HISTORY)
        self.activity = Activity.of(event_of(record) for record in history)

    @property
    def now(self) -> Snapshot:
        """What is known of the items at this moment; a reader takes it once and keeps to it."""
        return self._memory.now

    @property
    def catalogue(self) -> Catalogue:
        return self.now.catalogue

    @property
    def store(self) -> VectorStore:
        """What it is stored in, for measuring."""
        return self._vectors

    def require_items(self) -> None:
        """Raises IndexMissing if nothing has been indexed."""
        if not self.catalogue:
            raise IndexMissing("The index is empty; run `because index --catalog FILE`.")

    # Writing

    def add_items(self, items: Iterable[Item], progress: Progress = lambda _: None) -> IndexReport:
        """Add or update items. Unchanged ones are skipped, so that an interrupted run goes on where it stopped.

        Each item is there whole or as it was; recall knows of them all once this returns. To replace many at once,
        see `rebuilding`.
        """
        added = unchanged = 0
        changes: list[Change] = []
        try:
            for step in _steps(items, _ITEMS_A_STEP):
                latest = {item.item_id: item for item in step}
                known = {record.id: record.metadata for record in self._vectors.get(ITEMS, ids=list(latest))}
                fresh = made(latest.values(), known, self.embedder)
                write(self._vectors, fresh)
                changes += fresh.changes
                added += len(fresh.changes)
                unchanged += len(step) - len(fresh.changes)
                progress(len(step))
        finally:
            self._memory.publish(changes)
        return IndexReport(added, unchanged)

    def remove_items(self, item_ids: Iterable[str]) -> int:
        """Take items out of the index, with their snippets; how many there were. Histories keep what was done."""
        gone = [item_id for item_id in dict.fromkeys(item_ids) if item_id in self.catalogue]
        take_out(self._vectors, gone)
        self._memory.publish((), gone)
        return len(gone)

    @contextmanager
    def rebuilding(self) -> Iterator[Rebuild]:
        """Items to add and to take out that count together, when the block ends, or not at all where it fails.

        Until then everything is read as before, even after a crash. What was embedded by then is not embedded again
        by the next try.
        """
        stored = {
            record.id: record.metadata for page, _ in self._vectors.pages(ITEMS, any_model=True) for record in page
        }
        build = Rebuild(self._staging, self.embedder, {} if self._anew else stored, stored)
        yield build
        if self._anew:
            build.take_over(self._vectors)
        build.commit()
        changes, gone = finish_rebuild(self._staging, self._vectors)
        self._memory.renew()
        if self._anew:
            self._anew = False
            self._load()
        else:
            self._memory.publish(changes, gone)

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

    def add_answers(self, answers: Sequence[Answer], *, of_tickets: bool = False) -> IndexReport:
        """Make these the shop's answers; those it no longer gives are removed, lest they be cited.

        Args:
            of_tickets: these are all that come from tickets (see `retrieval.policies.TICKET`), and only such are
                removed; else all others are these, and those from tickets stay.
        """
        told = [record for record in self._vectors.get(ANSWERS) if record.id.startswith(TICKET) == of_tickets]
        known = {record.id: (record.text, dict(record.metadata)) for record in told}
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
        vector: Vectors = self.embedder.embed([text], "query")[0]
        vector.flags.writeable = False
        return vector

    def search_items(
        self, vector: Vectors, n: int, allowed: Flags | None = None, now: Snapshot | None = None
    ) -> dict[str, float]:
        """The nearest items and their cosine to the vector, nearest first.

        Shapes: vector (size,), of length 1; allowed (rows,), of the snapshot ``now``.
        """
        return self._memory.items(vector, n, allowed, now or self.now)

    def search_passages(
        self, vector: Vectors, n: int, allowed: Flags | None = None, now: Snapshot | None = None
    ) -> dict[str, float]:
        """The items that the n nearest snippets are about, each with the cosine of its nearest; see `search_items`."""
        return self._memory.passages(vector, n, allowed, now or self.now)

    def search_snippets(self, vector: Vectors, n: int, *, item_id: str) -> list[tuple[Snippet, float]]:
        """An item's snippets that are nearest to a unit vector, and their cosines. Shapes: vector (size,)."""
        now = self.now
        row = now.catalogue.row(item_id)
        if row is None:
            return []
        similarities = now.passages.of_row(row) @ vector
        told = zip(item_snippets(now.catalogue[item_id]), similarities.tolist(), strict=False)
        return sorted(told, key=lambda pair: -pair[1])[:n]

    def search_answers(
        self, vector: Vectors, n: int, today: date, item_id: str | None = None
    ) -> list[tuple[Answer, float]]:
        """The shop's answers nearest to a question that hold today, and their `comparable` cosines.

        Args:
            item_id: only those about this item; without it, only those about none.
        """
        whose: dict[str, Any] = {"bound": {"$ne": True}} if item_id is None else {"item_id": {"$eq": item_id}}
        found = self._vectors.query(ANSWERS, vector, n, {"$and": [{"until": {"$gte": today.toordinal()}}, whose]})
        return [(answer_of(each), comparable(self.embedder.name, each.similarity or 0.0)) for each in found]

    @property
    def popularity(self) -> Mapping[str, float]:
        """How much was done with each item, see `Activity`."""
        return self.activity.popularity

    def item_vectors(self, item_ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of these items; unknown ones are left out. Shapes: each (size,)."""
        now = self.now
        rows = {item_id: row for item_id in item_ids if (row := now.catalogue.row(item_id)) is not None}
        return {item_id: now.items.of_row(row)[0] for item_id, row in rows.items()}

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


def _steps(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    rows = iter(rows)
    while step := list(islice(rows, size)):
        yield step
