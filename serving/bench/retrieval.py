"""The retrieval benchmark: what is found, how fast, and how soon a change is, over the size of the catalogue."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil

from retrieval.catalogue import Item
from retrieval.embedding import Embedder, SentenceEmbedder
from retrieval.events import Event
from retrieval.feeds import read_items
from retrieval.finder import Finder
from retrieval.index import ShopIndex
from retrieval.need import Absence, Bound, Constraints, Need
from retrieval.recall import recall
from retrieval.stored import ITEMS
from retrieval.vectors import VectorStore
from retrieval.words import stems
from serving.bench.measures import Spread, machine
from serving.bench.retrieval_data import MadeShop

_QUESTIONS = 200
_TURNS = 100
_CHANGES = 20
_TOP = 10
SHARES = (1.0, 0.5, 0.05, 0.005)
"""Of the items, how many a filter allows."""

Report = Callable[[str], None]


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
    return RetrievalFigures(machine(), f"{datetime.now(UTC):%Y-%m-%d}", tuple(made), feed)


def summary(figures: SizeFigures) -> str:
    turn = figures.turn_ms["words"]
    return f"built in {figures.built_s:.0f} s, opened in {figures.opened_s:.1f} s, a turn's recall {turn.p50:.1f} ms"


def measure_made(size: int, kept: Path | None) -> SizeFigures:
    shop = MadeShop(size)
    new = lambda number: shop.item(number, "anew")  # noqa: E731
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
                changes(index, subject),
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
    store, now = index.store, index.now
    vectors = index.embedder.embed(list(questions))
    price = now.columns.price
    served = Finder(store, ITEMS, lambda item_id: item_id)
    graph = Finder(store, ITEMS, lambda item_id: item_id, exact_up_to=0, picked_up_to=0)
    for share in SHARES:
        limit = float(np.quantile(price[now.columns.here], share))
        allowed = now.columns.here & (price <= limit)
        where = {"price": {"$lte": limit}} if share < 1 else None
        ways: dict[str, Callable[[np.ndarray], Sequence[str]]] = {
            "exact": lambda v, allowed=allowed: list(now.by_item(now.items.nearest(v, _TOP, allowed))),
            "as served": lambda v, allowed=allowed: list(
                now.by_item(served.nearest(now.items, now.catalogue, v, _TOP, allowed))
            ),
            "graph, over-fetched": lambda v, allowed=allowed: list(
                now.by_item(graph.nearest(now.items, now.catalogue, v, _TOP, allowed))
            ),
            "Chroma's own filter": lambda v, where=where: [r.id for r in store.query(ITEMS, v, _TOP, where)],
        }
        truth = [set(ways["exact"](vector)) for vector in vectors]
        for way, search in ways.items():
            asked = vectors if len(now.items) <= _MANY or way != "Chroma's own filter" else vectors[:_FEW]
            found, ms = _timed([lambda v=v, s=search: s(v) for v in asked])
            shares = [len(t & set(f)) / max(len(t), 1) for t, f in zip(truth, found, strict=False)]
            yield Search(way, share, float(np.mean(shares)), ms)


_MANY, _FEW = 200_000, 20
"""Where Chroma's own filter takes seconds, it is asked fewer questions."""


def turns(index: ShopIndex, questions: Sequence[str]) -> dict[str, Spread]:
    """The time of a whole turn's recall, without the embedding of its question, by what it asks for."""
    asked = list(questions[:_TURNS])
    for question in asked:
        index.query_vector(question)  # a turn embeds its question earlier
    brand = next(iter(index.catalogue.values())).brand or "no brand"
    prices = index.now.columns.price
    cap = float(np.quantile(prices[index.now.columns.here], 0.2))
    kinds = {
        "words": Constraints(),
        "words, a price cap and a brand": Constraints(price_max=cap, brands_excluded=frozenset({brand})),
        "words, a measure and an exclusion": Constraints(
            bounds=(Bound("weight", "g", high=900),), without=frozenset({Absence("leather", stems("leather red"))})
        ),
        "words, a price that nothing has": Constraints(price_max=-1.0),
    }
    timed = {
        kind: _timed([lambda q=q, c=c: recall(index, Need(q, q, c), ()) for q in asked])[1] for kind, c in kinds.items()
    }
    first = index.now.columns
    object.__setattr__(first, "_absent", {})
    return timed


def changes(index: ShopIndex, subject: Subject) -> dict[str, Spread]:
    """From handing over a change until a recall that needs it has ended. Each is checked to have come through."""
    items = list(index.catalogue.values())
    chosen = [items[n] for n in np.random.default_rng(3).choice(len(items), _CHANGES, replace=False)]
    timed: dict[str, list[float]] = {}
    for number, item in enumerate(chosen):
        dear, out = replace(item, price=9_999.0 + number, stock=5), replace(item, price=9_999.0 + number, stock=0)
        new = subject.new(number)
        told = Event(f"e{number}", f"s{number}", "purchase", datetime.now(UTC), new.item_id)
        steps: dict[str, tuple[Callable[[], object], Callable[[], bool]]] = {
            "new price": (lambda i=dear: index.add_items([i]), lambda i=dear: _finds(index, i, price_min=i.price)),
            "sold out": (lambda i=out: index.add_items([i]), lambda i=out: not _finds(index, i, price_min=i.price)),
            "new item": (lambda i=new: index.add_items([i]), lambda i=new: _finds(index, i)),
            "event": (lambda e=told: index.add_events([e]), lambda e=told: _known(index, e)),
            "item taken out": (lambda i=new: index.remove_items([i.item_id]), lambda i=new: not _finds(index, i)),
            "put back": (lambda i=item: index.add_items([i]), lambda i=item: _finds(index, i)),
        }
        for name, (change, seen) in steps.items():
            started = time.perf_counter()
            change()
            came = seen()
            timed.setdefault(name, []).append((time.perf_counter() - started) * 1000)
            if not came:
                raise AssertionError(f"{name}: the change of {item.item_id} is not in the next recall")
    return {name: Spread.of(values) for name, values in timed.items()}


def _finds(index: ShopIndex, item: Item, price_min: float | None = None) -> bool:
    constraints = Constraints(price_min=price_min, in_stock=price_min is not None)
    found = recall(index, Need(item.title, item.title, constraints), ())
    return any(c.item.item_id == item.item_id and c.item.price == item.price for c in found.candidates)


def _known(index: ShopIndex, event: Event) -> bool:
    history = index.history(event.shopper_id)
    found = recall(index, Need("", ""), history)
    return event.item_id in index.popularity and bool(history) and bool(found.candidates)


def _timed(calls: Iterable[Callable[[], object]]) -> tuple[list[object], Spread]:
    found, ms = [], []
    for call in calls:
        started = time.perf_counter()
        found.append(call())
        ms.append((time.perf_counter() - started) * 1000)
    return found, Spread.of(ms)


def _apart(work: Callable[..., SizeFigures], *arguments: object) -> SizeFigures:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()
