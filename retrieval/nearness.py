"""Cosines on one scale: thresholds are chosen for the default embedding model, and others spread theirs differently."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from retrieval.embedding import MULTILINGUAL_E5, Vectors

Between: TypeAlias = Literal["question and passage", "questions", "wish and sentence", "question and fact"]
"""In which roles the two texts were embedded; of the last two what the first says beyond an item's kind, both as
questions (`retrieval.relevance`, `agent.items.finding`)."""

_DEFAULT: dict[Between, tuple[float, ...]] = {
    "question and passage": (-0.094, -0.052, 0.023, 0.076, 0.138, 0.202, 0.245, 0.347, 0.460),
    "questions": (-0.064, -0.023, 0.048, 0.104, 0.173, 0.252, 0.304, 0.409, 0.542),
    "wish and sentence": (-0.119, -0.069, 0.004, 0.062, 0.134, 0.210, 0.264, 0.423, 0.606),
    "question and fact": (-0.154, -0.108, -0.037, 0.023, 0.098, 0.202, 0.311, 0.660, 0.804),
}
"""The cosines that 1, 5, 25, 50, 75, 90, 95, 99 and 99.9 % of pairs lie below by the default model: of the English
questions of serving/bench/cases/meant.yaml with the items of the demo shop, and with each other; of wishes and
questions such as models are trained with, none held out, with lines of the same item (4,890 and 4,277 pairs)."""
_OTHERS: dict[str, dict[Between, tuple[float, ...]]] = {
    MULTILINGUAL_E5: {
        "question and passage": (-0.140, -0.101, -0.048, -0.006, 0.040, 0.091, 0.125, 0.197, 0.316),
        "questions": (0.055, 0.095, 0.156, 0.203, 0.258, 0.316, 0.360, 0.446, 0.585),
        "wish and sentence": (-0.045, -0.001, 0.064, 0.118, 0.181, 0.250, 0.298, 0.401, 0.500),
        "question and fact": (-0.100, -0.053, 0.026, 0.087, 0.153, 0.226, 0.295, 0.542, 0.663),
    }
}
"""The same pairs by other models."""
_RELATED_ABOVE = {MULTILINGUAL_E5: 0.07}
"""The cosine that as many pairs of demo items lie below as do below the default of `retrieval.taste` by its model."""


def comparable(model: str, cosine: float, between: Between = "question and passage") -> float:
    """What the default embedding model would say of two texts that are as near; see `all_comparable`."""
    return cosine if model not in _OTHERS else float(all_comparable(model, np.asarray(cosine, np.float32), between))


def all_comparable(model: str, cosines: Vectors, between: Between) -> Vectors:
    """What the default embedding model would say of texts that are as near.

    It rises with the cosine, so nothing is ranked otherwise; of a model that was not compared it is the cosine itself.

    Shapes: any -> the same, float32.
    """
    if model not in _OTHERS:
        return cosines
    own, default = _OTHERS[model][between], _DEFAULT[between]
    scaled: Vectors = np.interp(cosines, (-1.0, *own, 1.0), (-1.0, *default, 1.0)).astype(np.float32)
    return scaled


def related_above(model: str, default: float) -> float:
    """The cosine of two items above which they have to do with each other; of a model not compared, the default."""
    return _RELATED_ABOVE.get(model, default)
