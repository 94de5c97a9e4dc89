"""Several things wanted at once: each is looked for by itself, and the cards take turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from agent.items.fitting import called_for, fitting
from agent.replies import constraint_words
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.need import Constraints, Need
from retrieval.recall import Recalled
from retrieval.suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things wanted, and what was found of it; nothing if ``recalled`` has no candidates.

    ``limited``: there is some of it, but not within the limits.
    """

    said: str
    need: Need
    recalled: Recalled
    limited: bool = False


def sought(said: str, need: Need, search: Callable[[Need], Recalled]) -> Part:
    """What is found of one thing: only what it is called, and only within the limits. Blocks.

    Args:
        need: that of this part.
    """
    found = search(need)
    named = need.constraints.kinds or need.constraints.categories
    if found.relaxed:
        return Part(said, need, replace(found, candidates=()), limited=True)
    if named or called_for(found.candidates, need.terms):
        return Part(said, need, replace(found, candidates=fitting(found)))
    return Part(said, need, replace(found, candidates=()), limited=_is_sold(need, search))


def _is_sold(need: Need, search: Callable[[Need], Recalled]) -> bool:
    """Whether there is some of it once the limits are left aside."""
    without = search(replace(need, constraints=Constraints()))
    return bool(called_for(without.candidates, need.terms))


def together(parts: Sequence[Part], need: Need) -> Recalled:
    """The candidates of all parts, each item once."""
    found = {each.item.item_id: each for part in parts for each in part.recalled.candidates}
    return Recalled(tuple(found.values()), need)


def dealt(
    parts: Sequence[Part], top: Callable[[Recalled], Sequence[Suggestion]], n: int
) -> tuple[tuple[Suggestion, ...], tuple[str, ...]]:
    """The n suggestions, the parts taking turns, and of which part each is.

    Args:
        top: the best suggestions of what was recalled for one part.
    """
    of_parts = [[(each, part.said) for each in top(part.recalled)] for part in parts if part.recalled.candidates]
    turns = [each for each in chain.from_iterable(zip_longest(*of_parts)) if each is not None]
    once = {suggestion.item.item_id: (suggestion, said) for suggestion, said in reversed(turns)}
    chosen = [each for each in turns if once[each[0].item.item_id] == each][:n]
    ranked = tuple(replace(suggestion, rank=rank) for rank, (suggestion, _) in enumerate(chosen, start=1))
    return ranked, tuple(said for _, said in chosen)


def parts_said(
    parts: Sequence[Part],
    shown: Sequence[tuple[Suggestion, str]],
    currency: str,
    texts: Texts,
    lacking: Callable[[Need, Sequence[Item]], str],
) -> str:
    """What there is of each of the things wanted, and of which there is nothing, or nothing within the limits.

    Args:
        shown: the suggestions, and of which part each is.
        lacking: what of a part's wish its items are not said to be, in a sentence; "" if nothing is known to lack.
    """
    said = []
    for part in parts:
        items = [suggestion.item for suggestion, of in shown if of == part.said]
        said += [_part_said(part, items, currency, texts), lacking(part.need, items) if items else ""]
    return texts.say("between_sentences").join(filter(None, said))


def _part_said(part: Part, shown: Sequence[Item], currency: str, texts: Texts) -> str:
    limits = replace(part.need.constraints, kinds=frozenset(), categories=frozenset())
    if shown:
        titles = [texts.say("closing.part_item", title=item.title, price=item.price_text) for item in shown]
        return texts.say("closing.part", part=part.said, items=texts.listed(titles))
    if part.recalled.candidates:
        return texts.say("closing.part_waits", part=part.said)
    wanted = texts.say("comma").join(constraint_words(limits, currency, texts))
    if part.limited and wanted:
        return texts.say("closing.part_limited", part=part.said, wanted=wanted)
    return texts.say("closing.part_over" if part.limited else "closing.unsold", part=part.said)
