"""The benchmark of reasons as the command line runs it: run, show, write."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from retrieval.embedding import SentenceEmbedder
from serving.bench.checker import examine
from serving.bench.measures import machine
from serving.bench.reason_plan import Plan
from serving.bench.reason_report import (
    checker_markdown,
    checker_tables,
    checker_values,
    reason_tables,
    run_markdown,
    run_values,
    show_mistakes,
    write_figures,
)
from serving.bench.reasons import bench
from serving.errors import EnvironmentUnfit
from serving.profiles import load_profile
from serving.settings import Settings


async def bench_written(settings: Settings, plan: Plan, console: Console, page: Path | None) -> dict[str, Any]:
    """Run the benchmark with a model; its figures as plain values, and on the page if one is given.

    Returns:
        The values of the run in English; those of the others are in ``languages``, by language.
    """
    runs = await bench(settings, plan, console)
    for run in runs:
        told = f"{run.command}: {run.machine}; model {run.model}; language {run.language}; {run.sample}"
        console.print(told, markup=False, soft_wrap=True)
        for table in reason_tables(run.figures):
            table.show(console)
        if page is not None:
            write_figures(page, run.name, run_markdown(run))
    first, *others = runs
    return run_values(first) | ({"languages": {run.language: run_values(run) for run in others}} if others else {})


def bench_checker(settings: Settings, part: str, seed: int, console: Console, page: Path | None) -> dict[str, Any]:
    """Test the verifier; its figures as plain values, and on the page if one is given.

    Raises:
        EnvironmentUnfit: there is no such part.
    """
    if part not in {"report", "tune"}:
        raise EnvironmentUnfit(f"There is no part {part!r} of the written claims; use --part report or --part tune.")
    embedder = SentenceEmbedder(load_profile(settings.profile, settings).embedding_model)
    figures = examine(settings.demo, part=part, seed=seed, embedder=embedder)
    for table in checker_tables(figures):
        table.show(console)
    if part == "tune":
        show_mistakes(figures, console)  # what is only measured is not to be looked at while the verifier is changed
    if page is not None:
        write_figures(page, "checker", checker_markdown(figures, machine(), f"{datetime.now(UTC):%Y-%m-%d}"))
    return checker_values(figures)
