"""What diversity costs: quality of f's ranking against how much alike the ten best are, by the weight of difference."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from retrieval.behaviour import Floats, Rows
from retrieval.diversity import DiversityConfig, diversified
from retrieval.embedding import Embedder, SentenceEmbedder
from retrieval.table import ItemTable
from serving.bench.measures import machine
from serving.bench.ranking import over_all
from serving.bench.ranking_data import Case, load
from serving.bench.ranking_figures import Estimate, Ranks, gains
from serving.bench.ranking_kept import trained
from serving.bench.ranking_rivals import Scorer
from serving.bench.reason_report import Table, write_figures
from serving.profiles import load_profile
from serving.settings import Settings
from serving.training.ranker import RankerConfig

Report = Callable[[str], None]
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.5)
_TOP = 10


@dataclass(frozen=True, slots=True)
class DiversityPlan:
    """What to measure, and on how many ``shoppers`` all items are ranked. ``kept``: as in `RankingPlan`."""

    data: Path
    kept: Path | None = None
    shoppers: int = 300
    weights: tuple[float, ...] = WEIGHTS
    seed: int = 0
    config: RankerConfig = field(default_factory=RankerConfig)


@dataclass(frozen=True, slots=True)
class Diversified:
    """One weight, over shoppers. A change is against weight 0, shopper by shopper."""

    ndcg_10: Estimate
    ndcg_10_change: Estimate
    alike: Estimate
    """Mean cosine of the titles of two of the ten best."""
    alike_change: Estimate
    stay: Estimate
    """How many of weight 0's ten are still among the ten."""


@dataclass(frozen=True)
class DiversityFigures:
    machine: str
    date: str
    sample: str
    everything: dict[str, Diversified]
    """By weight, of all items that the shopper does not have."""
    sampled: dict[str, Diversified]
    """By weight, of each case's candidates."""


@dataclass(frozen=True, slots=True)
class _Lists:
    """What one weight puts first. Shapes: ranks (U,), inf where the target is not shown; alike (U,)."""

    ranks: Ranks
    alike: Ranks
    shown: tuple[frozenset[int], ...]


def bench(plan: DiversityPlan, embedder: Embedder, report: Report) -> DiversityFigures:
    """Rank with f, trained here or kept, and reorder its best by each weight."""
    data = load(plan.data, None)
    report(f"reading {len(data.items)} items")
    table = ItemTable.of(data.items, embedder)
    rankers, _ = trained(table, data.behaviour, plan.config, plan.kept, report)
    random = np.random.default_rng(plan.seed)
    some = [data.cases[i] for i in random.permutation(len(data.cases))[: plan.shoppers]]
    report(f"ranking all items for {len(some)} shoppers")
    everything = measure(
        rankers.ranker.scores, [over_all(case, len(data.items)) for case in some], table.text, plan.weights
    )
    report(f"ranking the candidates of {len(data.cases)} shoppers")
    return DiversityFigures(
        machine=machine(),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        sample=f"{len(some):,} and {len(data.cases):,} shoppers, {len(data.items):,} items",
        everything=everything,
        sampled=measure(rankers.ranker.scores, data.cases, table.text, plan.weights),
    )


def measure(
    scorer: Scorer, cases: Sequence[Case], vectors: Floats, weights: Sequence[float] = WEIGHTS
) -> dict[str, Diversified]:
    """Quality and likeness of the ten best, by weight; the first weight is the one that the others are set against.

    Shapes: vectors (N, size), unit rows, of all items.
    """
    best = [_best(scorer(case.past, case.candidates), case.candidates) for case in cases]
    lists = {str(weight): _lists(weight, cases, best, vectors) for weight in weights}
    plain = next(iter(lists.values()))
    return {name: _against(found, plain) for name, found in lists.items()}


def _best(scores: Floats, items: Rows) -> tuple[Floats, Rows]:
    """The candidates that may be shown, with their scores, the best first: diversity looks at no others.

    Ties fall by item and not by place: the target stands first among the candidates, which must not help it.
    """
    order = np.lexsort((items, -scores))[: DiversityConfig().among]
    return scores[order], items[order]


def _lists(weight: float, cases: Sequence[Case], best: Sequence[tuple[Floats, Rows]], vectors: Floats) -> _Lists:
    config = DiversityConfig(weight=weight)
    ranks, alike, shown = [], [], []
    for case, (scores, items) in zip(cases, best, strict=True):
        listed = items[diversified(scores, vectors[items], n=_TOP, config=config)]
        found = np.flatnonzero(listed == case.candidates[0])
        ranks.append(float(found[0]) + 1.0 if len(found) else np.inf)
        alike.append(likeness(vectors[listed]))
        shown.append(frozenset(int(item) for item in listed))
    return _Lists(np.array(ranks), np.array(alike), tuple(shown))


def likeness(vectors: Floats) -> float:
    """The mean cosine of two different ones; 0 for fewer than two. Shapes: (n, size), unit rows."""
    n = len(vectors)
    return float((vectors @ vectors.T).sum() - (vectors * vectors).sum()) / (n * (n - 1)) if n > 1 else 0.0


def _against(found: _Lists, plain: _Lists) -> Diversified:
    return Diversified(
        ndcg_10=Estimate.of(gains(found.ranks)),
        ndcg_10_change=Estimate.of(gains(found.ranks) - gains(plain.ranks)),
        alike=Estimate.of(found.alike),
        alike_change=Estimate.of(found.alike - plain.alike),
        stay=Estimate.of([float(len(a & b)) for a, b in zip(found.shown, plain.shown, strict=True)]),
    )


def bench_diversity(settings: Settings, plan: DiversityPlan, console: Console, page: Path | None) -> dict[str, Any]:
    """Run the benchmark; its figures as plain values, and on the page if one is given."""
    embedder = SentenceEmbedder(load_profile(settings.profile, settings).embedding_model)
    figures = bench(plan, embedder, lambda line: console.print(line, markup=False, soft_wrap=True))
    for table in tables(figures):
        table.show(console)
    if page is not None:
        write_figures(page, "diversity", markdown(figures, command(plan)))
    found: dict[str, Any] = json.loads(json.dumps(asdict(figures)))
    return found


def command(plan: DiversityPlan) -> str:
    """The command of a run, without the places of files on one machine."""
    kept = f" --keep {plan.kept.name}" if plan.kept else ""
    return f"because bench diversity --data {plan.data.name}{kept} --shoppers {plan.shoppers}"


def tables(figures: DiversityFigures) -> tuple[Table, ...]:
    return (_table("All items", figures.everything), _table("Sampled candidates", figures.sampled))


def markdown(figures: DiversityFigures, run: str) -> str:
    """All tables, as they stand on a page."""
    parts = [
        f"`{run}` on {figures.machine}; {figures.date}. {figures.sample}. In brackets: intervals of 95 % (bootstrap "
        "over shoppers); a change is against weight 0, shopper by shopper."
    ]
    for table in tables(figures):
        parts += [f"**{table.title}**", table.markdown()]
    return "\n\n".join(parts)


def _table(title: str, found: Mapping[str, Diversified]) -> Table:
    n = next((each.ndcg_10.n for each in found.values()), 0)
    rows = tuple(
        (weight, str(f.ndcg_10), str(f.ndcg_10_change), str(f.alike), str(f.alike_change), f"{f.stay.value:.1f}")
        for weight, f in found.items()
    )
    header = ("weight", "NDCG@10", "change", "cosine of titles in the top 10", "change", "of weight 0's ten")
    return Table(f"{title}, n = {n:,}", header, rows)
