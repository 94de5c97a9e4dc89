"""What is known of a shop's items at one moment, all of it in memory and in step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from retrieval.arrays import Numbers
from retrieval.catalogue import Catalogue, Item
from retrieval.columns import Columns
from retrieval.embedding import Vectors
from retrieval.lexical import LexicalIndex
from retrieval.matrix import Matrix, Nearest


@dataclass(frozen=True, slots=True)
class Change:
    """A new or changed item. The vectors are None where nothing changed that is embedded, as with a new price.

    Shapes: vector (size,), passages (P, size), one for each of the item's snippets in their order.
    """

    item: Item
    vector: Vectors | None = None
    passages: Vectors | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Catalogue, columns, words and vectors, whose rows are the same. Immutable: a reader keeps the one it began with.

    A change makes a new one by copying small arrays: 100,000 items take milliseconds, and nothing is read or embedded.
    """

    catalogue: Catalogue
    columns: Columns
    lexical: LexicalIndex
    items: Matrix
    passages: Matrix

    @classmethod
    def of(cls, items: Sequence[Item], vectors: Vectors, passages: Vectors, about: Numbers) -> Snapshot:
        """Shapes: N items, vectors (N, size), passages (P, size), about (P,): positions of items, ascending."""
        catalogue = Catalogue(items)
        rows = np.arange(len(items), dtype=np.int32)
        return cls(
            catalogue,
            Columns.of(catalogue),
            LexicalIndex.of(items),
            Matrix.of(vectors, rows, len(items)),
            Matrix.of(passages, about, len(items)),
        )

    def changed(self, changes: Iterable[Change], gone: Iterable[str] = ()) -> Snapshot:
        """The snapshot with these items added or replaced and those left out; of an item given twice the last counts.

        Raises:
            KeyError: an item that is gone was not there.
        """
        latest = _latest(changes)
        gone = list(gone)
        old = self.catalogue
        lost = {row: old.at(row) for item_id in gone if (row := old.row(item_id)) is not None}
        catalogue = old.changed([change.item for change in latest], gone)
        rows = [row for change in latest if (row := catalogue.row(change.item.item_id)) is not None]
        texts: dict[int, tuple[Item | None, Item | None]] = {row: (item, None) for row, item in lost.items()}
        texts |= {row: (old.get(change.item.item_id), change.item) for row, change in zip(rows, latest, strict=True)}
        pairs = list(zip(rows, latest, strict=True))
        vectors = {row: change.vector[None, :] for row, change in pairs if change.vector is not None}
        passages = {row: change.passages for row, change in pairs if change.passages is not None}
        return Snapshot(
            catalogue,
            self.columns.changed([*rows, *lost], catalogue),
            self.lexical.changed(texts, catalogue.size),
            self.items.changed(vectors, lost, catalogue.size),
            self.passages.changed(passages, lost, catalogue.size),
        )

    def vector(self, item_id: str) -> Vectors:
        """Shapes: (size,)."""
        row = self.catalogue.row(item_id)
        if row is None:
            raise KeyError(item_id)
        vector: Vectors = self.items.of_row(row)[0]
        return vector

    def by_item(self, found: Nearest) -> dict[str, float]:
        """Items and their largest similarity, nearest first."""
        near: dict[str, float] = {}
        for row, similarity in zip(found.rows.tolist(), found.similarities.tolist(), strict=True):
            item = self.catalogue.at(row)
            assert item is not None
            near.setdefault(item.item_id, similarity)
        return near

    def merged(self) -> Snapshot:
        return replace(self, lexical=self.lexical.merged())


def _latest(changes: Iterable[Change]) -> list[Change]:
    """One change an item: the last, with the vectors of an earlier one where it has none of its own."""
    latest: dict[str, Change] = {}
    for change in changes:
        before = latest.get(change.item.item_id)
        if before is not None and change.vector is None:
            change = replace(change, vector=before.vector, passages=before.passages)  # noqa: PLW2901
        latest[change.item.item_id] = change
    return list(latest.values())
