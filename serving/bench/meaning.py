"""What an embedding model finds by meaning alone, in English and Chinese, and what it costs.

The questions (`cases/meant.yaml`) come with the kinds of item that are right; an item is right if it is of one. Of a
feed, the first items in the order of their ids' digests are taken. No word index takes part: this is the model's own
share of what is found.
"""

from __future__ import annotations

import hashlib
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from agent.need.parse import Parser
from retrieval.catalogue import Catalogue, Item
from retrieval.embedding import Embedder, SentenceEmbedder
from retrieval.feeds import read_items
from retrieval.stored import vector_text
from serving.bench.measures import Share, Spread, machine
from serving.bench.ranking_figures import Estimate
from serving.bench.reason_report import Table

CASES = Path(__file__).parent / "cases" / "meant.yaml"
COMMAND = "because bench meaning"


@dataclass(frozen=True, slots=True)
class Meant:
    """A question in two languages and the kinds of item that are right."""

    en: str
    zh: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """Of questions asked in one way: the nearest item is right, one of the five nearest, and 1 / place of the first."""

    first: Share
    first_five: Share
    reciprocal: Estimate


@dataclass(frozen=True, slots=True)
class MeaningFigures:
    """``found`` by shop and by how it was asked: en, zh, or zh as the shop reads it, in English words where it can."""

    machine: str
    model: str
    items: dict[str, int]
    found: dict[str, dict[str, Found]]
    load_s: float
    memory_mb: float
    """What the process takes more once the model is loaded and has embedded a text."""
    query_ms: Spread
    items_per_s: float


def measure(name: str, demo: Sequence[Item], other: Sequence[Item], cases: Path = CASES) -> MeaningFigures:
    """Load a model and ask it; ``other`` is a catalogue of the second group's kinds, or empty."""
    before, started = _memory(), time.perf_counter()
    embedder = SentenceEmbedder(name)
    embedder.embed(["a tent"])
    load_s, memory = time.perf_counter() - started, _memory() - before
    asked = read_cases(cases)
    shops = {"demo": demo, "other": other} if other else {"demo": demo}
    started = time.perf_counter()
    vectors = {shop: embedder.embed([vector_text(item) for item in items]) for shop, items in shops.items()}
    per_s = sum(map(len, shops.values())) / (time.perf_counter() - started)
    return MeaningFigures(
        machine=machine(),
        model=name,
        items={shop: len(items) for shop, items in shops.items()},
        found={shop: _found(embedder, asked[shop], items, vectors[shop]) for shop, items in shops.items()},
        load_s=load_s,
        memory_mb=memory,
        query_ms=Spread.of([_ms(embedder, case.en) for case in asked["demo"]]),
        items_per_s=per_s,
    )


def read_cases(path: Path = CASES) -> dict[str, tuple[Meant, ...]]:
    raw: dict[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        shop: tuple(Meant(row["en"], row["zh"], frozenset(row["kinds"])) for row in rows) for shop, rows in raw.items()
    }


def some_items(feed: Path, n: int, currency: str) -> tuple[Item, ...]:
    """N items of a feed, the same ones each time, wherever they stand in it."""
    items = [item for item in read_items(feed, currency=currency) if isinstance(item, Item)]
    return tuple(sorted(items, key=lambda item: hashlib.sha256(item.item_id.encode()).digest())[:n])


def table(figures: MeaningFigures) -> Table:
    rows = tuple(
        (f"{shop} ({figures.items[shop]} items), {way}", str(f.first), str(f.first_five), str(f.reciprocal))
        for shop, ways in figures.found.items()
        for way, f in ways.items()
    )
    return Table(f"By meaning alone, {figures.model}", ("asked", "nearest", "among five", "1 / place"), rows)


def markdown(figures: MeaningFigures) -> str:
    cost = figures.query_ms
    return (
        f"`{COMMAND}` on {figures.machine}; {figures.model}. Loaded in {figures.load_s:.1f} s, "
        f"{figures.memory_mb:.0f} MB; a question {cost.p50:.1f} ms (p95 {cost.p95:.1f}, n = {cost.n}); "
        f"{figures.items_per_s:.0f} items/s. In brackets: intervals of 95 %.\n\n{table(figures).markdown()}"
    )


def _found(
    embedder: Embedder, asked: Sequence[Meant], items: Sequence[Item], vectors: np.ndarray[Any, Any]
) -> dict[str, Found]:
    parser = Parser(Catalogue(items).vocabulary)
    ways = {
        "en": [case.en for case in asked],
        "zh": [case.zh for case in asked],
        "zh as read": [parser.parse(case.zh).terms or case.zh for case in asked],
    }
    found = {}
    for way, texts in ways.items():
        cosines = embedder.embed(texts, "query") @ vectors.T
        places = [_place(row, case.kinds, items) for row, case in zip(cosines, asked, strict=True)]
        found[way] = Found(
            Share.of(place == 1 for place in places),
            Share.of(place <= 5 for place in places),
            Estimate.of([1 / place for place in places]),
        )
    return found


def _place(cosines: np.ndarray[Any, Any], kinds: frozenset[str], items: Sequence[Item]) -> int:
    """The place of the first right item, from 1 on; one past the end if there is none."""
    order = np.argsort(-cosines, kind="stable").tolist()
    return next((n for n, row in enumerate(order, start=1) if items[row].kind in kinds), len(order) + 1)


def _ms(embedder: Embedder, text: str) -> float:
    started = time.perf_counter()
    embedder.embed([text], "query")
    return (time.perf_counter() - started) * 1000


def _memory() -> float:
    """The most that this process has taken so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
