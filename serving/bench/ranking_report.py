"""The ranking benchmark as text: tables for the terminal and for a page, and values for JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from retrieval.embedding import SentenceEmbedder
from serving.bench.measures import Spread
from serving.bench.ranking import RankingFigures, RankingPlan, bench
from serving.bench.ranking_curve import cold_start_curve
from serving.bench.ranking_faithful import Faithfulness
from serving.bench.ranking_figures import Estimate, Quality
from serving.bench.reason_report import Table, write_figures
from serving.profiles import load_profile
from serving.settings import Settings

CURVE_FILE = "ranking-cold-start.svg"


def bench_ranking(settings: Settings, plan: RankingPlan, console: Console, page: Path | None) -> dict[str, Any]:
    """Run the benchmark; its figures as plain values, and on the page, with the curve beside it, if one is given."""
    embedder = SentenceEmbedder(load_profile(settings.profile, settings).embedding_model)
    figures = bench(plan, embedder, lambda line: console.print(line, markup=False, soft_wrap=True))
    for table in tables(figures):
        table.show(console)
    if page is not None:
        write_figures(page, "ranking", markdown(figures, command(plan)))
        picture = page.parent / "images" / CURVE_FILE
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(cold_start_curve(figures.curve), encoding="utf-8")
    return values(figures)


def command(plan: RankingPlan) -> str:
    """The command of a run, without the places of files on one machine."""
    candidates = f" --candidates {plan.candidates.name}" if plan.candidates else ""
    own = f" --own {plan.own}" if plan.own else ""
    kept = f" --keep {plan.kept.name}" if plan.kept else ""
    return f"because bench ranking --data {plan.data.name}{candidates}{own}{kept} --full {plan.full}"


def tables(figures: RankingFigures) -> tuple[Table, ...]:
    """What was ranked how well, cold start, faithfulness, cost."""
    return (
        _quality("Sampled candidates", figures.sampled),
        _quality("All items", figures.full),
        _curve(figures.curve),
        Table("New items", ("ranked by", "NDCG@10"), tuple((k, str(v)) for k, v in figures.new_items.items())),
        faithful(figures.faithfulness),
        Table(
            "Cost",
            ("one shopper, ms", "p50", "p95", "most", "n"),
            (_spread_row("fold-in", figures.fold_in_ms), _spread_row("ranking, explained", figures.ranking_ms)),
        ),
    )


def markdown(figures: RankingFigures, run: str) -> str:
    """All tables, as they stand on a page."""
    lead = f"f leads the best rival ({figures.best_rival}) by {figures.lead} NDCG@10, shopper by shopper."
    took = f"Training took {figures.training_s / 60:.0f} minutes. " if figures.training_s is not None else ""
    held = (
        f"The process held at most {figures.peak_mb:,.0f} MB until f was ready; what was learned takes "
        f"{figures.ranker_mb:,.0f} MB."
    )
    parts = [
        f"`{run}` on {figures.machine}; {figures.date}. {figures.sample}. In brackets: intervals of 95 % "
        f"(bootstrap over shoppers). {took}{held} {lead}",
    ]
    for table in tables(figures):
        parts += [f"**{table.title}**", table.markdown()]
    parts.append(f"![NDCG@10 over the number of latest events known](images/{CURVE_FILE})")
    return "\n\n".join(parts)


def values(figures: RankingFigures) -> dict[str, Any]:
    """The figures as JSON has them: keys are text."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(figures)))
    return plain


def _quality(title: str, found: Mapping[str, Quality]) -> Table:
    n = next((quality.ndcg_10.n for quality in found.values()), 0)
    rows = tuple((name, str(q.hr_1), str(q.hr_10), str(q.ndcg_10)) for name, q in found.items())
    return Table(f"{title}, n = {n:,}", ("ranked by", "HR@1", "HR@10", "NDCG@10"), rows)


def _curve(curves: Mapping[str, Mapping[int, Estimate]]) -> Table:
    steps = list(next(iter(curves.values()), {}))
    n = next((estimate.n for curve in curves.values() for estimate in curve.values()), 0)
    rows = tuple((name, *(f"{curve[step].value:.3f}" for step in steps)) for name, curve in curves.items())
    return Table(f"NDCG@10 with only the latest events, n = {n:,}", ("ranked by", *map(str, steps)), rows)


def faithful(found: Faithfulness, what: str = "deed") -> Table:
    """``what`` is what is cited."""
    rows = [
        (f"the score falls further without the cited {what} than without a random other", str(found.further)),
        (f"the score falls without the cited {what}", str(found.falls)),
        ("margin, deciles", _deciles(found.margin)),
        (f"fall without the cited {what}, deciles", _deciles(found.cited_fall)),
        ("fall without a random other, deciles", _deciles(found.uncited_fall)),
    ]
    return Table("Faithfulness", ("of the item put first", "figure"), tuple(rows))


def _deciles(found: Mapping[int, float]) -> str:
    return " ".join(f"{value:.2f}" for value in found.values())


def _spread_row(name: str, spread: Spread) -> tuple[str, ...]:
    return (name, *(f"{value:.1f}" for value in (spread.p50, spread.p95, spread.most)), str(spread.n))
