"""What exploring costs and earns, in a simulated shop in which the rate at which each item is clicked is known.

Shoppers see ``shown`` of the items; each place is clicked or not, by the item's own rate, whatever stands beside it.
The true log-odds lie evenly between the best rate and the worst. The scorer knows them with a normal error, drawn once
for each item: it orders well those that are far apart, and wrongly some of those that are nearly equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from retrieval.behaviour import Floats
from retrieval.exploration import ExplorationConfig, Shown, Tried, earned, explored

Numbers = npt.NDArray[np.float64]
Logged = list[tuple[int, float, bool]]


@dataclass(frozen=True, slots=True)
class World:
    """The simulated shop. A scorer that is ``relearned`` is so every ``every`` turns; before it has seen anything, its
    opinion of an item weighs as much as ``opinion`` showings."""

    items: int = 30
    shown: int = 5
    best: float = 0.30
    worst: float = 0.02
    error: float = 0.5
    """Standard deviation of the scorer's error, in log-odds."""
    turns: int = 10_000
    every: int = 500
    opinion: float = 30.0


@dataclass(frozen=True, slots=True)
class Policy:
    """How the last place is filled: by score, but in a ``share`` of the turns by chance or by Thompson sampling."""

    how: Literal["score", "chance", "Thompson"] = "score"
    share: float = 0.0

    @property
    def name(self) -> str:
        return f"{self.how}, {self.share:g}" if self.share else "no exploration"


POLICIES = (Policy(), Policy("chance", 0.1), *(Policy("Thompson", share) for share in (0.05, 0.1, 0.2)))


@dataclass(frozen=True)
class Run:
    """One shop over all its turns. Regret is the clicks that are to be expected of the truly best items, less those
    that are to be expected of what was shown. Shapes: regret (turns,), of each turn; log: the last place of each turn.
    """

    rates: Numbers
    scores: Floats
    clicks: int
    regret: Numbers
    log: Logged


def simulated(world: World, policy: Policy, seed: int, *, relearned: bool = False) -> Run:
    """One run. Rates and scores are the same for every policy of a seed."""
    born, random = np.random.default_rng([seed, 0]), np.random.default_rng([seed, 1])
    rates = 1.0 / (1.0 + np.exp(-np.linspace(_log_odds(world.best), _log_odds(world.worst), world.items)))
    scores = (_log_odds(rates) + born.normal(0.0, world.error, world.items)).astype(np.float32)
    opinion = 1.0 / (1.0 + np.exp(-scores.astype(np.float64)))
    seen, clicked = np.zeros(world.items), np.zeros(world.items)
    regret, now, tried = np.zeros(world.turns), scores, Tried()
    usual, log = _usual(now, world), Logged()
    for turn in range(world.turns):
        if relearned and turn and turn % world.every == 0:
            now = _log_odds((opinion * world.opinion + clicked) / (world.opinion + seen)).astype(np.float32)
            usual = _usual(now, world)
        shown = _shown(policy, now, tried, world.shown, random)
        clicks = random.random(world.shown) < rates[shown.places]
        seen[shown.places] += 1.0
        clicked[shown.places] += clicks
        item, chosen = int(shown.places[-1]), bool(clicks[-1])
        log.append((item, float(shown.propensities[-1]), chosen))
        if item != usual:
            tried.note(item, chosen=chosen)
        regret[turn] = -rates[shown.places].sum()
    return Run(rates, scores, int(clicked.sum()), regret + rates[: world.shown].sum(), log)


@dataclass(frozen=True, slots=True)
class Told:
    """What a run's log tells of showing one of some items in the last place, in equal parts, beside the truth."""

    truth: float
    weighted: float
    """By `earned`, from the propensities."""
    plain: float
    """The share of clicks among the turns that showed one of them, whatever their propensities."""
    counted: float
    """Those turns, each counted as 1 / propensity, of as many as it should make: 1 where propensities are chances."""


def told(run: Run, items: Sequence[int]) -> Told | None:
    """None if none of the items was ever shown there."""
    kept = set(items)
    of_them = [(propensity, chosen) for item, propensity, chosen in run.log if item in kept]
    if not of_them:
        return None
    return Told(
        truth=float(run.rates[list(items)].mean()),
        weighted=earned(run.log, kept),
        plain=float(np.mean([chosen for _, chosen in of_them])),
        counted=sum(1.0 / propensity for propensity, _ in of_them) / (len(run.log) * len(kept)),
    )


def questions(run: Run, world: World) -> dict[str, list[int]]:
    """What a shop would ask of its log, where the scores stay: items that might have the last place."""
    order = np.argsort(-run.scores, kind="stable")
    later = order[world.shown : world.shown + ExplorationConfig().among]
    return {
        "the item that stands there by score": [int(order[world.shown - 1])],
        "the truly best of the ten after it": [int(later[run.rates[later].argmax()])],
        "any of the ten after it, in equal parts": [int(item) for item in later],
    }


def _usual(scores: Floats, world: World) -> int:
    """The item that stands in the last place by score."""
    return int(np.argsort(-scores, kind="stable")[world.shown - 1])


def _shown(policy: Policy, scores: Floats, tried: Tried, n: int, random: np.random.Generator) -> Shown:
    if policy.how != "chance":
        config = ExplorationConfig(share=policy.share)
        return explored(scores, range(len(scores)), tried, n=n, config=config, random=random)
    order = np.argsort(-scores, kind="stable")
    later = order[n : n + ExplorationConfig().among]
    chances = np.ones(n, np.float32)
    if random.random() >= policy.share:
        chances[-1] = 1.0 - policy.share
        return Shown(order[:n], chances)
    chances[-1] = policy.share / len(later)
    return Shown(np.append(order[: n - 1], random.choice(later)), chances)


def _log_odds(rate: npt.ArrayLike) -> Numbers:
    rates = np.asarray(rate, np.float64)
    odds: Numbers = np.log(rates / (1.0 - rates))
    return odds
