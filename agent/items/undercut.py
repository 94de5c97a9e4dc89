"""Cheaper than the cheapest: which item that is, and kinds akin to it of which some are cheaper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.items.unmet import akin
from agent.need.comparatives import comparatives
from agent.need.refining import asks_for_cheaper
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.index import ShopIndex
from retrieval.need import Need
from retrieval.recall import Recalled, recall


@dataclass(frozen=True, slots=True)
class Undercut:
    """The cheapest item of what is wanted, where something cheaper was asked for; ``kinds`` are others that are.

    Where more or less of a ``measure`` was asked for and there is nothing, that; then there is no cheapest.
    """

    cheapest: Item | None
    kinds: tuple[str, ...] = ()
    measure: str = ""


def undercut(index: ShopIndex, asked: Need, found: Recalled, message: str) -> tuple[Undercut, Recalled] | None:
    """The cheapest of what is wanted, and candidates of akin kinds that are cheaper still; None if it was not that.

    The same for more or less of a measure: what does not go further than what was spoken of is not shown as if it did.

    Blocks: it searches once more.

    Args:
        asked: with the price that the message set by what was shown.
        found: what was recalled without that price; nothing of it is shown, since all of it is dearer.
    """
    if found.relaxed == ("measures",) and (more := comparatives(message)):
        return Undercut(None, measure=more[0].attribute), replace(found, candidates=(), relaxed=())
    cap = asked.constraints.price_max
    if cap is None or found.relaxed != ("price",) or not found.candidates or not asks_for_cheaper(message):
        return None
    cheapest = min((each.item for each in found.candidates), key=lambda item: item.price)
    own = {each.item.kind for each in found.candidates} if asked.constraints.kinds else {cheapest.kind}
    categories = frozenset(each.item.category for each in found.candidates if each.item.kind in own)
    kinds = _cheaper_kinds(index, asked, own, categories, cap)
    if not kinds:
        return Undercut(cheapest), replace(found, candidates=(), relaxed=())
    limits = replace(asked.constraints, kinds=frozenset(kinds), categories=frozenset())
    others = recall(index, replace(asked, constraints=limits), ())
    if others.relaxed:
        return Undercut(cheapest), replace(found, candidates=(), relaxed=())
    shown = tuple(sorted({each.item.kind for each in others.candidates}))
    return Undercut(cheapest, shown), others


def undercut_said(undercut: Undercut, wanted: Sequence[str], texts: Texts) -> str:
    """That nothing is cheaper, and of which kinds the cards are, if there are any.

    Args:
        wanted: the limits besides the price, in words.
    """
    item = undercut.cheapest
    if item is None:
        return texts.say("closing.none_more", attribute=texts.attribute(undercut.measure))
    key = "closing.cheapest_within" if wanted else "closing.cheapest"
    limits = texts.say("comma").join(wanted)
    said = texts.say(key, title=item.title, price=item.price_text, wanted=limits)
    if not undercut.kinds:
        return said
    akin_said = texts.say("closing.cheaper_akin", kinds=texts.either(undercut.kinds))
    return texts.say("between_sentences").join((said, akin_said))


def _cheaper_kinds(
    index: ShopIndex, asked: Need, own: set[str], categories: frozenset[str], cap: float
) -> tuple[str, ...]:
    """Kinds of the same categories that are akin to those wanted and have an item within the price."""
    excluded = asked.constraints.kinds_excluded
    near = {
        item.kind
        for item in index.catalogue.values()
        if item.category in categories and item.price <= cap and item.in_stock and item.kind not in own | excluded
    }
    return tuple(sorted(kind for kind in near if any(akin(index, kind, mine) for mine in own)))
