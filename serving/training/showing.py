"""Which lines of evidence an example shows, and what of the need they answer."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from agent.need.parse import Parser
from retrieval.catalogue import Attribute, Catalogue
from retrieval.embedding import Embedder
from retrieval.evidence import EvidenceKind, quote
from retrieval.lines import Reader
from retrieval.relevance import Relevance
from retrieval.snippets import sentences
from retrieval.words import stems
from serving.training.asking import Asked
from serving.training.stock import Line, Point, Subject

_QUOTE_WORDS = 14
_ORDER: tuple[EvidenceKind, ...] = ("history", "attribute", "review")
_BENEFITS_WITHOUT = {"monthly fee", "deductible", "waiting time"}
"""What one is glad not to have: their "none" speaks for an item."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line to be shown. ``answers`` are the wishes that it answers, ``point`` what is told of it if it has any."""

    line: Line
    answers: tuple[str, ...]
    point: Point | None
    id: str = ""

    @property
    def is_price(self) -> bool:
        return self.line.attribute is not None and self.line.attribute.name == "price"

    @property
    def is_measured(self) -> bool:
        attribute = self.line.attribute
        if attribute is None or attribute.unit is None or attribute.unit == attribute.name:
            return False
        return not attribute.name.startswith("distance")

    @property
    def speaks_for_it(self) -> bool:
        return not finds_fault(self.line) and not denies(self.line)

    def repeats(self, other: Row) -> bool:
        """Whether one tells what the other does: the same praise, or a fact that a description gives too."""
        if self.point is not None and other.point is not None:
            return self.point.quote.casefold() == other.point.quote.casefold()
        lines = (self.line, other.line)
        facts = [each.attribute.text for each in lines if each.attribute is not None and each.attribute.unit]
        prose = [each.text for each in lines if each.kind == "attribute" and each.attribute is None]
        return any(fact in text for fact in facts for text in prose)


@dataclass(frozen=True, slots=True)
class Display:
    """Chooses what is shown, and has it judged as it is when a reason is written for a shopper."""

    rng: random.Random
    embedder: Embedder
    parsers: dict[str, Parser] = field(default_factory=dict)
    """By item id; the same for all examples, as reading a vocabulary takes its time."""

    def rows(self, subject: Subject, asked: Asked) -> list[Row]:
        """Up to three facts and two reviews, some of which fit, in the order in which the prompt shows them."""
        rng = self.rng
        chosen: list[Line] = []
        if asked.cap is not None or rng.random() < 0.05:
            price = Attribute("price", subject.item.price_text)
            chosen.append(Line("attribute", f"price: {price.text}", frozenset(), attribute=price))
        facts, reviews = rng.choices((1, 2, 3), (15, 30, 55))[0] - len(chosen), rng.choices((0, 1, 2), (15, 70, 15))[0]
        for kind, most in (("attribute", facts), ("review", reviews)):
            pool = [line for line in subject.lines if line.kind == kind]
            rng.shuffle(pool)
            fitting = [line for line in pool if line.aspects & asked.aspects]
            other = [line for line in pool if not line.aspects & asked.aspects]
            wanted = fitting[: min(rng.randint(1, 2), most)]
            chosen += [*wanted, *other[: max(most - len(wanted), 0)]]
        if rng.random() < 0.5:
            rng.shuffle(chosen)
        chosen.sort(key=lambda line: _ORDER.index(line.kind))
        return list(self._judged(subject, asked, [_quoted(line, asked) for line in dict.fromkeys(chosen)]))

    def unfit(self, subject: Subject, asked: Asked) -> list[Row]:
        """Lines that are no reason to choose anything: complaints, and what the item is said not to have.

        As many as elsewhere, so that nothing is learned from their number.
        """
        pool = [line for line in subject.lines if finds_fault(line) or denies(line)]
        chosen = self.rng.sample(pool, k=min(len(pool), self.rng.randint(1, 5)))
        return list(self._judged(subject, asked, chosen))

    def _judged(self, subject: Subject, asked: Asked, lines: Sequence[Line]) -> Iterator[Row]:
        """The lines with what they answer, without those of which that is known to be wrong.

        The model is to learn that a fact and what it answers belong together: an item's aspects say so of made-up
        shops, and of a review it is the told point that must answer.
        """
        points = [_point(line, asked) for line in lines]
        texts = [*(line.text for line in lines), *(point.quote for point in points if point is not None)]
        relevance = Relevance(Reader.plain(self.embedder), self._parser(subject).parse(asked.text), subject.item, texts)
        for line, point in zip(lines, points, strict=True):
            if finds_fault(line):
                yield Row(line, (), None)
                continue
            answers = relevance.answered(line.text)
            known = [wish for answer in answers if (wish := asked.wish(answer)) is not None]
            wrong = subject.exact and not all(wish.aspect in line.aspects for wish in known)
            untold = line.kind == "review" and point is not None and answers and not relevance.answered(point.quote)
            if not wrong and not untold:
                yield Row(line, answers, point)

    def _parser(self, subject: Subject) -> Parser:
        item = subject.item
        if item.item_id not in self.parsers:
            self.parsers[item.item_id] = Parser(Catalogue([item]).vocabulary, item.currency)
        return self.parsers[item.item_id]


def spoken(subject: Subject) -> Iterator[str]:
    """All sentences that evidence about an item may have."""
    for line in subject.lines:
        yield from sentences(line.text) or [line.text]
        yield from (point.quote for point in line.points)


def finds_fault(line: Line) -> bool:
    """Whether a review has nothing to praise."""
    return line.kind == "review" and not any(point.tone == "praise" for point in line.points)


def denies(line: Line) -> bool:
    """Whether the item is said not to have something; of some things one is glad."""
    attribute = line.attribute
    if attribute is None or attribute.name in _BENEFITS_WITHOUT:
        return False
    return str(attribute.value).split()[0].rstrip(",") in {"no", "not", "none"}


def _quoted(line: Line, asked: Asked) -> Line:
    """A review as long as evidence shows it, with the points that are left in it."""
    if line.kind != "review":
        return line
    points = [p for p in line.points if p.aspects & asked.aspects] or list(line.points)
    wanted = stems(points[0].quote) if points else frozenset()
    text = quote(line.text, lambda sentence: len(wanted & stems(sentence)), _QUOTE_WORDS)
    kept = tuple(p for p in line.points if p.quote.casefold() in text.casefold())
    aspects = frozenset[str]().union(*(p.aspects for p in kept if p.tone == "praise"))
    return replace(line, text=text, points=kept, aspects=aspects)


def _point(line: Line, asked: Asked) -> Point | None:
    """What of a line to tell: of a review the praise that fits, of a description its sentence."""
    if line.kind != "review":
        return next(iter(line.points), None)
    praise = [point for point in line.points if point.tone == "praise"]
    return next((point for point in praise if point.aspects & asked.aspects), next(iter(praise), None))
