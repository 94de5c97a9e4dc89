"""An embedding model that needs no model: texts are near when they share stems."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from retrieval.embedding import Role, Vectors
from retrieval.words import stems


class WordEmbedder:
    """Hashes each stem to one direction; a text is the unit sum of its stems' directions.

    Texts without a content word share one direction of their own. ``calls`` keeps every batch that was asked for.
    """

    def __init__(self, name: str = "words", size: int = 384) -> None:
        self.name = name
        self.size = size
        self.calls: list[tuple[str, ...]] = []

    @property
    def texts(self) -> list[str]:
        """Every text embedded so far, in order."""
        return [text for call in self.calls for text in call]

    def embed(self, texts: Sequence[str], role: Role = "passage") -> Vectors:
        self.calls.append(tuple(texts))
        rows = [_sum(tuple(sorted(stems(text))) or ("",), self.size) for text in texts]
        return np.array(rows, np.float32).reshape(len(rows), self.size)


def _sum(found: tuple[str, ...], size: int) -> Vectors:
    total = np.sum([_direction(stem, size) for stem in found], axis=0)
    unit: Vectors = (total / np.linalg.norm(total)).astype(np.float32)
    return unit


@lru_cache(maxsize=16_384)
def _direction(stem: str, size: int) -> Vectors:
    """Shape (size,): dense and random, so that two different stems are nearly orthogonal."""
    seed = int.from_bytes(hashlib.sha256(stem.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(size).astype(np.float32)
