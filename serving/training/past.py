"""What a shopper did with another item, as evidence shows it and as a reason tells it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime

from retrieval.events import Event, EventKind
from retrieval.snippets import history_snippet
from serving.training.phrasing import Phrasing
from serving.training.speech import capitalised, plural, retold, with_article
from serving.training.stock import Point, Subject

_RATED: tuple[EventKind, ...] = ("purchase", "rating", "comment")
_UNRATED: tuple[EventKind, ...] = ("purchase", "purchase", "view", "cart", "share")

_TRIES = 20


@dataclass(frozen=True, slots=True)
class Past:
    """One event about another item; ``text`` is how the shop's own history words it."""

    event: Event
    other: Subject
    comment: Point | None
    text: str


def made_past(other: Subject, aspects: frozenset[str], rng: random.Random, *, liked: bool = True) -> Past | None:
    """An event about ``other``, now and then with stars or with a comment of the kind that its reviews hold.

    Args:
        aspects: what a comment should speak of, if any of the reviews does.
        liked: whether stars are high.
    """
    praise = [p for line in other.lines for p in line.points if line.kind == "review" and p.tone == "praise"]
    apt = [p for p in praise if p.aspects & aspects]
    comment = rng.choice(apt or praise) if praise and liked and rng.random() < (0.5 if apt else 0.2) else None
    rated = comment is not None or rng.random() < 0.35
    event = Event(
        event_id="e",
        shopper_id="s",
        kind=rng.choice(_RATED if rated else _UNRATED),
        at=datetime(2026, 5, 4, tzinfo=UTC),
        item_id=other.item.item_id,
        rating=rng.choice((4.0, 5.0) if liked else (1.0, 2.0, 3.0, 5.0)) if rated else None,
        comment=f"{capitalised(comment.quote)}." if comment else None,
    )
    snippet = history_snippet(event, other.item)
    return Past(event, other, comment, snippet.text) if snippet else None


def remembered(past: Past, phrasing: Phrasing, rng: random.Random) -> str:
    """A clause about it."""
    title, event = past.other.item.title, past.event
    if past.comment is not None and rng.random() < 0.75:
        if past.comment.clause is not None and rng.random() < 0.6:
            return phrasing.say("history.reported", rng, x=title, c=retold(past.comment.clause, "you"))
        return phrasing.say("history.said", rng, x=title, q=past.comment.quote)
    if event.rating is not None and (event.kind != "purchase" or rng.random() < 0.6):
        return phrasing.say("history.stars", rng, x=title, s=f"{event.rating:g}")
    kind = event.kind if event.kind in {"view", "cart", "share"} else "purchase"
    return phrasing.say(f"history.{kind}", rng, x=title)


def link_to(subject: Subject, past: Past, clause: str, phrasing: Phrasing, rng: random.Random) -> str | None:
    """The clause about the past with what its item has in common with ``subject``: the kind or the brand."""
    other, item, links = past.other.item, subject.item, []
    if other.kind == item.kind and not plural(item.kind):
        links.append(("kind", {"kind": item.kind, "akind": with_article(item.kind)}))
    if other.brand == item.brand and item.brand and item.brand in item.title and item.brand in other.title:
        links.append(("brand", {"brand": item.brand}))
    if not links:
        return None
    name, slots = rng.choice(links)
    return linked(name, clause, phrasing, rng, **slots)


def linked(name: str, clause: str, phrasing: Phrasing, rng: random.Random, **slots: str) -> str:
    """The clause about the past joined to another by a pattern of ``history.link_…``."""
    for _ in range(_TRIES):
        told = phrasing.say(f"history.link_{name}", rng, p=clause, **slots)
        if clause.startswith(("you ", "the ")) or told.startswith(clause):
            break
    return told
