"""f itself: boosted trees over features, whose sum is split among named factors exactly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import lightgbm
import numpy as np

from retrieval.behaviour import Floats
from retrieval.errors import RankerMismatch
from retrieval.factors import FACTORS, FEATURES

NAMES = tuple(feature.name for feature in FEATURES)
_MODEL, _ABOUT = "f.txt", "f.json"


@dataclass(frozen=True)
class Trees:
    """f over the features ``names``. ``spread`` is the standard deviation of its scores among random items."""

    booster: lightgbm.Booster
    names: tuple[str, ...] = NAMES
    spread: float = 1.0

    @cached_property
    def columns(self) -> list[int]:
        return [NAMES.index(name) for name in self.names]

    def scores(self, made: Floats) -> Floats:
        """Scores up to a constant. Shapes: made (C, F) -> (C,)."""
        if not len(made):  # the library divides by the number of rows
            return np.zeros(0, np.float32)
        return np.asarray(self.booster.predict(made[:, self.columns], num_threads=1), np.float32)

    def factors(self, made: Floats) -> Floats:
        """What each factor adds to each score, in the order of `FACTORS`. Shapes: made (C, F) -> (C, G)."""
        if not len(made):
            return np.zeros((0, len(FACTORS)), np.float32)
        shares = np.asarray(self.booster.predict(made[:, self.columns], pred_contrib=True, num_threads=1), np.float64)
        # The last column is the same for every item: the mean over training, which orders nothing.
        found: Floats = (shares[:, :-1] @ _memberships(self.names)).astype(np.float32)
        return found

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.booster.save_model(folder / _MODEL)
        about = {"features": list(self.names), "spread": self.spread}
        (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Trees:
        """The trees stored in a folder.

        Raises:
            RankerMismatch: they are of another program version, or not there.
        """
        try:
            about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError) as error:
            raise RankerMismatch(f"There is no learned ranker in {folder}; train one.") from error
        if not set(about["features"]) <= set(NAMES):
            raise RankerMismatch(f"The ranker in {folder} reads features that are no longer made; train it again.")
        return cls(lightgbm.Booster(model_file=folder / _MODEL), tuple(about["features"]), about["spread"])


def _memberships(names: Sequence[str]) -> Floats:
    """Which feature belongs to which factor. Shapes: (F, G), one 1 in each row."""
    factor = {feature.name: feature.factor for feature in FEATURES}
    return np.array([[float(factor[name] == group) for group in FACTORS] for name in names], np.float32)
