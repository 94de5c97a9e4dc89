"""What a claim says that the item has in common with one of the shopper's history."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.reasons.deeds import CLAUSE_END
from agent.reasons.request import QUOTED
from agent.reasons.wording import unproved
from retrieval.evidence import Evidence

_OF_THE_ITEM = re.compile(r"\b(?:this|another|one more|here is|here are|similar)\b", re.IGNORECASE)
_OF_THE_SHOPPER = re.compile(r"\byou(?:r|rs|['’]re|['’]ve)?\b", re.IGNORECASE)


def unshared(text: str, cited: Sequence[Evidence], title: str) -> str:
    """What is wrong with "you bought the Skarne tent, and this one is from Skarne too" of an item from elsewhere.

    Where history is cited, its words stand in the evidence; but a clause about the item must be borne out by the item.
    """
    if not any(each.kind == "history" for each in cited):
        return ""
    own = "\n".join([title, *(each.text for each in cited if each.kind != "history")])
    clauses = (c for c in CLAUSE_END.split(QUOTED.sub(" ", text)) if not _OF_THE_SHOPPER.search(c))
    missing = next(filter(None, (unproved(c, own, title) for c in clauses if _OF_THE_ITEM.search(c))), None)
    return f"the item's own data does not say: {', '.join(sorted(missing))}" if missing else ""
