"""Figures of dialogues: how many turns and whole dialogues are as scripted, by what, and what a turn costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from serving.bench.dialog import DialogueOutcome, TurnOutcome
from serving.bench.measures import Share, Spread
from serving.bench.ranking_figures import Estimate

_SAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Passed:
    """Of some dialogues: how many turns are as expected, and how many dialogues in each of their turns.

    The interval of the turns is a bootstrap over dialogues: turns of one dialogue hang together.
    """

    turns: Estimate
    n_turns: int
    dialogues: Share


@dataclass(frozen=True, slots=True)
class DialogFigures:
    """All figures of one run; spreads are None where nothing was measured."""

    all: Passed
    kinds: Mapping[str, Passed]
    languages: Mapping[str, Passed]
    expectations: Mapping[str, Share]
    """By what was looked at: in how many of the turns that expect it, it was met."""
    cards_ms: Spread | None
    turn_ms: Spread
    model_calls: Spread
    prompt_tokens: Spread
    completion_tokens: Spread


def figures_of(held: Sequence[DialogueOutcome]) -> DialogFigures:
    """The figures of dialogues that were held, at least one."""
    turns = [turn for outcome in held for turn in outcome.turns]
    with_cards = [turn.cards_ms for turn in turns if turn.cards_ms is not None]
    return DialogFigures(
        all=passed(held),
        kinds=_by(held, lambda outcome: outcome.kind),
        languages=_by(held, lambda outcome: outcome.language),
        expectations=_expectations(turns),
        cards_ms=Spread.of(with_cards) if with_cards else None,
        turn_ms=Spread.of([turn.total_ms for turn in turns]),
        model_calls=Spread.of([turn.model_calls for turn in turns]),
        prompt_tokens=Spread.of([turn.prompt_tokens for turn in turns]),
        completion_tokens=Spread.of([turn.completion_tokens for turn in turns]),
    )


def passed(held: Sequence[DialogueOutcome]) -> Passed:
    """The shares of some dialogues, at least one."""
    counts = [(sum(turn.passed for turn in outcome.turns), len(outcome.turns)) for outcome in held]
    return Passed(
        turns=_ratio(counts),
        n_turns=sum(n for _, n in counts),
        dialogues=Share.of(outcome.passed for outcome in held),
    )


def _ratio(counts: Sequence[tuple[int, int]]) -> Estimate:
    """Right turns of all turns; the interval resamples whole dialogues."""
    sizes = np.array(counts, np.float64)  # (dialogues, 2)
    random = np.random.default_rng(0)
    sums = sizes[random.integers(0, len(sizes), (_SAMPLES, len(sizes)))].sum(axis=1)
    low, high = np.percentile(sums[:, 0] / sums[:, 1], [2.5, 97.5])
    right, n = sizes.sum(axis=0)
    return Estimate(float(right / n), float(low), float(high), len(counts))


def _by(held: Sequence[DialogueOutcome], key: Callable[[DialogueOutcome], str]) -> dict[str, Passed]:
    names = sorted({key(outcome) for outcome in held})
    return {name: passed([outcome for outcome in held if key(outcome) == name]) for name in names}


def _expectations(turns: Iterable[TurnOutcome]) -> dict[str, Share]:
    found: dict[str, list[bool]] = {}
    for turn in turns:
        missed = {name for name, _ in turn.misses}
        for name in turn.expected:
            found.setdefault(name, []).append(not missed & {name, "turn"})
    return {name: Share.of(found[name]) for name in sorted(found)}
