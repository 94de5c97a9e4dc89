"""One example's words: which evidence is shown, which of it fits the need, and how a reason says so."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from retrieval.catalogue import Attribute
from retrieval.evidence import Evidence, EvidenceKind, numbered, quote
from retrieval.words import stems
from serving.training.past import Past, made_past, remembered
from serving.training.phrasing import Phrasing, attribute_list, attribute_slots
from serving.training.speech import capitalised, retold
from serving.training.stock import Line, Point, Subject

NOTHING_FITS = "The shop's data does not say why this would suit."
"""The target where no evidence fits the need."""

_QUOTE_WORDS = 32
_ORDER: tuple[EvidenceKind, ...] = ("history", "attribute", "review")
_NAMED = "like what you chose before"


@dataclass(frozen=True, slots=True)
class Draft:
    need: str
    factors: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    claims: tuple[str, ...]
    """Each with its marks and its full stop."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A message and what it asks for."""

    text: str
    aspects: frozenset[str]
    capped: bool


@dataclass(frozen=True, slots=True)
class Composer:
    """Drafts examples about items it is given. Drafts are not proved yet."""

    rng: random.Random
    phrasing: Phrasing

    def compose(self, subject: Subject, other: Subject) -> Draft | None:
        """A draft about ``subject`` for a shopper who may have had to do with ``other``; None if there is nothing."""
        asked = self._ask(subject, other)
        nothing = subject.exact and not asked.capped and self.rng.random() < 0.04
        liked = not nothing and self.rng.random() < 0.3
        past = made_past(other, self.rng) if liked or (not nothing and self.rng.random() < 0.04) else None
        lines = self._lines(subject, asked, nothing=nothing)
        rows: list[tuple[EvidenceKind, str, str]] = [(line.kind, line.text, "") for line in lines]
        if past is not None:
            rows.insert(0, ("history", past.text, ""))
        evidence = numbered(rows)
        ids = [each.id for each in evidence if each.kind != "history"]
        told = list(zip(lines, ids, strict=True))
        if nothing:
            return Draft(asked.text, self._factors(asked, liked=False), evidence, (NOTHING_FITS,))
        claims = list(self._claims(subject, asked, told, past if liked else None))
        if not claims:
            return None
        return Draft(asked.text, self._factors(asked, liked=liked), evidence, tuple(claims))

    def _ask(self, subject: Subject, other: Subject) -> _Asked:
        rng, say = self.rng, self.phrasing.say
        fitting = {a for line in subject.lines for a in line.aspects}
        aspect = rng.choice([a for a in subject.needs if a in fitting] or list(subject.needs))
        need, aspects = rng.choice(subject.needs[aspect]), {aspect}
        form = rng.choices(("plain", "priced", "gift", "compared"), (58, 20, 12, 10))[0]
        price, currency = subject.item.price, subject.item.currency
        cap = f"{round(price * rng.uniform(1.05, 1.6)) + 1} {rng.choice((currency, currency.lower()))}"
        if rng.random() < 0.15 and len(subject.needs) > 1:
            second = rng.choice([a for a in subject.needs if a != aspect])
            need, aspects = f"{need}, also {second}", aspects | {second}
        person = rng.choice(self.phrasing.persons)
        text = capitalised(say(f"needs.{form}", rng, need=need, cap=cap, person=person, x=other.name))
        if form == "gift":
            aspects.add("gift")
        if rng.random() < 0.4 and not text.startswith(("I ", "I'")):
            text = text[0].lower() + text[1:]
        return _Asked(text, frozenset(aspects), form == "priced")

    def _factors(self, asked: _Asked, *, liked: bool) -> tuple[str, ...]:
        found = ["matches what you asked"]
        if self.rng.random() < 0.4:
            found.append(self.rng.choice((*sorted(asked.aspects), "fits your wishes")))
        if liked:
            found.append(_NAMED)
        if self.rng.random() < 0.6:
            found.append("liked by others")
        if asked.capped:
            found.append("within your budget")
        return tuple(found)

    def _lines(self, subject: Subject, asked: _Asked, *, nothing: bool) -> list[Line]:
        """Up to three facts and three reviews, some of which fit, in the order in which the prompt shows them."""
        rng = self.rng
        chosen: list[Line] = []
        if asked.capped:
            price = Attribute("price", subject.item.price_text)
            chosen.append(Line("attribute", f"price: {price.text}", frozenset(), attribute=price))
        for kind, most in (("attribute", rng.randint(1, 3)), ("review", rng.randint(0, 3))):
            pool = [line for line in subject.lines if line.kind == kind]
            rng.shuffle(pool)
            fitting = [] if nothing else [line for line in pool if line.aspects & asked.aspects]
            other = [line for line in pool if not line.aspects & asked.aspects]
            wanted = fitting[: rng.randint(1, 2)]
            chosen += [*wanted, *other[: max(most - len(wanted), 0)]]
        if rng.random() < 0.5:
            rng.shuffle(chosen)
        chosen.sort(key=lambda line: _ORDER.index(line.kind))
        return [self._quoted(line, asked) for line in dict.fromkeys(chosen)]

    def _quoted(self, line: Line, asked: _Asked) -> Line:
        """A review as long as evidence shows it, with the points that are left in it."""
        if line.kind != "review":
            return line
        points = [p for p in line.points if p.aspects & asked.aspects] or list(line.points)
        wanted = stems(points[0].quote) if points else frozenset()
        text = quote(line.text, lambda sentence: len(wanted & stems(sentence)), _QUOTE_WORDS)
        kept = tuple(p for p in line.points if p.quote.casefold() in text.casefold())
        aspects = frozenset[str]().union(*(p.aspects for p in kept if p.tone == "praise"))
        return replace(line, text=text, points=kept, aspects=aspects)

    def _claims(
        self, subject: Subject, asked: _Asked, told: Sequence[tuple[Line, str]], past: Past | None
    ) -> Iterator[str]:
        rng = self.rng
        fitting = [(line, i) for line, i in told if _fits(line, asked)]
        rng.shuffle(fitting)
        fitting = fitting[: rng.choices((1, 2, 3), (15, 60, 25))[0] - (past is not None)]
        said: list[str] = []
        measured = [row for row in fitting if _measured(row[0])]
        if past is not None and past.event.kind == "purchase" and measured and rng.random() < 0.4:
            said.append(self._linked(subject, past, *measured[0]))
            fitting.remove(measured[0])
        elif past is not None:
            said.append(f"{remembered(past, self.phrasing, self.rng)} [H1]")
        elif len(measured) == 2 and rng.random() < 0.6:
            said.append(self._paired(subject, *measured))
            fitting = [row for row in fitting if row not in measured]
        used = {i for _, i in fitting}
        told_points: set[str] = set()
        for line, i in fitting:
            point = _best_point(line, asked)
            if point is None or point.quote.casefold() not in told_points:
                said.append(f"{self._stated(subject, line, point)} [{i}]")
            if point is not None:
                told_points.add(point.quote.casefold())
        if past is not None and rng.random() < 0.35:
            said.append(said.pop(0))
        if said and rng.random() < 0.3:
            said += self._drawback(subject, [row for row in told if row[1] not in used])
        yield from (f"{capitalised(claim)}." for claim in said)

    def _stated(self, subject: Subject, line: Line, point: Point | None) -> str:
        if line.attribute is not None:
            return self._fact(subject, line.attribute)
        assert point is not None
        common = self._common(subject)
        if line.kind == "attribute":
            if point.clause is None:
                return point.quote
            return self.phrasing.say("attributes.description", self.rng, s=point.quote, ls=point.clause, **common)
        complaints = [p for p in line.points if p.tone == "complaint" and p.clause]
        if subject.exact and complaints and point.clause and self.rng.random() < 0.45:
            clause, drawback = retold(point.clause, "they"), retold(complaints[0].clause or "", "they")
            return self.phrasing.say("reviews.both", self.rng, c=clause, d=drawback, **common)
        return self._told("reviews.reported", "reviews.quoted", point, common)

    def _told(self, reported: str, quoted: str, point: Point, common: dict[str, str]) -> str:
        if point.clause is not None and self.rng.random() < 0.7:
            clause = retold(point.clause, "they")
            return self.phrasing.say(reported, self.rng, c=clause, d=clause, **common)
        return self.phrasing.say(quoted, self.rng, q=capitalised(point.quote), **common)

    def _drawback(self, subject: Subject, unused: Sequence[tuple[Line, str]]) -> Iterator[str]:
        for line, i in unused:
            complaint = next((p for p in line.points if p.tone == "complaint"), None)
            if complaint is not None and line.kind == "review":
                told = self._told("reviews.drawback", "reviews.drawback_quoted", complaint, self._common(subject))
                yield f"{told} [{i}]"
                return
            fact = line.attribute
            if fact is not None and fact.value == "no" and fact.name in self.phrasing.adjectives:
                yield f"{self._fact(subject, fact)} [{i}]"
                return

    def _fact(self, subject: Subject, attribute: Attribute) -> str:
        name = attribute_list(attribute, self.phrasing.adjectives)
        slots = attribute_slots(attribute, self.rng)
        return self.phrasing.say(f"attributes.{name}", self.rng, **slots, **self._common(subject))

    def _paired(self, subject: Subject, one: tuple[Line, str], other: tuple[Line, str]) -> str:
        assert one[0].attribute is not None and other[0].attribute is not None
        first, second = attribute_slots(one[0].attribute, self.rng), attribute_slots(other[0].attribute, self.rng)
        slots = first | {f"{name}2": value for name, value in second.items()} | self._common(subject)
        return f"{self.phrasing.say('attributes.pair', self.rng, **slots)} [{one[1]}][{other[1]}]"

    def _linked(self, subject: Subject, past: Past, line: Line, i: str) -> str:
        assert line.attribute is not None
        slots = attribute_slots(line.attribute, self.rng) | self._common(subject)
        return f"{self.phrasing.say('history.link', self.rng, x=past.other.item.title, **slots)} [H1][{i}]"

    @staticmethod
    def _common(subject: Subject) -> dict[str, str]:
        return {"noun": subject.item.kind, "name": subject.name}


def _fits(line: Line, asked: _Asked) -> bool:
    if line.attribute is not None and line.attribute.name == "price":
        return asked.capped
    if line.attribute is not None and line.attribute.value in {"no", "none"}:
        return False
    return bool(line.aspects & asked.aspects)


def _best_point(line: Line, asked: _Asked) -> Point | None:
    """What of a line to tell: of a review the praise that fits, of a description its sentence."""
    if line.kind != "review":
        return next(iter(line.points), None)
    praise = [point for point in line.points if point.tone == "praise"]
    return next((point for point in praise if point.aspects & asked.aspects), praise[0])


def _measured(line: Line) -> bool:
    attribute = line.attribute
    return attribute is not None and attribute.unit is not None and attribute.unit != attribute.name
