"""The catalogue: items, what is said about them, and the vocabulary they span."""

from __future__ import annotations

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


class Catalogue(Mapping[str, Item]):
    """Items by id. Immutable; a change makes a new catalogue."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._items = {item.item_id: item for item in items}

    def __getitem__(self, item_id: str) -> Item:
        return self._items[item_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    @cached_property
    def currency(self) -> str | None:
        """The currency of most items; prices in a message are read as this one."""
        counts: dict[str, int] = {}
        for item in self._items.values():
            counts[item.currency] = counts.get(item.currency, 0) + 1
        return max(counts, key=counts.__getitem__, default=None)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        values: dict[str, set[str]] = {}
        units: dict[str, set[str]] = {}
        for item in self._items.values():
            for attribute in item.attributes:
                if isinstance(attribute.value, str):
                    values.setdefault(attribute.name, set()).add(attribute.value.casefold())
                elif attribute.unit is not None:
                    units.setdefault(attribute.name, set()).add(attribute.unit)
        kinds, colours = values.pop("type", set()), values.pop("colour", set()) | values.pop("color", set())
        return Vocabulary(
            brands=frozenset(item.brand for item in self._items.values() if item.brand),
            categories=frozenset(item.category for item in self._items.values()),
            kinds=frozenset(kinds),
            colours=frozenset(colours),
            values={name: frozenset(found) for name, found in values.items()},
            units={name: frozenset(found) for name, found in units.items()},
        )
