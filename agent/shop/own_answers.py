"""The shop's own answers about one item, matched by what a message asks beside the item's name.

A product's name is most of a short question, and the same in all answers about it: with it the nearest answer is one
about the product, whatever is asked. So the item is told by its id, and its name taken out before meanings are
compared.
"""

from __future__ import annotations

import re
from datetime import date

from retrieval.catalogue import Item
from retrieval.index import ShopIndex
from retrieval.policies import Answer

ABOUT_ABOVE = 0.3
"""Cosine of question and answer, the item's name taken out of the question, from which the answer is given.

With the margin below, chosen on the tune half of `because bench support`: one question in five without an answer comes
as near."""
MARGIN = 0.08
"""How much nearer than the second it must be: of two that come alike near, one as good as any would be given."""
_CANDIDATES = 2
_WORD = re.compile(r"[\w’'-]+")
_OPENING = re.compile(
    r"^(?:(?:hi|hello|hey|dear)\b[^,.!?]*[,.!]\s*)?"
    r"(?:i(?:['’]ve| have)? (?:just |recently )?(?:bought|purchased|received|got)\b[^,.?!]*?(?:\band\b|[,.]))?\s*",
    re.IGNORECASE,
)
"""A greeting, and that the item was bought: most of a long question, and nothing of what it asks."""


def own_answer_about(index: ShopIndex, message: str, item: Item, today: date) -> Answer | None:
    """The shop's answer about the item that the message asks for; None if none of them fits."""
    asked = beside(message, item)
    if not asked:
        return None
    found = index.search_answers(index.query_vector(asked), _CANDIDATES, today, item.item_id)
    if not found or found[0][1] < ABOUT_ABOVE:
        return None
    second = found[1][1] if len(found) > 1 else -1.0
    return found[0][0] if found[0][1] - second >= MARGIN else None


def beside(message: str, item: Item) -> str:
    """What a message says beside the item's name: no greeting, no words of the title as it stands there."""
    text = re.sub(re.escape(item.title), " ", message, flags=re.IGNORECASE)
    named = {word.casefold() for word in _WORD.findall(item.title)}
    text = " ".join(_WORD.sub(lambda m: " " if m[0].casefold() in named else m[0], text).split()).lstrip(" :,.-")
    return _OPENING.sub("", text) or text
