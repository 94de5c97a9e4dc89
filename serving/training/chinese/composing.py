"""One Chinese example's words: what is asked, which evidence is shown, and how a reason tells what of it fits."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from agent.chinese.reading import all_readings
from agent.chinese.script import has_han
from agent.need.parse import Parser
from retrieval.embedding import Embedder
from retrieval.evidence import Evidence, EvidenceKind, numbered
from serving.training.asking import Asked
from serving.training.chinese.asking import Question, ask, taken_up
from serving.training.chinese.phrases import ZH, Phrases, name_of, noun_of, value_in_chinese, value_of
from serving.training.composing import Draft
from serving.training.past import Past, made_past
from serving.training.showing import Display, Row
from serving.training.speech import capitalised
from serving.training.stock import Subject

_NOTHING = 0.06
_UNANSWERED_LEFT_OUT = 0.75
_CHINESE = 0.3
"""How often evidence is tried in Chinese; most lines have no Chinese words."""
_NOBODY = Question(Asked("", (), frozenset()), {})
_ITSELF = re.compile(r"^(?:它|此款|这件)")
"""What would be the other item after a clause about it."""
NOTHING_SUITS = ZH.say("nothing_suits")


@dataclass(frozen=True, slots=True)
class ChineseComposer:
    """Drafts examples in Chinese about items it is given. Drafts are not proved yet."""

    rng: random.Random
    phrases: Phrases
    embedder: Embedder
    parsers: dict[str, Parser] = field(default_factory=dict)
    english: dict[str, str] = field(default_factory=dict)

    def compose(self, subject: Subject, other: Subject, stranger: Subject) -> Draft | None:
        """A draft about ``subject``; None if there is nothing to say; arguments as in `serving.training.composing`."""
        rng = self.rng
        question = ask(subject, other, rng, self.phrases, self._wishes())
        if question is None:
            return None
        nothing = question.cap is None and rng.random() < _NOTHING
        past = made_past(other, question.asked.aspects, rng) if not nothing and rng.random() < 0.3 else None
        shown = past or (made_past(stranger, frozenset(), rng, liked=False) if rng.random() < 0.12 else None)
        display = Display(rng, self.embedder, self.parsers)
        rows = display.unfit(subject, question.asked) if nothing else display.rows(subject, question.asked)
        answered = any(row.answers for row in rows)
        if (nothing and answered) or (not nothing and not answered and rng.random() < _UNANSWERED_LEFT_OUT):
            return None
        evidence = _evidence(rows, shown)
        factors = self._factors(question, liked=past is not None)
        text = question.asked.text
        if nothing:
            return Draft(text, factors, evidence, (NOTHING_SUITS,)) if evidence else None
        ids = [each.id for each in evidence if each.kind != "history"]
        told = [replace(row, id=i) for row, i in zip(rows, ids, strict=True)]
        claims = tuple(f"{claim}。" for claim in self._claims(subject, question, told, past))
        if claims and rng.random() < _CHINESE:
            evidence = tuple(map(self._in_chinese, evidence))
        return Draft(text, factors, evidence, claims) if claims else None

    def _wishes(self) -> dict[str, str]:
        if not self.english:
            words = {word for words in self.phrases.wishes.values() for word in words}
            self.english.update({word: all_readings(word) for word in words})
        return self.english

    def _factors(self, question: Question, *, liked: bool) -> tuple[str, ...]:
        found = ["matches what you asked"]
        if self.rng.random() < 0.3:
            found.append("fits your wishes")
        if liked:
            found.append("like what you chose before")
        if self.rng.random() < 0.6:
            found.append("liked by others")
        if question.cap:
            found.append("within your budget")
        return tuple(found)

    def _claims(self, subject: Subject, question: Question, told: Sequence[Row], past: Past | None) -> Iterator[str]:
        """At most two claims with their marks."""
        rng, rows = self.rng, self._fitting(told)
        said: list[str] = []
        if past is not None and (link := self._linked(subject, past, rows)):
            said.append(link)
        room = 2 if said and rng.random() < 0.7 else rng.choices((1, 2), (40, 60))[0]
        taken = rng.random() < 0.55
        while rows and len(said) < max(room, 1):
            said.append(self._stated(question, rows, taken=taken))
            taken = False
        if past is not None and len(said) == 2 and rng.random() < 0.3:
            said.reverse()
        yield from said

    def _fitting(self, told: Sequence[Row]) -> list[Row]:
        rows = [row for row in told if row.speaks_for_it and row.answers]
        rows = rows or [row for row in told if row.speaks_for_it and not row.is_price]
        self.rng.shuffle(rows)
        distinct: list[Row] = []
        for row in rows:
            if not any(row.repeats(other) for other in distinct):
                distinct.append(row)
        return distinct

    def _stated(self, question: Question, rows: list[Row], *, taken: bool) -> str:
        """A claim of the first of ``rows``, or of the first two; takes from the list what it tells."""
        row = rows.pop(0)
        one = self._clause(row, question)
        if taken and not row.is_price and "您" not in one:
            return f"{taken_up(question, row.answers, one, self.rng, self.phrases)}[{row.id}]"
        plain = row.line.attribute is not None and not row.is_price
        if plain and rows and rows[0].line.attribute is not None and self.rng.random() < 0.5:
            second = rows.pop(0)
            return self._say("facts.pair", f=f"{one}[{row.id}]", g=f"{self._clause(second, question)}[{second.id}]")
        return f"{one}[{row.id}]"

    def _clause(self, row: Row, question: Question) -> str:
        attribute = row.line.attribute
        if attribute is None:
            return self._told(row)
        name, value = name_of(attribute), value_of(attribute)
        if row.is_price:
            return self._say("facts.capped" if question.cap else "facts.price", v=value, cap=question.cap or "")
        if str(attribute.value) == "yes" and attribute.name in self.phrases.affirmed:
            return self._say("facts.affirming", y=self.phrases.affirmed[attribute.name])
        if has_han(value) and (attribute.name in self.phrases.affirmed or name in value):
            return self._say("facts.affirming", y=value)
        known = f"facts.{attribute.name}" if f"facts.{attribute.name}" in self.phrases.patterns else ""
        if attribute.unit:
            return self._say(known or "facts.measured", n=name, v=value)
        return self._say(known if known in {"facts.colour", "facts.material"} else "facts.text", n=name, v=value)

    def _told(self, row: Row) -> str:
        assert row.point is not None
        quote = capitalised(row.point.quote)
        retold = self.phrases.retold(row.point.quote)
        if row.line.kind == "review":
            if retold and self.rng.random() < 0.75:
                return self._say("reviews.reported", c=self.rng.choice(retold))
            return self._say("reviews.quoted", q=quote)
        return self._say("facts.description", q=quote)

    def _linked(self, subject: Subject, past: Past, rows: list[Row]) -> str | None:
        """A claim that links what the shopper did with the item, or with a fact about it, taken from ``rows``."""
        clause, item, other = self._remembered(past), subject.item, past.other.item
        noun = noun_of(item.kind)
        links = []
        if other.kind == item.kind and noun:
            links.append(("kind", {"kind": noun}))
        if item.brand and other.brand == item.brand and item.brand in item.title and item.brand in other.title:
            links.append(("brand", {"brand": item.brand}))
        facts = [row for row in rows if row.line.attribute is not None and not row.is_price]
        if facts and (not links or self.rng.random() < 0.5):
            row = facts[0]
            rows.remove(row)
            fact = _ITSELF.sub("这款", self._clause(row, _NOBODY))
            return f"{self._say('history.link_fact', p=f'{clause}[H1]', f=fact)}[{row.id}]"
        if not links:
            return f"{clause}[H1]"
        name, slots = self.rng.choice(links)
        return f"{self._say(f'history.link_{name}', p=clause, **slots)}[H1]"

    def _remembered(self, past: Past) -> str:
        title, event = past.other.item.title, past.event
        if past.comment is not None and self.rng.random() < 0.75:
            return self._say("history.said", x=title, q=capitalised(past.comment.quote))
        if event.rating is not None and (event.kind != "purchase" or self.rng.random() < 0.6):
            return self._say("history.stars", x=title, s=f"{event.rating:g}")
        kind = event.kind if event.kind in {"view", "cart", "share"} else "purchase"
        return self._say(f"history.{kind}", x=title)

    def _in_chinese(self, each: Evidence) -> Evidence:
        """A line of evidence in Chinese where there are words for all of it; what the shopper did stays as it is."""
        if each.kind == "review" and (retold := self.phrases.retold(each.text)):
            return replace(each, text=f"{retold[0]}。")
        name, colon, value = each.text.partition(": ")
        if each.kind == "attribute" and colon and not each.text.endswith("."):
            told, worded = noun_of(name), value_in_chinese(value, name)
            if told and (worded != value or value[0].isdigit()):
                return replace(each, text=f"{told}：{worded}")
        return each

    def _say(self, name: str, **slots: str) -> str:
        it = self.rng.choice(self.phrases.patterns["facts.it"])
        who = self.rng.choice(self.phrases.patterns["reviews.who"])
        return self.phrases.say(name, self.rng, **{"it": it, "who": who, **slots})


def _evidence(rows: Sequence[Row], shown: Past | None) -> tuple[Evidence, ...]:
    given: list[tuple[EvidenceKind, str, str]] = [(row.line.kind, row.line.text, "") for row in rows]
    marks: list[tuple[str, ...]] = [row.answers for row in rows]
    if shown is not None:
        given.insert(0, ("history", shown.text, ""))
        marks.insert(0, ())
    return tuple(replace(each, answers=mark) for each, mark in zip(numbered(given), marks, strict=True))
