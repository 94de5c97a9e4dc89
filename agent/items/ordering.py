"""Candidates in the order that was asked for: the cheapest, the best rated, the most popular first."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent.items.comparison_text import names
from agent.need.leading import POPULARITY, RATING, compared_by, lead_of, leads_by
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.need import Need, Preference
from retrieval.recall import Recalled

_RELEVANT = 10
"""Candidates that count where words were searched for that name no kind: the rest has to do with them by chance."""
_SUPERLATIVE = re.compile(r"(?:most|least|best|worst)\b|\w+est\b", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class Decided:
    """What a comparison's own question comes to ('which is heavier'); ``known`` if the shop has a measure of it."""

    text: str
    known: bool


def decided_by(
    need: Need, items: Sequence[Item], popularity: Mapping[str, float], texts: Texts, *, told: str = ""
) -> Decided | None:
    """Which of the items leads in what is asked, that several do, or that the shop does not say.

    Args:
        told: what is said of them anyway; what stands there is not said twice.
    Returns:
        None where the comparison goes by nothing in particular.
    """
    wish = leads_by(need.preferences) or compared_by(need.english or need.message) or _plainly(need)
    if wish is None:
        return None
    word = wish.word if texts.language == "en" else lead_word(wish, texts)
    values = {item.item_id: lead_of(item, wish, popularity) for item in items}
    known = [value for value in values.values() if value is not None]
    if not known:
        return Decided(texts.say("compare.unsaid", word=word), known=False)
    best = [item for item in items if values[item.item_id] == max(known)]
    called = dict(zip((item.item_id for item in items), names(items, texts), strict=True))
    if len(best) > 1:
        tied = texts.listed(called[item.item_id] for item in best)
        return Decided(texts.say("compare.tied", names=tied), known=True)
    if word in told:
        return Decided("", known=True)
    name = called[best[0].item_id]
    value = texts.say("closing.lead_value", value=best[0].price_text) if wish.attribute == "price" else ""
    said = texts.say(
        f"compare.{'most' if _SUPERLATIVE.match(wish.word) else 'more'}",
        name=name[:1].upper() + name[1:],
        word=word,
        value=value or _value(best[0], wish, texts),
    )
    return Decided(said, known=True)


def _plainly(need: Need) -> Preference | None:
    """The wish of a Chinese question that compares without a comparative: 哪个轻, 哪个装得多."""
    asks = need.english and re.search(r"\bwhich\b", need.english)
    return next(iter(need.preferences), None) if asks else None


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
