"""Candidates in the order that was asked for: the cheapest, the best rated, the most popular first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.items.comparison_text import names
from agent.need.leading import POPULARITY, RATING, compared_by, lead_of, leads_by
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.need import Need, Preference
from retrieval.recall import Recalled

_RELEVANT = 10
"""Candidates that count where words were searched for that name no kind: the rest has to do with them by chance."""


def foremost(found: Recalled, wish: Preference, popularity: Mapping[str, float], *, n: int, called: bool) -> Recalled:
    """The n candidates that come first by a wish, those that do not state it last.

    Args:
        called: the candidates are what was asked for by name; else only the nearest of them count.
    """
    limits = found.need.constraints
    named = called or limits.kinds or limits.categories or limits.brands or not found.need.terms
    among = found.candidates if named else found.candidates[:_RELEVANT]
    ordered = sorted(among, key=lambda each: place_of(each.item, wish, popularity))
    return replace(found, candidates=tuple(ordered[:n]))


def place_of(item: Item, wish: Preference, popularity: Mapping[str, float]) -> float:
    """What items are sorted by, the smallest first; of two that are rated alike, the more often rated one."""
    value = lead_of(item, wish, popularity)
    if value is None:
        return math.inf
    return -value - (1e-6 * len(item.reviews) if wish.attribute == RATING else 0.0)


def lead_said(
    wish: Preference, items: Sequence[Item], popularity: Mapping[str, float], wanted: str, texts: Texts
) -> str:
    """What is said under cards in this order: which comes first and by what, or that the shop does not say which."""
    first = items[0]
    word = lead_word(wish, texts)
    if lead_of(first, wish, popularity) is None:
        return texts.say("closing.lead_unknown", word=word)
    key = "closing.lead_wanted" if wanted else "closing.lead"
    return texts.say(
        key, word=word, wanted=wanted, title=first.title, price=first.price_text, value=_value(first, wish, texts)
    )


def undecided_by(need: Need, items: Sequence[Item], popularity: Mapping[str, float], texts: Texts) -> str:
    """That a comparison's own question has no one answer: the shop does not say, or some come out equal; else ""."""
    wish = leads_by(need.preferences) or compared_by(need.english or need.message)
    if wish is None:
        return ""
    values = {item.item_id: lead_of(item, wish, popularity) for item in items}
    known = [value for value in values.values() if value is not None]
    if not known:
        return texts.say("compare.unsaid", word=wish.word if texts.language == "en" else lead_word(wish, texts))
    best = [item for item in items if values[item.item_id] == max(known)]
    if len(best) < 2:
        return ""
    return texts.say("compare.tied", names=texts.listed(names(best, texts)))


def lead_word(wish: Preference, texts: Texts) -> str:
    """What comes first by a wish, as a reader of the language calls it."""
    if texts.language == "en":
        return wish.word
    key = f"lead.{wish.word.replace(' ', '_')}"
    if texts.has(key):
        return texts.say(key)
    degree = "lead.most" if wish.direction > 0 else "lead.least"
    return texts.say(degree, attribute=texts.word(wish.attribute))


def _value(item: Item, wish: Preference, texts: Texts) -> str:
    if wish.attribute in {"price", POPULARITY}:
        return ""
    if wish.attribute == RATING:
        key = "value.rating_one" if len(item.reviews) == 1 else "value.rating"
        said = texts.say(key, mean=f"{item.mean_rating:.1f}", count=len(item.reviews))
    else:
        stated = item.attribute(wish.attribute)
        said = texts.measured(stated.text, wish.attribute) if stated else ""
    return texts.say("closing.lead_value", value=said)
