"""Items that a message names outright: alone, or by a name that several have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.deciding import OF_ITEMS
from agent.intents.classifier import Intent
from agent.items.overview import points_only
from agent.need.refining import beside_another
from retrieval.catalogue import Item

BY_A_NAME: frozenset[Intent] = frozenset({"abuse", "off_topic", "about", "compare"})
"""What an item that is only named or pointed at may be guessed to be, by the words of it."""


def which_is_open(catalogue: Mapping[str, Item], message: str, intent: Intent, alike: Sequence[str]) -> bool:
    """Whether it must be asked which of the items of one name is meant: one is asked about, measured by, or only named.

    A wish that has the name in it is answered with all of them.
    """
    if beside_another(message) or intent in OF_ITEMS:
        return True
    bare = any(points_only(message, catalogue[item_id]) for item_id in alike)
    return bare and intent in BY_A_NAME


def only_names(catalogue: Mapping[str, Item], message: str, meant: Sequence[str]) -> bool:
    """Whether the message is the name of the one item that it means, and no more."""
    return len(meant) == 1 and points_only(message, catalogue[meant[0]])
