"""The benchmark of dialogues as text: tables for the terminal and for a page, and values for JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from serving.bench.dialog import DialogueOutcome, Plan, chosen, demo_items, hold
from serving.bench.dialog_figures import DialogFigures, Passed, figures_of
from serving.bench.dialog_long import LongFigures, long_talk
from serving.bench.dialog_rooms import room
from serving.bench.measures import Spread, machine
from serving.bench.reason_report import Table, write_figures
from serving.errors import EnvironmentUnfit
from serving.settings import Settings

COMMAND = "because bench dialog"


@dataclass(frozen=True, slots=True)
class Show:
    """What is shown besides the figures.

    Failures of the report part are shown only by ``force``: whoever has seen them tunes to them.
    """

    failures: bool = False
    force: bool = False
    long_turns: int = 0
    """How many turns the long conversation has; none is held with 0."""


@dataclass(frozen=True, slots=True)
class DialogRun:
    """A run of the benchmark with what it was run on."""

    command: str
    machine: str
    date: str
    where: str
    figures: DialogFigures
    long: LongFigures | None


def bench_dialog(settings: Settings, plan: Plan, show: Show, console: Console, page: Path | None) -> dict[str, Any]:
    """Hold the dialogues; the figures as plain values, and on the page if one is given.

    Raises:
        ScriptError: a script is not as it should be.
        EnvironmentUnfit: no server answers, or failures of the report part are to be shown without force.
    """
    if show.failures and plan.part != "tune" and not show.force:
        raise EnvironmentUnfit(
            "Failures of the report part stay unseen until its figures are final; use --part tune, or add --force."
        )
    scripts = chosen(plan)

    def report(line: str) -> None:
        console.print(line, style="dim", markup=False)

    with room(settings, report, local=plan.local) as place:
        held = asyncio.run(hold(place, scripts, demo_items(settings), report))
        long = asyncio.run(long_talk(place, show.long_turns)) if show.long_turns else None
        run = DialogRun(
            _command(plan, show), machine(), f"{datetime.now(UTC):%Y-%m-%d}", place.name, figures_of(held), long
        )
    for table in tables(run):
        table.show(console)
    if show.failures:
        show_failures(held, console)
    if page is not None:
        write_figures(page, "dialog", markdown(run))
    plain: dict[str, Any] = json.loads(json.dumps(asdict(run)))
    return plain


def show_failures(held: tuple[DialogueOutcome, ...], console: Console) -> None:
    """Each turn that is not as expected, with what was found instead."""
    for outcome in held:
        for number, turn in enumerate(outcome.turns, start=1):
            if not turn.passed:
                console.print(
                    f"{outcome.kind}/{outcome.name}, turn {number}: {turn.says}", style="yellow", markup=False
                )
                for name, why in turn.misses:
                    console.print(f"    {name}: {why}", markup=False, soft_wrap=True)


def tables(run: DialogRun) -> tuple[Table, ...]:
    """Passed by kind and language, by expectation, cost, and the long conversation if there was one."""
    figures = run.figures
    found = [
        Table("Dialogues", ("", "turns as expected", "whole dialogues"), tuple(_passed_rows(figures))),
        Table("Expectations", ("of the turns that expect it", "met"), tuple(_met(figures))),
        Table("Cost of a turn", ("", "p50", "p95", "least", "most", "n"), tuple(_cost(figures))),
    ]
    if run.long is not None:
        title = f"One conversation of {run.long.turns} turns"
        found.append(Table(title, ("", "p50", "p95", "least", "most", "n"), tuple(_long(run.long))))
    return tuple(found)


def markdown(run: DialogRun) -> str:
    """All tables, as they stand on a page."""
    parts = [
        f"`{run.command}` on {run.machine}; {run.date}; {run.where}. In brackets: intervals of 95 % (turns: bootstrap "
        "over dialogues; the rest: Wilson), and counts."
    ]
    for table in tables(run):
        parts += [f"**{table.title}**", table.markdown()]
    return "\n\n".join(parts)


def _passed_rows(figures: DialogFigures) -> Iterator[tuple[str, ...]]:
    yield _passed("all", figures.all)
    groups: tuple[Mapping[str, Passed], ...] = (figures.languages, figures.kinds)
    for group in groups:
        yield from (_passed(name, found) for name, found in group.items())


def _passed(name: str, found: Passed) -> tuple[str, ...]:
    turns = found.turns
    right = round(turns.value * found.n_turns)
    between = f"{turns.low:.1%} to {turns.high:.1%}; {right} of {found.n_turns}"
    return name, f"{turns.value:.1%} ({between})", str(found.dialogues)


def _met(figures: DialogFigures) -> Iterator[tuple[str, ...]]:
    yield from ((name, str(share)) for name, share in figures.expectations.items())


def _cost(figures: DialogFigures) -> Iterator[tuple[str, ...]]:
    if figures.cards_ms is not None:
        yield _spread("time to the cards, ms", figures.cards_ms)
    yield _spread("whole turn, ms", figures.turn_ms)
    if not figures.completion_tokens.most:
        return  # no model answered: calls and tokens are those of attempts
    yield _spread("model calls", figures.model_calls)
    yield _spread("prompt tokens", figures.prompt_tokens)
    yield _spread("completion tokens", figures.completion_tokens)


def _long(found: LongFigures) -> Iterator[tuple[str, ...]]:
    if found.completion_tokens:
        yield _spread("prompt tokens a turn", found.prompt_tokens)
        yield ("turns over 4,000 prompt tokens", str(found.over), "", "", "", str(found.turns))
    yield _spread("whole turn, first tenth, ms", found.first_ms)
    yield _spread("whole turn, last tenth, ms", found.last_ms)
    yield ("turns that failed", str(found.failed), "", "", "", str(found.turns))


def _spread(name: str, spread: Spread) -> tuple[str, ...]:
    values = (spread.p50, spread.p95, spread.least, spread.most)
    return (name, *(f"{value:,.0f}" for value in values), str(spread.n))


def _command(plan: Plan, show: Show) -> str:
    options = [f"--part {plan.part}", "--local" if plan.local else "", *(f"--kind {k}" for k in sorted(plan.kinds))]
    options += [f"--long {show.long_turns}"] if show.long_turns else []
    return " ".join([COMMAND, *filter(None, options)])
