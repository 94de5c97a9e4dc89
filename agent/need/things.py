"""The thing that is asked for, as a noun: 'torch' in 'a torch for running', 'headphones' in 'quiet headphones'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.words.lexicon import COLOURS, GENERIC, WISHES
from retrieval.catalogue import Item
from retrieval.need import Need
from retrieval.words import stem, stems, words

GOES_ON = re.compile(
    r"\b(?:for|with|without|to|that|which|who|whose|in|on|from|under|over|while|when|of|at|by|and|or|as|my|not|about|"
    r"like|is|are|has|have|should|must)\b.*",
    re.IGNORECASE,
)
"""What follows a noun and is not it."""
_SIZED = re.compile(r"\b(?:sizes?\s+\S+|\d\S*)(?:\s.*)?$", re.IGNORECASE)
PLURAL = re.compile(r"[a-z]{3,}(?<![su])s")
_NAMED = re.compile(
    r"\b(?:an?|any|some|sell|stock|buy|need|want|find|(?:looking|searching|hunting|shopping|look|search|after)\s+for|"
    r"^(?:have you got|got)|^(?:do|have) you have|(?:what|how)\s+about)\s+(?!(?:my|his|her|our|their|your|me"
    r"|it)\b)(?P<noun>[a-z][a-z-]+(?:\s+[a-z][a-z-]+)?)"
    r"(?=\s*(?:$|[.,;!?]|for\b|with\b|to\b|that\b|under\b|up\b|in\b|from\b|please\b|here\b|too\b|then\b|below\b"
    r"|around\b))",
    re.IGNORECASE,
)
"""A noun where a message asks for a thing: after an article, or after a word of buying."""
_A_USE = re.compile(r"(?<!looking )(?<!searching )(?<!hunting )(?<!shopping )\bfor\s*$", re.IGNORECASE)
"""Before a noun that says what a thing is for."""
NO_THING = GENERIC | words(
    "one ones kind sort lot bit few pair idea hint please more cheaper better nice good new other another reason "
    "suggestion recommendation person friend mum mother dad father girl boy man woman child kid baby couple colleague "
    "birthday christmas wedding holiday trip home house day best top compare favourite favorite popular perfect ideal "
    "husband wife partner boyfriend girlfriend son daughter brother sister uncle aunt grandma grandpa men women "
    "boys girls "
    "kids teenager lover fan one's decent quality great lovely cool amazing two three four several all your more "
    "most very really proper"
)

OF_A_THING = words(
    "size colour color brand make maker model version price budget style shape material length weight width height "
    "range "
    "discount coupon voucher code deal offer question minute moment sec second chance look hand help guess difference "
    "alternative others material fabric handle lid hood pocket zip battery warranty"
)
"""What a thing has, or a talk is about: 'a smaller size' goes on from the thing."""
_A_THING = re.compile(
    r"^(?:(?:hmm+|ok(?:ay)?|and|or|so|then|well|maybe|rather|actually|i(?:['’]d like| want| need))[\s,]+)*"
    r"(?:(?:what about|how about)\s+(?:an?|some|any)\s+|(?:what about|how about)\s+(?=[a-z]+[^s]s\W*$)|(?:an?|some"
    r"|any)\s+|"
    r"(?:do|have) (?:you|u|ya) (?:(?:have|sell|stock|got)\s+)?(?:an?\s+|some\s+|any\s+)?)"
    r"(?P<noun>(?!(?:it|this|that|these|those|the|them|one|in)\b)[a-z]+(?:\s+[a-z]+)?)(?:\s+(?:too|then|please"
    r"|instead|as well|for)\b.*)?\W*$",
    re.IGNORECASE,
)
"""A message that is no more than a thing with an article: 'what about a desk?'."""
NO_WISH = words(
    "although though because since while when where who whom last next this these those year week month day today now "
    "just only even still already again also too really actually maybe perhaps rather quite then there here got get "
    "getting bought buy buying had has have having was were been being did does done said told went go going want need "
    "matching another other more most less least best better worst worse cheapest cheaper first second third he she "
    "they "
    "we you it i me him them us her his our your their someone somebody everyone much many few lot all both each every "
    "no not never nothing if so but let looking searching thinking love loves like likes prefer ideal perfect"
)
"""Words that run through a sentence and say nothing of how a thing should be."""
_LONGEST_WISH = 3
_EMPTY = stems(" ".join(NO_THING))
_TITLE_GOES_ON = re.compile(r"[,;:(|–—]|\s-\s|\b(?:with|for|by|in|from|and|of|without)\b", re.IGNORECASE)
_LOTS = frozenset({"set", "sets", "pair", "pack", "kit", "bundle", "box", "collection"})
"""Words after a title's noun that count it."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A phrase that names a thing: its noun, and what it is wished to be."""

    noun: str
    wish: str = ""

    def names(self, item: Item) -> bool:
        """Whether the item's title, kind or category has the noun."""
        return stem(self.noun.casefold()) in stems(f"{item.title} {item.kind} {item.category}")

    def is_what(self, item: Item) -> bool:
        """Whether the item is such a thing by its title or its kind, and not one beside it: a desk lamp is no desk."""
        return stem(self.noun.casefold()) in {stem(noun) for noun in (title_noun(item), kind_noun(item.kind))}


def title_noun(item: Item) -> str:
    """The noun of a title: 'lamp' of 'Copper Dome Table Lamp', 'drill' of 'Cordless Drill Set with two batteries'."""
    return _noun(_TITLE_GOES_ON.split(item.title, maxsplit=1)[0])


def kind_noun(kind: str) -> str:
    """The noun of a kind's name: 'watches' of 'luxury watches'."""
    return _noun(kind)


def _noun(phrase: str) -> str:
    found = [word for word in re.findall(r"[^\W\d_]+", phrase.casefold()) if word not in _LOTS]
    return found[-1] if found else ""


def says_what(terms: str) -> bool:
    """Whether terms say anything of what is wanted: 'something nice for my girlfriend' does not."""
    return bool(stems(terms) - _EMPTY)


def asks_for_a_thing(message: str) -> bool:
    """Whether a message is no more than a thing with an article: 'a desk', and neither 'a bigger one' nor 'a lot'."""
    match = _A_THING.search(message)
    if match is None:
        return False
    head = match["noun"].casefold().split()[-1]
    qualities = NO_THING | WISHES.keys() | COLOURS | OF_A_THING
    return head not in qualities and not re.search(r"(?:er|est|ish|able|proof|less|ful|ed|ing)$", head)


def is_wish(phrase: str) -> bool:
    """Whether what stands before a noun may be a wish for how the thing should be, and not the run of a sentence."""
    said = phrase.casefold().split()
    return 0 < len(said) <= _LONGEST_WISH and not NO_WISH & set(said)


def called(items: Iterable[Item], terms: str) -> list[Item]:
    """The items that are what the terms name; those that only have the word in their name, if none is; maybe none.

    What comes first may be any word of a title, what follows a noun of one. A thing named later narrows what an
    earlier one left, and is passed over where nothing is both.
    """
    found = all_of = list(items)
    nouns = [item.kind for item in all_of] + [title_noun(item) for item in all_of]
    first, _, rest = terms.partition(",")
    titles = [word for item in all_of for word in re.findall(r"[^\W\d_]{3,}", item.title.casefold())]
    for thing in (*things(first, nouns + titles), *things(rest, nouns)):
        exact = [item for item in found if thing.is_what(item)]
        found = exact or [item for item in found if thing.names(item)] or found
    return [] if found is all_of else found


def things(terms: str, kinds: Iterable[str]) -> tuple[Thing, ...]:
    """The phrases of a need's terms that end with the noun of a kind: 'quiet kettle for tea' names a kettle.

    Args:
        kinds: those that the shop has, such as 'head torch', and nouns of titles.
    """
    nouns = {stem(kind.split()[-1]) for kind in kinds if kind}
    found = []
    for clause in terms.split(","):
        phrase = GOES_ON.sub("", clause).split()
        if phrase and phrase[-1].casefold() not in WISHES.keys() | COLOURS and stem(phrase[-1].casefold()) in nouns:
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
        if _A_USE.search(need.message[: match.start()]):
            continue  # 'something for a barbecue'
        if head in NO_THING | WISHES.keys() | COLOURS or not stems(noun) <= stems(need.terms):
            continue
        return None if any(Thing(head).names(item) for item in items) else _bare(noun)
    return _nowhere(need.terms, items)


def _bare(noun: str) -> str:
    """A noun without what is said of any thing: 'pen' of 'nice pen'."""
    first, _, rest = noun.partition(" ")
    return rest if rest and first in NO_THING else noun


def _nowhere(terms: str, items: Sequence[Item]) -> str | None:
    """A thing in the plural that the first phrase of the terms names, and that no item says a word of."""
    phrase = _SIZED.sub("", GOES_ON.sub("", terms.split(",", maxsplit=1)[0])).split()
    head = phrase[-1].casefold() if phrase else ""
    if len(phrase) > 4 or not PLURAL.fullmatch(head) or head in NO_THING:
        return None
    said = (f"{item.title} {item.kind} {item.category} {item.description}" for item in items)
    return None if any(stem(head) in stems(text) for text in said) else " ".join(phrase)


def _wish(phrase: Sequence[str], kinds: Iterable[str]) -> str:
    """What stands before the noun, without the rest of a kind's name and words that are read as wishes or colours."""
    of_kinds = stems(" ".join(kind for kind in kinds))
    read = WISHES.keys() | COLOURS
    left = [word for word in phrase if word.casefold() not in read and not stems(word) <= of_kinds]
    return " ".join(left) if stems(" ".join(left)) - _EMPTY else ""
