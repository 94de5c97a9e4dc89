"""Snippets: the pieces of item text, history and shop policy that are embedded, found and cited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import quote

from retrieval.catalogue import Item
from retrieval.events import Event

SnippetKind: TypeAlias = Literal["description", "review", "document", "history", "policy"]

_SENTENCE_END = re.compile(r"[.!?][\"'”’)]*(?P<gap>\s+)(?=[A-Z0-9\"'“‘(])")
_CHUNK_WORDS = 60


@dataclass(frozen=True, slots=True)
class Snippet:
    """A citable piece of text. ``about`` is the item (or policy page) it speaks of; ``rating`` is in stars."""

    snippet_id: str
    kind: SnippetKind
    text: str
    source: str
    about: str
    rating: float | None = None
    shopper_id: str | None = None


def sentences(text: str) -> list[str]:
    """The text's sentences, in order, without surrounding space; nothing else of the text is lost."""
    gaps = [match.span("gap") for match in _SENTENCE_END.finditer(text)]
    starts, ends = [0, *(end for _, end in gaps)], [*(start for start, _ in gaps), len(text)]
    return [part for start, end in zip(starts, ends, strict=True) if (part := text[start:end].strip())]


def item_snippets(item: Item) -> Iterator[Snippet]:
    """Description and documents in chunks of whole sentences (about 60 words), and each review as one.

    Ids count by position, so that no two are equal whatever ids the shop's reviews have.
    """
    for number, chunk in enumerate(_chunks(item.description), start=1):
        yield Snippet(f"{item.item_id}/d{number}", "description", chunk, f"description of {item.title}", item.item_id)
    for document_number, document in enumerate(item.documents, start=1):
        for number, chunk in enumerate(_chunks(document.text), start=1):
            snippet_id = f"{item.item_id}/m{document_number}.{number}"
            yield Snippet(snippet_id, "document", chunk, f"{document.title}, {item.title}", item.item_id)
    for number, review in enumerate(item.reviews, start=1):
        source = f"review of {item.title}, {review.rating:g} of 5 stars" + (f", {review.at}" if review.at else "")
        yield Snippet(f"{item.item_id}/r{number}", "review", review.text, source, item.item_id, review.rating)


_DID = {
    "view": "You looked at",
    "cart": "You put in your basket",
    "purchase": "You bought",
    "rating": "You rated",
    "comment": "You commented on",
    "share": "You shared",
    "thumb": "You gave a thumb to",
}


def history_snippet(event: Event, item: Item | None) -> Snippet | None:
    """One event in words a shopper recognises, or None for an event about no known item."""
    if item is None:
        return None
    text = f"{_DID[event.kind]} the {item.title}"
    if event.kind == "thumb" and event.rating is not None:
        text = f"You gave a thumb {'up' if event.rating >= 3 else 'down'} to the {item.title}"
    elif event.rating is not None:
        text += f", {event.rating:g} of 5 stars"
    if event.comment:
        text += f": “{event.comment}”"
    when = f"{event.at.day} {event.at:%B %Y}"
    return Snippet(
        f"{quote(event.shopper_id, safe='')}/{event.event_id}",  # quoted: no two shoppers' ids may run together
        "history",
        text,
        f"your history, {when}",
        item.item_id,
        event.rating,
        event.shopper_id,
    )


def _chunks(text: str) -> Iterator[str]:
    chunk: list[str] = []
    length = 0
    for sentence in sentences(text):
        size = len(sentence.split())
        if chunk and length + size > _CHUNK_WORDS:
            yield " ".join(chunk)
            chunk, length = [], 0
        chunk.append(sentence)
        length += size
    if chunk:
        yield " ".join(chunk)
