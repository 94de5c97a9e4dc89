"""How well intents are guessed, on messages that nothing was learned from or chosen by."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from agent.intents.classifier import INTENTS, Guess, IntentClassifier
from agent.intents.learning import Utterance, read_utterances
from retrieval.embedding import Embedder
from serving.bench.measures import Share, Spread, machine
from serving.bench.ranking_figures import Estimate
from serving.errors import EnvironmentUnfit

CASES = Path(__file__).parent / "cases"
GUARDED = frozenset({"instructions", "abuse", "injury_or_legal"})
"""Intents whose false alarm would turn an honest shopper away."""
_CONFUSIONS = 10
_SAMPLES = 1000
_BINS = 10


@dataclass(frozen=True, slots=True)
class OneIntent:
    """How one intent is told from the others: of those that are it, and of those that were taken for it."""

    intent: str
    recall: Share
    precision: Share

    @property
    def f1(self) -> float:
        found = self.recall.n + self.precision.n
        return 2 * self.recall.hits / found if found else 0.0


@dataclass(frozen=True, slots=True)
class LanguageFigures:
    """Figures of one language. ``sure``: guesses not unsure; ``right_when_sure`` is of those alone."""

    right: Share
    macro_f1: Estimate
    among_two: Share
    sure: Share
    right_when_sure: Share
    calibration_error: float
    """Mean distance of probability and share of right guesses, over ten bins of probability, weighed by their sizes."""
    intents: tuple[OneIntent, ...]
    confusions: tuple[tuple[str, str, int], ...]
    """(wanted, guessed, how often), the commonest first."""


@dataclass(frozen=True, slots=True)
class AlikeFigures:
    """Messages that look like another intent than theirs."""

    right: Share
    false_alarms: Share
    """Of those that want something harmless: guessed to be guarded, and surely."""
    missed: Share
    """Of those that are guarded: guessed to be something else."""


@dataclass(frozen=True)
class IntentFigures:
    """All figures, by language."""

    machine: str
    date: str
    learned_from: Mapping[str, int]
    languages: Mapping[str, LanguageFigures]
    alike: Mapping[str, AlikeFigures]
    guess_ms: Spread
    """One guess, without the embedding, which a turn makes anyway."""


def bench(embedder: Embedder, cases: Path = CASES) -> IntentFigures:
    """Guess all held-out messages."""
    held_out, alike = read_cases(cases, "intents"), read_cases(cases, "intents-alike")
    known = read_utterances()
    _require_unseen([*held_out, *alike], known)
    classifier = IntentClassifier(embedder)
    times: list[float] = []
    guesses = _guess_all(classifier, embedder, held_out, times)
    alike_guesses = _guess_all(classifier, embedder, alike, times)
    languages = sorted({case.language for case in held_out})
    return IntentFigures(
        machine=machine(),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        learned_from=dict(sorted(Counter(u.language for u in known).items())),
        languages={name: figures_of(*_only(name, held_out, guesses)) for name in languages},
        alike={name: alike_of(*_only(name, alike, alike_guesses)) for name in languages},
        guess_ms=Spread.of(times),
    )


def read_cases(folder: Path, name: str) -> tuple[Utterance, ...]:
    """The cases of ``NAME-LANGUAGE.yaml``: intents with their messages."""
    found = []
    for path in sorted(folder.glob(f"{name}-??.yaml")):
        stated: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [Utterance(str(text), path.stem[-2:], intent) for intent, texts in stated.items() for text in texts]
    return tuple(found)


def figures_of(cases: Sequence[Utterance], guesses: Sequence[Guess]) -> LanguageFigures:
    """The figures of the cases of one language."""
    wanted, found = [case.intent for case in cases], [guess.intent for guess in guesses]
    right = [a == b for a, b in zip(wanted, found, strict=True)]
    sure = [not guess.unsure for guess in guesses]
    confused = Counter((a, b) for a, b in zip(wanted, found, strict=True) if a != b)
    return LanguageFigures(
        right=Share.of(right),
        macro_f1=_macro_f1(wanted, found),
        among_two=Share.of(case.intent in {g.intent, g.runner_up} for case, g in zip(cases, guesses, strict=True)),
        sure=Share.of(sure),
        right_when_sure=Share.of(good for good, is_sure in zip(right, sure, strict=True) if is_sure),
        calibration_error=_calibration_error([g.probability for g in guesses], right),
        intents=tuple(_one(intent, wanted, found) for intent in INTENTS),
        confusions=tuple((a, b, n) for (a, b), n in confused.most_common(_CONFUSIONS)),
    )


def alike_of(cases: Sequence[Utterance], guesses: Sequence[Guess]) -> AlikeFigures:
    """The figures of look-alikes of one language."""
    pairs = list(zip(cases, guesses, strict=True))
    return AlikeFigures(
        right=Share.of(case.intent == guess.intent for case, guess in pairs),
        false_alarms=Share.of(g.intent in GUARDED and not g.unsure for c, g in pairs if c.intent not in GUARDED),
        missed=Share.of(g.intent not in GUARDED for c, g in pairs if c.intent in GUARDED),
    )


def _guess_all(
    classifier: IntentClassifier, embedder: Embedder, cases: Sequence[Utterance], times: list[float]
) -> list[Guess]:
    vectors = embedder.embed([case.text for case in cases], "query")
    guesses = []
    for case, vector in zip(cases, vectors, strict=True):
        started = time.perf_counter()
        guesses.append(classifier.guess(case.text, vector))
        times.append((time.perf_counter() - started) * 1000)
    return guesses


def _only(language: str, cases: Sequence[Utterance], guesses: Sequence[Guess]) -> tuple[list[Utterance], list[Guess]]:
    kept = [(case, guess) for case, guess in zip(cases, guesses, strict=True) if case.language == language]
    return [case for case, _ in kept], [guess for _, guess in kept]


def _require_unseen(cases: Sequence[Utterance], known: Sequence[Utterance]) -> None:
    """Raises EnvironmentUnfit if a case is among what was learned from."""
    seen = {utterance.text.casefold() for utterance in known}
    if copied := [case.text for case in cases if case.text.casefold() in seen]:
        raise EnvironmentUnfit(f"These cases are utterances that were learned from; reword them: {'; '.join(copied)}")


def _one(intent: str, wanted: Sequence[str], found: Sequence[str]) -> OneIntent:
    pairs = list(zip(wanted, found, strict=True))
    return OneIntent(
        intent,
        recall=Share.of(guessed == intent for true, guessed in pairs if true == intent),
        precision=Share.of(true == intent for true, guessed in pairs if guessed == intent),
    )


def _macro_f1(wanted: Sequence[str], found: Sequence[str]) -> Estimate:
    """Mean F1 over the intents that occur; the interval is a bootstrap over messages, within each intent."""
    names = sorted(set(wanted))
    truth = np.array([names.index(name) for name in wanted])
    guessed = np.array([names.index(name) if name in names else -1 for name in found])
    random = np.random.default_rng(0)
    groups = [np.flatnonzero(truth == place) for place in range(len(names))]
    samples = [np.concatenate([random.choice(group, len(group)) for group in groups]) for _ in range(_SAMPLES)]
    low, high = np.percentile([_mean_f1(truth[s], guessed[s], len(names)) for s in samples], [2.5, 97.5])
    return Estimate(_mean_f1(truth, guessed, len(names)), float(low), float(high), len(wanted))


def _mean_f1(truth: npt.NDArray[np.int64], guessed: npt.NDArray[np.int64], intents: int) -> float:
    hits = np.bincount(truth[truth == guessed], minlength=intents)
    there = np.bincount(truth, minlength=intents)
    taken = np.bincount(guessed[guessed >= 0], minlength=intents)
    return float((2 * hits / np.maximum(there + taken, 1)).mean())


def _calibration_error(probabilities: Sequence[float], right: Sequence[bool]) -> float:
    stated, good = np.array(probabilities), np.array(right, np.float64)
    bins = np.minimum((stated * _BINS).astype(int), _BINS - 1)
    gaps = [abs(stated[bins == b].mean() - good[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())]
    return float(sum(gaps))
