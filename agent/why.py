"""The answer to "why not that one?", in words; every number in it is the scorer's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from retrieval.catalogue import Item
from retrieval.contrast import Change, WhyNot
from retrieval.need import Bound, Constraints
from retrieval.suggestion import Factor, Suggestion

_TOLD = 2
"""Factors of each side that are named."""
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def told(found: WhyNot, constraints: Constraints, *, shown: int) -> str:
    """What became of the item, and what would bring it in.

    Args:
        constraints: those of the need that was asked.
        shown: how many items were shown.
    """
    if found.broken:
        reasons = excluded(found, constraints)
        return " ".join([f"{found.item.title} was left out: {_and(reasons)}.", *_change(found, shown)])
    assert found.rank is not None, "what is not excluded has a rank"
    if found.rank <= shown:
        return f"{found.item.title} is among them: it comes {ordinal(found.rank)}."
    return " ".join([f"{found.item.title} came {ordinal(found.rank)}.", *_compared(found), *_change(found, shown)])


def excluded(found: WhyNot, constraints: Constraints) -> list[str]:
    """What excludes the item, one phrase for each constraint that it breaks."""
    return [_excluded(name, found.item, constraints) for name in found.broken]


def change(found: WhyNot, change: Change) -> str:
    """A change and the rank that it brings, as one sentence."""
    return f"{_condition(found, change)}, it would be {ordinal(change.rank)}."


def ordinal(rank: int) -> str:
    """``third``, from the eleventh on ``11th``."""
    if rank <= len(_ORDINALS):
        return _ORDINALS[rank - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th") if rank % 100 not in {11, 12, 13} else "th"
    return f"{rank}{ending}"


def _compared(found: WhyNot) -> list[str]:
    if found.shown is None or not found.behind:
        return []
    behind = f"Beside {found.shown.item.title} it lost by {_factors(found.behind)}"
    return [f"{behind}, though it leads by {_factors(found.ahead)}." if found.ahead else f"{behind}."]


def _factors(factors: Sequence[Factor]) -> str:
    return _and([f"“{factor.label}” ({abs(factor.value):.2f})" for factor in factors[:_TOLD]])


def _change(found: WhyNot, shown: int) -> list[str]:
    if found.change is not None:
        return [change(found, found.change)]
    if len(found.broken) > 1:
        return ["More than one thing would have to change."]
    return [] if found.broken else [f"No single change that I tried would bring it among the first {shown}."]


def _condition(found: WhyNot, change: Change) -> str:
    item = found.item
    if change.kind == "price":
        return f"At {_amount(change.after, change.unit)} or less instead of {item.price_text}"
    if change.kind == "attribute":
        return f"With a {change.name} of {_amount(change.after, change.unit)}"
    if change.kind == "rating":
        return f"If its reviews averaged {change.after:g} stars instead of {change.before:.1f}"
    if change.kind == "wish":
        return f"Without the wish for “{change.name}”"
    if change.kind == "deed":
        return f"Without what you did with the {change.name}"
    lifted = _LIFTED.get(change.name)
    return lifted(change) if lifted else "Without that limit"


_LIFTED: dict[str, Callable[[Change], str]] = {
    "in_stock": lambda _: "If it were in stock",
    "price_max": lambda c: f"With a limit of {_amount(c.after, c.unit)}",
    "price_min": lambda c: f"With a limit from {_amount(c.after, c.unit)}",
    "items_excluded": lambda _: "If you had not ruled it out",
    "without": lambda _: "Without that exclusion",
    "brands_excluded": lambda _: "Without that exclusion",
    "kinds_excluded": lambda _: "Without that exclusion",
    "categories_excluded": lambda _: "Without that exclusion",
    "colours_excluded": lambda _: "Without that exclusion",
}


def _excluded(name: str, item: Item, asked: Constraints) -> str:
    if name.startswith("bound:"):
        return _out_of_bound(item, next(b for b in asked.bounds if b.attribute == name.removeprefix("bound:")))
    colour = str(item.colour.value) if item.colour else "of no stated colour"
    words: dict[str, Callable[[], str]] = {
        "price_max": lambda: f"it costs {item.price_text}, over your {asked.price_max:g} {item.currency}",
        "price_min": lambda: f"it costs {item.price_text}, under your {asked.price_min:g} {item.currency}",
        "brands": lambda: f"it is by {item.brand or 'no named brand'}, you asked for {_or(asked.brands)}",
        "brands_excluded": lambda: f"you said not {item.brand}",
        "categories": lambda: f"it is in {item.category}, you asked for {_or(asked.categories)}",
        "categories_excluded": lambda: f"you said nothing from {item.category}",
        "kinds": lambda: f"it is a {item.kind}, you asked for a {_or(asked.kinds)}",
        "kinds_excluded": lambda: f"you said no {item.kind}",
        "colours": lambda: f"it is {colour}, you asked for {_or(asked.colours)}",
        "colours_excluded": lambda: f"it is {colour}, you said not {_or(asked.colours_excluded)}",
        "items_excluded": lambda: "you ruled it out",
        "without": lambda: f"you said no {_or(a.word for a in asked.without if a.broken_by(item))}",
        "in_stock": lambda: "it is out of stock",
    }
    return words[name]()


def _out_of_bound(item: Item, bound: Bound) -> str:
    stated = item.attribute(bound.attribute)
    limits = [f"from {bound.low:g}"] if bound.low is not None else []
    limits += [f"up to {bound.high:g}"] if bound.high is not None else []
    asked = f"you asked for {' '.join(limits)} {bound.unit}"
    said = f"its {stated.name} is {stated.text}" if stated else f"it does not state its {bound.attribute}"
    return f"{said}, {asked}"


def _amount(value: float | None, unit: str | None) -> str:
    assert value is not None, "a number that changes has a value"
    text = f"{value:.2f}".removesuffix(".00")
    return f"{text} {unit}" if unit else text


def _or(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))


def _and(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def why_this_text(suggestion: Suggestion, language: str) -> str:
    return f"It came {ordinal(suggestion.rank)}: {_factors(suggestion.factors)}."
