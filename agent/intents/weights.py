"""The intent classifier as numbers: softmax regression over a message's embedding and its grams, kept in one file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from agent.intents.grams import grams
from agent.language import language_of
from retrieval.embedding import Vectors, multilingual

_KEPT_AS = np.float16


@dataclass(frozen=True, slots=True)
class Features:
    """How a message becomes numbers. Everything that is learned with one of these is of no use with another.

    ``share`` is the length of the embedding's part where the grams' part has length 1.
    """

    pieces: tuple[int, ...] = ()
    share: float = 1.0

    def heard(self, text: str, vector: Vectors, model: str) -> Vectors:
        """The embedding's part. Shapes: vector (D,) -> (D,)."""
        if not multilingual(model) and language_of(text) != "en":  # it says nothing
            return np.zeros_like(vector)
        return (vector * self.share).astype(np.float32)

    def counted(self, text: str, rarity: Mapping[str, float]) -> dict[str, float]:
        """The grams' part: (1 + log count) times rarity of each known gram, scaled to length 1."""
        found = {g: (1 + math.log(n)) * rarity[g] for g, n in grams(text, self.pieces).items() if g in rarity}
        length = math.sqrt(sum(value * value for value in found.values())) or 1.0
        return {gram: value / length for gram, value in found.items()}


@dataclass(frozen=True)
class Weights:
    """What was learned.

    Shapes: K intents, V grams, D dimensions of the embedding; rarity (V,), matrix (D + V, K), bias (K,). ``source``
    is the digest of all that it was learned from; ``temperature`` divides the logits; a probability below
    ``unsure_below`` is no answer.
    """

    source: str
    model: str
    intents: tuple[str, ...]
    grams: tuple[str, ...]
    rarity: Vectors
    matrix: Vectors
    bias: Vectors
    features: Features
    temperature: float
    unsure_below: float

    @cached_property
    def _places(self) -> dict[str, int]:
        return {gram: place for place, gram in enumerate(self.grams)}

    @cached_property
    def _rarities(self) -> dict[str, float]:
        return dict(zip(self.grams, self.rarity.tolist(), strict=True))

    def probabilities(self, text: str, vector: Vectors) -> npt.NDArray[np.float64]:
        """Of each intent. Shapes: vector (D,) -> (K,)."""
        logits = self.features.heard(text, vector, self.model) @ self.matrix[: len(vector)] + self.bias
        counted = self.features.counted(text, self._rarities)
        if counted:
            rows = [len(vector) + self._places[gram] for gram in counted]
            logits = logits + np.fromiter(counted.values(), np.float32, len(rows)) @ self.matrix[rows]
        raised = np.exp((logits - logits.max()).astype(np.float64) / self.temperature)
        return np.asarray(raised / raised.sum())

    def save(self, path: Path) -> None:
        """Keep all in one file of arrays, without pickle; the matrix in half precision."""
        np.savez_compressed(
            path,
            about=np.array([self.source, self.model]),
            intents=np.array(self.intents),
            grams=_packed(self.grams),
            rarity=self.rarity.astype(_KEPT_AS),
            matrix=self.matrix.astype(_KEPT_AS),
            bias=self.bias,
            pieces=np.array(self.features.pieces, np.int64),
            numbers=np.array([self.features.share, self.temperature, self.unsure_below]),
        )

    def rounded(self) -> Weights:
        """As they are after being kept."""
        return replace(
            self,
            rarity=self.rarity.astype(_KEPT_AS).astype(np.float32),
            matrix=self.matrix.astype(_KEPT_AS).astype(np.float32),
        )

    @classmethod
    def load(cls, path: Path) -> Weights:
        with np.load(path, allow_pickle=False) as kept:
            source, model = kept["about"].tolist()
            share, temperature, unsure_below = kept["numbers"].tolist()
            return cls(
                source=source,
                model=model,
                intents=tuple(kept["intents"].tolist()),
                grams=tuple(kept["grams"].tobytes().decode().split("\n")),
                rarity=kept["rarity"].astype(np.float32),
                matrix=kept["matrix"].astype(np.float32),
                bias=kept["bias"],
                features=Features(tuple(kept["pieces"].tolist()), share),
                temperature=temperature,
                unsure_below=unsure_below,
            )


def _packed(words: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Text as bytes: an array of texts would pad each to the longest."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)
