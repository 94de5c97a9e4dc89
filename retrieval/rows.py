"""One feed row each of items, events and shoppers, as pydantic checks it.

An item's fields may have the names that other shops give them, see ``AliasChoices`` below and `_EXTRA_NAMES`.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from retrieval.catalogue import Attribute, Document, Item, Review
from retrieval.events import Event, EventKind, Shopper
from retrieval.regions import checked
from retrieval.units import canonical

_MEASURE = re.compile(r"(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)\s*(?P<unit>[A-Za-z]+|%)", re.ASCII)
_THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))")
_NO_UNITS = frozenset({"G", "H", "M", "S"})
"""Capitals that are no units after a number: 5G is a network, 34 M a size."""


def _json_cell(value: Any) -> Any:
    """CSV cells may hold JSON for nested fields."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except json.JSONDecodeError as error:
            raise ValueError(f"not JSON ({error.msg})") from error
    return value


def _stated(value: Any) -> Any:
    """Attributes without a value are left out, and truth is said in words: ``waterproof: yes``."""
    value = _json_cell(value)
    if not isinstance(value, dict):
        return value
    said = {True: "yes", False: "no"}
    return {k: said[v] if isinstance(v, bool) else v for k, v in value.items() if v not in (None, "")}


_EXTRA_NAMES = {"kind": "type", "style": "type", "product_type": "type"}
"""Other names of the attribute that holds the product noun; the first that a row has counts."""
_BOOKKEEPING = re.compile(
    r"\b(?:id|ids|sku|gtin|ean|upc|mpn|barcode|link|url|image|thumbnail|license|licence|visible|promoted|featured|created"
    r"|updated|stock|quantity|available|availability|rating|ratings|slug|status|discount)\b"
)
"""Words in the names of fields that tell a shopper nothing about the item, or what is wrong tomorrow."""
_LONGEST_EXTRA = 80
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _extras(row: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """A flat row's own fields as attributes: those with one short value that is no code of one letter."""
    found: dict[str, Any] = {}
    for field, value in row.items():
        name = _CAMEL.sub("_", field).replace("_", " ").casefold().strip()
        short = isinstance(value, int | float) or (isinstance(value, str) and 1 < len(value) <= _LONGEST_EXTRA)
        if field not in known and short and name and not _BOOKKEEPING.search(name):
            found.setdefault(_EXTRA_NAMES.get(field, name), value)
    return found


Nested = BeforeValidator(_json_cell)
Id = Annotated[str, Field(min_length=1, max_length=200)]
Region = Annotated[str, AfterValidator(checked)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, coerce_numbers_to_str=True)


class QuantityRow(_Row):
    value: float | int | str
    unit: str | None = None


class ReviewRow(_Row):
    review_id: str | None = None
    rating: float = Field(ge=1, le=5)
    text: str = Field(min_length=1, validation_alias=AliasChoices("text", "comment", "body"))
    at: str | None = Field(None, validation_alias=AliasChoices("at", "date"))


class DocumentRow(_Row):
    title: str
    text: str


class ItemRow(_Row):
    item_id: Id = Field(validation_alias=AliasChoices("item_id", "id"))
    title: str = Field(min_length=1, max_length=500, validation_alias=AliasChoices("title", "name"))
    description: str = ""
    category: str = Field(min_length=1)
    price: float = Field(ge=0, allow_inf_nan=False)
    currency: str = Field(min_length=3, max_length=3)
    brand: str | None = None
    stock: int | None = Field(None, ge=0, validation_alias=AliasChoices("stock", "current_stock"))
    url: str | None = Field(None, validation_alias=AliasChoices("url", "link"))
    image: str | None = Field(None, validation_alias=AliasChoices("image", "thumbnail"))
    attributes: Annotated[dict[str, QuantityRow | int | float | str], BeforeValidator(_stated)] = Field(
        default_factory=dict
    )
    reviews: Annotated[list[ReviewRow], Nested] = Field(default_factory=list)
    documents: Annotated[list[DocumentRow], Nested] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, row: Any) -> Any:
        """A row without the field ``attributes`` may state them as fields of its own."""
        if not isinstance(row, dict) or "attributes" in row:
            return row
        return row | {"attributes": _extras(row, cls._known())}

    @classmethod
    def _known(cls) -> frozenset[str]:
        """Every name by which a row may state a field of the item."""
        names = set(cls.model_fields)
        for field in cls.model_fields.values():
            if isinstance(field.validation_alias, AliasChoices):
                names.update(str(choice) for choice in field.validation_alias.choices)
        return frozenset(names)

    @field_validator("currency")
    @classmethod
    def _upper(cls, value: str) -> str:
        return value.upper()

    def to_item(self) -> Item:
        return Item(
            item_id=self.item_id,
            title=self.title,
            description=self.description,
            category=self.category,
            price=self.price,
            currency=self.currency,
            brand=self.brand or None,
            stock=self.stock,
            url=self.url,
            image=self.image,
            attributes=tuple(_attribute(name, value) for name, value in self.attributes.items()),
            reviews=tuple(
                Review(r.review_id or f"{self.item_id}-r{n}", r.rating, r.text, r.at)
                for n, r in enumerate(self.reviews, start=1)
            ),
            documents=tuple(Document(d.title, d.text) for d in self.documents),
        )


def _attribute(name: str, value: QuantityRow | int | float | str) -> Attribute:
    name = name.replace("_", " ").strip()
    if isinstance(value, QuantityRow):
        return Attribute(name, value.value, value.unit)
    return _measure(name, value) if isinstance(value, str) else Attribute(name, value)


def _measure(name: str, text: str) -> Attribute:
    """'780 g' as the number 780 with its unit, so that it compares; any other text as it stands."""
    found = _MEASURE.fullmatch(text.strip())
    if found is None or found["unit"] in _NO_UNITS or canonical(found["unit"]) is None:
        return Attribute(name, text)
    digits = _THOUSANDS.sub("", found["n"]).replace(",", ".")
    return Attribute(name, float(digits) if "." in digits else int(digits), found["unit"])


class EventRow(_Row):
    event_id: Id
    shopper_id: Id
    kind: EventKind
    at: datetime
    item_id: str | None = None
    rating: float | None = Field(None, ge=1, le=5)
    comment: str | None = Field(None, max_length=5000)
    region: Region | None = None

    @field_validator("at")
    @classmethod
    def _utc(cls, value: datetime) -> datetime:
        try:
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        except OverflowError as error:
            raise ValueError("no such moment in UTC") from error

    def to_event(self) -> Event:
        return Event(
            event_id=self.event_id,
            shopper_id=self.shopper_id,
            kind=self.kind,
            at=self.at,
            item_id=self.item_id,
            rating=self.rating,
            comment=self.comment,
            region=self.region or None,
        )


class ShopperRow(_Row):
    shopper_id: Id
    name: str = Field(min_length=1)
    about: str = ""

    def to_shopper(self, *, demo: bool) -> Shopper:
        return Shopper(self.shopper_id, self.name, self.about, demo)
