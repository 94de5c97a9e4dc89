"""The verifier for Chinese claims: each is read as English words and then proved by the rules for English ones.

What is read is the claim, and whatever else of evidence, title and question is Chinese. The reading takes of the
senses of a word the one that the evidence has; so a claim passes only if all that it says stands there (see
`agent.chinese.reading`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from agent.chinese.interpreter import reads
from agent.chinese.reading import Known, all_readings, in_english
from agent.chinese.script import folded
from agent.reasons.claims import Claim
from agent.reasons.support import Support
from agent.reasons.verify import Verdict, Verifier
from agent.words.denial import denied, spelled_out
from agent.words.thesaurus import Thesaurus
from retrieval.evidence import Evidence
from retrieval.words import stems


@dataclass(frozen=True, slots=True)
class Translating:
    """Checks claims about one item in either language; the verdict is on the claim as it was written."""

    verifier: Verifier

    @property
    def answerable(self) -> tuple[str, ...]:
        return self.verifier.answerable

    def check_silence(self, claim: Claim) -> Verdict:
        return replace(self.verifier.check_silence(claim), claim=claim)

    def check(self, claim: Claim) -> Verdict:
        if not reads(claim.text):
            return self.verifier.check(claim)
        cited = [self.verifier.evidence[i].text for i in claim.evidence_ids if i in self.verifier.evidence]
        known = Known("\n".join([*cited, self.verifier.title]), self.verifier.need)
        read = in_english(claim.text, known)
        verdict = replace(self.verifier.check(replace(claim, text=read)), claim=claim)
        if verdict.supported and (opposed := _opposed(read, known.evidence)):
            return Verdict(claim, False, "polarity", f"the evidence cited says: {', '.join(opposed)}")
        return verdict


def _opposed(read: str, evidence: str) -> list[str]:
    """What the evidence says and is the opposite of a word read, though that word has a synonym there.

    A Chinese word is read widely: 湿 is wet, which is near to rain; but what stayed dry was not.
    """
    there = stems(spelled_out(evidence))
    claimed = stems(read) - frozenset[str]().union(*denied(read)) - there
    opposites = Thesaurus.read().opposites
    return sorted({each for word in claimed for each in opposites.get(word, frozenset()) & there})


def verifier_of(
    evidence: Sequence[Evidence],
    title: str,
    brands: Iterable[str] = (),
    *,
    need: str = "",
    support: Support | None = None,
) -> Translating:
    """A verifier of claims in English and in Chinese; arguments as those of `Verifier.of`."""
    known = tuple(replace(e, text=_both(e.text), answers=_answers(e.answers)) for e in evidence)
    return Translating(Verifier.of(known, _both(title), brands, need=_question(need), support=support))


def _both(text: str) -> str:
    """Chinese evidence in English words, and as it stands: what is not read may be said in the same characters."""
    return f"{in_english(text, Known(''))}\n{folded(text)}" if reads(text) else text


def _question(need: str) -> str:
    return f"{all_readings(need)} {folded(need)}" if reads(need) else need


def _answers(answers: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if answers is None else tuple(map(all_readings, answers))
