"""Rules for the shoppers and what they did: each history could have happened."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

from .shop import Row, Shop
from .text_rules import tone_contradicts, unproved_quantities

KINDS = frozenset({"view", "cart", "purchase", "rating", "comment", "share", "thumb"})
NEEDS = {
    "cart": "view",
    "purchase": "cart",
    "rating": "purchase",
    "comment": "purchase",
    "share": "view",
    "thumb": "view",
}
"""What the shopper must have done with the item before."""
FIRST, LAST = "2026-01-02T00:00:00Z", "2026-11-15T23:59:59Z"
SOLD_OUT_SINCE = "2026-10-04T00:00:00Z"
"""Items with stock 0 ran out by then: nobody buys one in the last six weeks."""


def shoppers(shop: Shop) -> Iterator[str]:
    """40 shoppers with a name and a sentence; at least 5 are new; nobody has more than 60 events."""
    ids = [shopper["shopper_id"] for shopper in shop.shoppers]
    if len(ids) != 40 or len(set(ids)) != 40:
        yield f"{len(ids)} shoppers, {len(set(ids))} ids"
    for shopper in shop.shoppers:
        if set(shopper) != {"shopper_id", "name", "about"} or not all(shopper.values()):
            yield f"{shopper['shopper_id']}: fields {sorted(shopper)}"
    counts = Counter(event["shopper_id"] for event in shop.events)
    if sum(not counts[shopper] for shopper in ids) < 5:
        yield "fewer than 5 shoppers are new"
    for shopper, count in counts.items():
        if count > 60:
            yield f"{shopper}: {count} events"


def _event(event: Row) -> Iterator[str]:
    kind = event["kind"]
    if kind not in KINDS:
        yield f"kind {kind}"
    stars = event.get("rating")
    allowed = {"rating": (1, 2, 3, 4, 5), "comment": (None, 1, 2, 3, 4, 5), "thumb": (1, 5)}.get(kind, (None,))
    if stars not in allowed:
        yield f"{kind} with rating {stars}"
    if (kind == "comment") != ("comment" in event):
        yield f"{kind} {'without' if kind == 'comment' else 'with'} a comment"
    if not FIRST <= event["at"] <= LAST:
        yield f"at {event['at']}"
    datetime.strptime(event["at"], "%Y-%m-%dT%H:%M:%SZ")


def events(shop: Shop) -> Iterator[str]:
    """Unique ids, known shoppers and items, and the fields that go with the kind."""
    ids = Counter(event["event_id"] for event in shop.events)
    yield from (f"{event_id}: {times} times" for event_id, times in ids.items() if times > 1)
    known, items = {shopper["shopper_id"] for shopper in shop.shoppers}, shop.by_id
    for event in shop.events:
        if event["shopper_id"] not in known or event["item_id"] not in items:
            yield f"{event['event_id']}: unknown shopper or item"
        yield from (f"{event['event_id']}: {problem}" for problem in _event(event))


def order(shop: Shop) -> Iterator[str]:
    """A shopper's time runs forward: view, then cart, then purchase, then rating and comment."""
    done: dict[str, set[tuple[str, str]]] = defaultdict(set)
    clock: dict[str, str] = {}
    for event in shop.events:
        shopper, item, kind = event["shopper_id"], event["item_id"], event["kind"]
        if event["at"] <= clock.get(shopper, ""):
            yield f"{event['event_id']}: {event['at']} is not after {clock[shopper]}"
        clock[shopper] = event["at"]
        if kind in NEEDS and (NEEDS[kind], item) not in done[shopper]:
            yield f"{event['event_id']}: {kind} without {NEEDS[kind]}"
        done[shopper].add((kind, item))


def stock(shop: Shop) -> Iterator[str]:
    """What is sold out was not bought in the last weeks."""
    items = shop.by_id
    for event in shop.events:
        if event["kind"] == "purchase" and event["at"] >= SOLD_OUT_SINCE and items[event["item_id"]]["stock"] == 0:
            yield f"{event['event_id']}: {event['item_id']} was sold out"


def opinions(shop: Shop) -> Iterator[str]:
    """One opinion a shopper and item: the stars of the rating and of the comment are the same."""
    seen: dict[tuple[str, str], Row] = {}
    times: Counter[tuple[str, str, str]] = Counter()
    for event in shop.events:
        if event["kind"] not in {"rating", "comment"}:
            continue
        key = event["shopper_id"], event["item_id"]
        times[*key, event["kind"]] += 1
        first = seen.setdefault(key, event)
        if None not in {first.get("rating"), event.get("rating")} and first["rating"] != event["rating"]:
            yield f"{event['event_id']}: {event['rating']} stars after {first['rating']}"
    yield from (f"{' '.join(key)}: {count} times" for key, count in times.items() if count > 1)


def comments(shop: Shop) -> Iterator[str]:
    """At least 90 different comments of 8 to 30 words, true to the item and to their stars."""
    items = shop.by_id
    written = [event for event in shop.events if event["kind"] == "comment"]
    if len({event["comment"] for event in written}) < max(90, len(written)):
        yield f"{len(written)} comments, some repeated or too few"
    for event in written:
        text, name = event["comment"], event["event_id"]
        if not 8 <= len(text.split()) <= 30:
            yield f"{name}: {len(text.split())} words"
        for quantity in unproved_quantities(text, items[event["item_id"]]):
            yield f"{name}: {quantity} is no attribute of {event['item_id']}"
        if tone_contradicts(text, event.get("rating", 3)):
            yield f"{name}: {event['rating']} stars, but {text}"


def tastes(shop: Shop) -> Iterator[str]:
    """A shopper has tastes: four categories hold at least 70 percent of what one bought."""
    items = shop.by_id
    bought: dict[str, Counter[str]] = defaultdict(Counter)
    for event in shop.events:
        if event["kind"] == "purchase":
            bought[event["shopper_id"]][items[event["item_id"]]["category"]] += 1
    for shopper, counts in bought.items():
        share = sum(count for _, count in counts.most_common(4)) / counts.total()
        if share < 0.7:
            yield f"{shopper}: buys everything, {dict(counts)}"


RULES = (shoppers, events, order, stock, opinions, comments, tastes)
