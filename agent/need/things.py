"""The thing that is asked for, as a noun: 'torch' in 'a torch for running', 'headphones' in 'quiet headphones'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.words.lexicon import COLOURS, GENERIC, WISHES
from retrieval.catalogue import Item
from retrieval.need import Need
from retrieval.words import stem, stems, words

_GOES_ON = re.compile(
    r"\b(?:for|with|without|to|that|which|who|whose|in|on|from|under|over|while|when|of|at|by|and|or|as|my|not|about|"
    r"like|is|are|has|have|should|must)\b.*",
    re.IGNORECASE,
)
"""What follows a noun and is not it."""
_SIZED = re.compile(r"\b(?:sizes?\s+\S+|\d\S*)(?:\s.*)?$", re.IGNORECASE)
_PLURAL = re.compile(r"[a-z]{3,}(?<![su])s")
_NAMED = re.compile(
    r"\b(?:an?|any|some|sell|stock|buy|need|want|find|for)\s+(?P<noun>[a-z][a-z-]+(?:\s+[a-z][a-z-]+)?)"
    r"(?=\s*(?:$|[.,;!?]|for\b|with\b|to\b|that\b|under\b|up\b|in\b|from\b|please\b|here\b|too\b|then\b|below\b|around\b))",
    re.IGNORECASE,
)
"""A noun where a message asks for a thing: after an article, or after a word of buying."""
_NO_THING = GENERIC | words(
    "one ones kind sort lot bit few pair idea hint please more cheaper better nice good new other another reason "
    "suggestion recommendation person friend mum mother dad father girl boy man woman child kid baby couple colleague "
    "birthday christmas wedding holiday trip home house day best top compare favourite favorite popular perfect ideal "
    "decent quality great lovely cool amazing two three four several all your more most very really proper"
)

_EMPTY = stems(" ".join(_NO_THING))


@dataclass(frozen=True, slots=True)
class Thing:
    """A phrase that names a thing: its noun, and what it is wished to be."""

    noun: str
    wish: str = ""

    def names(self, item: Item) -> bool:
        """Whether the item's title, kind or category has the noun."""
        return stem(self.noun.casefold()) in stems(f"{item.title} {item.kind} {item.category}")


def things(terms: str, kinds: Iterable[str]) -> tuple[Thing, ...]:
    """The phrases of a need's terms that end with the noun of a kind: 'quiet kettle for tea' names a kettle.

    Args:
        kinds: those that the shop has, such as 'head torch'.
    """
    nouns = {stem(kind.split()[-1]) for kind in kinds if kind}
    found = []
    for clause in terms.split(","):
        phrase = _GOES_ON.sub("", clause).split()
        if phrase and phrase[-1].casefold() not in WISHES and stem(phrase[-1].casefold()) in nouns:
            found.append(Thing(phrase[-1], _wish(phrase[:-1], kinds)))
    return tuple(found)


def unnamed(need: Need, items: Sequence[Item], unsold: Iterable[str] = ()) -> str | None:
    """The thing that a message asks for, if none of the items nearest to it is called so; None if one is.

    What has a limit that the catalogue's own names set (a kind, a brand) is known to it.

    Args:
        unsold: of a message that is not in English, the things that it names, in English.
    """
    constraints = need.constraints
    if constraints.kinds or constraints.categories or constraints.brands or not need.terms:
        return None
    if need.english:
        return next((noun for noun in unsold if not any(Thing(noun.split()[-1]).names(i) for i in items)), None)
    for match in _NAMED.finditer(need.message):
        noun = match["noun"].casefold()
        head = noun.split()[-1]
        if head in _NO_THING | WISHES.keys() | COLOURS or not stems(noun) <= stems(need.terms):
            continue
        if not any(Thing(head).names(item) for item in items):
            return noun
    return _nowhere(need.terms, items)


def _nowhere(terms: str, items: Sequence[Item]) -> str | None:
    """A thing in the plural that the first phrase of the terms names, and that no item says a word of."""
    phrase = _SIZED.sub("", _GOES_ON.sub("", terms.split(",", maxsplit=1)[0])).split()
    head = phrase[-1].casefold() if phrase else ""
    if len(phrase) > 4 or not _PLURAL.fullmatch(head) or head in _NO_THING:
        return None
    said = (f"{item.title} {item.kind} {item.category} {item.description}" for item in items)
    return None if any(stem(head) in stems(text) for text in said) else " ".join(phrase)


def _wish(phrase: Sequence[str], kinds: Iterable[str]) -> str:
    """What stands before the noun, without the rest of a kind's name and words that are read as wishes or colours."""
    of_kinds = stems(" ".join(kind for kind in kinds))
    read = WISHES.keys() | COLOURS
    left = [word for word in phrase if word.casefold() not in read and not stems(word) <= of_kinds]
    return " ".join(left) if stems(" ".join(left)) - _EMPTY else ""
