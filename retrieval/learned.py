"""f: a learned score that is the sum of its factors, S(u, i) = Σ_g f_g(U', R, I').

f is LambdaMART: boosted trees that learn from lists which item was chosen. A tree's prediction is split among the
features exactly (TreeSHAP), and the features of one factor are summed, so nothing of the score is left unsaid.
Scores order the candidates of one shopper; their zero is that of an average candidate, and they have no unit.

Source: C. Burges, From RankNet to LambdaRank to LambdaMART, MSR-TR-2010-82; S. Lundberg et al., From local explanations
to global understanding with explainable AI for trees, Nature Machine Intelligence 2, 2020. Departure: features that
speak for an item (`Feature.rising`) can never lower its score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import lightgbm
import numpy as np

from retrieval.behaviour import Behaviour, Floats, Past, Rows
from retrieval.errors import RankerMismatch
from retrieval.features import FACTORS, FEATURES, Features, Knowledge
from retrieval.representation import Reason
from retrieval.suggestion import Factor
from retrieval.table import ItemTable
from retrieval.trees import NAMES, Trees

_NAMED = 3
_SPREAD_OVER = 500
"""Lists over which the spread of f is taken."""


@dataclass(frozen=True, slots=True)
class LearnedConfig:
    """How f is learned. ``features`` leaves others out, for an ablation.

    ``new_share`` of the items in a list, chosen or not, are shown to f as if nobody had done anything with them. From
    events alone f would learn of new items that they are about to be bought: an item that never is has no events.
    """

    trees: int = 150
    leaves: int = 31
    learning_rate: float = 0.1
    least_in_leaf: int = 50
    negatives: int = 99
    lists: int = 12_000
    new_share: float = 0.2
    seed: int = 9
    features: tuple[str, ...] = NAMES


@dataclass(frozen=True)
class Scored:
    """Candidates with their scores. Shapes: scores (C,), factors (C, G) in the order of `FACTORS`; sums are exact."""

    scores: Floats
    factors: Floats
    reason: Reason

    def factors_of(self, candidate: int) -> tuple[Factor, ...]:
        """The factors of one candidate that moved its score."""
        values = zip(FACTORS.items(), self.factors[candidate], strict=True)
        return tuple(Factor(name, label, float(value)) for (name, label), value in values if value != 0.0)


class LearnedRanker:
    """S = f(U', R, I') for the items of one table."""

    def __init__(self, features: Features, trees: Trees) -> None:
        self.features = features
        self.trees = trees

    def scores(self, past: Past, items: Rows) -> Floats:
        """The scores alone, up to a constant, and quicker. Shapes: items (C,) -> (C,)."""
        return self.trees.scores(self.features.of_candidates(past, items)[0])

    def explain(self, past: Past, items: Rows) -> Scored:
        """The scores with their factors and the evidence for them. Shapes: items (C,)."""
        made, reason = self.features.of_candidates(past, items)
        factors = self.features.attributed(items, self.trees.factors(made))
        return Scored(factors.sum(axis=1), factors, reason)

    def worth(self, past: Past, item: int, reason: Reason, candidate: int) -> tuple[tuple[int, float], ...]:
        """The few deeds that R names for an item, and how far the whole score falls without each, the furthest first.

        R is most of what the history says but not all; f has the last word. Empty if no deed speaks for the item.

        Args:
            candidate: the item's column in ``reason``.
        """
        row = np.array([item])
        whole = float(self.scores(past, row)[0])
        falls = [
            (place, whole - float(self.scores(past.without(place), row)[0]))
            for place in reason.evidence(candidate, n=_NAMED)
        ]
        return tuple(sorted(falls, key=lambda pair: -pair[1]))

    def cited(self, past: Past, item: int, reason: Reason, candidate: int) -> int | None:
        """The deed to cite for an item: of those that R names, the one whose absence costs most. See `worth`."""
        return next((place for place, _ in self.worth(past, item, reason, candidate)), None)

    def over(self, features: Features) -> LearnedRanker:
        """The same f over newer behaviour or other items."""
        return LearnedRanker(features, self.trees)

    def save(self, folder: Path, counted: Mapping[str, float] | None = None) -> None:
        """Store it in a folder; ``counted`` is the shop's own count of what was done, see `Knowledge.counted`."""
        self.trees.save(folder)
        replace(self.features.knowledge, counted=dict(counted or {})).save(folder)

    @classmethod
    def load(cls, folder: Path, table: ItemTable) -> LearnedRanker:
        """The ranker stored in a folder, over the items of a table.

        Raises:
            RankerMismatch: it is of another program version, or not there.
        """
        trees, knowledge = load_learned(folder)
        return cls(knowledge.over(table), trees)


def load_learned(folder: Path) -> tuple[Trees, Knowledge]:
    """What `LearnedRanker.save` stored, without any items.

    Raises:
        RankerMismatch: it is of another program version, or not there.
    """
    trees = Trees.load(folder)
    try:
        return trees, Knowledge.load(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RankerMismatch(f"The ranker in {folder} is not whole; train it again.") from error


def fit_ranker(
    features: Features, earlier: Behaviour, foreseen: Mapping[str, int], config: LearnedConfig | None = None
) -> LearnedRanker:
    """Learn f from lists of one item that was chosen and random ones that never were.

    Args:
        features: learned on ``earlier`` alone. Had they seen what is to be foreseen, f would trust them too much.
        foreseen: by shopper, the item that came after ``earlier``.
    """
    config = config or LearnedConfig()
    random = np.random.default_rng(config.seed)
    shoppers = random.permutation(sorted(foreseen))[: config.lists]
    made, groups, known = [], [], len(earlier.item_ids)
    # Every item has a twin with which nothing was done, so many rows further on.
    twinned = features.over(features.table.with_twins(np.arange(known)))
    for shopper in shoppers:
        past, chosen = earlier.pasts[shopper], foreseen[shopper]
        items = np.concatenate([[chosen], unchosen(past, chosen, known, config.negatives, random)])
        items += known * (random.random(len(items)) < config.new_share)
        made.append(twinned.of_candidates(past, items)[0])
        groups.append(len(items))
    columns = [NAMES.index(name) for name in config.features]
    labels = np.concatenate([np.arange(size) == 0 for size in groups]).astype(np.float32)
    data = lightgbm.Dataset(np.concatenate(made)[:, columns], labels, group=groups, feature_name=list(config.features))
    booster = lightgbm.train(_parameters(config), data, config.trees)
    trees = Trees(booster, config.features)
    spread = float(np.mean([trees.scores(each[1:]).std() for each in made[:_SPREAD_OVER]])) if made else 0.0
    return LearnedRanker(features, replace(trees, spread=spread or 1.0))


def unchosen(past: Past, chosen: int, items: int, n: int, random: np.random.Generator) -> Rows:
    """At most n different random items that are neither in the past nor chosen."""
    open_to = np.setdiff1d(
        random.choice(items, min(items, 2 * n + len(past) + 1), replace=False), [*past.items, chosen]
    )
    return random.permutation(open_to)[:n].astype(np.int64)


def _parameters(config: LearnedConfig) -> dict[str, object]:
    rising = {feature.name: feature.rising for feature in FEATURES}
    return {
        "objective": "lambdarank",
        "lambdarank_truncation_level": 20,
        "num_leaves": config.leaves,
        "learning_rate": config.learning_rate,
        "min_data_in_leaf": config.least_in_leaf,
        "feature_fraction": 0.7,
        "monotone_constraints": [rising[name] for name in config.features],
        "seed": config.seed,
        "deterministic": True,
        "num_threads": 1,
        "verbose": -1,
    }
