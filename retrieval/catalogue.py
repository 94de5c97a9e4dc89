"""The catalogue: items, what is said about them, and the vocabulary they span."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

Scalar: TypeAlias = str | int | float


@dataclass(frozen=True, slots=True)
class Attribute:
    """A named property of an item: text, or a number with its unit."""

    name: str
    value: Scalar
    unit: str | None = None

    @property
    def text(self) -> str:
        """The value as a shopper reads it: ``780 g``."""
        value = f"{self.value:.10g}" if isinstance(self.value, float) else str(self.value)
        if self.unit is None:
            return value
        return f"{value}{self.unit}" if self.unit == "%" else f"{value} {self.unit}"


@dataclass(frozen=True, slots=True)
class Review:
    """What one customer wrote; ``rating`` is in stars, 1 to 5."""

    review_id: str
    rating: float
    text: str
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A longer text that belongs to an item, such as its manual."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One product. ``stock`` is None where the shop does not say; such an item counts as available."""

    item_id: str
    title: str
    description: str
    category: str
    price: float
    currency: str
    brand: str | None = None
    stock: int | None = None
    url: str | None = None
    image: str | None = None
    attributes: tuple[Attribute, ...] = ()
    reviews: tuple[Review, ...] = ()
    documents: tuple[Document, ...] = ()

    @property
    def in_stock(self) -> bool:
        return self.stock is None or self.stock > 0

    @property
    def price_text(self) -> str:
        """The price as a shopper reads it: ``89 EUR`` or ``89.50 EUR``."""
        amount = f"{self.price:.2f}".removesuffix(".00")
        return f"{amount} {self.currency}"

    @property
    def mean_rating(self) -> float | None:
        """Mean stars over the reviews, or None without any."""
        if not self.reviews:
            return None
        return sum(review.rating for review in self.reviews) / len(self.reviews)

    def attribute(self, name: str) -> Attribute | None:
        return next((a for a in self.attributes if a.name == name), None)

    @property
    def colour(self) -> Attribute | None:
        return self.attribute("colour") or self.attribute("color")

    @property
    def kind(self) -> str:
        """The product noun (``backpack``) if the shop gives one, else the category."""
        attribute = self.attribute("type")
        return str(attribute.value) if attribute else self.category


@dataclass(frozen=True)
class Vocabulary:
    """The words a catalogue uses; the constraint parser knows no others."""

    brands: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    colours: frozenset[str] = frozenset()
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Other textual attribute values by attribute name, lower case."""
    units: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The units in which numeric attributes are stated, by attribute name."""


_Word: TypeAlias = tuple[str, str, str]
"""What kind of word it is, of which attribute where it is a value or a unit, and the word."""


class WordCounts:
    """How many items use each word of a vocabulary, so that a change need not read all items. Immutable."""

    def __init__(self, counts: Mapping[_Word, int] | None = None) -> None:
        self._counts = counts or {}

    def changed(self, before: Iterable[Item], after: Iterable[Item]) -> WordCounts:
        """The counts without the words of some items and with those of others; itself if nothing differs."""
        more: Counter[_Word] = Counter()
        for item in after:
            more.update(_words_of(item))
        for item in before:
            more.subtract(_words_of(item))
        differing = {word: times for word, times in more.items() if times}
        if not differing:
            return self
        counts = dict(self._counts)
        for word, times in differing.items():
            counts[word] = counts.get(word, 0) + times
            if not counts[word]:
                del counts[word]
        new = WordCounts(counts)
        same = all((word in counts) == (word in self._counts) for word in differing if word[0] != "currency")
        if same and "vocabulary" in self.__dict__:
            new.__dict__["vocabulary"] = self.vocabulary
        return new

    @cached_property
    def currency(self) -> str | None:
        counts = {word: times for (kind, _, word), times in self._counts.items() if kind == "currency"}
        return max(counts, key=counts.__getitem__, default=None)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        found: dict[str, dict[str, set[str]]] = {}
        for kind, attribute, word in self._counts:
            found.setdefault(kind, {}).setdefault(attribute, set()).add(word)

        def of(kind: str) -> frozenset[str]:
            return frozenset(found.get(kind, {}).get("", ()))

        return Vocabulary(
            brands=of("brand"),
            categories=of("category"),
            kinds=of("kind"),
            colours=of("colour"),
            values={name: frozenset(words) for name, words in found.get("value", {}).items()},
            units={name: frozenset(words) for name, words in found.get("unit", {}).items()},
        )


def _words_of(item: Item) -> Iterator[_Word]:
    yield "currency", "", item.currency
    yield "category", "", item.category
    if item.brand:
        yield "brand", "", item.brand
    for attribute in item.attributes:
        if isinstance(attribute.value, str):
            kind = _OWN_KIND.get(attribute.name, "value")
            yield kind, attribute.name if kind == "value" else "", attribute.value.casefold()
        elif attribute.unit is not None:
            yield "unit", attribute.name, attribute.unit


_OWN_KIND = {"type": "kind", "colour": "colour", "color": "colour"}
"""Attributes whose values are words of a kind of their own."""


class Catalogue(Mapping[str, Item]):
    """Items by id. Immutable; a change makes a new catalogue, whose unchanged items keep their rows.

    An item's row is its number in this catalogue and in all that are made from it; rows of items that are gone stay
    empty. A vocabulary that a change leaves as it was stays the same object.
    """

    def __init__(self, items: Iterable[Item] = ()) -> None:
        latest = {item.item_id: item for item in items}
        self._items: list[Item | None] = list(latest.values())
        self._rows = {item_id: row for row, item_id in enumerate(latest)}

    def __getitem__(self, item_id: str) -> Item:
        item = self._items[self._rows[item_id]]
        assert item is not None
        return item

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def size(self) -> int:
        """How many rows there are, empty ones too."""
        return len(self._items)

    def row(self, item_id: str) -> int | None:
        return self._rows.get(item_id)

    def at(self, row: int) -> Item | None:
        return self._items[row]

    def numbered(self) -> Iterator[tuple[int, Item]]:
        """All items with their rows."""
        return ((row, item) for row, item in enumerate(self._items) if item is not None)

    def changed(self, items: Iterable[Item], gone: Iterable[str] = ()) -> Catalogue:
        """The catalogue with these items added or replaced, and without those that are gone."""
        new = Catalogue()
        new._items, new._rows = self._items.copy(), self._rows.copy()
        before: list[Item] = []
        after = list({item.item_id: item for item in items}.values())
        for item in after:
            row = new._rows.setdefault(item.item_id, len(new._items))
            if row == len(new._items):
                new._items.append(None)
            elif (old := new._items[row]) is not None:
                before.append(old)
            new._items[row] = item
        for item_id in gone:
            row = new._rows.pop(item_id)
            if (old := new._items[row]) is not None:
                before.append(old)
            new._items[row] = None
        if "_words" in self.__dict__:
            new.__dict__["_words"] = self._words.changed(before, after)
        return new

    @cached_property
    def _words(self) -> WordCounts:
        return WordCounts().changed((), (item for _, item in self.numbered()))

    @property
    def currency(self) -> str | None:
        """The currency of most items; prices in a message are read as this one."""
        return self._words.currency

    @property
    def vocabulary(self) -> Vocabulary:
        return self._words.vocabulary
