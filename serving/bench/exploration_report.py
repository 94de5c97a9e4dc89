"""The exploration benchmark: the simulated shop over many seeds, as tables and as values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from serving.bench.exploration import POLICIES, Policy, Run, Told, World, questions, simulated, told
from serving.bench.measures import machine
from serving.bench.ranking_figures import Estimate
from serving.bench.reason_report import Table, write_figures

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ExplorationPlan:
    """What to simulate, with as many seeds from 0 up."""

    seeds: int = 24
    world: World = field(default_factory=World)
    policies: tuple[Policy, ...] = POLICIES


@dataclass(frozen=True, slots=True)
class Earnings:
    """One policy over seeds, in clicks a run. ``saved``: the regret of the first policy less this one's, seed by seed;
    ``last_quarter``: the regret a 1,000 turns at the end of the runs."""

    clicks: Estimate
    regret: Estimate
    saved: Estimate
    last_quarter: Estimate


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What logs tell less what is true, over seeds: the mean error, the errors' standard deviation."""

    truth: float
    bias: Estimate
    spread: float
    plain_bias: Estimate
    counted: Estimate


@dataclass(frozen=True)
class ExplorationFigures:
    machine: str
    date: str
    world: World
    seeds: int
    fixed: dict[str, Earnings]
    """By policy, where the scorer never learns of what was clicked."""
    relearned: dict[str, Earnings]
    accuracy: dict[str, dict[str, Accuracy]]
    """By policy that explores and by question; the scores stay."""


def bench(plan: ExplorationPlan, report: Report) -> ExplorationFigures:
    found: dict[bool, dict[str, Earnings]] = {}
    accuracy: dict[str, dict[str, Accuracy]] = {}
    for relearned in (False, True):
        regrets: list[np.ndarray[Any, np.dtype[np.float64]]] = []
        found[relearned] = {}
        for policy in plan.policies:
            report(f"{policy.name}, scores {'relearned' if relearned else 'as they are'}: {plan.seeds} runs")
            runs = [simulated(plan.world, policy, seed, relearned=relearned) for seed in range(plan.seeds)]
            regrets.append(np.array([run.regret.sum() for run in runs]))
            found[relearned][policy.name] = _earnings(runs, regrets[0] - regrets[-1])
            if policy.share and not relearned:
                accuracy[policy.name] = _accuracy(runs, plan.world)
    return ExplorationFigures(
        machine(), f"{datetime.now(UTC):%Y-%m-%d}", plan.world, plan.seeds, found[False], found[True], accuracy
    )


def _earnings(runs: Sequence[Run], saved: np.ndarray[Any, np.dtype[np.float64]]) -> Earnings:
    return Earnings(
        clicks=Estimate.of([float(run.clicks) for run in runs]),
        regret=Estimate.of([float(run.regret.sum()) for run in runs]),
        saved=Estimate.of(saved),
        last_quarter=Estimate.of([1000.0 * float(run.regret[-len(run.regret) // 4 :].mean()) for run in runs]),
    )


def _accuracy(runs: Sequence[Run], world: World) -> dict[str, Accuracy]:
    answers: dict[str, list[Told]] = {}
    for run in runs:
        for question, items in questions(run, world).items():
            if (answer := told(run, items)) is not None:
                answers.setdefault(question, []).append(answer)
    return {question: _of_answers(each) for question, each in answers.items()}


def _of_answers(answers: Sequence[Told]) -> Accuracy:
    errors = np.array([answer.weighted - answer.truth for answer in answers])
    return Accuracy(
        truth=float(np.mean([answer.truth for answer in answers])),
        bias=Estimate.of(errors),
        spread=float(errors.std(ddof=1)) if len(errors) > 1 else 0.0,
        plain_bias=Estimate.of([answer.plain - answer.truth for answer in answers]),
        counted=Estimate.of([answer.counted for answer in answers]),
    )


def bench_exploration(plan: ExplorationPlan, console: Console, page: Path | None) -> dict[str, Any]:
    """Run the benchmark; its figures as plain values, and on the page if one is given."""
    figures = bench(plan, lambda line: console.print(line, markup=False, soft_wrap=True))
    for table in tables(figures):
        table.show(console)
    if page is not None:
        write_figures(page, "exploration", markdown(figures, command(plan)))
    found: dict[str, Any] = json.loads(json.dumps(asdict(figures)))
    return found


def command(plan: ExplorationPlan) -> str:
    return f"because bench exploration --seeds {plan.seeds} --turns {plan.world.turns}"


def tables(figures: ExplorationFigures) -> tuple[Table, ...]:
    return (
        _earned("The scorer stays wrong", figures.fixed),
        _earned(f"The scorer learns every {figures.world.every:,} turns", figures.relearned),
        _told(figures.accuracy),
    )


def markdown(figures: ExplorationFigures, run: str) -> str:
    """All tables, as they stand on a page."""
    world = figures.world
    parts = [
        f"`{run}` on {figures.machine}; {figures.date}. {figures.seeds} shops of {world.items} items, {world.shown} "
        f"shown, {world.turns:,} turns each. True click rates run from {world.best:g} to {world.worst:g}, evenly in "
        f"log-odds; the scorer's error is normal, {world.error:g} in log-odds. In brackets: intervals of 95 % "
        "(bootstrap over shops)."
    ]
    for table in tables(figures):
        parts += [f"**{table.title}**", table.markdown()]
    return "\n\n".join(parts)


def _earned(title: str, found: Mapping[str, Earnings]) -> Table:
    rows = tuple(
        (name, _whole(each.clicks), _whole(each.regret), _whole(each.saved), _whole(each.last_quarter))
        for name, each in found.items()
    )
    header = ("last place filled by", "clicks", "regret", "regret saved", "regret a 1,000 turns, last quarter")
    return Table(title, header, rows)


def _told(found: Mapping[str, Mapping[str, Accuracy]]) -> Table:
    rows = tuple(
        (name, question, f"{a.truth:.3f}", _signed(a.bias), f"{a.spread:.3f}", _signed(a.plain_bias), str(a.counted))
        for name, answers in found.items()
        for question, a in answers.items()
    )
    header = (
        "explored by", "what would the last place earn with", "truth", "error of the weighted log", "its spread",
        "error of the plain log", "1 / propensity, of what it should make",
    )  # fmt: skip
    return Table("What the log tells", header, rows)


def _whole(estimate: Estimate) -> str:
    return f"{estimate.value:,.0f} ({estimate.low:,.0f} to {estimate.high:,.0f})"


def _signed(estimate: Estimate) -> str:
    return f"{estimate.value:+.4f} ({estimate.low:+.4f} to {estimate.high:+.4f})"
