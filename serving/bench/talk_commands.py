"""`because bench ...` of the conversation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from serving.bench.app import bench_app
from serving.options import JsonOption, ProfileOption, StoreOption, WriteOption, console, figures, settings_with

DataOption = Annotated[Path, typer.Option(help="Folder of the data; it is read, and copied nowhere.")]
PartOption = Annotated[str, typer.Option(help="Half of the cases: report, tune, or all.")]


@bench_app.command("intents")
def bench_intents(
    model: Annotated[bool, typer.Option("--model", help="Only whether the profile's model should choose.")] = False,
    as_json: JsonOption = False,
    write: WriteOption = None,
    profile: ProfileOption = None,
    store: StoreOption = None,
) -> None:
    """How well it is guessed what a message wants, in English and Chinese, on messages not learned from."""
    if model:
        from serving.bench.intent_choice import bench_choice as run_bench
    else:
        from serving.bench.intent_report import bench_intents as run_bench

    values = run_bench(settings_with(profile=profile, store=store), console(as_json), write)
    figures(values, as_json)


@bench_app.command("dialog")
def bench_dialog(
    part: Annotated[str, typer.Option(help="Half of the dialogues: report, tune, or all.")] = "report",
    local: Annotated[
        bool, typer.Option("--local", help="In this process on the demo shop, without a server and a model.")
    ] = False,
    kind: Annotated[list[str] | None, typer.Option(help="Only dialogues of this kind; may be repeated.")] = None,
    scripts: Annotated[Path | None, typer.Option(help="Folder of dialogues, instead of those that come along.")] = None,
    long: Annotated[int, typer.Option(min=0, help="Also one conversation of so many turns.")] = 0,
    show_failures: Annotated[
        bool, typer.Option("--show-failures", help="Each turn that is not as expected; of the tune part.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Show failures of the report part, too.")] = False,
    as_json: JsonOption = False,
    write: WriteOption = None,
    profile: ProfileOption = None,
) -> None:
    """Scripted conversations with the running demo shop: how many replies are what the shop's data asks for."""
    from serving.bench.dialog import Plan, parts
    from serving.bench.dialog_report import Show
    from serving.bench.dialog_report import bench_dialog as run_bench
    from serving.bench.dialog_script import DIALOGUES

    plan = Plan(parts(part), local, scripts or DIALOGUES, frozenset(kind or ()))
    show = Show(show_failures, force, long)
    values = run_bench(settings_with(profile=profile), plan, show, console(as_json), write)
    figures(values, as_json)


@bench_app.command("support")
def bench_support(
    data: DataOption,
    part: PartOption = "report",
    as_json: JsonOption = False,
    write: WriteOption = None,
    profile: ProfileOption = None,
) -> None:
    """Service questions of another shop: is the best answer found, and none given where there is none?"""
    from serving.bench.dialog import parts
    from serving.bench.outside import bench_support as run_bench

    values = run_bench(settings_with(profile=profile), data, parts(part), console(as_json), write)
    figures(values, as_json)


@bench_app.command("attacks")
def bench_attacks(
    data: DataOption,
    local: Annotated[bool, typer.Option("--local", help="Without a model: reasons from the evidence.")] = False,
    part: PartOption = "report",
    as_json: JsonOption = False,
    write: WriteOption = None,
    profile: ProfileOption = None,
) -> None:
    """Attacks by chat and by what reviews say: which are followed, and whether harmless look-alikes are served."""
    from serving.bench.dialog import parts
    from serving.bench.outside import bench_attacks as run_bench

    values = run_bench(settings_with(profile=profile), data, parts(part), console(as_json), write, local=local)
    figures(values, as_json)


@bench_app.command("films")
def bench_films(
    data: DataOption,
    part: PartOption = "report",
    as_json: JsonOption = False,
    write: WriteOption = None,
    profile: ProfileOption = None,
) -> None:
    """Films that people recommended in dialogues: is the one that came next placed high, against BM25?"""
    from serving.bench.dialog import parts
    from serving.bench.outside import bench_films as run_bench

    values = run_bench(settings_with(profile=profile), data, parts(part), console(as_json), write)
    figures(values, as_json)
