"""The retrieval benchmark's whole turns, and its changes, each timed until a recall that knows of it has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import numpy as np

from retrieval.catalogue import Item
from retrieval.events import Event
from retrieval.index import ShopIndex
from retrieval.need import Absence, Bound, Constraints, Need
from retrieval.recall import Recalled, recall
from retrieval.words import stems
from serving.bench.measures import Spread

_TURNS = 100
_CHANGES = 20
_SHOPPER = "bench"
T = TypeVar("T")


def turns(index: ShopIndex, questions: Sequence[str]) -> dict[str, Spread]:
    """The time of a whole turn's recall, without the embedding of its question, by what it asks for.

    The most it took is the first of its kind, where measures and exclusions are worked out for all items.
    """
    asked = questions[:_TURNS]
    for question in asked:
        index.query_vector(question)  # kept, so that no turn here waits for the model
    brand = next(iter(index.catalogue.values())).brand or "no brand"
    cap = float(np.quantile(index.now.columns.price[index.now.columns.here], 0.2))
    kinds = {
        "words": Constraints(),
        "words, a price cap, without a brand": Constraints(price_max=cap, brands_excluded=frozenset({brand})),
        "words, a measure, without a stuff": Constraints(
            bounds=(Bound("weight", "g", high=900),), without=frozenset({Absence("red", stems("red"))})
        ),
        "words, and a price that nothing has": Constraints(price_max=-1.0),
    }
    return {kind: timed(partial(_recalled, index, q, limits) for q in asked)[1] for kind, limits in kinds.items()}


def changes(index: ShopIndex, new: Callable[[int], Item]) -> dict[str, Spread]:
    """From handing over a change until a recall that needs it has ended, embedding included.

    Args:
        new: makes items that are not in the index.
    Raises:
        AssertionError: a change was not in the next recall.
    """
    items = list(index.catalogue.values())
    chosen = np.random.default_rng(3).choice(len(items), min(_CHANGES, len(items)), replace=False)
    spent: dict[str, list[float]] = {}
    for number, place in enumerate(chosen.tolist()):
        for name, (change, seen) in _steps(index, items[place], new(number), number).items():
            started = time.perf_counter()
            change()
            came = seen()
            spent.setdefault(name, []).append((time.perf_counter() - started) * 1000)
            assert came, f"{name}: the change of {items[place].item_id} is not in the next recall"
    index.forget(_SHOPPER)
    return {name: Spread.of(values) for name, values in spent.items()}


def timed(calls: Iterable[Callable[[], T]]) -> tuple[list[T], Spread]:
    """What the calls return, and how long they take, in ms."""
    found, ms = [], []
    for call in calls:
        started = time.perf_counter()
        found.append(call())
        ms.append((time.perf_counter() - started) * 1000)
    return found, Spread.of(ms)


_Step = tuple[Callable[[], object], Callable[[], bool]]


def _steps(index: ShopIndex, item: Item, new: Item, number: int) -> dict[str, _Step]:
    """Changes in order, and what shows that each came through. At the end the item is as it was."""
    dear = replace(item, price=9_999.0 + number, stock=5)
    out = replace(dear, stock=0)
    told = Event(f"e{number}", _SHOPPER, "purchase", datetime.now(UTC), new.item_id)

    def adding(thing: Item) -> Callable[[], object]:
        return lambda: index.add_items([thing])

    return {
        "new price": (adding(dear), lambda: _offers(index, dear, price_min=dear.price)),
        "sold out": (adding(out), lambda: not _offers(index, out, price_min=dear.price)),
        "put back": (adding(item), lambda: _offers(index, item, in_stock=False)),
        "new item": (adding(new), lambda: _offers(index, new, in_stock=False)),
        "event": (lambda: index.add_events([told]), lambda: _remembers(index, told)),
        "item taken out": (
            lambda: index.remove_items([new.item_id]),
            lambda: not _offers(index, new, in_stock=False),
        ),
    }


def _recalled(index: ShopIndex, text: str, limits: Constraints) -> Recalled:
    return recall(index, Need(text, text, limits), ())


def _offers(index: ShopIndex, item: Item, *, price_min: float | None = None, in_stock: bool = True) -> bool:
    """Whether the item, as it is given, is among the candidates for its own title."""
    found = _recalled(index, item.title, Constraints(price_min=price_min, in_stock=in_stock))
    return any(candidate.item == item for candidate in found.candidates)


def _remembers(index: ShopIndex, event: Event) -> bool:
    """Whether the event is in the shopper's history, and a recall by taste alone brings its item."""
    history = index.history(event.shopper_id)
    found = recall(index, Need("", "", Constraints(in_stock=False)), history)
    known = any(trace.event.event_id == event.event_id for trace in history)
    return known and any(candidate.item.item_id == event.item_id for candidate in found.candidates)
