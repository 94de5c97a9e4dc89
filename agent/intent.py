"""What a message wants: an embedding classifier over exemplar messages."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias, cast

import numpy as np
import yaml

from retrieval.embedding import Embedder, Vectors

Intent: TypeAlias = Literal["recommend", "support", "greeting", "thanks", "about"]

EXEMPLARS = Path(__file__).parent / "exemplars.yaml"
_NEAREST = 2
_UNSURE_BELOW = 0.4


class IntentClassifier:
    """Compares a message with exemplars of each intent; an intent's score is the mean of its two nearest."""

    def __init__(self, embedder: Embedder, exemplars: Path = EXEMPLARS) -> None:
        stated: dict[str, list[str]] = yaml.safe_load(exemplars.read_text(encoding="utf-8"))
        self._vectors = {cast(Intent, intent): embedder.embed(texts) for intent, texts in stated.items()}

    def scores(self, vector: Vectors) -> dict[Intent, float]:
        """Cosine scores of a message's vector. Shapes: vector (size,)."""
        return {
            intent: float(np.sort(vectors @ vector)[-_NEAREST:].mean()) for intent, vectors in self._vectors.items()
        }

    def best(self, scores: dict[Intent, float]) -> Intent:
        """The intent of the highest score; a message that is near to none is taken as a wish for a suggestion."""
        best = max(scores, key=scores.__getitem__)
        return best if scores[best] >= _UNSURE_BELOW else "recommend"
