"""Whom a thing is for: women or men, where a shop says so of its goods."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from retrieval.catalogue import Item

Audience: TypeAlias = Literal["women", "men"]
_WOMEN = (
    "women|woman|womens|ladies|lady|female|girls?|wife|mum|mom|mother|sister|daughter|girlfriend|aunt|grandma|"
    "grandmother|granny|niece|fiancée|bride"
)
_MEN = (
    "men|man|mens|gents?|gentlem[ae]n|male|boys?|husband|dad|father|brother|son|boyfriend|uncle|grandpa|grandfather|"
    "nephew|fiancé|groom"
)
_SAID = re.compile(rf"\b(?:(?P<women>{_WOMEN})|(?P<men>{_MEN}))(?:['’]?s)?\b", re.IGNORECASE)
_STATED = re.compile(
    r"\b(?:(?P<women>wom[ae]n|ladies|girls?|female)|(?P<men>m[ae]n|gents|boys?|male))(?:['’]?s)?\b", re.IGNORECASE
)
_SAYS_FOR = frozenset({"for", "gender", "audience", "department", "sex"})
"""Attributes that say whom an item is for."""


def audience_of(terms: str) -> Audience | None:
    """Whom the terms speak of last: 'watch for my husband, actually for my mum' is for women."""
    found = [*_SAID.finditer(terms)]
    return _which(found[-1]) if found else None


def made_for(item: Item) -> Audience | None:
    """Whom the shop says that an item is for; None if it says neither or both."""
    stated = [a.text for a in item.attributes if a.name in _SAYS_FOR]
    text = " ".join([item.title, item.kind, item.category, *stated])
    found = {_which(match) for match in _STATED.finditer(text)}
    return found.pop() if len(found) == 1 else None


def _which(match: re.Match[str]) -> Audience:
    return "women" if match["women"] else "men"
