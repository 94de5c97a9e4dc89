"""Needs that leave open what kind of thing is wanted."""

from __future__ import annotations

from retrieval.need import Need
from retrieval.words import stems

OPEN = stems(
    "gift present something anything product item thing things stuff idea ideas suggestion recommendation recommend "
    "suggest help need want look looking buy shop shopping get find show give good nice best great please browse "
    "choose birthday christmas somebody someone friend mother mum father dad sister brother wife husband colleague new "
    "just maybe whatever surprise popular today really still idea sure know matter mind up you're "
    "i me my for a an the to some any can could you what do have would like hello hi"
)
"""Words that do not say what kind of thing is wanted."""
PEOPLE = stems("teacher boss girlfriend boyfriend parents grandmother grandfather elderly people men women student")
"""Whom a thing is for, and that tell as little of it."""


def names_goods(need: Need) -> bool:
    """Whether a need names something of its own to look for."""
    return bool(need.constraints.kinds or need.constraints.categories or stems(need.terms) - OPEN)


def too_open(need: Need) -> bool:
    """Whether a need says nothing of what kind of thing is wanted, nor how it should be."""
    return not need.constraints.as_dict() and not need.preferences and not stems(need.terms) - OPEN
