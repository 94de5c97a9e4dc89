"""Why not that one? The factors in which an item lost to another, and the least that would have turned it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retrieval.behaviour import Past
from retrieval.features import FACTORS
from retrieval.learned import LearnedRanker
from retrieval.ranking import Factor

_EVEN = 1e-6


@dataclass(frozen=True, slots=True)
class Contrast:
    """How the winner leads. ``behind`` and ``ahead`` are what each factor adds to the lead, the largest first.

    The lead is the sum over both, exactly: nothing else told the two apart. ``turning`` are the fewest factors that
    would have to be level for the loser to win, the largest first; it is empty where the loser is not behind.
    """

    lead: float
    behind: tuple[Factor, ...]
    ahead: tuple[Factor, ...]
    turning: tuple[str, ...]


def why_not(ranker: LearnedRanker, past: Past, *, winner: int, loser: int) -> Contrast:
    """Compare two items for one shopper.

    Args:
        winner: row of the item that was suggested; loser: row of the one that is asked about.
    """
    scored = ranker.explain(past, np.array([winner, loser]))
    lost = scored.factors[0] - scored.factors[1]
    factors = [Factor(name, label, float(value)) for (name, label), value in zip(FACTORS.items(), lost, strict=True)]
    behind = tuple(sorted((f for f in factors if f.value > _EVEN), key=lambda f: -f.value))
    ahead = tuple(sorted((f for f in factors if f.value < -_EVEN), key=lambda f: f.value))
    lead = float(lost.sum())
    turning: list[str] = []
    left = lead
    for factor in behind:
        if left <= 0:
            break
        turning.append(factor.name)
        left -= factor.value
    return Contrast(lead, behind, ahead, tuple(turning))
