"""What a shopper did with another item, as evidence shows it and as a reason tells it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime

from retrieval.events import Event, EventKind
from retrieval.snippets import history_snippet
from serving.training.phrasing import Phrasing
from serving.training.speech import capitalised, retold
from serving.training.stock import Point, Subject

_RATED: tuple[EventKind, ...] = ("purchase", "rating", "comment")
_UNRATED: tuple[EventKind, ...] = ("purchase", "purchase", "view", "cart", "share")


@dataclass(frozen=True, slots=True)
class Past:
    """One event about another item; ``text`` is how the shop's own history words it."""

    event: Event
    other: Subject
    comment: Point | None
    text: str


def made_past(other: Subject, rng: random.Random) -> Past | None:
    """An event about ``other``, now and then with stars or with a comment of the kind that its reviews hold."""
    praise = [p for line in other.lines for p in line.points if line.kind == "review" and p.tone == "praise"]
    comment = rng.choice(praise) if praise and rng.random() < 0.5 else None
    rated = comment is not None or rng.random() < 0.3
    event = Event(
        event_id="e",
        shopper_id="s",
        kind=rng.choice(_RATED if rated else _UNRATED),
        at=datetime(2026, 5, 4, tzinfo=UTC),
        item_id=other.item.item_id,
        rating=rng.choice((4.0, 5.0)) if rated else None,
        comment=f"{capitalised(comment.quote)}." if comment else None,
    )
    snippet = history_snippet(event, other.item)
    return Past(event, other, comment, snippet.text) if snippet else None


def remembered(past: Past, phrasing: Phrasing, rng: random.Random) -> str:
    """A sentence about it, without its full stop."""
    title, event = past.other.item.title, past.event
    if past.comment is not None and rng.random() < 0.75:
        if past.comment.clause is not None and rng.random() < 0.6:
            return phrasing.say("history.reported", rng, x=title, c=retold(past.comment.clause, "you"))
        return phrasing.say("history.said", rng, x=title, q=capitalised(past.comment.quote))
    if event.rating is not None and (event.kind != "purchase" or rng.random() < 0.6):
        told = phrasing.say("history.stars", rng, x=title, s=f"{event.rating:g}")
    else:
        told = phrasing.say(f"history.{event.kind}", rng, x=title)
    return told + phrasing.say("history.so", rng) if rng.random() < 0.4 else told
