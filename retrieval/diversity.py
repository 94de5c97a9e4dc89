"""Diversity in the top n: of two items that are much alike, the second says little that is new."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retrieval.behaviour import Floats, Rows


@dataclass(frozen=True, slots=True)
class DiversityConfig:
    """``weight`` in [0, 1]: 0 ranks by score alone, 1 by difference alone. ``among`` best candidates are looked at."""

    weight: float = 0.0
    among: int = 50


def diversified(scores: Floats, vectors: Floats, *, n: int, config: DiversityConfig | None = None) -> Rows:
    """The places of the n best candidates (fewer if there are fewer), best first, by maximal marginal relevance.

    Each next one has the highest (1 - weight) · relevance - weight · (highest cosine to one already taken), relevance
    being the score scaled to [0, 1] among those looked at. The best candidate stays first at any weight below 1.

    Shapes: scores (C,), vectors (C, size), unit rows -> (n,).
    Source: J. Carbonell, J. Goldstein, The use of MMR, SIGIR 1998.
    """
    config = config or DiversityConfig()
    order = np.argsort(-scores, kind="stable")
    if config.weight <= 0.0:
        return order[:n]
    looked, rest = order[: max(config.among, n)], order[max(config.among, n) :]
    relevance = _scaled(scores[looked])
    alike = np.maximum(vectors[looked] @ vectors[looked].T, 0.0)
    nearest = np.zeros(len(looked))
    open_to = np.ones(len(looked), bool)
    taken: list[int] = []
    while len(taken) < min(n, len(looked)):
        value = (1.0 - config.weight) * relevance - config.weight * nearest
        best = int(np.where(open_to, value, -np.inf).argmax())
        taken.append(best)
        open_to[best] = False
        nearest = np.maximum(nearest, alike[best])
    return np.concatenate([looked[taken], rest])[:n]


def _scaled(scores: Floats) -> Floats:
    span = float(scores.max() - scores.min()) if len(scores) else 0.0
    scaled: Floats = (scores - scores.min()) / span if span > 0 else np.ones_like(scores)
    return scaled
