"""The verifier: no claim is shown before it has been checked against the evidence it cites.

A claim is supported if it cites evidence that exists, if every number (with its unit), currency, brand and
capitalised name in it occurs in that evidence or in the item's own title, if nearly all of its content words
do, and if it denies nothing that the evidence says, nor says what the evidence denies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.claims import Claim
from agent.quantities import number
from retrieval.evidence import Evidence
from retrieval.snippets import sentences
from retrieval.units import canonical, dimension, in_base
from retrieval.words import stems, words

_QUANTITY = re.compile(r"(?<![\w.,-])(\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)(?:\s*(%|[€$£]|[A-Za-zµ°]+))?")
_NAME = re.compile(r"\b[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*")
_NEGATION = re.compile(r"\b(?:not|no|never|none|nothing|without|cannot|hardly|barely)\b|n['’]t\b", re.I)
_NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100,
}  # fmt: skip
_CURRENCIES = {"€": "eur", "euro": "eur", "euros": "eur", "eur": "eur", "$": "usd", "dollars": "usd", "£": "gbp"}
_FRAMING = stems(
    "reviewer reviewers review customer one says say said writes found finds calls mentions notes reports item shop "
    "product people buyer owner describes described according weighs costs priced comes also because since so"
)
"""Stems a claim may use of its own: they frame what the evidence says and add no fact about the item."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is supported, and if not, why: one line, in words a repair prompt can use."""

    supported: bool
    problem: str = ""


SUPPORTED = Verdict(True)


@dataclass(frozen=True)
class Verifier:
    """Checks claims about one item.

    Args:
        evidence: what may be cited.
        title: the item's title; its words need no citation, as the card shows them.
        brands: all brands the shop sells.
        coverage: the share of a claim's content words that its evidence must contain.
    """

    evidence: Mapping[str, Evidence]
    title: str
    brands: frozenset[str] = frozenset()
    coverage: float = 0.8

    @classmethod
    def of(cls, evidence: Sequence[Evidence], title: str, brands: Iterable[str] = ()) -> Verifier:
        return cls({e.id: e for e in evidence}, title, frozenset(brands))

    def check(self, claim: Claim) -> Verdict:
        """The verdict on one claim; the first thing that is wrong decides it."""
        if not claim.evidence_ids:
            return Verdict(False, "the sentence cites no evidence")
        unknown = [i for i in claim.evidence_ids if i not in self.evidence]
        if unknown:
            return Verdict(False, f"there is no evidence {', '.join(unknown)}")
        cited = " \n ".join(self.evidence[i].text for i in claim.evidence_ids)
        if problem := _numbers(claim.text, cited, self.title):
            return Verdict(False, problem)
        if problem := self._names(claim.text, cited):
            return Verdict(False, problem)
        return self._content(claim.text, cited)

    def _names(self, text: str, cited: str) -> str:
        known = words(f"{cited} {self.title}")
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

    def _content(self, text: str, cited: str) -> Verdict:
        said = stems(_QUANTITY.sub(" ", text)) - _FRAMING
        said = frozenset(s for s in said if not s.isdigit())
        if not said:
            return SUPPORTED
        missing = said - stems(cited) - stems(self.title)
        if 1 - len(missing) / len(said) < self.coverage:
            return Verdict(False, f"the evidence cited does not say: {', '.join(sorted(missing))}")
        if denies(text) != denies(_nearest_sentence(said, cited)):
            return Verdict(False, "the evidence cited says the opposite, or leaves it open")
        return SUPPORTED


def denies(text: str) -> bool:
    """Whether the text holds a negation."""
    return bool(_NEGATION.search(text))


def _nearest_sentence(said: frozenset[str], cited: str) -> str:
    """The sentence of the evidence that shares most stems with the claim."""
    return max((s for line in cited.splitlines() for s in sentences(line)), key=lambda s: len(said & stems(s)))


def _numbers(text: str, cited: str, title: str) -> str:
    there = list(_quantities(f"{cited} \n {title}"))
    for raw, value, unit in _quantities(text):
        if not any(_same(value, unit, other, other_unit) for _, other, other_unit in there):
            return f"the evidence cited does not say {raw.strip()}"
    return ""


def _quantities(text: str) -> Iterable[tuple[str, float, str | None]]:
    """Each number with its unit: a currency code, a canonical unit, or None."""
    for match in _QUANTITY.finditer(text):
        unit = (match[2] or "").casefold()
        before = text[: match.start()].rstrip()[-1:]
        currency = _CURRENCIES.get(unit) or _CURRENCIES.get(before)
        yield match[0], number(match[1], price=currency is not None), currency or canonical(unit)
    for word in re.findall(r"[a-z]+", text.casefold()):
        if word in _NUMBER_WORDS:
            yield word, float(_NUMBER_WORDS[word]), None


def _same(value: float, unit: str | None, other: float, other_unit: str | None) -> bool:
    """Whether a claimed quantity is the evidence's: with a unit, both must state it; without, the number is enough."""
    if unit is None:
        return value == other
    if unit == other_unit:
        return value == other
    measured = dimension(unit)
    if measured is None or measured != dimension(other_unit):
        return False
    return abs(in_base(value, unit) - in_base(other, other_unit)) < 1e-9 * max(1.0, in_base(value, unit))
