"""`because bench ...` of what is found and in which order."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from serving.bench.app import bench_app
from serving.options import JsonOption, ProfileOption, WriteOption, console, figures, out, settings_with


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
    values = run_bench(settings_with(profile=profile), plan, console(as_json), write)
    figures(values, as_json)


@bench_app.command("facts")
def bench_facts(
    pairs: Annotated[int, typer.Option(min=1, help="How many suggestions are tested.")] = 500,
    seed: Annotated[int, typer.Option(help="Of the questions.")] = 11,
    as_json: JsonOption = False,
    write: WriteOption = None,
    profile: ProfileOption = None,
) -> None:
    """Whether the facts that reasons cite are what moved the scores, on the demo shop."""
    from serving.bench.facts import bench_facts as run_bench

    values = run_bench(settings_with(profile=profile), pairs, seed, console(as_json), write)
    figures(values, as_json)


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
    values = run_bench(settings_with(profile=profile), plan, console(as_json), write)
    figures(values, as_json)


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
    values = run_bench(plan, console(as_json), write)
    figures(values, as_json)


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
    values = run_bench(plan, console(as_json), write)
    figures(values, as_json)


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

    values = run_bench(settings_with(profile=profile), feed, currency, console(as_json), write)
    figures(values, as_json)
