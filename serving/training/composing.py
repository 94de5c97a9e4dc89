"""One example's words: which evidence is shown, which of it fits the need, and how a reason says so."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from agent.need.parse import Parser
from agent.reasons.reason import NOTHING_FITS
from retrieval.embedding import Embedder
from retrieval.evidence import Evidence, EvidenceKind, numbered
from serving.training.asking import Asked, ask, taken_up
from serving.training.past import Past, link_to, linked, made_past, remembered
from serving.training.phrasing import Phrasing
from serving.training.showing import Display, Row
from serving.training.speech import capitalised
from serving.training.stock import Subject
from serving.training.telling import Teller

_NOTHING = 0.1
"""How often evidence is tried in which nothing speaks for the item; most of it has a line that does."""
_UNANSWERED_LEFT_OUT = 0.65
"""So that of most examples some of the evidence answers the need, as it does where an item is suggested."""
_NAMED = "like what you chose before"
_LONG = 16
"""Words of a clause that another one is not joined to."""


@dataclass(frozen=True, slots=True)
class Draft:
    need: str
    factors: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    claims: tuple[str, ...]
    """Each with its marks and its full stop."""
    wishes: tuple[str, ...] = ()
    """What is asked for, as the shopper hears it."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Drafts examples about items it is given. Drafts are not proved yet."""

    rng: random.Random
    phrasing: Phrasing
    embedder: Embedder
    parsers: dict[str, Parser] = field(default_factory=dict)

    def compose(self, subject: Subject, other: Subject, stranger: Subject) -> Draft | None:
        """A draft about ``subject``; None if there is nothing to say.

        Args:
            other: an item like it, which the shopper may have had to do with.
            stranger: an item that has nothing to do with it; evidence about it is shown at times, and never used.
        """
        rng = self.rng
        asked = ask(subject, other, rng, self.phrasing)
        nothing = asked.cap is None and rng.random() < _NOTHING
        past = made_past(other, asked.aspects, rng) if not nothing and rng.random() < 0.32 else None
        shown = past or (made_past(stranger, frozenset(), rng, liked=False) if rng.random() < 0.12 else None)
        display = Display(rng, self.embedder, self.parsers)
        rows = display.unfit(subject, asked) if nothing else display.rows(subject, asked)
        answered = any(row.answers for row in rows)
        if (nothing and answered) or (not nothing and not answered and rng.random() < _UNANSWERED_LEFT_OUT):
            return None
        evidence = _evidence(rows, shown)
        factors = self._factors(asked, liked=past is not None)
        if nothing:
            return Draft(asked.text, factors, evidence, (NOTHING_FITS,)) if evidence else None
        ids = [each.id for each in evidence if each.kind != "history"]
        told = [replace(row, id=i) for row, i in zip(rows, ids, strict=True)]
        claims = tuple(f"{capitalised(claim)}." for claim in self._claims(subject, asked, told, past))
        wishes = tuple(wish.text for wish in asked.wishes)
        return Draft(asked.text, factors, evidence, claims, wishes) if claims else None

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

    def _claims(self, subject: Subject, asked: Asked, told: Sequence[Row], past: Past | None) -> Iterator[str]:
        """At most two claims with their marks, and now and then a drawback."""
        rng, teller = self.rng, Teller(self.rng, self.phrasing, subject)
        fitting = self._fitting(told, asked)
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
        used = {row.id for row in told if any(f"[{row.id}]" in claim for claim in said)}
        if said and rng.random() < 0.14:
            yield from self._drawback(teller, [row for row in told if row.id not in used])

    def _fitting(self, told: Sequence[Row], asked: Asked) -> list[Row]:
        """The rows that are told, in their order: those that answer the need, or what speaks for the item if none
        does."""
        rows = [row for row in told if row.speaks_for_it and row.answers]
        rows = rows or [row for row in told if row.speaks_for_it and not row.is_price]
        self.rng.shuffle(rows)
        first = asked.wishes[0]
        rows.sort(key=lambda row: first not in map(asked.wish, row.answers))
        distinct: list[Row] = []
        for row in rows:
            if not any(row.repeats(other) for other in distinct):
                distinct.append(row)
        return distinct

    def _stated(self, teller: Teller, asked: Asked, rows: list[Row], *, taken: bool) -> str:
        """A claim of the first of ``rows``, or of the first two; takes from the list what it tells."""
        measured = [row for row in rows if row.is_measured]
        if len(measured) >= 2 and self.rng.random() < 0.5:
            rows[:] = [row for row in rows if row not in measured[:2]]
            fact = teller.pair(*(row.line.attribute for row in measured[:2] if row.line.attribute))
            marks = "".join(f"[{row.id}]" for row in measured[:2])
            return f"{self._taken_up(asked, measured[0], fact) if taken else fact} {marks}"
        row = rows.pop(0)
        line = row.line
        taken = taken and bool(row.answers) and not row.is_price
        one = teller.taken_up(line, row.point) if taken else self._clause(teller, asked, row)
        if taken and not one[0].isupper():
            return f"{self._taken_up(asked, row, one)} [{row.id}]"
        if line.attribute is None or row.is_price or not rows or len(one.split()) > _LONG or self.rng.random() < 0.35:
            return f"{one} [{row.id}]"
        second = self._clause(teller, asked, rows[0])
        if second[0].isupper() or ":" in one + second or ";" in one + second or len(second.split()) > _LONG:
            return f"{one} [{row.id}]"
        return teller.joined(f"{one} [{row.id}]", f"{second} [{rows.pop(0).id}]")

    def _taken_up(self, asked: Asked, row: Row, fact: str) -> str:
        return taken_up(asked, row.answers, fact, self.rng, self.phrasing)

    def _clause(self, teller: Teller, asked: Asked, row: Row) -> str:
        return teller.told(row.line, row.point, cap=asked.cap if row.is_price else None)

    def _linked(self, teller: Teller, asked: Asked, past: Past, rows: list[Row]) -> str | None:
        """A claim that links what the shopper did with the item, or with a fact about it, taken from ``rows``."""
        rng, clause = self.rng, remembered(past, self.phrasing, self.rng)
        shared = link_to(teller.subject, past, clause, self.phrasing, rng)
        facts = [row for row in rows if row.line.attribute is not None and not row.is_price]
        known = past.comment is not None and past.comment.aspects & asked.aspects
        alike = shared is not None or known or past.other.item.kind == teller.subject.item.kind
        if facts and alike and (shared is None or rng.random() < 0.5):
            row = facts[0]
            assert row.line.attribute is not None
            rows.remove(row)
            fact = teller.beside(row.line.attribute)
            if rng.random() < 0.5:
                return f"{linked('fact', clause, self.phrasing, rng, f=fact)} [H1][{row.id}]"
            return f"{linked('fact', f'{clause} [H1]', self.phrasing, rng, f=fact)} [{row.id}]"
        return None if shared is None else f"{shared} [H1]"

    def _drawback(self, teller: Teller, unused: Sequence[Row]) -> Iterator[str]:
        for row in unused:
            complaint = next((p for p in row.line.points if p.tone == "complaint"), None)
            if complaint is not None and row.line.kind == "review":
                yield f"{teller.drawback(complaint)} [{row.id}]"
                return
            fact = row.line.attribute
            if fact is not None and fact.value == "no" and fact.name in self.phrasing.adjectives:
                yield f"{teller.fact(fact)} [{row.id}]"
                return


def _evidence(rows: Sequence[Row], shown: Past | None) -> tuple[Evidence, ...]:
    """The evidence as it is shown: what the shopper did first, then the rows."""
    given: list[tuple[EvidenceKind, str, str]] = [(row.line.kind, row.line.text, "") for row in rows]
    marks = [row.answers for row in rows]
    if shown is not None:
        given.insert(0, ("history", shown.text, ""))
        marks.insert(0, ())
    return tuple(replace(each, answers=mark) for each, mark in zip(numbered(given), marks, strict=True))
