"""A made catalogue for the retrieval benchmark: unit vectors in clusters, and items that stand for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from retrieval.embedding import Vectors

SIZE = 384
_MEMBERS = 100
_SPREAD = (0.5, 1.5)
_BLOCK = 4096
_QUERY = "question"
_NUMBER = re.compile(r"\b(item|question|anew) (\d+)\b")
_WORDS = 20_000
"""Words of the made titles and descriptions; which ones a text has falls off as in speech (Zipf)."""


@dataclass(frozen=True)
class MadeVectors:
    """Unit vectors in clusters of about a hundred: each is its cluster's centre plus noise, made unit again.

    Centres are random directions. The noise is 0.5 to 1.5 times as long as the centre, one length a cluster, so that
    there are tight and loose ones: cosines of two members are 0.8 to 0.3. Any vector can be made alone from its number.
    """

    n: int
    seed: int = 7

    @property
    def clusters(self) -> int:
        return max(self.n // _MEMBERS, 10)

    def block(self, start: int, stop: int, kind: str = "item") -> Vectors:
        """Vectors of these numbers. Shapes: (stop - start, SIZE) float32."""
        parts = [self._made(number, kind) for number in range(start // _BLOCK, (stop - 1) // _BLOCK + 1)]
        first = start // _BLOCK * _BLOCK
        return np.concatenate(parts)[start - first : stop - first]

    def __getitem__(self, number: int) -> Vectors:
        vector: Vectors = self._made(number // _BLOCK, "item")[number % _BLOCK]
        return vector

    def questions(self, n: int) -> Vectors:
        """Other members of the same clusters. Shapes: (n, SIZE)."""
        return self.block(0, n, _QUERY)

    @lru_cache(maxsize=4)  # noqa: B019  # blocks are asked for one after another
    def _made(self, number: int, kind: str) -> Vectors:
        rng = np.random.default_rng([self.seed, number, len(kind)])
        of = rng.integers(self.clusters, size=_BLOCK)
        noise = rng.standard_normal((_BLOCK, SIZE), dtype=np.float32)
        noise *= (self._spreads[of] / np.linalg.norm(noise, axis=1))[:, None]
        made = self._centres[of] + noise
        unit: Vectors = made / np.linalg.norm(made, axis=1, keepdims=True)
        return unit

    @property
    def _centres(self) -> Vectors:
        return _centres(self.clusters, self.seed)[0]

    @property
    def _spreads(self) -> Vectors:
        return _centres(self.clusters, self.seed)[1]


@lru_cache(maxsize=2)
def _centres(n: int, seed: int) -> tuple[Vectors, Vectors]:
    """Shapes: (n, SIZE) unit rows, (n,)."""
    rng = np.random.default_rng([seed, n])
    centres = rng.standard_normal((n, SIZE), dtype=np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return centres, rng.uniform(*_SPREAD, size=n).astype(np.float32)
