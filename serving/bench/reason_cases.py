"""Cases of the benchmark of reasons: a shopper, a question, an item, and the evidence that a turn would choose.

Everything follows from the seed. An item is put to the test only with a question for which the ranking would really
suggest it, and with the factors and the evidence that it then has.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.need.parse import Parser
from retrieval.catalogue import Item
from retrieval.events import Event, EventKind
from retrieval.evidence import Evidence, choose_evidence
from retrieval.history import Trace, traces
from retrieval.index import ShopIndex
from retrieval.need import Need
from retrieval.ranking import Ranker
from retrieval.recall import recall
from retrieval.snippets import sentences
from retrieval.suggestion import Suggestion
from serving.training.examples import Example
from serving.training.lessons import Language, Lesson
from serving.training.phrasing import Phrasing
from serving.training.speech import capitalised, with_article
from serving.training.stock import demo_shop

_TRIES = 20
"""How many questions a case may cost on average; those for which the item is no suggestion are passed over."""
_FORMS = {"plain": 58, "priced": 20, "gift": 12, "compared": 10}
_KINDS: dict[EventKind, int] = {"view": 35, "purchase": 25, "cart": 15, "rating": 15, "comment": 10}
_WORD = re.compile(r"(?<![\w’'-])[a-z]{5,}(?![\w’'-])")
_DULL = re.compile(
    r"(?:ing|ly|ed)$|^(?:about|after|again|always|among|because|before|every|features?|ideal|offers?|perfect|these|those"
    r"|their|there|through|which|while|with|without|your)$"
)
"""Words of a description that nobody searches for."""


@dataclass(frozen=True, slots=True)
class Ware:
    """An item that is asked for, how another question would call it, and what shoppers may want it for."""

    item: Item
    name: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One reason to be written. ``history`` tells how many events the shopper has; a new one has none."""

    question: str
    item: Item
    history: int
    evidence: tuple[Evidence, ...]
    factors: tuple[str, ...]
    language: Language = "en"

    @property
    def known(self) -> str:
        """All that the reason may know, as one text."""
        return "\n".join((*(each.text for each in self.evidence), self.item.title, self.question))


def demo_wares(folder: Path, *, all_of_them: bool = False) -> tuple[Ware, ...]:
    """The demo shop's items of the categories that training knows nothing of, or of all."""
    return tuple(
        Ware(subject.item, subject.name, tuple(need for needs in subject.needs.values() for need in needs))
        for subject in demo_shop(folder)
        if subject.needs and (all_of_them or subject.shop == "held out")
    )


def foreign_wares(items: Sequence[Item], rng: random.Random) -> tuple[Ware, ...]:
    """Items of a catalogue that comes without needs: they are made of its own words."""
    return tuple(Ware(item, item.title, tuple(_worded(item, rng))) for item in items)


def example_cases(lessons: Sequence[Lesson], wares: Sequence[Ware]) -> tuple[Case, ...]:
    """Examples of training about categories that it knows nothing of, as cases: their needs, evidence and factors.

    Those of a repair, and those about other items than the wares, are passed over.
    """
    items = {ware.item.title: ware.item for ware in wares}
    return tuple(
        Case(
            each.need,
            items[each.title],
            sum(e.kind == "history" for e in each.evidence),
            each.evidence,
            each.factors,
            each.language,
        )
        for each in lessons
        if isinstance(each, Example) and not each.problem and each.title in items
    )


def _worded(item: Item, rng: random.Random) -> Iterator[str]:
    noun = item.kind.casefold().replace("-", " ").replace("_", " ")
    found = [w for w in dict.fromkeys(_WORD.findall(item.description)) if not _DULL.search(w) and w not in noun]
    if len(found) >= 2:
        one, two = rng.sample(found, 2)
        yield f"{with_article(noun)}, {one}"
        yield f"{with_article(noun)}, {one} and {two}"
        yield f"{noun} {two}"
    stated = [a for a in item.attributes if a.name != "type" and isinstance(a.value, str) and len(a.value) < 20]
    if stated:
        attribute = rng.choice(stated)
        yield f"{with_article(noun)} with {attribute.name} {attribute.value}"
    yield with_article(noun)


class CaseMaker:
    """Makes cases over one shop's index.

    Args:
        wares: what is asked for, and what shoppers have a history of; all of them are in the index.
        phrasing: how needs are worded.
    """

    def __init__(self, index: ShopIndex, wares: Sequence[Ware], phrasing: Phrasing, rng: random.Random) -> None:
        self.passed_over = 0
        """Questions for which the item was no suggestion, so that no reason is needed."""
        self._index = index
        self._wares = wares
        self._phrasing = phrasing
        self._rng = rng
        self._parser = Parser(index.catalogue.vocabulary, index.catalogue.currency)
        self._ranker = Ranker()
        self._now = datetime.now(UTC)

    def make(self, count: int) -> tuple[Case, ...]:
        """At most ``count`` cases, each with another question or item; every second shopper has a history."""
        found: dict[tuple[str, str], Case] = {}
        for _ in range(count * _TRIES):
            if len(found) == count:
                break
            ware = self._rng.choice(self._wares)
            question = self.question(ware)
            if (question, ware.item.item_id) in found:
                continue
            case = self._case(question, ware, self._history(ware) if len(found) % 2 else ())
            if case is None:
                self.passed_over += 1
            else:
                found[question, ware.item.item_id] = case
        return tuple(found.values())

    def question(self, ware: Ware) -> str:
        """One of the ways to ask for it, drawn."""
        rng = self._rng
        form = rng.choices(tuple(_FORMS), tuple(_FORMS.values()))[0]
        item, other = ware.item, rng.choice([w for w in self._wares if w is not ware])
        text = self._phrasing.say(
            f"needs.{form}",
            rng,
            need=rng.choice(ware.needs),
            cap=f"{round(item.price * rng.uniform(1.05, 1.6)) + 1} {item.currency}",
            person=rng.choice(self._phrasing.persons),
            x=other.name,
        )
        return capitalised(text) if rng.random() < 0.6 else text

    def _case(self, question: str, ware: Ware, history: tuple[Trace, ...]) -> Case | None:
        need = self._parser.refine((), question)
        recalled = recall(self._index, need, history, n=len(self._index.catalogue))
        ranked = self._ranker.rank(recalled.need, recalled.candidates, history, self._index, n=len(recalled.candidates))
        suggestion = next((s for s in ranked if s.item.item_id == ware.item.item_id), None)
        return None if suggestion is None else self._reasoned(question, recalled.need, suggestion, len(history))

    def _reasoned(self, question: str, need: Need, suggestion: Suggestion, history: int) -> Case:
        evidence = choose_evidence(self._index, need, suggestion)
        return Case(question, suggestion.item, history, evidence, suggestion.raised_by)

    def _history(self, ware: Ware) -> tuple[Trace, ...]:
        """One to four events about other items, half of them of the same kind, or else of the same category."""
        rng = self._rng
        others = [w.item for w in self._wares if w.item.item_id != ware.item.item_id]
        like = [item for item in others if item.kind == ware.item.kind]
        like = like or [item for item in others if item.category == ware.item.category]
        about = [rng.choice(like if like and rng.random() < 0.5 else others) for _ in range(rng.randint(1, 4))]
        events = [self._event(number, item) for number, item in enumerate(dict.fromkeys(about))]
        return traces(events, self._index.catalogue, self._index.embedder)

    def _event(self, number: int, item: Item) -> Event:
        rng = self._rng
        kinds: Mapping[EventKind, int] = {k: w for k, w in _KINDS.items() if k != "comment" or item.reviews}
        kind = rng.choices(tuple(kinds), tuple(kinds.values()))[0]
        review = rng.choice(item.reviews) if item.reviews else None
        rated = kind in {"rating", "comment"} or (kind == "purchase" and rng.random() < 0.5)
        stars = review.rating if review else rng.choice((3.0, 4.0, 5.0))
        said = review is not None and (kind == "comment" or (rated and rng.random() < 0.5))
        return Event(
            event_id=f"bench-{number}",
            shopper_id="bench",
            kind=kind,
            at=self._now - timedelta(days=rng.randint(1, 200)),
            item_id=item.item_id,
            rating=stars if rated else None,
            comment=sentences(review.text)[0] if review and said else None,
        )
