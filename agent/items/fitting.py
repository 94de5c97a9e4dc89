"""Which of the candidates are what was asked for by name, for whom it is, and of the colour that was said."""

from __future__ import annotations

from collections.abc import Sequence

from agent.need.audience import audience_of, made_for
from agent.need.things import NO_THING, called, things
from agent.words.lexicon import COLOURS, SAME
from agent.words.thesaurus import synonyms
from retrieval.catalogue import Item
from retrieval.need import Constraints
from retrieval.recall import Candidate, Recalled
from retrieval.words import stems, words

_NO_SORT = stems(" ".join(NO_THING))


def fitting(recalled: Recalled) -> tuple[Candidate, ...]:
    """The candidates that are what the need names: beside a torch no book is offered. All, if none is called so."""
    limits, terms = recalled.need.constraints, recalled.need.terms
    items = [each.item for each in recalled.candidates]
    if limits.kinds:
        items = of_sort(items, terms)
    elif not limits.categories:
        items = called(items, terms) or items
    items = for_whom(items, terms)
    colours = said_colours(terms, limits)
    items = [item for item in items if says_colour(item, colours)] or items
    if len(items) == len(recalled.candidates):
        return recalled.candidates
    kept = {item.item_id for item in items}
    return tuple(each for each in recalled.candidates if each.item.item_id in kept)


def of_sort(items: list[Item], terms: str) -> list[Item]:
    """The items of the sort that stands before a kind's noun, if some are called so: of cabin suitcases no hold one."""
    for thing in things(terms, {item.kind for item in items}):
        sort = stems((thing.wish.split() or [""])[-1]) - _NO_SORT
        if sort and any(sort <= stems(item.title) for item in items if thing.names(item)):
            items = [item for item in items if not thing.names(item) or _is_of(sort, stems(_told(item)))]
    return items


def _is_of(sort: frozenset[str], told: frozenset[str]) -> bool:
    """Whether each word of a sort is told of an item, or another that means it."""
    return all(({word} | synonyms(word)) & told for word in sort)


def _told(item: Item) -> str:
    stated = (f"{each.name} {each.text}" for each in item.attributes)
    said = (review.text for review in item.reviews)
    return " ".join((item.title, item.category, item.description, *stated, *said))


def called_for(candidates: Sequence[Candidate], terms: str) -> list[Item]:
    """What of the candidates is called what the terms name, and for whom they say; empty if nothing is."""
    whom = audience_of(terms)
    named = called((each.item for each in candidates), terms)
    return [item for item in named if not whom or made_for(item) in {whom, None}]


def for_whom(items: list[Item], terms: str) -> list[Item]:
    """The items without those that are for the others, if any are left."""
    whom = audience_of(terms)
    return [item for item in items if made_for(item) in {whom, None}] or items if whom else items


def said_colours(terms: str, limits: Constraints) -> frozenset[str]:
    """The colours said last, where the shop states none as a colour that could be a limit."""
    if limits.colours:
        return frozenset()
    for clause in reversed(terms.split(",")):
        if found := _plain(clause) & COLOURS:
            return found
    return frozenset()


def says_colour(item: Item, colours: frozenset[str]) -> bool:
    """Whether the item is said to be of one of the colours; every item is if there are none."""
    return not colours or bool(colours & _plain(f"{item.title} {item.description}"))


def colour_unsaid(terms: str, limits: Constraints, items: Sequence[Item]) -> str | None:
    """The colour that was said and that none of the items is said to be; None if one is, or none was said."""
    colours = said_colours(terms, limits)
    return None if not colours or any(says_colour(item, colours) for item in items) else min(colours)


def _plain(text: str) -> frozenset[str]:
    return frozenset(SAME.get(word, word) for word in words(text))
