"""Building an index from feeds: what is read, skipped and counted, with progress to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from retrieval.catalogue import Item
from retrieval.facts import Prepared
from retrieval.feeds import BadRow, read_events, read_items, read_shoppers
from retrieval.index import IndexReport, ShopIndex
from retrieval.policies import read_answers
from serving.demo_ranker import install_demo_ranker
from serving.order_rows import read_coupons, read_orders
from serving.settings import Settings
from serving.shop import Shop
from serving.store import Store
from serving.system_store import SystemStore

T = TypeVar("T")
_UNFINISHED = "demo.unfinished"


@dataclass(slots=True)
class FeedReport:
    """What came of one indexing run."""

    items: IndexReport = field(default_factory=IndexReport)
    facts: Prepared = field(default_factory=Prepared)
    events: IndexReport = field(default_factory=IndexReport)
    answers: IndexReport = field(default_factory=IndexReport)
    bad_rows: list[BadRow] = field(default_factory=list)
    removed: int = 0
    orders: int = 0
    coupons: int = 0


@dataclass(frozen=True, slots=True)
class Feeds:
    """Where a shop's data is. ``answers`` is a folder with policies.md, support.jsonl and coupons.jsonl."""

    catalogue: Path
    events: Path | None = None
    shoppers: Path | None = None
    answers: Path | None = None
    orders: Path | None = None
    demo: bool = False
    currency: str | None = None
    """That of the prices in rows that state none."""
    prune: bool = False
    """Whether items that the catalogue no longer lists are taken out; never where a row of it was bad."""


def index_feeds(feeds: Feeds, index: ShopIndex, store: Store) -> FeedReport:
    """Read the feeds into index and store. Bad rows are skipped and reported; what was there before stays.

    Raises:
        FeedUnreadable: a file is missing or of no known format.
    """
    report = FeedReport()
    with _progress() as progress:
        listed: set[str] = set()
        items = _noted(_good(read_items(feeds.catalogue, currency=feeds.currency), report), listed)
        with index.rebuilding() as build:
            report.items = IndexReport(*build.add(items, _advance(progress, "items", _rows(feeds.catalogue))))
            if feeds.prune and listed and not report.bad_rows:
                report.removed = build.remove_others(listed)
        report.facts = index.facts.prepare(index.catalogue.values(), progress=_advance_of(progress, "facts"))
        if feeds.answers is not None:
            answers = list(read_answers(feeds.answers))
            done = _advance(progress, "answers", len(answers))
            report.answers = index.add_answers(answers)
            done(len(answers))
        if feeds.shoppers is not None:
            store.add_shoppers(_good(read_shoppers(feeds.shoppers, demo=feeds.demo), report))
        if feeds.events is not None:
            events = list(_good(read_events(feeds.events), report))
            store.add_events(events)
            report.events = index.add_events(store.kept(events), _advance(progress, "events", len(events)))
        _read_systems(feeds, SystemStore(store.engine), report)
    return report


def _read_systems(feeds: Feeds, systems: SystemStore, report: FeedReport) -> None:
    """Coupons from beside the answers, and orders. Where a coupon's row is bad, those known before stay."""
    coupons = feeds.answers / "coupons.jsonl" if feeds.answers else None
    if coupons is not None and coupons.is_file():
        before = len(report.bad_rows)
        good = list(_good(read_coupons(coupons), report))
        report.coupons = systems.set_coupons(good, prune=len(report.bad_rows) == before)
    if feeds.orders is not None:
        report.orders = systems.add_orders(_good(read_orders(feeds.orders), report))


def index_demo(settings: Settings, shop: Shop) -> FeedReport | None:
    """Index the demo shop where the store holds no shop yet, or where doing so was interrupted; else do nothing.

    The demo's learned ranker comes with it, unless the store has a ranker already.
    """
    mark = settings.store / _UNFINISHED
    if shop.catalogue and not mark.exists():
        return None
    mark.touch()
    demo = settings.demo
    orders = demo / "orders.jsonl"
    feeds = Feeds(
        demo / "catalogue",
        demo / "events.jsonl",
        demo / "shoppers.jsonl",
        demo,
        orders=orders if orders.is_file() else None,
        demo=True,
    )
    report = index_feeds(feeds, shop.index, shop.store)
    if install_demo_ranker(demo, settings.ranker, embedder=shop.index.embedder.name):
        shop.read_taste(settings.ranker)
    mark.unlink()
    return report


def _good(rows: Iterable[T | BadRow], report: FeedReport) -> Iterator[T]:
    for row in rows:
        if isinstance(row, BadRow):
            report.bad_rows.append(row)
        else:
            yield row


def _noted(items: Iterable[Item], listed: set[str]) -> Iterator[Item]:
    for item in items:
        listed.add(item.item_id)
        yield item


def _rows(path: Path) -> int | None:
    """How many rows a feed has, where its lines say so; the total of a progress bar."""
    feeds = sorted(path.iterdir()) if path.is_dir() else [path]
    if not all(feed.is_file() and feed.suffix == ".jsonl" for feed in feeds):
        return None
    return sum(feed.read_bytes().count(b"\n") for feed in feeds)


def _progress() -> Progress:
    return Progress(
        TextColumn("  {task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), transient=False
    )


def _advance_of(progress: Progress, name: str) -> Callable[[int, int], None]:
    """The same for rows of which it is only known later how many there are."""
    task = progress.add_task(name, total=0)

    def advance(rows: int, total: int) -> None:
        progress.update(task, total=total, advance=rows)

    return advance


def _advance(progress: Progress, name: str, total: int | None) -> Callable[[int], None]:
    task = progress.add_task(name, total=total)
    return lambda rows: progress.advance(task, rows)
