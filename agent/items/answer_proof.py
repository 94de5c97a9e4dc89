"""The proof of a written answer: what it says must be true of the evidence, and must answer the question.

A sentence passes if the verifier of reasons lets it pass (`agent.reasons.verify`) and if it is to the point: the
evidence cited answers the question, the sentence tells that part of it, a quantity is there where one is asked for,
and its yes or no is the one that the shop's own words give. A customer's word is told as a customer's, without a yes;
where the shop's own data says yes or no, a customer's word alone is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.items.finding import PROPOSED, AnswerConfig, Found, answering, answers, as_evidence, order
from agent.items.item_facts import Fact
from agent.items.product_question import Reading
from agent.items.statements import Stance
from agent.reasons.claims import Claim
from agent.reasons.support import Support
from agent.reasons.verify import Cause, Verdict, Verifier
from agent.reasons.wording import content
from agent.texts import Texts
from agent.words.denial import spelled_out
from agent.words.measures import measures_in, same
from retrieval.evidence import Evidence
from retrieval.words import stems

MOST_FACTS = 5
"""Facts that the model is shown."""
SILENT = Texts.of("en").say("data_silent")
"""What the model writes where the evidence holds no answer; it cites nothing."""
_POLAR = re.compile(r"^(?P<word>yes|no)\b\s*[,:;.–—-]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact as evidence for the model, with what speaks for it."""

    evidence: Evidence
    found: Found


def shown(reading: Reading, most: int = MOST_FACTS) -> tuple[Shown, ...]:
    """The facts nearest to the question, whether or not one answers it, in the order in which the shop has them."""
    best = sorted(reading.found, key=lambda f: (f.fact not in reading.stated, f not in reading.answering, _rank(f)))
    chosen: dict[str, Found] = {}
    for each in best:
        if len(chosen) < most:
            chosen.setdefault(each.fact.text.casefold(), each)
    kept = [each for each in reading.found if chosen.get(each.fact.text.casefold()) is each]
    return tuple(map(Shown, as_evidence(each.fact for each in kept), kept))


def _rank(found: Found) -> tuple[object, ...]:
    """What answers in the question's words before what is merely near, but a near one before a half of it."""
    return order(found) if found.covered >= 1 else (0, True, True, -found.worth)


@dataclass(frozen=True)
class AnswerProof:
    """Checks the sentences of an answer.

    Args:
        reading: the question and all facts.
        lines: what the model was shown, by id.
        brands: all brands the shop sells.
        support: see `Verifier`.
        config: from where on a fact that the model cites answers the question.
    """

    reading: Reading
    lines: Mapping[str, Shown]
    brands: frozenset[str] = frozenset()
    support: Support = field(default_factory=Support)
    config: AnswerConfig = PROPOSED

    @classmethod
    def of(
        cls,
        reading: Reading,
        lines: Sequence[Shown],
        brands: frozenset[str] = frozenset(),
        *,
        support: Support | None = None,
    ) -> AnswerProof:
        return cls(reading, {each.evidence.id: each for each in lines}, brands, support or Support())

    @property
    def answerable(self) -> bool:
        """Whether the rules find an answer, which silence would deny."""
        return not self.reading.said.abstained

    def check(self, claim: Claim) -> Verdict:
        """The verdict on one sentence; the first thing that is wrong decides it."""
        polar, rest = opened(claim.text)
        evidence = [each.evidence for each in self.lines.values()]
        item, question = self.reading.item, self.reading.question
        verifier = Verifier.of(evidence, item.title, self.brands, need=question, support=self.support)
        verdict = verifier.check(Claim(rest, claim.evidence_ids))
        if not verdict.supported:
            return Verdict(claim, False, verdict.cause, verdict.problem)
        cited = [self.lines[i].found for i in claim.evidence_ids]
        for cause, problem in self._beside_the_point(rest, polar, cited):
            if problem:
                return Verdict(claim, False, cause, problem)
        return Verdict(claim, True)

    def stance(self, claims: Sequence[Claim]) -> Stance:
        """Where the facts cited stand together; open if they do not agree."""
        cited = {self.lines[i].found.stance for claim in claims for i in claim.evidence_ids} - {"open"}
        return cited.pop() if len(cited) == 1 else "open"

    def _beside_the_point(self, text: str, polar: Stance, cited: Sequence[Found]) -> Iterator[tuple[Cause, str]]:
        asked = self.reading.asked
        off = [each for each in cited if not self._answers(each)]
        yield "relevance", f"the evidence cited does not answer: {off[0].fact.text}" if off else ""
        if asked.how or any(each.fact in self.reading.stated for each in cited):
            lacking = [each for each in cited if not _value_told(text, each.fact)]
            yield "relevance", f"the sentence leaves out: {lacking[0].fact.text}" if lacking else ""
        if asked.how and not Fact("description", text, "").measured:
            yield "relevance", "the question asks for a quantity"
        told = any(self._tells(text, each) for each in cited)
        yield "relevance", "" if told else "the sentence leaves the answer out"
        yield "relevance", self._against_the_shop(cited)
        yield "polarity", _wrong_polarity(polar, asked.yes_or_no, cited)

    def _answers(self, found: Found) -> bool:
        """Whether a fact answers: one with less of the question, or not in its own words, only where none has more."""
        reading = self.reading
        if reading.stated or not reading.asked.words:
            return found.fact in reading.stated
        most = max(((each.covered, each.exact) for each in reading.answering), default=(0.0, False))
        taken = found in reading.answering or answers(found, reading.asked, self.config)
        return taken and (found.covered, found.exact) >= most

    def _tells(self, text: str, found: Found) -> bool:
        """Whether a sentence has of the question's words what the fact has: its other half would be no answer."""
        fact = found.fact
        if fact.kind == "attribute":
            return _value_told(text, fact)
        asked = self.reading.asked
        mine = asked.covered_by(Fact("description", text, ""))
        return mine + 1e-6 >= found.covered and len(content(text) & stems(spelled_out(fact.text))) >= 1

    def _against_the_shop(self, cited: Sequence[Found]) -> str:
        """What is wrong with a customer's word alone where the shop itself says yes or no."""
        if any(each.fact.kind != "review" for each in cited) or self.reading.asked.of_customers:
            return ""
        own = [f for f in self.reading.answering if f.fact.kind != "review" and f.stance != "open"]
        return f"the shop's own data says: {own[0].fact.text}" if own else ""


def opened(text: str) -> tuple[Stance, str]:
    """A sentence's yes or no, and the rest of it; ``open`` if it has none."""
    match = _POLAR.match(text)
    if match is None:
        return "open", text
    rest = text[match.end() :]
    return ("yes" if match["word"].casefold() == "yes" else "no"), rest[:1].upper() + rest[1:]


def overlooked(reading: Reading, claims_cite: Sequence[Fact], said: Stance) -> Found | None:
    """A customer who says the opposite of an answer that does not tell of them."""
    if said == "open":
        return None
    others = answering(reading.found, reading.asked, AnswerConfig())
    told = {fact.text for fact in claims_cite}
    return next(
        (o for o in others if o.fact.kind == "review" and o.stance not in {"open", said} and o.fact.text not in told),
        None,
    )


def _wrong_polarity(polar: Stance, yes_or_no: bool, cited: Sequence[Found]) -> str:
    if polar == "open":
        return ""
    if not yes_or_no:
        return "the question is not one of yes or no"
    own = {_own_stance(each) for each in cited if each.fact.kind != "review"}
    if polar not in own:
        return f"the shop's data does not say {polar}"
    return f"the evidence cited does not only say {polar}" if own & ({"yes", "no"} - {polar}) else ""


def _own_stance(found: Found) -> Stance:
    """A sentence in running text that is far from the question may be about something else: it warrants no yes."""
    far = found.fact.kind in {"description", "document"} and found.near < AnswerConfig().yes
    return "open" if found.stance == "yes" and far else found.stance


def _value_told(text: str, fact: Fact) -> bool:
    """Whether a sentence has the value of an attribute, or of a sentence its measures: all numbers, or a word of it."""
    value = fact.text.partition(": ")[2] if fact.kind == "attribute" else fact.text
    measures = list(measures_in(value))
    if measures and fact.kind == "attribute":
        there = list(measures_in(text))
        return all(any(same(measure, other) for other in there) for measure in measures)
    wanted = stems(spelled_out(value))
    return bool(wanted & stems(spelled_out(text))) or value.casefold() in {"yes", "no", "none"}
