"""What of a need a sentence about an item answers: "light" is answered by "weight: 310 g", not by "age: from 8"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from retrieval.catalogue import Item
from retrieval.embedding import Vectors
from retrieval.lines import Reader
from retrieval.nearness import all_comparable
from retrieval.need import Need
from retrieval.snippets import sentences
from retrieval.words import stems

NEAR = 0.22
"""Cosine from which a sentence answers a wish. Of sentences about something else one in twenty comes so near."""
_BOUNDARY = re.compile(r"[,;:.!?]|\b(?:and|but|or|plus)\b|(\b(?:my|our|his|her)\s+\w+)", re.IGNORECASE)
"""Between wishes; whom something is for is a wish of its own."""
_ASIDE = re.compile(
    r"\b(?:not\s+(?:\w+\s+)?(?:fussy|picky|bothered|particular|sure)|(?:don['’]?t|do not)\s+(?:mind|care))\b", re.I
)
_SOMEBODY = re.compile(r"(?:my|our|his|her)\s", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|no|never|without|free|hardly|nothing|none|cannot)\b|n['’]t\b", re.IGNORECASE)
_WORD = re.compile(r"[\w’'-]+")
_EDGES = frozenset(
    "a an the some any that which who is are was can could be for to with of as in on at it i you we have has would "  # noqa: SIM905
    "should must will this these those there something anything one ones give buy get getting thinking pick ideally "
    "please most very really without also better still preferably".split()
)
"""What a wish neither begins nor ends with."""
_EMPTY = stems(
    "gift gifts present presents thing things stuff item items product products idea ideas anything everything "
    "euro euros eur dollar dollars usd pound pounds gbp franc francs chf"
)
_LONGEST = 8
_DENIED = re.compile(r": (?:no|none|not)\b", re.IGNORECASE)


def wishes(terms: str, item: Item) -> tuple[str, ...]:
    """What is wanted of an item besides being what it is: "light tent for two" of a tent is "light" and "two".

    Args:
        terms: a need's terms, without courtesies, prices and exclusions.
    """
    known = stems(f"{item.kind} {item.category} {item.title}") | _EMPTY
    parts = (part for part in _BOUNDARY.split(terms) if part and not _ASIDE.search(part))
    found = (wish for part in parts for wish in _between(part, known))
    return tuple(dict.fromkeys(found))


def telling(need: Need, item: Item) -> tuple[str, ...]:
    """The wishes that say more than whom something is for."""
    return tuple(wish for wish in wishes(need.terms, item) if not _SOMEBODY.match(wish))


def beside_kind(need: Need, item: Item) -> list[str]:
    """What is embedded to know a need's wishes of an item: its kind alone, and each wish beside it."""
    kind = f"a {item.kind}"
    return [kind, *(f"{kind}, {wish}" for wish in wishes(need.terms, item))]


def _between(part: str, known: frozenset[str]) -> Iterator[str]:
    """The pieces of a part of the terms between the words that only name the item."""
    piece: list[str] = []
    for word in [*_WORD.findall(part), ""]:
        if word and not stems(word) & known:
            piece.append(word)
            continue
        wish = _trimmed(piece)
        piece = []
        if stems(wish):
            yield wish


def _trimmed(piece: Sequence[str]) -> str:
    start, end = 0, len(piece)
    while start < end and piece[start].casefold() in _EDGES:
        start += 1
    while end > start and piece[end - 1].casefold() in _EDGES:
        end -= 1
    return " ".join(piece[start:end][:_LONGEST])


class Relevance:
    """How near sentences about one item come to what is wanted of it.

    A wish is embedded beside the item's kind, and what it has in common with the kind alone is taken away, as every
    sentence about a tent is near to "a light tent":

        k = e("a tent"),  w = e("a tent, light"),  w' = (w - (w.k) k) / |w - (w.k) k|,  nearness(s) = max w'.e(s)

    Without a wish that says more than whom it is for, nearness is that to the item's kind: "my dad is eighty-one" is
    near to "my dad" and tells nothing of the item.

    Shapes: S sentences, W wishes, D dimensions: wishes (W, D) and sentences (S, D) -> cosines (S, W) float32.
    """

    def __init__(self, reader: Reader, need: Need, item: Item, texts: Iterable[str]) -> None:
        self.wishes = wishes(need.terms, item)
        self._stems = [stems(wish) for wish in self.wishes]
        self._stated = {p.attribute.casefold(): stems(p.word) for p in need.preferences}
        self._limited = frozenset(_limited(need))
        found = list(dict.fromkeys(sentence for text in texts for sentence in (sentences(text) or [text])))
        vectors = reader.wishes.embed(beside_kind(need, item), "query")
        told = reader.lines.embed(found, "query")
        asked = without(vectors[1:], vectors[0])
        cosines = all_comparable(reader.lines.name, told @ asked.T, "wish and sentence")
        self._cosines = dict(zip(found, cosines, strict=True))
        telling = [i for i, wish in enumerate(self.wishes) if not _SOMEBODY.match(wish)]
        nearest = (told @ (asked[telling] if telling else vectors[:1]).T).max(axis=1, initial=-1.0)
        self._nearness: dict[str, float] = dict(zip(found, nearest.tolist(), strict=True))

    def nearness(self, sentence: str) -> float:
        """The cosine to the nearest wish; -1 for a sentence that was not among the texts."""
        return self._nearness.get(sentence, -1.0)

    def answered(self, text: str) -> tuple[str, ...]:
        """The wishes that a text answers, the nearest first; then the attribute that it states, if that is limited.

        It does if it states the attribute that the wish is known to speak of, if it has a word of the wish (both
        denied or neither), or if one of its sentences comes near enough. An attribute that the item is said not to
        have answers nothing.
        """
        attribute = text.partition(": ")[0].casefold()
        found = tuple(self.strengths(text))
        return (*found, attribute) if attribute in self._limited and not _DENIED.search(text) else found

    def strengths(self, text: str) -> dict[str, float]:
        """How far a text answers each of the wishes that it answers, from `NEAR` to 1, the furthest first."""
        if _DENIED.search(text):
            return {}
        found = sorted(((self._strength(i, text), wish) for i, wish in enumerate(self.wishes)), reverse=True)
        return {wish: strength for strength, wish in found if strength >= NEAR}

    def _strength(self, wish: int, text: str) -> float:
        attribute = text.partition(": ")[0].casefold()
        if self._stems[wish] & self._stated.get(attribute, frozenset()):
            return 1.0
        return max(self._nearness_to(wish, sentence) for sentence in sentences(text) or [text])

    def _nearness_to(self, wish: int, sentence: str) -> float:
        if self._stems[wish] & stems(sentence):  # "it can sting" is no answer to "that does not sting"
            return 1.0 if bool(_NOT.search(self.wishes[wish])) == bool(_NOT.search(sentence)) else -1.0
        cosines = self._cosines.get(sentence)
        if cosines is None or _SOMEBODY.match(self.wishes[wish]):  # "a new dad" is near to "my sister", and no answer
            return -1.0
        return float(cosines[wish])


def _limited(need: Need) -> Iterator[str]:
    """The attributes that the need's constraints speak of."""
    constraints = need.constraints
    if constraints.price_max is not None or constraints.price_min is not None:
        yield "price"
    if constraints.colours or constraints.colours_excluded:
        yield from ("colour", "color")
    yield from (bound.attribute.casefold() for bound in constraints.bounds)


def without(vectors: Vectors, common: Vectors) -> Vectors:
    """Unit vectors without their part along ``common``. Shapes: (N, D) float32, (D,) float32 -> (N, D) float32."""
    rest = vectors - np.outer(vectors @ common, common)
    found: Vectors = rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9)
    return found
