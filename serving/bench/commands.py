"""The benchmarks on the command line: `because bench ...`; here those of turns, reasons and answers."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from serving.bench import shelf_commands, talk_commands  # noqa: F401  # each adds its own
from serving.bench.app import bench_app
from serving.options import JsonOption, ProfileOption, StoreOption, WriteOption, console, figures, settings_with

__all__ = ["bench_app"]


@bench_app.command("turn")
def bench_turn(
    questions: Annotated[int, typer.Option(min=3, help="How many of the benchmark's questions to ask.")] = 24,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Time to cards, to the whole turn, and against a plain retrieval chain on the same server."""
    from serving.bench.turn import bench

    figures(asdict(asyncio.run(bench(settings_with(store=store), questions, console(as_json)))), as_json)


@bench_app.command("reasons")
def bench_reasons(
    catalog: Annotated[Path | None, typer.Option(help="Item feed, instead of the demo's held-out categories.")] = None,
    currency: Annotated[str, typer.Option(help="Currency of a catalogue that states none.")] = "USD",
    cases: Annotated[int, typer.Option(min=1, help="How many reasons are written.")] = 300,
    seed: Annotated[int, typer.Option(help="Seed of the cases.")] = 11,
    concurrency: Annotated[int, typer.Option(min=1, help="Reasons at once, but for the timed ones: three.")] = 6,
    checker_only: Annotated[bool, typer.Option("--checker-only", help="Test the verifier alone: no model.")] = False,
    part: Annotated[str, typer.Option(help="Half of the written claims that test it: report or tune.")] = "report",
    profile: ProfileOption = None,
    as_json: JsonOption = False,
    write: WriteOption = None,
    store: StoreOption = None,
) -> None:
    """What the model writes, what of it is shown, and how far the verifier can be trusted."""
    from serving.bench.reason_commands import bench_checker, bench_written
    from serving.bench.reason_plan import Plan

    settings = settings_with(store=store, profile=profile)
    if checker_only:
        values = bench_checker(settings, part, seed, console(as_json), write)
    else:
        plan = Plan(catalog, currency, cases, seed, concurrency)
        values = asyncio.run(bench_written(settings, plan, console(as_json), write))
    figures(values, as_json)


@bench_app.command("answers")
def bench_answers(
    cases: Annotated[int, typer.Option(min=0, help="How many generated questions, beside the written ones.")] = 200,
    questions: Annotated[Path, typer.Option(help="File of the written questions.")] = Path(
        "tests/agent/product_questions.yaml"
    ),
    part: Annotated[str, typer.Option(help="Half of the written questions: report or tune.")] = "report",
    seed: Annotated[int, typer.Option(help="Seed of the generated questions.")] = 11,
    concurrency: Annotated[int, typer.Option(min=1, help="Answers at once.")] = 3,
    untrained: Annotated[bool, typer.Option(help="Ask a model, too, that was not trained on answers.")] = False,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
    write: WriteOption = None,
    store: StoreOption = None,
) -> None:
    """Answers to questions about items: supported, abstained rightly, invented; by rules, raw, and as shown."""
    from serving.bench.answers import AnswerPlan
    from serving.bench.answers import bench_answers as run_bench

    plan = AnswerPlan(cases, questions, part, seed, concurrency, untrained)
    settings = settings_with(store=store, profile=profile)
    values = asyncio.run(run_bench(settings, plan, console(as_json), write))
    figures(values, as_json)
