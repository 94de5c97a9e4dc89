"""Vectors in memory, searched exactly: one product of a matrix and a vector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.arrays import Flags, Numbers, grown
from retrieval.embedding import Vectors

_GATHER = 0.1
"""Below this share of the vectors, the allowed ones are picked out; above it, all are multiplied and then masked."""
_ROOM = 1.25


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest vectors, nearest first. Shapes: rows and similarities (n,)."""

    rows: Numbers
    similarities: Vectors


@dataclass(frozen=True, slots=True)
class Matrix:
    """Unit vectors, each about one row of a catalogue; those of one row lie together, in their order.

    A change makes a new matrix in the time that copying its small arrays takes: new vectors are written behind those
    that are there, where an older matrix does not look, and the ones they replace are only marked. So only the newest
    matrix may be changed. When half of the vectors are replaced ones, they are left behind.

    Shapes: buffer (capacity, size) float32; about and live (n,); first and count (rows,).
    """

    _buffer: Vectors
    _about: Numbers
    _live: Flags
    _first: Numbers
    _count: Numbers

    @classmethod
    def of(cls, vectors: Vectors, about: Numbers, rows: int) -> Matrix:
        """A matrix of vectors in the order of the rows they are about. Shapes: vectors (n, size), about (n,)."""
        count = np.bincount(about, minlength=rows).astype(np.int32)
        first = np.zeros(rows, np.int32)
        np.cumsum(count[:-1], out=first[1:])
        return cls(vectors, about, np.ones(len(about), bool), first, count)

    def __len__(self) -> int:
        """How many vectors hold."""
        return int(np.count_nonzero(self._live))

    def of_row(self, row: int) -> Vectors:
        """The vectors about one row. Shapes: (count, size)."""
        first = self._first[row]
        return self._buffer[first : first + self._count[row]]

    def changed(self, vectors: Mapping[int, Vectors], gone: Iterable[int], rows: int) -> Matrix:
        """The matrix with these rows' vectors replaced, those of rows that are gone left out, and room for ``rows``."""
        first, count = grown(self._first, rows), grown(self._count, rows)
        n = len(self._about)
        live = grown(self._live, n + sum(map(len, vectors.values())))
        for row in (*vectors, *gone):
            live[first[row] : first[row] + count[row]] = False
            count[row] = 0
        for row, new in vectors.items():
            first[row], count[row] = n, len(new)
            n += len(new)
        live[len(self._about) :] = True
        about = np.concatenate([self._about, *(np.full(len(new), row, np.int32) for row, new in vectors.items())])
        changed = Matrix(self._appended(list(vectors.values())), about, live, first, count)
        return changed if 2 * np.count_nonzero(live) >= n else changed._compacted()

    def nearest(self, vector: Vectors, n: int, allowed: Flags | None = None) -> Nearest:
        """The n vectors with the largest cosine to a unit vector, of allowed rows. Shapes: allowed (rows,)."""
        mask = self._live if allowed is None else self._live & allowed[self._about]
        found = np.count_nonzero(mask)
        if found < _GATHER * len(mask):
            places = np.flatnonzero(mask)
            similarities = self._buffer[places] @ vector
        else:
            places = np.arange(len(mask))
            similarities = self._buffer[: len(mask)] @ vector
            if found < len(mask):
                similarities = np.where(mask, similarities, np.float32(-np.inf))
        n = min(n, int(found))
        best = np.argpartition(-similarities, n - 1)[:n] if n else np.zeros(0, np.int64)
        best = best[np.argsort(-similarities[best], kind="stable")]
        return Nearest(self._about[places[best]], similarities[best])

    def count(self, allowed: Flags) -> int:
        """How many vectors are about allowed rows."""
        return int(self._count[allowed].sum())

    def some(self, n: int, rng: np.random.Generator) -> Numbers:
        """At most n rows that have vectors, drawn at random."""
        rows = np.flatnonzero(self._count).astype(np.int32)
        return rng.choice(rows, min(n, len(rows)), replace=False)

    def _appended(self, new: Sequence[Vectors]) -> Vectors:
        if not new:
            return self._buffer
        n, more = len(self._about), np.concatenate(new)
        buffer = self._buffer
        if n + len(more) > len(buffer):
            buffer = np.empty((int((n + len(more)) * _ROOM) + 16, more.shape[1]), np.float32)
            buffer[:n] = self._buffer[:n]
        buffer[n : n + len(more)] = more
        return buffer

    def _compacted(self) -> Matrix:
        places = np.flatnonzero(self._live)
        places = places[np.argsort(self._about[places], kind="stable")]
        return Matrix.of(self._buffer[places], self._about[places], len(self._count))
