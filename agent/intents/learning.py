"""Learning the intents from utterances that stand in text files: ``utterances/LANGUAGE/INTENT.txt``, one a line."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from agent.intents.grams import grams
from agent.intents.weights import Features, Weights
from retrieval.embedding import Vectors

UTTERANCES = Path(__file__).parent / "utterances"
_FORM = 1
"""Raised when grams or features change their meaning, so that what was kept before is learned anew."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A message, the language it is in, and what it wants."""

    text: str
    language: str
    intent: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the intents are learned; all chosen by cross-validation, see docs/dialog.md.

    ``strictness`` weighs the squared weights against the utterances. A gram must occur in ``least`` utterances.
    """

    features: Features = field(default_factory=Features)
    strictness: float = 0.05
    least: int = 1
    temperature: float = 1.0
    unsure_below: float = 0.5


def read_utterances(folder: Path = UTTERANCES) -> tuple[Utterance, ...]:
    """All utterances, in the order of languages, intents and lines."""
    found = []
    for path in sorted(folder.glob("*/*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        found += [Utterance(line.strip(), path.parent.name, path.stem) for line in lines if line.strip()]
    return tuple(found)


def digest(utterances: Sequence[Utterance], recipe: Recipe) -> str:
    """The same for the same utterances and the same way to learn from them only. Results of learning do not count."""
    learned_by = (_FORM, recipe.features, recipe.strictness, recipe.least)
    told = [(u.text, u.language, u.intent) for u in utterances]
    return hashlib.sha256(repr((learned_by, told)).encode()).hexdigest()


def learn(utterances: Sequence[Utterance], vectors: Vectors, recipe: Recipe, model: str) -> Weights:
    """Softmax regression over embedding and grams. Takes seconds.

    Args:
        model: name of the embedding model that the vectors are of.
    Shapes:
        N utterances of three intents or more, vectors (N, D).
    """
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    rarity = _rarity([u.text for u in utterances], recipe)
    places = {gram: place for place, gram in enumerate(rarity)}
    rows, columns, values = [], [], []
    for row, utterance in enumerate(utterances):
        for gram, value in recipe.features.counted(utterance.text, rarity).items():
            rows.append(row)
            columns.append(places[gram])
            values.append(value)
    counted = csr_matrix((values, (rows, columns)), (len(utterances), len(rarity)), np.float32)
    heard = np.stack([recipe.features.heard(u.text, v, model) for u, v in zip(utterances, vectors, strict=True)])
    regression = LogisticRegression(C=1 / recipe.strictness, max_iter=400)
    regression.fit(hstack([csr_matrix(heard), counted]).tocsr(), [u.intent for u in utterances])
    return Weights(
        source=digest(utterances, recipe),
        model=model,
        intents=tuple(regression.classes_.tolist()),
        grams=tuple(rarity),
        rarity=np.array(list(rarity.values()), np.float32),
        matrix=regression.coef_.T.astype(np.float32),
        bias=regression.intercept_.astype(np.float32),
        features=recipe.features,
        temperature=recipe.temperature,
        unsure_below=recipe.unsure_below,
    ).rounded()


def _rarity(texts: Sequence[str], recipe: Recipe) -> dict[str, float]:
    """Grams with their inverse document frequency, smoothed as if one more text had every gram."""
    occurs: Counter[str] = Counter()
    for text in texts:
        occurs.update(grams(text, recipe.features.pieces).keys())
    return {gram: 1 + math.log((1 + len(texts)) / (1 + n)) for gram, n in sorted(occurs.items()) if n >= recipe.least}
