"""A made catalogue for the retrieval benchmark: unit vectors in clusters, and items that stand for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from retrieval.catalogue import Attribute, Item
from retrieval.embedding import Role, Vectors

SIZE = 384
_MEMBERS = 100
_SPREAD = (0.5, 1.5)
_BLOCK = 4096
_QUERY = "question"
_KINDS = {"item": 4, _QUERY: 8, "anew": 5}
"""Seeds of what there is of a number: items, questions about them, items that come later."""
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

    def one(self, number: int, kind: str = "item") -> Vectors:
        """Shapes: (SIZE,)."""
        vector: Vectors = self._made(number // _BLOCK, kind)[number % _BLOCK]
        return vector

    @lru_cache(maxsize=4)  # noqa: B019  # blocks are asked for one after another
    def _made(self, number: int, kind: str) -> Vectors:
        rng = np.random.default_rng([self.seed, number, _KINDS[kind]])
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


@dataclass(frozen=True)
class MadeShop:
    """Items for made vectors, and an embedder that knows them: a text's vector is that of the number it names.

    Prices are even over 0 to 1,000 and independent of the vectors; so are brands, 200 of them. Titles and descriptions
    are made words, drawn as in speech (Zipf). Each item has one description, so one passage, of the item's own vector.
    """

    n: int
    name: str = "made"
    size: int = SIZE

    @property
    def vectors(self) -> MadeVectors:
        return MadeVectors(self.n)

    def items(self) -> Iterator[Item]:
        return map(self.item, range(self.n))

    def item(self, number: int, word: str = "item") -> Item:
        rng = np.random.default_rng([number, _KINDS[word]])
        weight, price = int(rng.integers(50, 5000)), round(float(rng.uniform(0, 1000)), 2)
        told = _text(rng, 14)
        return Item(
            f"{word}-{number}",
            f"{word} {number} {_text(rng, 5)}",
            f"{word} {number}: {told}.",
            f"category {number % 50}",
            price,
            "EUR",
            brand=f"Brand {rng.integers(200)}",
            stock=int(rng.integers(0, 20)),
            attributes=(Attribute("weight", weight, "g"), Attribute("colour", _COLOURS[number % len(_COLOURS)])),
        )

    def questions(self, n: int) -> list[str]:
        """Questions whose vectors are other members of the items' clusters, with words that items have."""
        return [f"{_QUERY} {number} {_text(np.random.default_rng([number, 3]), 3)}" for number in range(n)]

    def embed(self, texts: Sequence[str], role: Role = "passage") -> Vectors:  # noqa: ARG002
        found = [_NUMBER.search(text) for text in texts]
        rows = [self.vectors.one(int(match[2]), match[1]) if match else _NONE for match in found]
        return np.array(rows, np.float32).reshape(len(rows), SIZE)


_COLOURS = ("black", "white", "grey", "red", "blue", "green", "yellow", "slate grey", "navy blue", "forest green")
_NONE = np.eye(1, SIZE, dtype=np.float32)[0]
_SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "zi",
)


def _text(rng: np.random.Generator, words: int) -> str:
    return " ".join(_word(int(rank)) for rank in np.minimum(rng.zipf(1.3, words), _WORDS))


@lru_cache(maxsize=_WORDS)
def _word(rank: int) -> str:
    base = len(_SYLLABLES)
    return "".join(_SYLLABLES[rank // base**place % base] for place in range(4))
