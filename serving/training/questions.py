"""What a shopper asks about one item, and which of its facts answer it, as far as that is known."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.items.item_facts import Fact, facts_of
from retrieval.catalogue import Attribute
from retrieval.facts import fact
from serving.training.manuals import ManualLine, Stocked, silent_questions
from serving.training.phrasing import Phrasing
from serving.training.speech import plural, with_article
from serving.training.subjects import Subject

_TOPIC = re.compile(
    r"\b(?:the|its|their) ([a-z]{4,})(?=[.,]|\s(?:is|was|are|were|has|had|does|did|of|in|on|that|with|for|and|but|"
    r"stays|holds|broke|comes|came|feels|felt|looks|lasts|fits|makes|made|needs|still|never)\b)"
)
_DULL = re.compile(r"(?:first|second|third|same|other|whole|times?|weeks?|years?|whom|where|which|there)$")
_USE = re.compile(r"(?:^|\s)for (?P<use>(?!me\b|a |an |the ).+)$")


@dataclass(frozen=True, slots=True)
class Question:
    """A question; ``answers`` are the texts of the facts that answer it, none if the item does not say.

    ``line`` is the manual's line that it is about, ``kind`` what sort of question it is.
    """

    text: str
    answers: frozenset[str]
    kind: str
    line: ManualLine | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks about items.

    Args:
        names: attribute names that items of each shop may have, by shop.
        held_out: whether the wordings are those kept from training.
    """

    rng: random.Random
    phrasing: Phrasing
    names: Mapping[str, Sequence[str]]
    held_out: bool

    def ask(self, stocked: Stocked) -> Question | None:
        """A question that the item answers; None if the kind drawn has none to ask."""
        kinds = {"attribute": 36, "value": 8, "manual": 26, "customers": 16, "suits": 8, "shelf": 6}
        kind = self.rng.choices(tuple(kinds), tuple(kinds.values()))[0]
        found: Question | None = getattr(self, f"_{kind}")(stocked)
        return found

    def ask_in_vain(self, stocked: Stocked) -> Question | None:
        """A question that the item's data does not answer, as far as is known; None if none was found."""
        kind = self.rng.choices(("attribute", "manual", "other"), (50, 28, 22))[0]
        if kind == "attribute":
            has = {a.name for a in stocked.item.attributes}
            lacking = [name for name in self.names.get(stocked.subject.shop, ()) if name not in has]
            if not lacking:
                return None
            return Question(self._of_name(self.rng.choice(lacking), stocked.subject), frozenset(), "attribute")
        if kind == "manual" and stocked.lacking:
            return Question(self.rng.choice(self.rng.choice(stocked.lacking).asks), frozenset(), "manual")
        return Question(self.rng.choice(silent_questions(held_out=self.held_out)), frozenset(), "other")

    def _attribute(self, stocked: Stocked) -> Question | None:
        stated = [a for a in stocked.item.attributes if a.name != "type"]
        if not stated:
            return None
        attribute = self.rng.choice(stated)
        text = self._of(attribute, stocked.subject)
        return Question(text, frozenset({fact(attribute)}), "attribute")

    def _value(self, stocked: Stocked) -> Question | None:
        stated = [a for a in stocked.item.attributes if a.name != "type" and str(a.value) not in {"yes", "no", "none"}]
        if not stated:
            return None
        attribute = self.rng.choice(stated)
        text = self._say("valued", stocked.subject, n=attribute.name, v=attribute.text)
        return Question(text, frozenset({fact(attribute)}), "value")

    def _shelf(self, stocked: Stocked) -> Question:
        """Price or stock."""
        name = self.rng.choice(("price", "stock"))
        facts = [fact.text for fact in facts_of(stocked.item) if fact.name == name]
        return Question(self._say(name, stocked.subject), frozenset(facts), "shelf")

    def _manual(self, stocked: Stocked) -> Question | None:
        if not stocked.lines:
            return None
        line = self.rng.choice(stocked.lines)
        return Question(self.rng.choice(line.asks), frozenset({line.text}), "manual", line)

    def _customers(self, stocked: Stocked) -> Question | None:
        """What customers say of something that one of them speaks of."""
        reviews = [fact for fact in facts_of(stocked.item) if fact.kind == "review"]
        topics = [(fact, topic) for fact in reviews for topic in _topics(fact)]
        if not topics:
            return None
        _, topic = self.rng.choice(topics)
        speaking = frozenset(fact.text for fact, about in topics if about == topic)
        return Question(self._say("customers", stocked.subject, t=topic), speaking, "customers")

    def _suits(self, stocked: Stocked) -> Question | None:
        """Whether it is good for what shoppers want such things for."""
        uses = [
            (aspect, match["use"])
            for aspect, needs in stocked.subject.needs.items()
            for need in needs
            if (match := _USE.search(need))
        ]
        if not uses:
            return None
        aspect, use = self.rng.choice(uses)
        lines = [line for line in stocked.subject.lines if aspect in line.aspects]
        told = {point.quote.casefold() for line in lines for point in line.points if aspect in point.aspects}
        texts = {line.text for line in lines if line.attribute is not None}
        texts |= {f.text for f in facts_of(stocked.item) if any(quote in f.text.casefold() for quote in told)}
        return Question(self._say("suits", stocked.subject, u=use), frozenset(texts), "suits")

    def _of(self, attribute: Attribute, subject: Subject) -> str:
        """A question for an attribute that the item has."""
        if str(attribute.value) in {"yes", "no"}:
            name = "graded" if attribute.name in self.phrasing.adjectives else "has"
            return self._say(name, subject, n=attribute.name)
        return self._of_name(attribute.name, subject)

    def _of_name(self, name: str, subject: Subject) -> str:
        if name in self.phrasing.adjectives:
            return self._say("graded", subject, n=name)
        if f"questions.{name}" in self.phrasing.patterns and self.rng.random() < 0.75:
            return self._say(name, subject, n=name)
        return self._say("named many" if plural(name) else "named", subject, n=name)

    def _say(self, name: str, subject: Subject, **slots: str) -> str:
        noun = "one" if plural(subject.item.kind) else subject.item.kind
        common = {"noun": noun, "an": with_article(slots.get("n", "one"))}
        text = self.phrasing.say(f"questions.{name}", self.rng, **common | slots)
        text = text[0].upper() + text[1:]
        return text.lower().rstrip("?.") if self.rng.random() < 0.06 else text


def _topics(fact: Fact) -> Iterator[str]:
    """What a customer's sentence speaks of, by the nouns that follow an article."""
    for match in _TOPIC.finditer(fact.text):
        if not _DULL.match(match[1]):
            yield match[1]
