"""What is to be expected of an item with which nobody did anything yet, by what it says.

What was learned of behaviour is zero for such an item, and zero says that nobody wanted it; but nobody was asked. So
its factors, its popularity and its bias are expected to be those of items that read like it, by ridge regression:

    ŷ_i = ȳ + (t_i - t̄) W,     W = (Tᵀ T + λ I)⁻¹ Tᵀ Y

with T the text vectors and Y what was learned, both less their means. Where text tells nothing, that is the mean.

Shapes: t (N, size), y (N, d + 2), W (size, d + 2).
Source: Z. Gantner et al., Learning Attribute-to-Feature Mappings for Cold-Start Recommendations, ICDM 2010.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from retrieval.behaviour import Floats

_STRICT = 5.0
"""λ. On 16,000 titles 1 to 20 are as good as one another; among few items it keeps near the mean."""
_STORED = "newcomers.npz"


@dataclass(frozen=True)
class Expected:
    """Of M items: factors (M, d), popularity (M,) as what was done and bias (M,)."""

    factors: Floats
    popularity: Floats
    bias: Floats


@dataclass(frozen=True)
class Newcomers:
    """The regression; names as in the formula."""

    text_mean: Floats
    mean: Floats
    weights: Floats

    @classmethod
    def fit(cls, text: Floats, factors: Floats, popularity: Floats, bias: Floats) -> Newcomers:
        """Learn from the items with which something was done.

        Shapes: text (N, size); factors (N, d); popularity (N,), see `Behaviour.popularity`; bias (N,).
        """
        known = popularity > 0
        if not known.any():
            return cls.of_nothing(text.shape[1], factors.shape[1])
        learned = np.concatenate([factors, np.log1p(popularity)[:, None], bias[:, None]], axis=1)[known]
        read = text[known].astype(np.float64)
        text_mean, mean = read.mean(axis=0), learned.mean(axis=0, dtype=np.float64)
        read -= text_mean
        weights = np.linalg.solve(read.T @ read + _STRICT * np.eye(read.shape[1]), read.T @ (learned - mean))
        return cls(*(np.asarray(part, np.float32) for part in (text_mean, mean, weights)))

    @classmethod
    def of_nothing(cls, size: int, factors: int) -> Newcomers:
        """Expects nothing of anything, as there is nothing to learn from."""
        return cls(*(np.zeros(shape, np.float32) for shape in (size, factors + 2, (size, factors + 2))))

    def expected(self, text: Floats) -> Expected:
        """Shapes: text (M, size)."""
        found: Floats = self.mean + (text - self.text_mean) @ self.weights
        return Expected(found[:, :-2], np.expm1(np.maximum(found[:, -2], 0.0)), found[:, -1])

    def save(self, folder: Path) -> None:
        np.savez(folder / _STORED, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, folder: Path) -> Newcomers:
        with np.load(folder / _STORED) as stored:
            return cls(**{field.name: stored[field.name] for field in fields(cls)})
