"""Where a statement stands on a question of yes or no; a denial is never taken for a yes."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from agent.items.asking import EMPTY, Asked
from agent.items.item_facts import Fact
from agent.words.denial import contradicts, denied, negated_from, spelled_out
from agent.words.thesaurus import Thesaurus, words_of
from retrieval.drawbacks import finds_fault
from retrieval.words import stems

Stance: TypeAlias = Literal["yes", "no", "open"]

_NO = re.compile(r"^(?:no|none|not|never|without)\b|\bnot included\b", re.IGNORECASE)
_PARTLY = re.compile(
    r"\b(?:only|except|partly|but|hardly|barely|almost|nearly|if|unless|may|might|could|separately|optional|avoid|wish(?:ed)?|should|would)\b",
    re.I,
)
"""What leaves a yes open."""
_UN = ("un", "non", "in")


def stance(asked: Asked, fact: Fact) -> Stance:
    """Yes or no where the statement is plain, by the question's own words or those that mean the same."""
    text = spelled_out(fact.text)
    if fact.kind == "attribute":
        name, _, value = fact.text.partition(": ")
        if stems(name) & asked.words and _NO.search(value):
            return "open" if "," in value and not _NO.match(value) else "no"
        if stems(name) & asked.words and value.casefold().startswith("yes"):
            return "yes"
    if _denies(asked, text):
        return "no" if not asked.denied else "yes"
    if (reached := _under_negation(asked, text)) is not None:
        return "no" if reached and not asked.denied else "open"
    if denied(text):  # "do not use open flames, candles" is no yes to candles
        return "open"
    if asked.covered_exactly(fact) and not _PARTLY.search(text) and not finds_fault(text):
        return "yes" if not asked.denied else "open"
    return "open"


def _under_negation(asked: Asked, text: str) -> bool | None:
    """Whether a word of the question after a negation is what it denies ("does not work on induction").

    None if no word stands after one; False if it may be something else that is denied.
    """
    places = (start for start, _, word in words_of(text) if stems(word) & asked.words)
    if not any(negated_from(text[:start]) for start in places):
        return None
    return all(each <= EMPTY for each in denied(text))


def _denies(asked: Asked, text: str) -> bool:
    there = stems(text)
    if any(f"{prefix}{word}" in there for prefix in _UN for word in asked.words):
        return True
    if any(each & asked.words for each in denied(text)):
        return True
    opposites = frozenset[str]().union(*(Thesaurus.read().opposites.get(w, frozenset()) for w in asked.words))
    return bool(opposites & there) and contradicts(asked.text, text)
