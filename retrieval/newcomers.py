"""What is to be expected of an item with which nobody did anything yet, by what it says.

What was learned of behaviour is zero for such an item, and zero says that nobody wanted it; but nobody was asked. So
its factors, its popularity and its bias are expected to be those of items that read like it, by ridge regression:

    ŷ_i = ȳ + (t_i - t̄) W,     W = (Tᵀ T + λ I)⁻¹ Tᵀ Y

with T the text vectors and Y what was learned, both less their means. Where text tells nothing, that is the mean.
To learn how far to trust it, f is shown known items as if they were new; then what an item itself taught must be
left out, and with h_i the i-th on the diagonal of 1/N + T (Tᵀ T + λ I)⁻¹ Tᵀ that is

    ỹ_i = (ŷ_i - h_i y_i) / (1 - h_i)

Shapes: t (N, size), y (N, d + 2), W (size, d + 2).
Source: Z. Gantner et al., Learning Attribute-to-Feature Mappings for Cold-Start Recommendations, ICDM 2010.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from retrieval.behaviour import Floats, Rows

Numbers: TypeAlias = npt.NDArray[np.float64]
_STRICT = 5.0
"""λ. On 16,000 titles 1 to 20 are as good as one another; among few items it keeps near the mean."""
_MOST_OWN = 0.99
"""An item that alone decides what is expected of it leaves next to nothing once it is left out."""
_STORED = "newcomers.npz"


@dataclass(frozen=True)
class Expected:
    """Of M items: factors (M, d), popularity (M,) as what was done and bias (M,)."""

    factors: Floats
    popularity: Floats
    bias: Floats

    @classmethod
    def of(cls, found: Numbers | Floats) -> Expected:
        """Shapes: found (M, d + 2)."""
        told: Floats = np.asarray(found, np.float32)
        return cls(told[:, :-2], np.expm1(np.maximum(told[:, -2], 0.0)), told[:, -1])

    def chosen(self, rows: Rows) -> Expected:
        return Expected(self.factors[rows], self.popularity[rows], self.bias[rows])


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
        learned = _learned(factors, popularity, bias)[known]
        text_mean, mean = text[known].mean(axis=0, dtype=np.float64), learned.mean(axis=0)
        read: Numbers = np.asarray(text[known] - text_mean, np.float64)
        weights = np.linalg.solve(_strict(read), read.T @ (learned - mean))
        return cls(*(np.asarray(part, np.float32) for part in (text_mean, mean, weights)))

    @classmethod
    def of_nothing(cls, size: int, factors: int) -> Newcomers:
        """Expects nothing of anything, as there is nothing to learn from."""
        return cls(*(np.zeros(shape, np.float32) for shape in (size, factors + 2, (size, factors + 2))))

    def expected(self, text: Floats) -> Expected:
        """Shapes: text (M, size)."""
        return Expected.of(self.mean + (text - self.text_mean) @ self.weights)

    def without_itself(self, text: Floats, factors: Floats, popularity: Floats, bias: Floats) -> Expected:
        """Of each item that this was fitted on, what would be expected had it not been there. Shapes: as in `fit`."""
        known = popularity > 0
        read: Numbers = np.asarray(text - self.text_mean, np.float64)
        solved = np.asarray(np.linalg.solve(_strict(read[known]), read.T), np.float64)
        diagonal: Numbers = np.sum(read * solved.T, axis=1) + 1.0 / max(int(known.sum()), 1)
        own: Numbers = np.where(known, np.minimum(diagonal, _MOST_OWN), 0.0)[:, None]
        fitted: Numbers = np.asarray(self.mean + read @ self.weights, np.float64)
        return Expected.of((fitted - own * _learned(factors, popularity, bias)) / (1.0 - own))

    def save(self, folder: Path) -> None:
        np.savez(folder / _STORED, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, folder: Path) -> Newcomers:
        with np.load(folder / _STORED) as stored:
            return cls(**{field.name: stored[field.name] for field in fields(cls)})


def _learned(factors: Floats, popularity: Floats, bias: Floats) -> Numbers:
    """What is regressed, side by side. Shapes: (N, d), (N,), (N,) -> (N, d + 2)."""
    return np.concatenate([factors, np.log1p(popularity)[:, None], bias[:, None]], axis=1, dtype=np.float64)


def _strict(read: Numbers) -> Numbers:
    """Tᵀ T + λ I. Shapes: (N, size) -> (size, size)."""
    return read.T @ read + _STRICT * np.eye(read.shape[1])
