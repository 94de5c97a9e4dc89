"""Figures of a ranking: hit rates and NDCG with their spread over shoppers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.behaviour import Floats

_SAMPLES = 1000
Ranks = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over ``n`` shoppers; ``low`` and ``high`` bound it at 95 % (percentile bootstrap, 1,000 samples)."""

    value: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, values: Sequence[float] | npt.NDArray[np.float64], seed: int = 0) -> Estimate:
        sample = np.asarray(values, np.float64)
        random = np.random.default_rng(seed)
        means = [float(sample[random.integers(0, len(sample), len(sample))].mean()) for _ in range(_SAMPLES)]
        low, high = np.percentile(means, [2.5, 97.5])
        return cls(float(sample.mean()), float(low), float(high), len(sample))

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the item that was chosen is placed."""

    hr_1: Estimate
    hr_10: Estimate
    ndcg_10: Estimate

    @classmethod
    def of(cls, ranks: Ranks) -> Quality:
        """Shapes: ranks (U,), 1 is best."""
        return cls(Estimate.of(hits(ranks, 1)), Estimate.of(hits(ranks, 10)), Estimate.of(gains(ranks)))


def rank_of_first(scores: Floats) -> float:
    """The rank of the first among all; ties at their mean rank. A score that is no number loses to every other."""
    clean = np.nan_to_num(np.asarray(scores, np.float64), nan=-np.inf)
    return 1.0 + float((clean[1:] > clean[0]).sum()) + 0.5 * float((clean[1:] == clean[0]).sum())


def hits(ranks: Ranks, n: int) -> Ranks:
    """1 where the rank is at most n, else 0."""
    return (ranks <= n).astype(np.float64)


def gains(ranks: Ranks, n: int = 10) -> Ranks:
    """NDCG@n of one relevant item: 1 / log2(rank + 1) within the first n, else 0."""
    return np.where(ranks <= n, 1.0 / np.log2(ranks + 1.0), 0.0)
