"""The nearest vectors of a collection: searched exactly where that is fast, and by Chroma's graph where it is not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from retrieval.arrays import Flags
from retrieval.catalogue import Catalogue
from retrieval.embedding import Vectors
from retrieval.matrix import Matrix, Nearest
from retrieval.vectors import VectorStore

EXACT_UP_TO = 1_000_000
"""So many vectors are searched exactly: of 384 dimensions, in less than 0.1 s on two cores. The graph is not asked."""
_GRAPH_SHARE = 0.25
"""Of more vectors, a filter must allow this share for the graph to be asked; for less, exact search is as fast."""
_OVER_FETCH = 2.0
_LEAST_FETCH = 400
"""The graph looks at as many vectors as it is asked for; with fewer it misses too many of the nearest."""
_PROBES = 32

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Finder:
    """Searches one collection, whose vectors are also in a matrix.

    The graph is asked for more than is wanted, as many as the share of allowed rows makes likely to be enough. Where
    they are not, or vectors that are there cannot be reached in the graph (which happens after many deletions), the
    search is exact.
    """

    store: VectorStore
    collection: str
    item_of: Callable[[str], str]
    """The id of the item that a record is about, from the record's own."""
    exact_up_to: int = EXACT_UP_TO
    graph_share: float = _GRAPH_SHARE
    trusted: bool = True
    """Whether all vectors can be reached in the graph, as far as probes showed."""

    def nearest(self, matrix: Matrix, catalogue: Catalogue, vector: Vectors, n: int, allowed: Flags) -> Nearest:
        """The n nearest vectors of allowed rows. Shapes: vector (size,), allowed (rows,)."""
        wanted = matrix.count(allowed)
        if not wanted or not self.uses_graph(matrix) or wanted < self.graph_share * len(matrix):
            return matrix.nearest(vector, n, allowed)
        fetched = max(int(_OVER_FETCH * n * len(matrix) / wanted), _LEAST_FETCH)
        rows, similarities = [], []
        for record_id, similarity in self.store.nearest(self.collection, vector, fetched):
            row = catalogue.row(self.item_of(record_id))
            if row is not None and allowed[row]:
                rows.append(row)
                similarities.append(similarity)
        if len(rows) < n:
            return matrix.nearest(vector, n, allowed)
        return Nearest(np.array(rows[:n], np.int32), np.array(similarities[:n], np.float32))

    def uses_graph(self, matrix: Matrix) -> bool:
        return self.trusted and len(matrix) > self.exact_up_to

    def check(self, matrix: Matrix, catalogue: Catalogue, written: Iterable[str] = ()) -> bool:
        """Probe whether what was written and some of the rest can be reached; if not, the graph is asked no more.

        Two tests: the store counts as many records as the matrix has vectors, and vectors searched for find themselves.
        """
        if not self.uses_graph(matrix):
            return self.trusted
        rows = [row for item_id in written if (row := catalogue.row(item_id)) is not None][:_PROBES]
        rows += matrix.some(_PROBES, np.random.default_rng(len(matrix))).tolist()
        counted = self.store.count(self.collection)
        lost = [row for row in rows if not self._reached(matrix, row)]
        if counted != len(matrix) or lost:
            self.trusted = False
            _log.warning(
                "%s: %d records for %d vectors, %d of %d probes not found by Chroma; searching exactly until "
                "`because index` has built the graph anew.",
                self.collection, counted, len(matrix), len(lost), len(rows),
            )  # fmt: skip
        return self.trusted

    def _reached(self, matrix: Matrix, row: int) -> bool:
        """Whether the vectors about a row find a vector that is as near as they are to themselves."""
        for vector in matrix.of_row(row):
            found = self.store.nearest(self.collection, vector, _LEAST_FETCH)
            if not found or found[0][1] < 1 - 1e-3:
                return False
        return True
