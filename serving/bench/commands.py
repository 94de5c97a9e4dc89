"""The benchmarks on the command line: `because bench ...`."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from serving.options import JsonOption, ProfileOption, StoreOption, WriteOption, err, out, settings_with

bench_app = typer.Typer(no_args_is_help=True, help="Benchmarks; each prints its command's figures with their spread.")


@bench_app.command("turn")
def bench_turn(
    questions: Annotated[int, typer.Option(min=3, help="How many of the benchmark's questions to ask.")] = 24,
    store: StoreOption = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Time to cards, to the whole turn, and against a plain retrieval chain on the same server."""
    from serving.bench.turn import bench

    figures = asyncio.run(bench(settings_with(store=store), questions, out))
    if as_json:
        out.print_json(json.dumps(asdict(figures)))


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
    console = err if as_json else out
    if checker_only:
        values = bench_checker(settings, part, seed, console, write)
    else:
        plan = Plan(catalog, currency, cases, seed, concurrency)
        values = asyncio.run(bench_written(settings, plan, console, write))
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))


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
    values = asyncio.run(run_bench(settings, plan, err if as_json else out, write))
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))


@bench_app.command("ranking")
def bench_ranking(
    data: Annotated[Path, typer.Option(help="Folder with items.csv and histories.csv, each also as .gz.")],
    candidates: Annotated[
        Path | None, typer.Option(help="What to rank for whom, instead of dev_candidates.csv in the folder.")
    ] = None,
    own: Annotated[
        int, typer.Option(min=0, help="Tune: so many cases made of the histories' last items, not the candidates.")
    ] = 0,
    full: Annotated[int, typer.Option(min=0, help="For how many shoppers all items are ranked.")] = 500,
    pairs: Annotated[int, typer.Option(min=1, help="How many suggestions are tested for faithfulness.")] = 500,
    keep: Annotated[Path | None, typer.Option(help="Folder to keep the trained ranker in, or to take it from.")] = None,
    ease: Annotated[bool, typer.Option(help="Compare with EASE, which needs 8 bytes times items squared.")] = True,
    as_json: JsonOption = False,
    write: WriteOption = None,
    profile: ProfileOption = None,
) -> None:
    """Train the learned ranker on histories and measure it against its rivals, all in one run."""
    from serving.bench.ranking import RankingPlan
    from serving.bench.ranking_report import bench_ranking as run_bench

    plan = RankingPlan(data, candidates, own=own, full=full, pairs=pairs, ease=ease, kept=keep)
    values = run_bench(settings_with(profile=profile), plan, err if as_json else out, write)
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))


@bench_app.command("diversity")
def bench_diversity(
    data: Annotated[Path, typer.Option(help="Folder with items.csv, histories.csv and dev_candidates.csv, or as .gz.")],
    keep: Annotated[Path | None, typer.Option(help="Folder to keep the trained ranker in, or to take it from.")] = None,
    shoppers: Annotated[int, typer.Option(min=1, help="For how many shoppers all items are ranked.")] = 300,
    as_json: JsonOption = False,
    write: WriteOption = None,
    profile: ProfileOption = None,
) -> None:
    """What it costs in quality when the ten best are less alike."""
    from serving.bench.diversity import DiversityPlan
    from serving.bench.diversity import bench_diversity as run_bench

    plan = DiversityPlan(data, keep, shoppers)
    values = run_bench(settings_with(profile=profile), plan, err if as_json else out, write)
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))


@bench_app.command("regions")
def bench_regions(
    crowds: Annotated[int, typer.Option(min=1, help="How many crowds are made.")] = 4,
    seed: Annotated[int, typer.Option(help="Of the first crowd.")] = 0,
) -> None:
    """What it is worth to know where a new shopper is, in made crowds of two regions."""
    from serving.bench.reason_report import Table
    from serving.bench.regions import bench as run_bench

    rows = tuple(
        (told.taste, told.region, str(told.deeds), str(told.lead.n), *map(str, (told.without, told.within, told.lead)))
        for told in run_bench(crowds, seed)
    )
    Table("NDCG@10", ("taste", "shopper in", "deeds", "n", "region not told", "told", "lead"), rows).show(out)


@bench_app.command("exploration")
def bench_exploration(
    seeds: Annotated[int, typer.Option(min=2, help="How many shops are simulated.")] = 24,
    turns: Annotated[int, typer.Option(min=1000, help="How many turns each shop has.")] = 10_000,
    as_json: JsonOption = False,
    write: WriteOption = None,
) -> None:
    """What exploring costs and earns in a simulated shop, and whether its log tells the truth. Needs no data."""
    from serving.bench.exploration import World
    from serving.bench.exploration_report import ExplorationPlan
    from serving.bench.exploration_report import bench_exploration as run_bench

    plan = ExplorationPlan(seeds, World(turns=turns))
    values = run_bench(plan, err if as_json else out, write)
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))


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

    values = run_bench(settings_with(profile=profile, store=store), err if as_json else out, write)
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))


@bench_app.command("retrieval")
def bench_retrieval(
    sizes: Annotated[str, typer.Option(help="How many made items, separated by commas.")] = "1000,10000,100000",
    feed: Annotated[Path | None, typer.Option(help="A real item feed to measure besides.")] = None,
    currency: Annotated[str, typer.Option(help="Currency of a feed that states none.")] = "USD",
    keep: Annotated[Path | None, typer.Option(help="Folder to keep the indexes in, or to take them from.")] = None,
    as_json: JsonOption = False,
    write: WriteOption = None,
    profile: ProfileOption = None,
) -> None:
    """What is found, how fast, and how soon a change is, from a thousand items to a million."""
    from serving.bench.retrieval import RetrievalPlan, sizes_of
    from serving.bench.retrieval_report import bench_retrieval as run_bench
    from serving.profiles import load_profile

    settings = settings_with(profile=profile)
    model = load_profile(settings.profile, settings).embedding_model
    plan = RetrievalPlan(sizes_of(sizes), feed, model, currency, keep)
    values = run_bench(plan, err if as_json else out, write)
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))


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
    values = run_bench(settings_with(profile=profile), plan, show, err if as_json else out, write)
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))


DataOption = Annotated[Path, typer.Option(help="Folder of the data; it is read, and copied nowhere.")]
PartOption = Annotated[str, typer.Option(help="Half of the cases: report, tune, or all.")]


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

    values = run_bench(settings_with(profile=profile), data, parts(part), err if as_json else out, write)
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))


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

    values = run_bench(settings_with(profile=profile), data, parts(part), err if as_json else out, write, local=local)
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))


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

    values = run_bench(settings_with(profile=profile), data, parts(part), err if as_json else out, write)
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))


@bench_app.command("meaning")
def bench_meaning(
    feed: Annotated[Path | None, typer.Option(help="An item feed of the second group's kinds, besides.")] = None,
    currency: Annotated[str, typer.Option(help="Currency of a feed that states none.")] = "USD",
    as_json: JsonOption = False,
    write: WriteOption = None,
    profile: ProfileOption = None,
) -> None:
    """What the embedding model finds by meaning alone, in English and Chinese, and what it costs."""
    from serving.bench.outside import bench_meaning as run_bench

    values = run_bench(settings_with(profile=profile), feed, currency, err if as_json else out, write)
    if as_json:
        out.print_json(json.dumps(values, ensure_ascii=False))
