"""What a message wants: a classifier over its embedding and its words, learned from utterances in two languages."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

from agent.intents.learning import UTTERANCES, Recipe, digest, learn, read_utterances
from agent.intents.weights import Weights
from retrieval.embedding import Embedder, Vectors

Intent: TypeAlias = Literal[
    "recommend", "refine", "compare", "product_question", "why_this", "why_not", "support", "order_status", "coupon",
    "stock", "memory_show", "memory_change", "handoff", "injury_or_legal", "greeting", "thanks", "goodbye", "about",
    "off_topic", "abuse", "instructions",
]  # fmt: skip
INTENTS: tuple[Intent, ...] = get_args(Intent)

KEPT = Path(__file__).parent / "weights.npz"
"""Learned weights for the default embedding model; made by `because train intents`."""
KEPT_FOR = {"multilingual-e5-small": KEPT.with_name("weights-e5.npz")}
"""The same for other models, which are worth keeping weights for."""
_LIKELY, _LIKELY_ABOVE = 4, 0.05
_log = logging.getLogger(__name__)
_learned: dict[tuple[str, str], Weights] = {}
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest intent and the next, with their probabilities; if ``unsure``, neither is to be relied on."""

    intent: Intent
    probability: float
    runner_up: Intent
    runner_up_probability: float
    unsure: bool = False
    likely: tuple[Intent, ...] = ()
    """The two to four likeliest, best first, if ``unsure``."""


class IntentClassifier:
    """Guesses the intent of a message.

    The kept weights are used if they were learned from the utterances as they are and with this embedding model;
    else they are learned now, which takes some ten seconds and is logged.
    """

    def __init__(
        self,
        embedder: Embedder,
        *,
        kept: Path | None = None,
        utterances: Path = UTTERANCES,
        recipe: Recipe | None = None,
    ) -> None:
        kept = kept or KEPT_FOR.get(embedder.name, KEPT)
        self._weights = _weights(embedder, kept, utterances, recipe or Recipe())

    def guess(self, text: str, vector: Vectors) -> Guess:
        """The intent of one message, whatever was said before it. Shapes: vector (size,), the message's embedding."""
        probabilities = self._weights.probabilities(text, vector)
        ordered = [int(place) for place in (-probabilities).argsort()[:_LIKELY]]
        best, second = ordered[:2]
        unsure = bool(probabilities[best] < self._weights.unsure_below)
        likely = [place for n, place in enumerate(ordered) if n < 2 or probabilities[place] >= _LIKELY_ABOVE]
        return Guess(
            intent=cast(Intent, self._weights.intents[best]),
            probability=float(probabilities[best]),
            runner_up=cast(Intent, self._weights.intents[second]),
            runner_up_probability=float(probabilities[second]),
            unsure=unsure,
            likely=tuple(cast(Intent, self._weights.intents[place]) for place in likely) if unsure else (),
        )


def _weights(embedder: Embedder, kept: Path, folder: Path, recipe: Recipe) -> Weights:
    utterances = read_utterances(folder)
    source = digest(utterances, recipe)
    if kept.is_file():
        weights = Weights.load(kept)
        if (weights.source, weights.model) == (source, embedder.name):
            return weights
    with _one_at_a_time:
        if (source, embedder.name) not in _learned:
            _log.warning(
                "learning the intents anew: none are kept for these utterances and embedding model %s; "
                "`because train intents` keeps them",
                embedder.name,
            )
            vectors = embedder.embed([utterance.text for utterance in utterances], "query")
            _learned[source, embedder.name] = learn(utterances, vectors, recipe, embedder.name)
    return _learned[source, embedder.name]
