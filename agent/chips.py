"""What is understood, in parts that a shopper may read and take off one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from agent.memory.remembered import Joined
from agent.replies import constraint_words
from agent.stream import ChipView
from agent.texts import Texts
from retrieval.need import Constraints, Need
from retrieval.words import stems

_LONGEST = 60
_NAMED = (
    "kinds", "categories", "brands", "colours", "colours_excluded", "brands_excluded", "kinds_excluded",
    "categories_excluded",
)  # fmt: skip


def chips(need: Need, currency: str, joined: Iterable[Joined] = ()) -> tuple[ChipView, ...]:
    """The terms, each constraint and each wish, labelled in the need's language; what comes from memory says so.

    Of a memory that stands for many words ('vegan'), one chip shows the memory's own.
    """
    texts = Texts.of(need.language)
    remembered = tuple(joined)
    from_memory = {(each.field, each.value) for each in remembered}
    said = [chip for chip in _said(need, currency, texts) if (chip.name, chip.value) not in from_memory]
    kept = {each.memory_id: ChipView("memory", each.memory_id, each.text, "memory") for each in remembered}
    return (*_without_echo(said), *kept.values())


def _without_echo(shown: list[ChipView]) -> list[ChipView]:
    """The chips without the one of the terms, where the others say all of its words."""
    others = stems(" ".join(chip.label for chip in shown if chip.name != "terms"))
    return [chip for chip in shown if chip.name != "terms" or stems(chip.label) - others]


def _said(need: Need, currency: str, texts: Texts) -> Iterator[ChipView]:
    def chip(name: str, value: str, constraints: Constraints) -> ChipView:
        return ChipView(name, value, constraint_words(constraints, currency, texts)[0])

    stated = need.constraints
    if terms := need.said or need.terms:
        yield ChipView("terms", "", terms if len(terms) <= _LONGEST else f"{terms[: _LONGEST - 1]}…")
    if stated.price_min is not None:
        yield chip("price_min", "", Constraints(price_min=stated.price_min))
    if stated.price_max is not None:
        yield chip("price_max", "", Constraints(price_max=stated.price_max))
    for bound in stated.bounds:
        yield chip("bounds", bound.attribute, Constraints(bounds=(bound,)))
    for name in _NAMED:
        for value in sorted(getattr(stated, name)):
            alone: dict[str, Any] = {name: frozenset({value})}
            yield chip(name, value, Constraints(**alone))
    for absence in sorted(stated.without, key=lambda each: each.word):
        yield chip("without", absence.word, Constraints(without=frozenset({absence})))
    for preference in need.preferences:
        yield ChipView("preferences", preference.word, texts.word(preference.word))
