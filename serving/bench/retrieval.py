"""The retrieval benchmark: what is found, how fast, and how soon a change is, over the size of the catalogue."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil

from retrieval.arrays import Flags
from retrieval.catalogue import Item
from retrieval.embedding import Embedder, SentenceEmbedder, Vectors
from retrieval.feeds import read_items
from retrieval.finder import Finder
from retrieval.index import ShopIndex
from retrieval.snapshot import Snapshot
from retrieval.stored import ITEMS
from retrieval.vectors import VectorStore
from serving.bench.measures import Spread, machine
from serving.bench.retrieval_data import MadeShop
from serving.bench.retrieval_turns import changes, timed, turns
from serving.errors import EnvironmentUnfit

_QUESTIONS = 200
_TOP = 10
_LEAST = 500
SHARES = (1.0, 0.5, 0.05, 0.005)
"""Of the items, how many a filter allows."""

Report = Callable[[str], None]
Where = dict[str, dict[str, float]] | None


@dataclass(frozen=True, slots=True)
class RetrievalPlan:
    """What is measured. ``kept`` is a folder in which indexes are left, and found by the next run."""

    sizes: tuple[int, ...]
    feed: Path | None = None
    model: str = ""
    currency: str = "USD"
    kept: Path | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """One way of searching, of a catalogue of which a filter allows a share: mean recall@10 and its time a query."""

    way: str
    share: float
    recall: float
    ms: Spread


@dataclass(frozen=True, slots=True)
class SizeFigures:
    """What one catalogue came to. Bytes are of the whole process, right after opening."""

    name: str
    items: int
    passages: int
    built_s: float
    embedded: bool
    """Whether the building time includes a model's embedding."""
    opened_s: float
    resident_bytes: int
    searches: tuple[Search, ...]
    turn_ms: dict[str, Spread]
    change_ms: dict[str, Spread]


@dataclass(frozen=True, slots=True)
class RetrievalFigures:
    """All sizes, smallest first, and the feed where there was one."""

    machine: str
    date: str
    load: float
    """Processes that were waiting for a core on average, this one included, as the run ended."""
    made: tuple[SizeFigures, ...]
    feed: SizeFigures | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A catalogue to measure."""

    name: str
    items: Callable[[], Iterable[Item]]
    embedder: Embedder
    questions: tuple[str, ...]
    new: Callable[[int], Item]
    embedded: bool = False


def sizes_of(text: str) -> tuple[int, ...]:
    """The sizes in a list such as ``1000,10000``.

    Raises:
        EnvironmentUnfit: it is no list of numbers of 500 and more.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() and int(part) >= _LEAST for part in parts):
        raise EnvironmentUnfit(f"--sizes is {text!r}; give numbers of at least {_LEAST}, such as 1000,10000.")
    return tuple(int(part) for part in parts)


def bench(plan: RetrievalPlan, report: Report) -> RetrievalFigures:
    """Each size in a process of its own, so that the memory of one is not counted to another."""
    made = []
    for size in sorted(plan.sizes):
        made.append(_apart(measure_made, size, plan.kept))
        report(f"{size:,} items: {summary(made[-1])}")
    feed = None
    if plan.feed is not None:
        feed = _apart(measure_feed, plan.feed, plan.model, plan.currency, plan.kept)
        report(f"{plan.feed.name}: {summary(feed)}")
    return RetrievalFigures(machine(), f"{datetime.now(UTC):%Y-%m-%d}", os.getloadavg()[2], tuple(made), feed)


def summary(figures: SizeFigures) -> str:
    turn = figures.turn_ms["words"]
    return f"built in {figures.built_s:.0f} s, opened in {figures.opened_s:.1f} s, a turn's recall {turn.p50:.1f} ms"


def measure_made(size: int, kept: Path | None) -> SizeFigures:
    shop = MadeShop(size)
    new = partial(shop.item, word="anew")
    return measure(Subject("made", shop.items, shop, tuple(shop.questions(_QUESTIONS)), new), kept, f"made-{size}")


def measure_feed(feed: Path, model: str, currency: str, kept: Path | None) -> SizeFigures:
    items = [row for row in read_items(feed, currency=currency) if isinstance(row, Item)]
    chosen = np.random.default_rng(5).choice(len(items), _QUESTIONS, replace=False)
    questions = tuple(" ".join(items[n].title.split()[:5]) for n in chosen)

    def new(number: int) -> Item:
        return replace(items[number], item_id=f"anew-{number}", title=f"{items[number].title} anew")

    return measure(Subject(feed.name, lambda: items, SentenceEmbedder(model), questions, new, True), kept, feed.name)


def measure(subject: Subject, kept: Path | None, name: str) -> SizeFigures:
    """Build or find the index, open it, search it, take turns, change it."""
    with TemporaryDirectory() as scratch:
        folder = (kept or Path(scratch)) / name
        built = _build(subject, folder)
        started = time.perf_counter()
        index = ShopIndex.open(folder / "chroma", subject.embedder)
        opened = time.perf_counter() - started
        resident = psutil.Process().memory_info().rss
        try:
            return SizeFigures(
                subject.name,
                len(index.catalogue),
                len(index.now.passages),
                built,
                subject.embedded,
                opened,
                resident,
                tuple(searches(index, subject.questions)),
                turns(index, subject.questions),
                changes(index, subject.new),
            )
        finally:
            index.close()


def _build(subject: Subject, folder: Path) -> float:
    """Seconds that building took, now or when the folder was made."""
    note = folder / "built.json"
    if not note.exists():
        index = ShopIndex.open(folder / "chroma", subject.embedder)
        started = time.perf_counter()
        try:
            with index.rebuilding() as build:
                build.add(subject.items())
        finally:
            index.close()
        note.write_text(json.dumps(time.perf_counter() - started), encoding="utf-8")
    return float(json.loads(note.read_text(encoding="utf-8")))


def searches(index: ShopIndex, questions: Sequence[str]) -> Iterator[Search]:
    """Recall@10 against the exact search of the same rows, and the time of each way, as the share allowed falls."""
    now = index.now
    vectors = index.embedder.embed(list(questions), "query")
    served = Finder(index.store, ITEMS, str)
    graph = Finder(index.store, ITEMS, str, exact_up_to=0, graph_share=0)
    for share in SHARES:
        limit = float(np.quantile(now.columns.price[now.columns.here], share))
        allowed = now.columns.here & (now.columns.price <= limit)
        where: Where = {"price": {"$lte": limit}} if share < 1 else None
        ways: dict[str, Callable[[Vectors], Iterable[str]]] = {
            "exact": partial(_exact, now, allowed),
            "as served": partial(_found, served, now, allowed),
            "graph, over-fetched": partial(_found, graph, now, allowed),
            "Chroma's own filter": partial(_filtered, index.store, where),
        }
        truth = [set(_exact(now, allowed, vector)) for vector in vectors]
        for way, search in ways.items():
            few = way == "Chroma's own filter" and len(now.items) > _MANY
            found, ms = timed(partial(search, vector) for vector in (vectors[:_FEW] if few else vectors))
            shares = [len(t & set(f)) / max(len(t), 1) for t, f in zip(truth, found, strict=False)]
            yield Search(way, share, float(np.mean(shares)), ms)


_MANY, _FEW = 50_000, 20
"""Where Chroma's own filter takes seconds, it is asked fewer questions."""


def _exact(now: Snapshot, allowed: Flags, vector: Vectors) -> list[str]:
    return list(now.by_item(now.items.nearest(vector, _TOP, allowed)))


def _found(finder: Finder, now: Snapshot, allowed: Flags, vector: Vectors) -> list[str]:
    return list(now.by_item(finder.nearest(now.items, now.catalogue, vector, _TOP, allowed)))


def _filtered(store: VectorStore, where: Where, vector: Vectors) -> list[str]:
    return [record.id for record in store.query(ITEMS, vector, _TOP, where)]


def _apart(work: Callable[..., SizeFigures], *arguments: object) -> SizeFigures:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()
