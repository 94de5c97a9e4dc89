"""The retrieval benchmark as text: tables for the terminal and for a page, and values for JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from serving.bench.measures import Spread
from serving.bench.reason_report import Table, write_figures
from serving.bench.retrieval import RetrievalFigures, RetrievalPlan, Search, SizeFigures, bench
from serving.bench.retrieval_curve import Points, scaling_curve, slope

CURVE_FILE = "retrieval-scaling.svg"


def bench_retrieval(plan: RetrievalPlan, console: Console, page: Path | None) -> dict[str, Any]:
    """Run the benchmark; its figures as plain values, and on the page, with the curve beside it, if one is given."""
    figures = bench(plan, lambda line: console.print(line, markup=False, soft_wrap=True))
    for table in tables(figures):
        table.show(console)
    if page is not None:
        write_figures(page, "retrieval", markdown(figures, command(plan)))
        if figures.made:
            picture = page.parent / "images" / CURVE_FILE
            picture.parent.mkdir(exist_ok=True)
            picture.write_text(scaling_curve(lines(figures.made)), encoding="utf-8")
    plain: dict[str, Any] = json.loads(json.dumps(asdict(figures)))
    return plain


def command(plan: RetrievalPlan) -> str:
    """The command of a run, without the places of files on one machine."""
    feed = f" --feed {plan.feed.name}" if plan.feed else ""
    kept = f" --keep {plan.kept.name}" if plan.kept else ""
    return f"because bench retrieval --sizes {','.join(map(str, plan.sizes))}{feed}{kept}"


def tables(figures: RetrievalFigures) -> tuple[Table, ...]:
    """What is found, how fast, a whole turn, how soon a change is seen, what it takes."""
    sizes = [*figures.made, *([figures.feed] if figures.feed else [])]
    return (
        Table("Items found: recall@10 against exact search", _SEARCHED, tuple(_found_rows(sizes))),
        Table("Time of one search, ms: p50 / p95", _SEARCHED, tuple(_time_rows(sizes))),
        _spreads("A whole turn's recall, ms", "asked for", [(size, size.turn_ms) for size in sizes]),
        _spreads("From a change to the recall that knows it, ms", "change", [(size, size.change_ms) for size in sizes]),
        Table(
            "Building and memory",
            ("catalogue", "items", "passages", "built, s", "opened, s", "resident, MB"),
            tuple(_cost_row(size) for size in sizes),
        ),
    )


def markdown(figures: RetrievalFigures, run: str) -> str:
    """All tables, as they stand on a page."""
    parts = [f"`{run}` on {figures.machine}, load {figures.load:.1f}; {figures.date}."]
    if len(figures.made) > 1:
        told = ", ".join(f"{name} {slope(points):.2f}" for name, points in lines(figures.made).items())
        parts[0] += f" Slopes in log-log: {told}."
    for table in tables(figures):
        parts += [f"**{table.title}**", table.markdown()]
    if figures.made:
        parts.append(f"![Milliseconds over the number of items, both logarithmic](images/{CURVE_FILE})")
    return "\n\n".join(parts)


def lines(made: Sequence[SizeFigures]) -> dict[str, Points]:
    """The medians that are drawn, by name, over the number of items."""

    def search(figures: SizeFigures, way: str) -> float:
        return next(s.ms.p50 for s in figures.searches if s.way == way and s.share == 1.0)

    return {
        "a turn's recall": [(f.items, f.turn_ms["words"].p50) for f in made],
        "search as served": [(f.items, search(f, "as served")) for f in made],
        "exact search": [(f.items, search(f, "exact")) for f in made],
        "Chroma's graph": [(f.items, search(f, "graph, over-fetched")) for f in made],
        "new price to recall": [(f.items, f.change_ms["new price"].p50) for f in made],
    }


_SEARCHED = ("catalogue", "allowed", "as served", "exact", "graph, over-fetched", "Chroma's own filter")


def _found_rows(sizes: Sequence[SizeFigures]) -> Iterator[tuple[str, ...]]:
    for size in sizes:
        for share, searches in _by_share(size.searches):
            yield _name(size), f"{share:.1%}", *(f"{searches[way].recall:.3f}" for way in _SEARCHED[2:])


def _time_rows(sizes: Sequence[SizeFigures]) -> Iterator[tuple[str, ...]]:
    for size in sizes:
        for share, searches in _by_share(size.searches):
            times = [searches[way].ms for way in _SEARCHED[2:]]
            yield _name(size), f"{share:.1%}", *(f"{ms.p50:.2f} / {ms.p95:.2f}" for ms in times)


def _by_share(searches: Sequence[Search]) -> Iterator[tuple[float, dict[str, Search]]]:
    for share in dict.fromkeys(search.share for search in searches):
        yield share, {search.way: search for search in searches if search.share == share}


def _spreads(title: str, what: str, found: Sequence[tuple[SizeFigures, dict[str, Spread]]]) -> Table:
    rows = tuple(
        (_name(size), name, *(f"{value:.1f}" for value in (ms.p50, ms.p95, ms.most)), str(ms.n))
        for size, spreads in found
        for name, ms in spreads.items()
    )
    return Table(title, ("catalogue", what, "p50", "p95", "most", "n"), rows)


def _cost_row(size: SizeFigures) -> tuple[str, ...]:
    built = f"{size.built_s:,.0f}" + (" with embedding" if size.embedded else "")
    resident = f"{size.resident_bytes / 1e6:,.0f}"
    return _name(size), f"{size.items:,}", f"{size.passages:,}", built, f"{size.opened_s:.1f}", resident


def _name(size: SizeFigures) -> str:
    return f"{size.name} {size.items:,}" if size.name == "made" else size.name
