"""The snapshot that is current, and searching it."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.arrays import Flags
from retrieval.embedding import Vectors
from retrieval.finder import EXACT_UP_TO, Finder
from retrieval.snapshot import Change, Snapshot
from retrieval.stored import ITEMS, SNIPPETS, empty_snapshot
from retrieval.vectors import VectorStore


class Memory:
    """What is kept in memory of one shop's items, replaced as a whole after each write."""

    def __init__(self, store: VectorStore, exact_up_to: int = EXACT_UP_TO) -> None:
        self._store = store
        self._items = Finder(store, ITEMS, str, exact_up_to)
        self._passages = Finder(store, SNIPPETS, lambda snippet_id: snippet_id.rpartition("/")[0], exact_up_to)
        self.now = empty_snapshot(store.model[1])

    def replace(self, now: Snapshot) -> None:
        self.now = now
        self._check(())

    def publish(self, changes: Sequence[Change], gone: Sequence[str] = ()) -> None:
        """Let readers see what was written. Merging, where due, comes after that and keeps none of them waiting."""
        if changes or gone:
            self.now = self.now.changed(changes, gone)
            if self.now.lexical.due:
                self.now = self.now.merged()
            self._check([change.item.item_id for change in changes])

    def items(self, vector: Vectors, n: int, allowed: Flags | None, now: Snapshot) -> dict[str, float]:
        """The nearest items of allowed rows and their cosines. Shapes: vector (size,), allowed (rows of ``now``,)."""
        here = now.columns.here if allowed is None else allowed
        return now.by_item(self._items.nearest(now.items, now.catalogue, vector, n, here))

    def passages(self, vector: Vectors, n: int, allowed: Flags | None, now: Snapshot) -> dict[str, float]:
        """The items that the nearest snippets of allowed rows are about, each with its largest cosine."""
        here = now.columns.here if allowed is None else allowed
        return now.by_item(self._passages.nearest(now.passages, now.catalogue, vector, n, here))

    def renew(self) -> None:
        """Build the graphs anew in which not all could be reached."""
        for finder in (self._items, self._passages):
            if not finder.trusted:
                self._store.renew(finder.collection)
                finder.trusted = True

    def _check(self, written: Sequence[str]) -> None:
        self._items.check(self.now.items, self.now.catalogue, written)
        self._passages.check(self.now.passages, self.now.catalogue, written)
