"""The verifier: no claim is shown before it has been checked against the evidence it cites.

A claim is supported if it cites evidence that exists, if every number (with its unit), currency, brand and
capitalised name in it occurs in that evidence or in the item's own title, if its content words do too, if it
denies nothing that the evidence says, nor says what the evidence denies, if it neither invents a quotation nor
puts together what a customer said apart (see `agent.reasons.clauses`), and if it tells of the shopper only what the
cited history says. What it says of the shopper's question must stand in the question (see `agent.reasons.request`), and
be answered by the evidence cited (see `retrieval.relevance`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from agent.need.open import OPEN
from agent.reasons import request
from agent.reasons.claims import Claim
from agent.reasons.clauses import invented_quotation, torn_from
from agent.reasons.deeds import without_liking, wrong_of_shopper
from agent.reasons.likeness import unshared
from agent.reasons.support import Support
from agent.reasons.wording import ASKING, REVIEWERS, SAYS, content, unproved
from agent.words.denial import contradicts, spelled_out
from agent.words.measures import measures_in, same
from agent.words.synonyms import in_words_of
from agent.words.thesaurus import Thesaurus
from retrieval.evidence import Evidence
from retrieval.words import stems, words

Cause: TypeAlias = Literal[
    "", "uncited", "unknown_id", "request", "relevance", "shopper", "source", "number", "name", "content", "polarity",
    "quotation", "torn", "similarity", "entailment",
]  # fmt: skip
"""What is wrong with a claim; "" if nothing is."""

_NAME = re.compile(r"\b[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*")
_ENOUGH_WORDS = 2
_SEGMENT_END = re.compile(r"[,;](?=\s)|\b(?:and|while|but|with)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is supported; if not, the kind of cause and the problem in words that a repair prompt can use."""

    claim: Claim
    supported: bool
    cause: Cause = ""
    problem: str = ""


@dataclass(frozen=True)
class Verifier:
    """Checks claims about one item.

    Args:
        evidence: what may be cited.
        title: the item's title; its words need no citation, as the card shows them.
        brands: all brands the shop sells.
        need: the shopper's question, which a claim may take up.
        support: what else must agree that the evidence supports a claim.
    """

    evidence: Mapping[str, Evidence]
    title: str
    brands: frozenset[str] = frozenset()
    need: str = ""
    support: Support = field(default_factory=Support)

    @classmethod
    def of(
        cls,
        evidence: Sequence[Evidence],
        title: str,
        brands: Iterable[str] = (),
        *,
        need: str = "",
        support: Support | None = None,
    ) -> Verifier:
        return cls({e.id: e for e in evidence}, title, frozenset(brands), need, support or Support())

    @property
    def answerable(self) -> tuple[str, ...]:
        """The wishes that some line of the evidence answers."""
        return tuple(dict.fromkeys(answer for each in self.evidence.values() for answer in each.answers or ()))

    def check_silence(self, claim: Claim) -> Verdict:
        """The verdict on a claim that the data does not say why the item would suit.

        It holds where something is wished for and no evidence answers it; "something for my dad" wishes for nothing.
        What the shopper did is among the evidence only where it raised the score, and is a reason then.
        """
        if self.answerable:
            return Verdict(claim, False, "relevance", f"the evidence answers: {', '.join(self.answerable)}")
        if own := next((each for each in self.evidence.values() if each.kind == "history"), None):
            return Verdict(claim, False, "relevance", f"the history says why: {own.text}")
        if not content(self.need) - ASKING - stems(self.title) - request.PEOPLE - OPEN:
            return Verdict(claim, False, "relevance", "nothing is wished for that the evidence could leave unanswered")
        return Verdict(claim, True)

    def check(self, claim: Claim) -> Verdict:
        """The verdict on one claim; the first thing that is wrong decides it."""
        for cause, problem in self._problems(claim):
            if problem:
                return Verdict(claim, False, cause, problem)
        return Verdict(claim, True)

    def _problems(self, claim: Claim) -> Iterator[tuple[Cause, str]]:
        yield "uncited", "" if claim.evidence_ids else "the sentence cites no evidence"
        unknown = [i for i in claim.evidence_ids if i not in self.evidence]
        yield "unknown_id", f"there is no evidence {', '.join(unknown)}" if unknown else ""
        cited = [self.evidence[i] for i in claim.evidence_ids]
        said = "\n".join(each.text for each in cited)
        # The title is the item's; what the shopper did is often about another one.
        title = "" if all(each.kind == "history" for each in cited) else self.title
        parts = request.parts(claim.text, said, self.need)
        text = parts.rest
        for clause in parts.asked:
            yield "request", self._request(clause, said)
            yield "relevance", self._beside_the_point(clause, cited)
        yield "request", "" if _says_something(text) else "the sentence says nothing about the item"
        yield "shopper", wrong_of_shopper(text, cited, self.need)
        yield "source", _source(text, cited, title)
        yield "number", _numbers(text, f"{said}\n{title}") or _mixed_up(text, cited)
        yield "name", self._names(text, f"{said}\n{title}")
        yield "content", unshared(text, cited, self.title) or _content(text, said, title)
        yield "polarity", _polarity(text, said)
        yield "quotation", _quotation(text, cited)
        yield "torn", _torn(text, cited, title)
        if _thin(text, said):
            yield "similarity", self.support.dissimilar(text, [each.text for each in cited])
        yield "entailment", self.support.not_entailed(text, said)

    def _request(self, clause: str, cited: str) -> str:
        """What is wrong with a clause about the question: it may say only what the question says."""
        asked = list(measures_in(self.need))
        for measure in measures_in(clause):
            if not any(same(measure, other) for other in asked):
                return f"the shopper did not say {measure.raw}"
        extra = content(clause) - ASKING - stems(spelled_out(self.need))
        if extra:
            return f"the shopper did not ask for: {', '.join(sorted(extra))}"
        if any(True for _ in measures_in(clause)):  # "not more than 50 EUR" denies nothing
            return _beyond_limit(clause, cited) if request.states_limit(clause) else ""
        return "the shopper asked for the opposite" if contradicts(clause, self.need) else ""

    def _beside_the_point(self, clause: str, cited: Sequence[Evidence]) -> str:
        """What is wrong with "you asked for something light: ..." where nothing cited answers "light".

        What names the item needs no answer; whom it is for, that something asked is answered. What is cited may not say
        the opposite: "you wanted a quiet one: a buyer calls it loud".
        """
        judged = [each.answers for each in cited if each.answers is not None]
        if not judged or any(True for _ in measures_in(clause)):
            return ""
        answered = frozenset(s for answers in judged for answer in answers for s in stems(answer))
        asked = content(clause) - ASKING - stems(self.title) - _named(clause)
        wanted, said = asked - request.PEOPLE, stems(" ".join(each.text for each in cited))
        opposed = [s for s in wanted - said if Thesaurus.read().opposites.get(s, frozenset()) & said]
        if opposed:
            return f"the evidence cited says the opposite of: {', '.join(sorted(opposed))}"
        if wanted & answered or not asked or (answered and not wanted):
            return ""
        return f"the evidence cited does not answer: {', '.join(sorted(wanted)) or 'what was asked'}"

    def _names(self, text: str, cited: str) -> str:
        text, known = spelled_out(text), words(spelled_out(cited))
        for brand in self.brands:
            if words(brand) <= words(text) and not words(brand) <= known:
                return f"the evidence cited does not name {brand}"
        for match in _NAME.finditer(text):
            parts = match[0].split()
            if match.start() == 0 or text[: match.start()].rstrip()[-1:] in {".", "“", '"', ":", "‘"}:
                parts = parts[1:]  # a sentence begins with a capital anyway
            missing = [p for p in parts if p != "I" and not words(p) <= known]
            if missing:
                return f"the evidence cited does not name {' '.join(missing)}"
        return ""


def _says_something(text: str) -> bool:
    return bool(content(text)) or any(True for _ in measures_in(text))


def _thin(text: str, cited: str) -> bool:
    """Whether hardly a word of the claim is the cited evidence's own, so that more must speak for it than words."""
    shared = content(text) & stems(spelled_out(cited))
    return len(shared) < _ENOUGH_WORDS and not any(True for _ in measures_in(text))


def _named(clause: str) -> frozenset[str]:
    """Stems of the names in a clause: another item is mentioned, not wished for."""
    return frozenset(s for match in _NAME.finditer(clause[1:]) for s in stems(match[0]))


def _source(text: str, cited: Sequence[Evidence], title: str) -> str:
    told = stems(text) & REVIEWERS - stems(" ".join([title, *(each.text for each in cited)]))
    if told and not any(each.kind == "review" for each in cited):
        return "no review is cited"
    return ""


def _content(text: str, cited: str, title: str) -> str:
    missing = unproved(without_liking(text), cited, title)
    return f"the evidence cited does not say: {', '.join(sorted(missing))}" if missing else ""


def _polarity(text: str, cited: str) -> str:
    text = in_words_of(spelled_out(text), spelled_out(cited))
    if contradicts(text, cited):
        return "the evidence cited says the opposite, or leaves it open"
    mine, there, opposites = stems(text), stems(cited), Thesaurus.read().opposites
    for claimed in sorted(mine - there):
        if stated := opposites.get(claimed, frozenset()) & there - mine:
            return f"the evidence cited says: {', '.join(sorted(stated))}"
    return ""


def _quotation(text: str, cited: Sequence[Evidence]) -> str:
    invented = invented_quotation(text, [each.text for each in cited])
    return f"the evidence cited does not say “{invented}” in these words" if invented else ""


def _torn(text: str, cited: Sequence[Evidence], title: str) -> str:
    reviews = [each.text for each in cited if each.kind == "review"]
    if not reviews:
        return ""
    elsewhere = stems(spelled_out(" ".join([title, *(each.text for each in cited if each.kind != "review")])))
    told = frozenset[str]().union(*map(content, reviews)) - elsewhere
    return torn_from(text, reviews, lambda part: content(part) & told)


def _numbers(text: str, cited: str) -> str:
    there = list(measures_in(cited))
    for measure in measures_in(text):
        if not any(same(measure, other) for other in there):
            return f"the evidence cited does not say {measure.raw}"
    return ""


def _mixed_up(text: str, cited: Sequence[Evidence]) -> str:
    """A number told of one cited attribute that another one has: "it weighs 400 g" of a capacity of 400 g."""
    rows = [each.text.partition(": ") for each in cited if each.kind == "attribute" and ": " in each.text]
    named = [(stems(name), list(measures_in(value))) for name, _, value in rows]
    named = [(name, values) for name, values in named if values]
    if len(named) < 2:
        return ""
    for segment in _SEGMENT_END.split(text):
        told = stems(segment) | frozenset[str]().union(*(SAYS.get(s, frozenset()) for s in stems(segment)))
        meant = [values for name, values in named if name & told]
        for measure in measures_in(segment) if len(meant) == 1 else ():
            if not any(same(measure, value) for value in meant[0]):
                return f"the evidence cited says {measure.raw} of something else"
    return ""


def _beyond_limit(clause: str, cited: str) -> str:
    """What is wrong with "within the 50 EUR you named": what the evidence states must not be more."""
    for limit in measures_in(clause):
        if limit.unit is None and limit.raw.isalpha():
            continue
        stated = [m for m in measures_in(cited) if m.unit == limit.unit or limit.unit is None]
        if not stated or any(m.value > limit.value for m in stated):
            return f"the evidence cited is not within {limit.raw}"
    return ""
