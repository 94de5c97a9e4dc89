"""The verifier: no claim is shown before it has been checked against the evidence it cites.

A claim is supported if it cites evidence that exists, if every number (with its unit), currency, brand and
capitalised name in it occurs in that evidence or in the item's own title, if its content words do too, if it
denies nothing that the evidence says, nor says what the evidence denies, and if it neither invents a quotation nor
puts together what a customer said apart (see `agent.clauses`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.claims import Claim
from agent.clauses import invented_quotation, torn_from
from agent.denial import CUE_WORDS, contradicts, spelled_out
from agent.quantities import number
from retrieval.evidence import Evidence
from retrieval.units import canonical, dimension, in_base
from retrieval.words import stem, stems, words

_QUANTITY = re.compile(r"(?<![\w.,])(\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)(?:\s*(%|[€$£]|[A-Za-zµ°]+))?")
_NAME = re.compile(r"\b[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*")
_NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100,
}  # fmt: skip
_CURRENCIES = {
    "€": "eur", "euro": "eur", "euros": "eur", "eur": "eur", "$": "usd", "usd": "usd", "dollar": "usd",
    "dollars": "usd", "£": "gbp", "gbp": "gbp", "pound": "gbp", "pounds": "gbp", "chf": "chf", "francs": "chf",
}  # fmt: skip
_REVIEWERS = stems("reviewer reviewers customer customers buyer buyers owner owners")
_FRAMING = (
    stems(
        "review reviews one says say said writes found finds calls mentions notes reports item shop product people "
        "person someone user described describes according comes also because since only just still even really while "
        "he she who his her does did had were been being about"
    )
    | _REVIEWERS
    | CUE_WORDS
    | frozenset(map(stem, _NUMBER_WORDS))
)
"""Stems a claim may use of its own: they frame what the evidence says and add no fact about the item."""
_SAYS = {
    "weigh": stems("weight"),
    "cost": stems("price costs"),
    "price": stems("price costs"),
    "last": stems("life runtime run"),
    "hold": stems("capacity volume"),
    "made": stems("material"),
}
"""What a claim's word may stand for in the evidence: 'it weighs' for 'weight: 310 g'."""


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
    """

    evidence: Mapping[str, Evidence]
    title: str
    brands: frozenset[str] = frozenset()

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
        cited = [self.evidence[i] for i in claim.evidence_ids]
        said = "\n".join(each.text for each in cited)
        # The title is the item's; what the shopper did is often about another one.
        title = "" if all(each.kind == "history" for each in cited) else self.title
        problem = (
            _source(claim.text, cited)
            or _numbers(claim.text, f"{said}\n{title}")
            or self._names(claim.text, f"{said}\n{title}")
            or _content(claim.text, said, title)
            or _wording(claim.text, cited, title)
        )
        return Verdict(not problem, problem)

    def _names(self, text: str, cited: str) -> str:
        known = words(cited)
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


def _source(text: str, cited: Sequence[Evidence]) -> str:
    if stems(text) & _REVIEWERS and not any(each.kind == "review" for each in cited):
        return "no review is cited"
    return ""


def _content(text: str, cited: str, title: str) -> str:
    text = spelled_out(text)
    said = _said(text)
    there = stems(spelled_out(cited))
    missing = [s for s in said - there - stems(title) if not _SAYS.get(s, frozenset()) & there]
    missing = [s for s in missing if not _measured_in_prose(s, cited)]
    if missing:
        return f"the evidence cited does not say: {', '.join(sorted(missing))}"
    return "the evidence cited says the opposite, or leaves it open" if contradicts(text, cited) else ""


def _said(text: str) -> frozenset[str]:
    """The stems of a text that must stand in the evidence."""
    return frozenset(s for s in stems(_without_quantities(spelled_out(text))) if not s.isdigit()) - _FRAMING


def _wording(text: str, cited: Sequence[Evidence], title: str) -> str:
    if invented := invented_quotation(text, [each.text for each in cited]):
        return f"the evidence cited does not say “{invented}” in these words"
    reviews = [each.text for each in cited if each.kind == "review"]
    if not reviews:
        return ""
    elsewhere = stems(spelled_out(" ".join([title, *(each.text for each in cited if each.kind != "review")])))
    told = frozenset[str]().union(*map(_said, reviews)) - elsewhere
    return torn_from(text, reviews, lambda part: _said(part) & told)


def _measured_in_prose(said: str, cited: str) -> bool:
    """Whether 'weighs' or 'costs' is said by a measure in running text: 'at 310 g it is hardly felt'."""
    prose = "\n".join(line for line in cited.splitlines() if ": " not in line)
    units = {unit for _, _, unit in _quantities(prose) if unit}
    if said == "weigh":
        return any(dimension(unit) == "mass" for unit in units)
    return said in {"cost", "price"} and bool(units & set(_CURRENCIES.values()))


def _without_quantities(text: str) -> str:
    """The text without its numbers and their units; a word that is no unit stays."""

    def rest(match: re.Match[str]) -> str:
        unit = (match[2] or "").casefold()
        return " " if unit in _CURRENCIES or canonical(unit) else f" {unit} "

    return _QUANTITY.sub(rest, text)


def _numbers(text: str, cited: str) -> str:
    there = list(_quantities(cited))
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
