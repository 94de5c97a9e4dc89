"""Assertions about truth: claims rest on evidence, and hard constraints hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import Field, field_validator

from prompts.outcome import ClaimOutcome, ItemOutcome, Outcome, ReasonOutcome
from prompts.quantities import unsupported
from prompts.registry import Assertion, Check, assertion

_NAME = re.compile(r"[A-Z][\w'’-]*[a-z][\w'’-]*")
_CLAUSE_START = re.compile(r"(?:^|[.!?:;]\s|[\"“‘(])\s*$")


def _claims(outcome: Outcome) -> Iterator[tuple[ReasonOutcome, ClaimOutcome]]:
    for reason in outcome.reasons:
        if reason.state != "none":
            yield from ((reason, claim) for claim in reason.claims)


def _cited(reason: ReasonOutcome, claim: ClaimOutcome) -> list[str]:
    return [reason.evidence[i] for i in claim.evidence_ids if i in reason.evidence]


def _shown(claim: ClaimOutcome) -> str:
    return claim.text if len(claim.text) <= 80 else f"{claim.text[:77]}..."


@assertion("cites")
class Cites(Assertion):
    """Every claim cites evidence that exists; ``min`` is the number of claims each spoken reason needs.

    ``only`` limits the kinds by their letter: ``[R]`` allows reviews alone. A reason that has nothing to say
    (state silent) is left out, but a turn in which no reason says anything fails unless ``min`` is 0.
    """

    shorthand = "min"
    min: int = Field(1, ge=0)
    only: tuple[str, ...] = ()

    def check(self, outcome: Outcome) -> Check:
        spoken = [reason for reason in outcome.reasons if reason.state != "none"]
        if self.min and not spoken:
            return Check(False, "no reason says anything")
        for reason, claim in _claims(outcome):
            if not claim.evidence_ids:
                return Check(False, f"cites nothing: {_shown(claim)}")
            unknown = [i for i in claim.evidence_ids if i not in reason.evidence]
            if unknown:
                return Check(False, f"there is no evidence {', '.join(unknown)}: {_shown(claim)}")
            other = [i for i in claim.evidence_ids if self.only and i[0] not in self.only]
            if other:
                return Check(False, f"may not cite {', '.join(other)}: {_shown(claim)}")
        short = [reason for reason in spoken if len(reason.claims) < self.min]
        if short:
            return Check(False, f"{len(short[0].claims)} claims about {short[0].item_id}; {self.min} are wanted")
        return Check(True, f"{sum(len(reason.claims) for reason in spoken)} claims, all cited")


@assertion("numbers_supported")
class NumbersSupported(Assertion):
    """Every number in a claim occurs in, or follows from, the evidence it cites, or is one that the shopper named."""

    def check(self, outcome: Outcome) -> Check:
        for reason, claim in _claims(outcome):
            wrong = unsupported(claim.text, [*_cited(reason, claim), outcome.asked])
            if wrong:
                return Check(False, f"not in its evidence: {', '.join(wrong)} in: {_shown(claim)}")
        return Check(True, "all numbers are in the evidence cited")


@assertion("names_supported")
class NamesSupported(Assertion):
    """Every name (a capitalised word within a sentence) occurs in the evidence, an item's title or ``also``."""

    also: tuple[str, ...] = ()

    def check(self, outcome: Outcome) -> Check:
        titles = [f"{item.title} {item.brand or ''}" for item in outcome.items]
        for reason, claim in _claims(outcome):
            known = " ".join([*reason.evidence.values(), *titles, *self.also, "I EUR"]).casefold()
            for match in _NAME.finditer(claim.text):
                name = re.sub(r"['’]s$", "", match.group())
                if not _CLAUSE_START.search(claim.text[: match.start()]) and name.casefold() not in known:
                    return Check(False, f"nobody named {name}: {_shown(claim)}")
        return Check(True, "all names are known")


def _folded(values: Any) -> Any:
    if values is None:
        return ()
    return [str(value).casefold() for value in ([values] if isinstance(values, str) else values)]


def _has_word(phrase: str | None, wanted: tuple[str, ...]) -> bool:
    """Whether any wanted word or phrase stands in a value: "slate grey" is grey, "blackberry" is not black."""
    text = (phrase or "").casefold()
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in wanted)


_LISTS: dict[str, Callable[[ItemOutcome], str | None]] = {
    "brands": lambda item: item.brand,
    "categories": lambda item: item.category,
    "colours": lambda item: item.colour,
    "kinds": lambda item: item.kind,
}


class _ItemRules(Assertion):
    price_min: float | None = None
    price_max: float | None = None
    in_stock: bool | None = None
    brands: tuple[str, ...] = ()
    brands_excluded: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    categories_excluded: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    colours_excluded: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    kinds_excluded: tuple[str, ...] = ()
    _fold = field_validator(*_LISTS, *(f"{name}_excluded" for name in _LISTS), mode="before")(_folded)

    def broken(self, item: ItemOutcome) -> str | None:
        """The rule that an item breaks, in words, or None."""
        if self.price_max is not None and item.price > self.price_max:
            return f"{item.item_id} costs {item.price:g}, more than {self.price_max:g}"
        if self.price_min is not None and item.price < self.price_min:
            return f"{item.item_id} costs {item.price:g}, less than {self.price_min:g}"
        if self.in_stock is not None and item.in_stock != self.in_stock:
            return f"{item.item_id} is {'in' if item.in_stock else 'not in'} stock"
        for name, value_of in _LISTS.items():
            value, wanted = value_of(item), getattr(self, name)
            if wanted and not _has_word(value, wanted):
                return f"{item.item_id} is {value or 'of no known value'}, not of the {name} {', '.join(wanted)}"
            if _has_word(value, getattr(self, f"{name}_excluded")):
                return f"{item.item_id} is {value}, which the {name} left out name"
        return None


@assertion("constraint_kept")
class ConstraintKept(_ItemRules):
    """Every card keeps the rules. A turn without cards fails, unless ``or_none`` allows it."""

    or_none: bool = False

    def check(self, outcome: Outcome) -> Check:
        if not outcome.items:
            return Check(self.or_none, "there are no cards to judge")
        broken = [problem for item in outcome.items if (problem := self.broken(item))]
        return Check(False, "; ".join(broken)) if broken else Check(True, f"kept by {len(outcome.items)} cards")


@assertion("shows")
class Shows(_ItemRules):
    """At least ``at_least`` cards keep the rules, or are among ``items`` if that is given."""

    at_least: int = Field(1, ge=1)
    items: tuple[str, ...] = ()

    def check(self, outcome: Outcome) -> Check:
        fitting = [
            item.item_id
            for item in outcome.items
            if self.broken(item) is None and (not self.items or item.item_id in self.items)
        ]
        shown = ", ".join(item.item_id for item in outcome.items) or "nothing"
        return Check(len(fitting) >= self.at_least, f"{len(fitting)} fitting cards of: {shown}")
