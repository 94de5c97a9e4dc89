"""Learn the intents and keep the weights; how sure is sure is chosen by cross-validation over the utterances alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from agent.intents.classifier import KEPT, KEPT_FOR
from agent.intents.learning import Recipe, Utterance, learn, read_utterances
from agent.intents.weights import Features
from retrieval.embedding import Embedder, Vectors

Report = Callable[[str], None]
Floats = npt.NDArray[np.float64]

CANDIDATES = {
    "embedding alone": Recipe(Features(share=1.0), least=10**6),
    "words, pairs": Recipe(Features(share=0.0)),
    "… without those that occur once": Recipe(least=2),
    "… and pieces of 3 and 4 letters": Recipe(Features((3, 4))),
    "… embedding weighs 0.7": Recipe(Features(share=0.7)),
    "… embedding weighs 1.5": Recipe(Features(share=1.5)),
    "… half as strict": Recipe(strictness=0.025),
    "… twice as strict": Recipe(strictness=0.1),
}
"""What was tried beside the recipe; each changes one thing in it."""
RIGHT_WHEN_SURE = 0.9
"""The share of sure guesses that shall be right."""
_FOLDS = 5
_TEMPERATURES = np.geomspace(0.3, 2.0, 40)


@dataclass(frozen=True)
class Foreseen:
    """Guesses about utterances that were left out when learning.

    Shapes: N utterances, K intents: probabilities (N, K) at temperature 1, truth (N,) as places in ``intents``.
    """

    intents: tuple[str, ...]
    languages: tuple[str, ...]
    probabilities: Floats
    truth: npt.NDArray[np.int64]

    def at(self, temperature: float) -> Floats:
        """The probabilities at another temperature. Shapes: (N, K)."""
        raised = np.exp(np.log(np.maximum(self.probabilities, 1e-12)) / temperature)
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))

    def right(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.probabilities.argmax(axis=1) == self.truth)

    def loss(self, temperature: float) -> float:
        """Mean negative log likelihood."""
        return float(-np.log(self.at(temperature)[np.arange(len(self.truth)), self.truth]).mean())

    def best_temperature(self) -> float:
        return float(min(_TEMPERATURES, key=self.loss))

    def unsure_below(self, temperature: float, right: float = RIGHT_WHEN_SURE) -> float:
        """The lowest probability from which on at least the given share of guesses is right; 1 if there is none."""
        top = self.at(temperature).max(axis=1)
        order = np.argsort(-top)
        share = np.cumsum(self.right()[order]) / np.arange(1, len(order) + 1)
        enough = np.flatnonzero(share >= right)
        return float(top[order][enough[-1]]) if len(enough) else 1.0


def cross_validate(
    utterances: Sequence[Utterance], vectors: Vectors, recipe: Recipe, model: str, seed: int = 3
) -> Foreseen:
    """Each utterance guessed by weights learned without it and a fifth of the others, of every intent and language."""
    from sklearn.model_selection import StratifiedKFold

    strata = [f"{u.language} {u.intent}" for u in utterances]
    intents = tuple(sorted({u.intent for u in utterances}))
    found = np.zeros((len(utterances), len(intents)))
    plain = replace(recipe, temperature=1.0)
    for known, left_out in StratifiedKFold(_FOLDS, shuffle=True, random_state=seed).split(strata, strata):
        weights = learn([utterances[i] for i in known], vectors[known], plain, model)
        for i in left_out:
            found[i] = weights.probabilities(utterances[i].text, vectors[i])
    truth = np.array([intents.index(u.intent) for u in utterances])
    return Foreseen(intents, tuple(u.language for u in utterances), found, truth)


def train_intents(embedder: Embedder, report: Report, kept: Path | None = None, *, compare: bool = False) -> None:
    """Choose temperature and threshold, learn from all utterances, keep the weights."""
    utterances = read_utterances()
    report(f"embedding {len(utterances)} utterances with {embedder.name}")
    vectors = embedder.embed([utterance.text for utterance in utterances], "query")
    recipe = Recipe()
    foreseen = cross_validate(utterances, vectors, recipe, embedder.name)
    temperature = foreseen.best_temperature()
    sure = replace(recipe, temperature=temperature, unsure_below=foreseen.unsure_below(temperature))
    report(f"cross-validation: {_told(foreseen)}; temperature {temperature:.2f}, unsure below {sure.unsure_below:.2f}")
    weights = learn(utterances, vectors, sure, embedder.name)
    kept = kept or KEPT_FOR.get(embedder.name, KEPT)
    weights.save(kept)
    report(f"{len(weights.grams)} grams, {kept.stat().st_size / 1e6:.2f} MB: {kept}")
    if compare:
        for name, recipe in CANDIDATES.items():
            report(f"{name}: {_told(cross_validate(utterances, vectors, recipe, embedder.name))}")


def _told(foreseen: Foreseen) -> str:
    right, languages = foreseen.right(), np.array(foreseen.languages)
    shares = ", ".join(f"{name} {right[languages == name].mean():.1%}" for name in sorted(set(foreseen.languages)))
    return f"{shares} right, loss {foreseen.loss(foreseen.best_temperature()):.3f}"
