"""Collaborative filtering: what shoppers with a like past chose, by the library `implicit`.

A shopper's factors are not kept but folded in from the past at hand, so an event that has just arrived counts in the
next ranking, and a shopper who was not there at training is no special case. Only the items' side is trained.
"""

from __future__ import annotations

import warnings
from copy import copy
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from implicit.utils import ParameterWarning
from scipy import sparse
from threadpoolctl import threadpool_limits

from retrieval.behaviour import Behaviour, Floats, Past, Rows, chosen_rows


@dataclass(frozen=True, slots=True)
class CollaborativeConfig:
    """``confidence`` is how much more a deed says than its absence; ``recency`` what an older deed keeps of it."""

    factors: int = 64
    regularization: float = 0.05
    confidence: float = 10.0
    iterations: int = 15
    neighbours: int = 200
    recency: float = 0.9
    seed: int = 3


class Collaborative:
    """Two views of what was chosen together: factors (ALS) and neighbouring items (cosine).

    Source: Y. Hu, Y. Koren, C. Volinsky, Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008;
    B. Sarwar et al., Item-based collaborative filtering recommendation algorithms, WWW 2001.
    """

    def __init__(self, factors: Floats, neighbours: sparse.csr_matrix, config: CollaborativeConfig) -> None:
        """Shapes: factors (N, factors); neighbours (N, N), the similarities of each item's nearest ones."""
        self.config = config
        self.neighbours = neighbours
        self._als = _als(config)
        self._als.item_factors = factors
        self._rows: Rows = np.arange(len(factors))
        self._factors = factors

    @classmethod
    def fit(cls, behaviour: Behaviour, config: CollaborativeConfig | None = None) -> Collaborative:
        config = config or CollaborativeConfig()
        als = _als(config)
        with threadpool_limits(1, "blas"):  # its own threads and those of BLAS would wait for each other
            als.fit(behaviour.matrix, show_progress=False)
        near = CosineRecommender(K=config.neighbours, num_threads=1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ParameterWarning)  # of a conversion that it asks of itself
            near.fit(behaviour.matrix.maximum(0), show_progress=False)
        similar = sparse.csr_matrix(near.similarity, dtype=np.float32)
        similar.setdiag(0)  # an item is no argument for itself
        similar.eliminate_zeros()
        return cls(als.item_factors, similar, config)

    @property
    def item_factors(self) -> Floats:
        factors: Floats = self._als.item_factors
        return factors

    def fold_in(self, past: Past) -> Floats:
        """The shopper's factors for this past: one least-squares step, no training. Shapes: (factors,)."""
        rows = self._rows[past.items]
        known = rows >= 0
        deeds = sparse.csr_matrix(
            (past.weights[known], rows[known], [0, known.sum()]), shape=(1, len(self.item_factors)), dtype=np.float32
        )
        folded: Floats = self._als.recalculate_user(0, deeds)
        return folded

    def factor_scores(self, past: Past, items: Rows) -> Floats:
        """How likely the factors hold each item to be chosen. Shapes: (C,), 0 for an empty past."""
        scores: Floats = self._factors[items] @ self.fold_in(past)
        return scores

    def likeliest(self, past: Past, n: int) -> Rows:
        """The n items that the factors hold most likely, best first, as rows of what was learned from."""
        scores = self.item_factors @ self.fold_in(past)
        best = np.argpartition(-scores, min(n, len(scores) - 1))[:n]
        found: Rows = best[np.argsort(-scores[best], kind="stable")]
        return found

    def neighbour_weights(self, past: Past, items: Rows) -> Floats:
        """How near each deed is to each item, by its weight and age. Shapes: (T, C)."""
        deeds, rows = self._rows[past.items], self._rows[items]
        near: Floats = self.neighbours[np.maximum(deeds, 0)][:, np.maximum(rows, 0)].toarray()
        near *= np.outer(deeds >= 0, rows >= 0)
        age = self.config.recency ** np.arange(len(past), dtype=np.float32)
        weighted: Floats = near * (age * past.weights)[:, None]
        return weighted

    def over(self, rows: Rows, factors: Floats | None = None) -> Collaborative:
        """The same over other items: each is the one in its row, or at -1 one that nobody chose, near to nothing.

        Args:
            factors: what the items' factors are to be instead, where it is a number.
        Shapes: rows (M,), factors (M, d).
        """
        narrowed = copy(self)
        narrowed._rows = np.append(self._rows, -1)[rows]
        learned = chosen_rows(self.item_factors, narrowed._rows)
        narrowed._factors = learned if factors is None else np.where(np.isnan(factors), learned, factors)
        return narrowed

    def save(self, folder: Path) -> None:
        np.save(folder / "factors.npy", self.item_factors)
        sparse.save_npz(folder / "neighbours.npz", self.neighbours)

    @classmethod
    def load(cls, folder: Path, config: CollaborativeConfig) -> Collaborative:
        return cls(np.load(folder / "factors.npy"), sparse.load_npz(folder / "neighbours.npz").tocsr(), config)


def _als(config: CollaborativeConfig) -> AlternatingLeastSquares:
    given = asdict(config)
    with threadpool_limits(1, "blas"):
        return AlternatingLeastSquares(
            factors=given["factors"],
            regularization=given["regularization"],
            alpha=given["confidence"],
            iterations=given["iterations"],
            random_state=given["seed"],
            num_threads=1,
        )
