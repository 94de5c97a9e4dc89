"""How an answer is worded: the fact that answers, after the yes or no that the shop gives, and who says otherwise."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from agent.items.answer_proof import Shown
from agent.items.finding import AnswerConfig, Found
from agent.items.item_facts import Fact
from agent.items.product_question import Reading, otherwise
from agent.reasons.claims import Claim, written
from retrieval.catalogue import Attribute, Item
from serving.training.manuals import Stocked, point_lines
from serving.training.phrasing import Phrasing
from serving.training.questions import Question
from serving.training.speech import as_clause, capitalised, tellable
from serving.training.stock import Line, Point
from serving.training.telling import Teller

_SECOND = 0.25
"""How often a second customer is told of who speaks of the same."""


@dataclass(frozen=True, slots=True)
class Replier:
    """Words answers. They are not proved yet."""

    rng: random.Random
    phrasing: Phrasing

    def reply(self, stocked: Stocked, question: Question, reading: Reading, lines: Sequence[Shown]) -> str | None:
        """One or two sentences with their citations; None if what answers is not among the evidence."""
        fitting = [each for each in lines if each.found.fact.text in question.answers]
        fitting.sort(key=lambda each: each.found.fact.kind == "review")
        if not fitting:
            return None
        first = fitting[0]
        clause = self._told(stocked, question, first.found.fact)
        if clause is None:
            return None
        sentences = [self._sentence(self._opening(reading, first.found) + clause, first)]
        other = otherwise(first.found.stance, [each.found for each in lines if each is not first])
        second = next((each for each in lines if other is not None and each.found is other), None)
        if second is not None:
            clause = self._told(stocked, question, second.found.fact)
            sentences.append(self._sentence(f"but {clause}", second))
        elif question.kind == "customers" and len(fitting) > 1 and self.rng.random() < _SECOND:
            clause = self._told(stocked, question, fitting[1].found.fact)
            sentences.append(self._sentence(str(clause), fitting[1]))
        return " ".join(sentences)

    def _opening(self, reading: Reading, found: Found) -> str:
        if not reading.asked.yes_or_no or found.fact.kind == "review" or found.stance == "open":
            return ""
        if found.stance == "yes" and found.fact.kind != "attribute" and found.near < AnswerConfig().yes:
            return ""
        return "yes, " if found.stance == "yes" else "no, "

    def _sentence(self, clause: str, line: Shown) -> str:
        return written(Claim(f"{capitalised(clause)}.", (line.evidence.id,)))

    def _told(self, stocked: Stocked, question: Question, fact: Fact) -> str | None:
        teller = Teller(self.rng, self.phrasing, stocked.subject)
        if fact.kind == "attribute":
            return self._fact(teller, stocked.item, fact)
        if fact.kind == "review":
            return self._review(teller, stocked, fact)
        if question.line is not None and fact.text == question.line.text and self.rng.random() < 0.75:
            return self.phrasing.say("questions.told", self.rng, c=self.rng.choice(question.line.says))
        if self.rng.random() < 0.5 and tellable(fact.text):
            return self.phrasing.say("questions.told", self.rng, c=as_clause(fact.text))
        return self.phrasing.say("questions.quoted", self.rng, q=fact.text.rstrip("."))

    def _fact(self, teller: Teller, item: Item, fact: Fact) -> str:
        if fact.name == "stock":
            count = fact.text.partition(": ")[2]
            return count if count == "out of stock" else f"there are {count}"
        if fact.name == "price":
            return teller.fact(Attribute("price", item.price_text))
        return teller.fact(next(a for a in item.attributes if a.name == fact.name))

    def _review(self, teller: Teller, stocked: Stocked, fact: Fact) -> str:
        bare = fact.text.rstrip(".")
        line = point_lines(stocked.subject).get(bare.casefold())
        if line is not None:
            point = next(p for p in line.points if p.quote.casefold() == bare.casefold())
        else:
            clause = as_clause(fact.text) if tellable(fact.text) else None
            point = Point(bare, clause, frozenset(), "praise")
        # A line of this one sentence, so that nothing is told of what the review says beside it.
        alone = Line("review", fact.text, frozenset(), (point,))
        return teller.told(alone, point)
