"""Exploration: now and then the last place shown goes to an item that the ranker is not sure of, so that it can learn.

Off by default. Every place is logged with its propensity, the chance that this item would stand there, so that what a
different ranking would have earned can be told later from the log.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from retrieval.behaviour import Floats, Rows


@dataclass(frozen=True, slots=True)
class ExplorationConfig:
    """``share`` of the turns explore (0: none), among so many candidates after those that would be shown."""

    share: float = 0.0
    among: int = 10


@dataclass(frozen=True)
class Shown:
    """What was shown. Shapes: places (n,), rows of the candidates, the best first; propensities (n,) in (0, 1]."""

    places: Rows
    propensities: Floats


@dataclass
class Tried:
    """How often each item was shown in the exploring place, and how often it was chosen there: a Beta posterior."""

    shown: dict[Hashable, int] = field(default_factory=dict)
    chosen: dict[Hashable, int] = field(default_factory=dict)

    def note(self, item: Hashable, *, chosen: bool) -> None:
        self.shown[item] = self.shown.get(item, 0) + 1
        self.chosen[item] = self.chosen.get(item, 0) + int(chosen)

    @classmethod
    def of(cls, outcomes: Iterable[tuple[Hashable, bool]]) -> Tried:
        """What is known from (item, whether it was chosen)."""
        found = cls()
        for item, chosen in outcomes:
            found.note(item, chosen=chosen)
        return found

    def draws(self, items: Sequence[Hashable], n: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
        """n samples of each item's rate of being chosen. Shapes: C items -> (n, C)."""
        chosen = np.array([self.chosen.get(item, 0) for item in items], np.float64)
        shown = np.array([self.shown.get(item, 0) for item in items], np.float64)
        return random.beta(chosen + 1.0, shown - chosen + 1.0, size=(n, len(items)))


_DRAWS = 200


def explored(
    scores: Floats,
    items: Sequence[Hashable],
    tried: Tried,
    *,
    n: int,
    config: ExplorationConfig,
    random: np.random.Generator,
) -> Shown:
    """The n best places, the last of which may be given to a later candidate by Thompson sampling.

    The chance that an item is drawn is counted over further draws of the same posterior, the one shown among them, so
    it is never 0.

    Shapes: scores (C,), C items in the same order.
    Source: W. Thompson, On the likelihood that one unknown probability exceeds another, Biometrika 25, 1933.
    """
    order = np.argsort(-scores, kind="stable")
    best, later = order[:n], order[n : n + config.among]
    sure = np.ones(len(best), np.float32)
    if config.share <= 0.0 or not len(later):
        return Shown(best, sure)
    sure[-1] = 1.0 - config.share
    if random.random() >= config.share:
        return Shown(best, sure)
    wins = tried.draws([items[int(place)] for place in later], _DRAWS, random).argmax(axis=1)
    drawn = int(wins[0])
    sure[-1] = config.share * float((wins == drawn).mean())
    return Shown(np.append(best[:-1], later[drawn]), sure)


def earned(logged: Sequence[tuple[int, float, bool]], kept: set[int]) -> float:
    """What showing only the ``kept`` items there would have earned a time, told from (item, propensity, chosen).

    Source: self-normalised inverse propensity scoring, A. Swaminathan, T. Joachims, NeurIPS 2015.
    """
    weights = [(1.0 / propensity, chosen) for item, propensity, chosen in logged if item in kept]
    total = sum(weight for weight, _ in weights)
    return sum(weight for weight, chosen in weights if chosen) / total if total else 0.0
