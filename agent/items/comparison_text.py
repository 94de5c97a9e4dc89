"""The biggest differences between items in one or two sentences; every number is worked out from the data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.texts import Texts
from retrieval.catalogue import Attribute, Item

EN = Texts.of("en")
_TOLD = 4
_LEAST_PRICE = 0.02
"""A difference that is worth words, as a share of the higher price; and of ratings, in stars:"""
_LEAST_STARS = 0.2
_LONGEST_NAME = 6
_ARTICLE = re.compile(r"(?:the|an?)\s", re.IGNORECASE)
_IS = "is "
"""What is said once of several phrases that begin with it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A row that differs, its values in the language of the text.

    ``numbers`` is empty for text, else in ``unit``, None where not stated.
    """

    name: str
    numbers: tuple[float | None, ...]
    values: tuple[str, ...]
    unit: str | None
    spoken: bool


_DIRECTIONS = {
    "price": -1, "weight": -1, "noise": -1, "packed length": -1, "folded length": -1, "brightness": 1, "capacity": 1,
    "volume": 1, "battery life": 1, "runtime": 1, "run time": 1, "height": 1, "length": 1, "pages": 1,
}  # fmt: skip
"""Attributes whose lead has words of its own, and which way it goes: 'is 2 kg lighter'."""


def told(items: Sequence[Item], differing: Sequence[Measured], texts: Texts, *, more: bool) -> str:
    """The differences, those of numbers by who leads, then one of those in words.

    Args:
        differing: in the order of their weight.
        more: whether more was to be compared than is.
    """
    who = names(items, texts)
    lead: dict[int, list[str]] = {}
    for row in [row for row in differing if row.numbers or row.name == "stock"]:
        if sum(map(len, lead.values())) < _TOLD and (found := _leads(row, items, texts)):
            lead.setdefault(found[0], []).append(found[1])
    parts = [texts.say("compare.item", name=who[i], leads=_joined(phrases, texts)) for i, phrases in lead.items()]
    next_ = texts.say("compare.next")
    sentences = [texts.say("compare.sentence", text=_capital(next_.join(parts)))] if parts else []
    if worded := next((row for row in differing if _says_more(row, texts)), None):
        values = [texts.say("compare.of", value=v, name=w) for v, w in zip(worded.values, who, strict=True)]
        named = _capital(texts.attribute(worded.name))
        sentences.append(texts.say("compare.row", name=named, values=texts.say("comma").join(values)))
    sentences = sentences or [texts.say("compare.alike")]
    return texts.say("between_sentences").join([*sentences, texts.say("compare.first_four")] if more else sentences)


def names(items: Sequence[Item], texts: Texts = EN) -> list[str]:
    """What each is called in a sentence: the proper part of its title ("the Nook"), the whole where two share it."""
    short = [short_name(item) for item in items]
    unlike = len(set(short)) == len(short)
    chosen = short if unlike else [item.title for item in items]
    return [name if _ARTICLE.match(name) or "?" in name else texts.say("compare.the", name=name) for name in chosen]


def short_name(item: Item) -> str:
    """The part of a title that is a name: without the brand, up to the first word that is written small."""
    brand = item.brand or ""
    rest = item.title.removeprefix(brand).strip() if brand else item.title
    head, comma, _ = rest.partition(",")
    if comma and len(head.split()) <= _LONGEST_NAME:
        return head
    kept: list[str] = []
    for word in head.split():
        if not (word[0].isupper() or word[0].isdigit()) or word.casefold() in item.kind.casefold().split():
            break
        kept.append(word)
    return " ".join(kept) if 0 < len(kept) <= 4 and any(w.isalpha() and len(w) > 1 for w in kept) else item.title


def _leads(row: Measured, items: Sequence[Item], texts: Texts) -> tuple[int, str] | None:
    """Which item leads on a row, and in what words; None if none does, or by too little."""
    if row.name == "stock":
        there = [item.in_stock for item in items]
        return (there.index(True), texts.say("compare.stock")) if there.count(True) == 1 else None
    direction = _DIRECTIONS.get(row.name, 1)
    known = sorted(((n * direction, i) for i, n in enumerate(row.numbers) if n is not None), reverse=True)
    if len(known) < len(items) or known[0][0] == known[1][0]:
        return None
    (_, first), (_, second) = known[0], known[1]
    mine, other = row.numbers[first] or 0.0, row.numbers[second] or 0.0
    two = len(items) == 2
    if row.name == "rating":
        return _rated(first, mine, other, texts, two=two)
    if row.name == "price" and abs(mine - other) < _LEAST_PRICE * max(mine, other):
        return None
    if row.name not in _DIRECTIONS:
        name = texts.attribute(row.name)
        against = {"other": row.values[second]} if two else {}
        key = "greater" if two else "greatest"
        return first, texts.say(f"compare.{key}", name=name, mine=row.values[first], **against)
    value = _amount(abs(mine - other), row, texts) if two else row.values[first]
    return first, texts.say(f"compare.{'two' if two else 'several'}.{row.name}", value=value)


def _rated(first: int, mine: float, other: float, texts: Texts, *, two: bool) -> tuple[int, str] | None:
    if mine - other < _LEAST_STARS - 1e-9:
        return None
    if two:
        return first, texts.say("compare.rated", mine=f"{mine:.1f}", other=f"{other:.1f}")
    return first, texts.say("compare.rated_best", mine=f"{mine:.1f}")


def _amount(difference: float, row: Measured, texts: Texts) -> str:
    if row.name == "price":
        return texts.price(difference, row.unit or "")
    return texts.measured(Attribute(row.name, float(f"{difference:.6g}"), row.unit).text, row.name)


def _says_more(row: Measured, texts: Texts) -> bool:
    """Whether a row in words is worth a sentence: what a thing is called or looks like is on its card."""
    lacking = texts.say("value.not_stated") in row.values
    if row.spoken and lacking:
        return True
    worded = not row.numbers and row.name not in {"stock", "price"}
    return worded and (row.spoken or row.name not in {"type", "colour", "color"}) and not lacking


def _joined(phrases: Sequence[str], texts: Texts) -> str:
    phrases = sorted(phrases, key=lambda phrase: not phrase.startswith(_IS))
    phrases = [phrase.removeprefix(_IS) if i else phrase for i, phrase in enumerate(phrases)]
    if len(phrases) == 1:
        return phrases[0]
    return texts.say("comma").join(phrases[:-1]) + texts.say("compare.and") + phrases[-1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
