"""f: a learned score that is the sum of its factors, S(u, i) = Σ_g f_g(U', R, I').

f is LambdaMART: boosted trees that learn from lists which item was chosen. A tree's prediction is split among the
features exactly (TreeSHAP), and the features of one factor are summed, so nothing of the score is left unsaid.
Scores order the candidates of one shopper; their zero is that of an average candidate, and they have no unit.

Source: C. Burges, From RankNet to LambdaRank to LambdaMART, MSR-TR-2010-82; S. Lundberg et al., From local explanations
to global understanding with explainable AI for trees, Nature Machine Intelligence 2, 2020. Departure: features that
speak for an item (`Feature.rising`) can never lower its score.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import lightgbm
import numpy as np

from retrieval.behaviour import Behaviour, Floats, Past, Rows
from retrieval.collaborative import Collaborative, CollaborativeConfig
from retrieval.errors import RankerMismatch
from retrieval.features import FACTORS, FEATURES, Features
from retrieval.ranking import Factor
from retrieval.representation import Reason, Representation
from retrieval.table import ItemTable

_FEATURES = tuple(feature.name for feature in FEATURES)
_NAMED = 3
_MODEL, _ABOUT = "f.txt", "ranker.json"


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
    new_share: float = 0.1
    seed: int = 9
    features: tuple[str, ...] = _FEATURES


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
    """S = f(U', R, I') for the items of one catalogue."""

    def __init__(self, features: Features, booster: lightgbm.Booster, names: Sequence[str] = _FEATURES) -> None:
        self.features = features
        self.booster = booster
        self.names = tuple(names)
        self._columns = [_FEATURES.index(name) for name in self.names]
        self._factor = _memberships(self.names)

    def scores(self, past: Past, items: Rows) -> Floats:
        """The scores alone, up to a constant, and quicker. Shapes: items (C,) -> (C,)."""
        made, _ = self.features.of_candidates(past, items)
        return np.asarray(self.booster.predict(made[:, self._columns], num_threads=1), np.float32)

    def explain(self, past: Past, items: Rows) -> Scored:
        """The scores with their factors and the evidence for them. Shapes: items (C,)."""
        made, reason = self.features.of_candidates(past, items)
        shares = np.asarray(self.booster.predict(made[:, self._columns], pred_contrib=True, num_threads=1), np.float64)
        # The last column is the same for every item: the mean over training, which orders nothing.
        factors = (shares[:, :-1] @ self._factor).astype(np.float32)
        return Scored(factors.sum(axis=1), factors, reason)

    def cited(self, past: Past, item: int, reason: Reason, candidate: int) -> int | None:
        """The deed to cite for an item: of the few that R names, the one whose absence costs most of the whole score.

        R is most of what the history says but not all; f has the last word. None if no deed speaks for the item.

        Args:
            candidate: the item's column in ``reason``.
        """
        named = reason.evidence(candidate, n=_NAMED)
        if len(named) < 2:
            return named[0] if named else None
        row = np.array([item])
        return min(named, key=lambda place: float(self.scores(past.without(place), row)[0]))

    def with_features(self, features: Features) -> LearnedRanker:
        """The same f over newer behaviour."""
        return LearnedRanker(features, self.booster, self.names)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.booster.save_model(folder / _MODEL)
        self.features.collaborative.save(folder)
        self.features.representation.save(folder)
        np.save(folder / "popularity.npy", np.expm1(self.features.popularity))
        about = {
            "items": list(self.features.table.item_ids),
            "features": list(self.names),
            "collaborative": asdict(self.features.collaborative.config),
        }
        (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, table: ItemTable) -> LearnedRanker:
        """The ranker stored in a folder, for the catalogue that it was learned on.

        Raises:
            RankerMismatch: it is of another catalogue, of another program version, or not there.
        """
        try:
            about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError) as error:
            raise RankerMismatch(f"There is no learned ranker in {folder}; train one.") from error
        if tuple(about["items"]) != table.item_ids:
            raise RankerMismatch(f"The ranker in {folder} was learned on other items; train it again.")
        if not set(about["features"]) <= set(_FEATURES):
            raise RankerMismatch(f"The ranker in {folder} reads features that are no longer made; train it again.")
        features = Features(
            table,
            Collaborative.load(folder, CollaborativeConfig(**about["collaborative"])),
            Representation.load(folder, table.text),
            np.load(folder / "popularity.npy"),
        )
        return cls(features, lightgbm.Booster(model_file=folder / _MODEL), about["features"])


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
    twinned = features.with_new_items(features.table.with_twins(np.arange(known)))
    for shopper in shoppers:
        past, chosen = earlier.pasts[shopper], foreseen[shopper]
        items = np.concatenate([[chosen], unchosen(past, chosen, known, config.negatives, random)])
        items += known * (random.random(len(items)) < config.new_share)
        made.append(twinned.of_candidates(past, items)[0])
        groups.append(len(items))
    columns = [_FEATURES.index(name) for name in config.features]
    labels = np.concatenate([np.arange(size) == 0 for size in groups]).astype(np.float32)
    data = lightgbm.Dataset(np.concatenate(made)[:, columns], labels, group=groups, feature_name=list(config.features))
    booster = lightgbm.train(_parameters(config), data, config.trees)
    return LearnedRanker(features, booster, config.features)


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


def _memberships(names: Sequence[str]) -> Floats:
    """Which feature belongs to which factor. Shapes: (F, G), one 1 in each row."""
    factor = {feature.name: feature.factor for feature in FEATURES}
    return np.array([[float(factor[name] == group) for group in FACTORS] for name in names], np.float32)
