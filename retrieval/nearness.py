"""Cosines on one scale: thresholds are chosen for the default embedding model, and others spread theirs differently."""

from __future__ import annotations

import numpy as np

from retrieval.embedding import MULTILINGUAL_E5

_SAME = {
    MULTILINGUAL_E5: (
        (-1.0, -0.138, -0.102, -0.049, -0.006, 0.041, 0.091, 0.126, 0.202, 0.332, 1.0),
        (-1.0, -0.094, -0.052, 0.023, 0.076, 0.138, 0.202, 0.245, 0.347, 0.460, 1.0),
    )
}
"""By model: cosines of a question to an item, and those of the default model that as many pairs lie below (1, 5, 25,
50, 75, 90, 95, 99 and 99.9 % of the English questions of serving/bench/cases/meant.yaml with the demo shop's items).
Between two questions the models' cosines are spread alike, so they are compared as they are."""
_RELATED_ABOVE = {MULTILINGUAL_E5: 0.07}
"""The cosine that as many pairs of demo items lie below as do below the default of `retrieval.taste` by its model."""


def comparable(model: str, cosine: float) -> float:
    """What the default embedding model would say of a question and a passage that are as near.

    It rises with the cosine, so nothing is ranked otherwise; of a model that was not compared it is the cosine itself.
    """
    return float(np.interp(cosine, *_SAME[model])) if model in _SAME else cosine


def related_above(model: str, default: float) -> float:
    """The cosine of two items above which they have to do with each other; of a model not compared, the default."""
    return _RELATED_ABOVE.get(model, default)
