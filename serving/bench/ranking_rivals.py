"""What a ranker has to beat. Each rival scores a shopper's candidates; higher is better."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from scipy import linalg, sparse

from retrieval.behaviour import Behaviour, Floats, Past, Rows
from retrieval.factors import FEATURES
from retrieval.features import Features
from retrieval.learned import LearnedRanker

Scorer: TypeAlias = Callable[[Past, Rows], Floats]
"""Shapes: a past (T,), items (C,) -> scores (C,)."""
_RECENCY = 0.9


def rivals(features: Features, behaviour: Behaviour, *, ease: bool) -> dict[str, Scorer]:
    """The rivals that are learned of the same behaviour as f."""
    collaborative = features.collaborative
    found: dict[str, Scorer] = {
        "popularity": lambda _past, items: features.popularity[items],
        "item neighbours": Neighbours(behaviour),
        f"ALS, {collaborative.config.factors} factors": collaborative.factor_scores,
    }
    if ease:
        found["EASE"] = Ease(behaviour)
    return found | {"text only": _TextOnly(features)}


def contenders(ranker: LearnedRanker, without_r: LearnedRanker | None) -> Mapping[str, Scorer]:
    found: dict[str, Scorer] = {"f without R": without_r.scores} if without_r else {}
    return found | {"f": ranker.scores}


class Neighbours:
    """Cosine between items by who chose them, all neighbours and not only the nearest, which f makes do with."""

    def __init__(self, behaviour: Behaviour) -> None:
        chosen = behaviour.matrix.maximum(0)
        length = np.sqrt(np.maximum(np.asarray(chosen.multiply(chosen).sum(axis=0)).ravel(), 1e-9))
        unit = chosen @ sparse.diags(1.0 / length)
        self._cosines = sparse.csr_matrix(unit.T @ unit)
        self._cosines.setdiag(0)

    def __call__(self, past: Past, items: Rows) -> Floats:
        age = _RECENCY ** np.arange(len(past), dtype=np.float32)
        scores: Floats = (past.weights * age) @ self._cosines[past.items][:, items].toarray()
        return scores


class Ease:
    """A linear model of every item by all others, in closed form.

    Source: H. Steck, Embarrassingly shallow autoencoders for sparse data, WWW 2019. Departure: older deeds weigh less.
    """

    def __init__(self, behaviour: Behaviour, regularization: float = 300.0) -> None:
        """Shapes: weights (N, N) float32, which takes 4 N² bytes twice while it is made."""
        gram = (behaviour.matrix.T @ behaviour.matrix).toarray()
        gram[np.diag_indices_from(gram)] += regularization
        factor, failed = linalg.lapack.spotrf(gram, lower=1, overwrite_a=1)
        assert not failed, "a positive diagonal was added"
        lower, failed = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
        assert not failed
        inverse = np.tril(lower)
        inverse += np.tril(lower, -1).T
        self._weights: Floats = inverse / -np.diag(inverse)[None, :]
        self._weights[np.diag_indices_from(inverse)] = 0.0

    def __call__(self, past: Past, items: Rows) -> Floats:
        age = _RECENCY ** np.arange(len(past), dtype=np.float32)
        scores: Floats = (past.weights * age) @ self._weights[np.ix_(past.items, items)]
        return scores


class _TextOnly:
    """Mean nearness of title to titles, in meaning and in words: no behaviour but the shopper's own."""

    def __init__(self, features: Features) -> None:
        self._features = features
        names = [feature.name for feature in FEATURES]
        self._columns = [names.index(name) for name in ("text_mean", "terms_mean")]

    def __call__(self, past: Past, items: Rows) -> Floats:
        made, _ = self._features.of_candidates(past, items)
        scores: Floats = made[:, self._columns].sum(axis=1)
        return scores
