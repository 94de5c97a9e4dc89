"""One example's words: which evidence is shown, which of it fits the need, and how a reason says so."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from agent.reason import NOTHING_FITS
from retrieval.catalogue import Attribute
from retrieval.evidence import Evidence, EvidenceKind, numbered, quote
from retrieval.words import stems
from serving.training.asking import Asked, ask, taken_up
from serving.training.past import Past, link_to, linked, made_past, remembered
from serving.training.phrasing import Phrasing
from serving.training.speech import capitalised
from serving.training.stock import Line, Point, Subject
from serving.training.telling import Teller

_QUOTE_WORDS = 32
_ORDER: tuple[EvidenceKind, ...] = ("history", "attribute", "review")
_NAMED = "like what you chose before"
_LONG = 16
"""Words of a clause that another one is not joined to."""
_BENEFITS_WITHOUT = {"monthly fee", "deductible", "waiting time"}
"""What one is glad not to have: their "none" speaks for an item."""

_Row: TypeAlias = tuple[Line, str]
"""A line of evidence and its id."""


@dataclass(frozen=True, slots=True)
class Draft:
    need: str
    factors: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    claims: tuple[str, ...]
    """Each with its marks and its full stop."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Drafts examples about items it is given. Drafts are not proved yet."""

    rng: random.Random
    phrasing: Phrasing

    def compose(self, subject: Subject, other: Subject, stranger: Subject) -> Draft | None:
        """A draft about ``subject``; None if there is nothing to say.

        Args:
            other: an item like it, which the shopper may have had to do with.
            stranger: an item that has nothing to do with it; evidence about it is shown at times, and never used.
        """
        rng = self.rng
        asked = ask(subject, other, rng, self.phrasing)
        nothing = subject.exact and asked.cap is None and rng.random() < 0.055
        liked = not nothing and rng.random() < 0.32
        past = made_past(other, asked.aspects, rng) if liked else None
        shown = past or (made_past(stranger, frozenset(), rng, liked=False) if rng.random() < 0.12 else None)
        lines = self._lines(subject, asked, nothing=nothing)
        rows: list[tuple[EvidenceKind, str, str]] = [(line.kind, line.text, "") for line in lines]
        if shown is not None:
            rows.insert(0, ("history", shown.text, ""))
        evidence = numbered(rows)
        if nothing:
            return Draft(asked.text, self._factors(asked, liked=False), evidence, (NOTHING_FITS,))
        told = list(zip(lines, [each.id for each in evidence if each.kind != "history"], strict=True))
        claims = tuple(f"{capitalised(claim)}." for claim in self._claims(subject, asked, told, past))
        if not claims:
            return None
        return Draft(asked.text, self._factors(asked, liked=past is not None), evidence, claims)

    def _factors(self, asked: Asked, *, liked: bool) -> tuple[str, ...]:
        found = ["matches what you asked"]
        if self.rng.random() < 0.4:
            found.append(self.rng.choice((*sorted(asked.aspects), "fits your wishes")))
        if liked:
            found.append(_NAMED)
        if self.rng.random() < 0.6:
            found.append("liked by others")
        if asked.cap:
            found.append("within your budget")
        return tuple(found)

    def _lines(self, subject: Subject, asked: Asked, *, nothing: bool) -> list[Line]:
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
            fitting = [] if nothing else [line for line in pool if line.aspects & asked.aspects]
            other = [line for line in pool if not line.aspects & asked.aspects]
            wanted = fitting[: min(rng.randint(1, 2), most)]
            chosen += [*wanted, *other[: max(most - len(wanted), 0)]]
        if rng.random() < 0.5:
            rng.shuffle(chosen)
        chosen.sort(key=lambda line: _ORDER.index(line.kind))
        return [self._quoted(line, asked) for line in dict.fromkeys(chosen)]

    def _quoted(self, line: Line, asked: Asked) -> Line:
        """A review as long as evidence shows it, with the points that are left in it."""
        if line.kind != "review":
            return line
        points = [p for p in line.points if p.aspects & asked.aspects] or list(line.points)
        wanted = stems(points[0].quote) if points else frozenset()
        text = quote(line.text, lambda sentence: len(wanted & stems(sentence)), _QUOTE_WORDS)
        kept = tuple(p for p in line.points if p.quote.casefold() in text.casefold())
        aspects = frozenset[str]().union(*(p.aspects for p in kept if p.tone == "praise"))
        return replace(line, text=text, points=kept, aspects=aspects)

    def _claims(self, subject: Subject, asked: Asked, told: Sequence[_Row], past: Past | None) -> Iterator[str]:
        """At most two claims with their marks, and now and then a drawback."""
        rng, teller = self.rng, Teller(self.rng, self.phrasing, subject)
        fitting = self._fitting(asked, told)
        room = rng.choices((1, 2), (35, 65))[0]
        said: list[str] = []
        if past is not None:
            link = self._linked(teller, asked, past, fitting)
            if link is not None:
                said.append(link)
        if said and "[A" not in said[0] and rng.random() < 0.6:
            room = 2
        taken = rng.random() < 0.5
        while fitting and len(said) < room:
            said.append(self._stated(teller, asked, fitting, taken=taken))
            taken = False
            if "]," in said[-1] and rng.random() < 0.6:
                break
        if past is not None and len(said) == 2 and rng.random() < 0.35:
            said.reverse()
        yield from said
        used = {i for _, i in told if any(f"[{i}]" in claim for claim in said)}
        if said and rng.random() < 0.14:
            yield from self._drawback(teller, [row for row in told if row[1] not in used])

    def _fitting(self, asked: Asked, told: Sequence[_Row]) -> list[_Row]:
        """The rows that fit, in the order in which they are told: what answers the first wish, before the others."""
        rows = [row for row in told if _fits(row[0], asked)]
        self.rng.shuffle(rows)
        first = asked.wishes[0].aspect
        rows.sort(key=lambda row: first not in row[0].aspects)
        praised: set[str] = set()
        distinct: list[_Row] = []
        for line, i in rows:
            point = _best_point(line, asked)
            repeated = any(_repeats(line, told) for told, _ in distinct)
            if not repeated and (point is None or point.quote.casefold() not in praised):
                distinct.append((line, i))
            if point is not None:
                praised.add(point.quote.casefold())
        return distinct

    def _stated(self, teller: Teller, asked: Asked, rows: list[_Row], *, taken: bool) -> str:
        """A claim of the first of ``rows``, or of the first two; takes from the list what it tells."""
        measured = [row for row in rows if _measured(row[0])]
        if len(measured) >= 2 and self.rng.random() < 0.5:
            rows[:] = [row for row in rows if row not in measured[:2]]
            fact = teller.pair(*(row[0].attribute for row in measured[:2] if row[0].attribute))
            marks = "".join(f"[{i}]" for _, i in measured[:2])
            return f"{self._taken_up(asked, measured[0][0], fact) if taken else fact} {marks}"
        line, i = rows.pop(0)
        taken = taken and not _is_price(line)
        one = teller.taken_up(line, _best_point(line, asked)) if taken else self._clause(teller, asked, line)
        if taken and not one[0].isupper():
            return f"{self._taken_up(asked, line, one)} [{i}]"
        if (
            line.attribute is None
            or _is_price(line)
            or not rows
            or len(one.split()) > _LONG
            or self.rng.random() < 0.35
        ):
            return f"{one} [{i}]"
        second = self._clause(teller, asked, rows[0][0])
        if second[0].isupper() or ":" in one + second or ";" in one + second or len(second.split()) > _LONG:
            return f"{one} [{i}]"
        return teller.joined(f"{one} [{i}]", f"{second} [{rows.pop(0)[1]}]")

    def _taken_up(self, asked: Asked, line: Line, fact: str) -> str:
        point = _best_point(line, asked)
        return taken_up(asked, point.aspects if point else line.aspects, fact, self.rng, self.phrasing)

    def _clause(self, teller: Teller, asked: Asked, line: Line) -> str:
        return teller.told(line, _best_point(line, asked), cap=asked.cap if _is_price(line) else None)

    def _linked(self, teller: Teller, asked: Asked, past: Past, rows: list[_Row]) -> str | None:
        """A claim that links what the shopper did with the item, or with a fact about it, taken from ``rows``."""
        rng, clause = self.rng, remembered(past, self.phrasing, self.rng)
        shared = link_to(teller.subject, past, clause, self.phrasing, rng)
        facts = [row for row in rows if row[0].attribute is not None and not _is_price(row[0])]
        known = past.comment is not None and past.comment.aspects & asked.aspects
        alike = shared is not None or known or past.other.item.kind == teller.subject.item.kind
        if facts and alike and (shared is None or rng.random() < 0.5):
            line, i = facts[0]
            assert line.attribute is not None
            rows.remove(facts[0])
            fact = teller.beside(line.attribute)
            if rng.random() < 0.5:
                return f"{linked('fact', clause, self.phrasing, rng, f=fact)} [H1][{i}]"
            return f"{linked('fact', f'{clause} [H1]', self.phrasing, rng, f=fact)} [{i}]"
        return None if shared is None else f"{shared} [H1]"

    def _drawback(self, teller: Teller, unused: Sequence[_Row]) -> Iterator[str]:
        for line, i in unused:
            complaint = next((p for p in line.points if p.tone == "complaint"), None)
            if complaint is not None and line.kind == "review":
                yield f"{teller.drawback(complaint)} [{i}]"
                return
            fact = line.attribute
            if fact is not None and fact.value == "no" and fact.name in self.phrasing.adjectives:
                yield f"{teller.fact(fact)} [{i}]"
                return


def _is_price(line: Line) -> bool:
    return line.attribute is not None and line.attribute.name == "price"


def _fits(line: Line, asked: Asked) -> bool:
    if _is_price(line):
        return asked.cap is not None
    attribute = line.attribute
    if (
        attribute is not None
        and str(attribute.value).split()[0].rstrip(",") in {"no", "not", "none"}
        and attribute.name not in _BENEFITS_WITHOUT
    ):
        return False
    return bool(line.aspects & asked.aspects)


def _repeats(line: Line, other: Line) -> bool:
    """Whether one is a fact that the other, a description, gives too."""
    facts = [each.attribute.text for each in (line, other) if each.attribute is not None and each.attribute.unit]
    prose = [each.text for each in (line, other) if each.kind == "attribute" and each.attribute is None]
    return any(fact in text for fact in facts for text in prose)


def _best_point(line: Line, asked: Asked) -> Point | None:
    """What of a line to tell: of a review the praise that fits, of a description its sentence."""
    if line.kind != "review":
        return next(iter(line.points), None)
    praise = [point for point in line.points if point.tone == "praise"]
    return next((point for point in praise if point.aspects & asked.aspects), praise[0])


def _measured(line: Line) -> bool:
    attribute = line.attribute
    if attribute is None or attribute.unit is None or attribute.unit == attribute.name:
        return False
    return not attribute.name.startswith("distance")
