"""Made-up items as shops have them whole: with description, reviews, and manuals that can be asked about."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agent.reasons.wording import content
from retrieval.catalogue import Document, Item, Review
from retrieval.words import stems
from serving.training.phrasing import expanded
from serving.training.speech import capitalised
from serving.training.subjects import Line, Subject

_FILE = Path(__file__).with_suffix(".yaml")
_AGAINST = 0.35
"""How often a customer says otherwise than a manual, where one may."""
_COMMON = stems("included include use used made cover covered free keep")


@dataclass(frozen=True, slots=True)
class ManualLine:
    """A line of a manual with the questions it answers, ways to tell it, and a customer who says otherwise."""

    title: str
    text: str
    asks: tuple[str, ...]
    says: tuple[str, ...]
    shops: frozenset[str]
    against: str = ""

    def fits(self, shop: str) -> bool:
        return shop in self.shops if self.shops else shop in _GOODS


_GOODS = {"clothing", "electronics", "furniture", "music instruments", "pets", "tools"}


@dataclass(frozen=True, slots=True)
class Stocked:
    """An item with all its texts, the subject it was made of, and the lines its manuals have and have not."""

    item: Item
    subject: Subject
    lines: tuple[ManualLine, ...] = ()
    lacking: tuple[ManualLine, ...] = ()


@cache
def _read() -> Mapping[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


def manual_lines(*, held_out: bool) -> Iterator[ManualLine]:
    """Every fifth line for held-out items, the others for training."""
    for number, row in enumerate(_read()["lines"]):
        if (number % 5 == 4) == held_out:
            shops = frozenset(row.get("in", ()))
            asks, says = tuple(row["asks"]), tuple(row["says"])
            yield ManualLine(row["title"], row["text"], asks, says, shops, row.get("against", ""))


def silent_questions(*, held_out: bool) -> tuple[str, ...]:
    """Questions that no made-up item answers; every fifth is kept from training."""
    rows = [text for number, text in enumerate(_read()["silent"]) if (number % 5 == 4) == held_out]
    return tuple(text for row in rows for text in expanded(row))


def stocked(subject: Subject, rng: random.Random) -> Stocked:
    """A made-up subject as an item with description, reviews, stock and manuals."""
    fitting = [line for line in manual_lines(held_out=subject.held_out) if line.fits(subject.shop)]
    rng.shuffle(fitting)
    chosen = _unlike(fitting, subject, most=rng.randint(1, 4))
    prose = [line.text for line in subject.lines if line.kind == "attribute" and line.attribute is None]
    said = [line for line in subject.lines if line.kind == "review"]
    reviews = [_review(n, line.text, rng) for n, line in enumerate(rng.sample(said, k=min(len(said), 4)))]
    for number, line in enumerate(chosen):
        if line.against and rng.random() < _AGAINST:
            reviews.append(Review(f"a{number}", 2.0, f"{line.against}."))
    item = replace(
        subject.item,
        item_id=f"{subject.shop}/{subject.item.item_id}",
        description=" ".join(rng.sample(prose, k=min(len(prose), 5))),
        reviews=tuple(reviews),
        stock=rng.choice((0, 2, 7, 14, 40)),
        documents=tuple(_documents(chosen)),
    )
    words = frozenset[str]().union(*(content(line.text) for line in chosen)) if chosen else frozenset[str]()
    lacking = tuple(line for line in fitting if line not in chosen and not content(line.text) & words - _COMMON)
    return Stocked(item, subject, tuple(chosen), lacking)


def _unlike(lines: Sequence[ManualLine], subject: Subject, *, most: int) -> list[ManualLine]:
    """Lines that do not speak of the same thing, nor of what an attribute affirms or denies."""
    taken = {
        s for line in subject.lines if line.attribute and line.text.endswith((" yes", " no")) for s in stems(line.text)
    }
    chosen: list[ManualLine] = []
    for line in lines:
        words = content(line.text) - _COMMON
        if len(chosen) < most and not words & taken:
            chosen.append(line)
            taken |= words
    return chosen


def _documents(lines: Sequence[ManualLine]) -> Iterator[Document]:
    for title in dict.fromkeys(line.title for line in lines):
        yield Document(title, "\n\n".join(line.text for line in lines if line.title == title))


def _review(number: int, text: str, rng: random.Random) -> Review:
    return Review(f"r{number}", float(rng.choice((3, 4, 4, 5, 5))), capitalised(text))


def point_lines(subject: Subject) -> Mapping[str, Line]:
    """The lines of a subject whose points can be told, by each point's words without case."""
    return {point.quote.casefold(): line for line in subject.lines for point in line.points}
