"""Rules for the products: their fields, their texts and their pictures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from .shop import Row, Shop
from .text_rules import foreign_colours, quantities, tone_contradicts, unproved_quantities, words

FIELDS: dict[str, type | tuple[type, ...]] = {
    "item_id": str,
    "title": str,
    "description": str,
    "brand": str,
    "category": str,
    "price": (int, float),
    "currency": str,
    "stock": int,
    "url": str,
    "image": str,
    "attributes": dict,
    "reviews": list,
}
IMAGE = re.compile(r"/shop/images/([a-z-]+\.svg)")
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
DRAWING = SHAPES | {"svg", "title", "defs", "linearGradient", "radialGradient", "stop", "clipPath", "g", "use"}


def fields(shop: Shop) -> Iterator[str]:
    """Each item has every field with its type, and its address and currency are the shop's."""
    for item in shop.items:
        name = item.get("item_id", "?")
        for field, kind in FIELDS.items():
            if not isinstance(item.get(field), kind) or item[field] == "":
                yield f"{name}: {field} is missing or of the wrong type"
        if item.get("currency") != "EUR" or item.get("price", 0) <= 0 or item.get("stock", 0) < 0:
            yield f"{name}: price, currency or stock"
        if item.get("url") != f"/shop#{name}":
            yield f"{name}: url {item.get('url')}"


def categories(shop: Shop) -> Iterator[str]:
    """12 categories of 10; ids are unique and begin with their category; one item in each is sold out."""
    sizes = Counter(item["category"] for item in shop.items)
    if len(sizes) != 12 or set(sizes.values()) != {10}:
        yield f"categories {dict(sizes)}"
    sold_out = Counter(item["category"] for item in shop.items if item["stock"] == 0)
    for category in sizes:
        if sold_out[category] != 1:
            yield f"{category}: {sold_out[category]} items are sold out"
    for item_id, times in Counter(item["item_id"] for item in shop.items).items():
        if times > 1:
            yield f"{item_id}: {times} times"
    for item in shop.items:
        if not item["item_id"].startswith(item["category"].replace(" ", "-")):
            yield f"{item['item_id']}: in category {item['category']}"


def titles(shop: Shop) -> Iterator[str]:
    """A title starts with the brand."""
    for item in shop.items:
        if not item["title"].startswith(item["brand"] + " "):
            yield f"{item['item_id']}: {item['title']} is not by {item['brand']}"


def _is_attribute(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value)
    number = isinstance(value, dict) and set(value) == {"value", "unit"} and isinstance(value["value"], int | float)
    return number and isinstance(value["unit"], str)


def attributes(shop: Shop) -> Iterator[str]:
    """5 to 10 attributes, type and colour among them; each is text, or a number with its unit."""
    for item in shop.items:
        found = item["attributes"]
        if not 5 <= len(found) <= 10 or not {"type", "colour"} <= set(found):
            yield f"{item['item_id']}: attributes {sorted(found)}"
        for name, value in found.items():
            if not _is_attribute(value):
                yield f"{item['item_id']}: attribute {name} is {value}"


def lengths(shop: Shop) -> Iterator[str]:
    """Descriptions have 60 to 120 words."""
    for item in shop.items:
        count = len(item["description"].split())
        if not 60 <= count <= 120:
            yield f"{item['item_id']}: {count} words"


def numbers(shop: Shop) -> Iterator[str]:
    """Every number with a unit, in a description or a review, is an attribute of the item (or its price)."""
    for item in shop.items:
        texts = [item["description"], *(review["text"] for review in item["reviews"])]
        for quantity in (found for text in texts for found in unproved_quantities(text, item)):
            yield f"{item['item_id']}: {quantity} is no attribute"
        for value in (value for value, unit in quantities(item["description"]) if unit is None):
            yield f"{item['item_id']}: {value:g} has no unit"


def colours(shop: Shop) -> Iterator[str]:
    """A description names the colour that the attribute gives, and no other."""
    for item in shop.items:
        stated = set(words(item["attributes"]["colour"]))
        if not stated.intersection(words(item["description"])):
            yield f"{item['item_id']}: {item['attributes']['colour']} is not mentioned"
        for word in foreign_colours(item):
            yield f"{item['item_id']}: {word}, but it is {item['attributes']['colour']}"


def _reviews(item: Row) -> Iterator[str]:
    if not 3 <= len(item["reviews"]) <= 8:
        yield f"{len(item['reviews'])} reviews"
    for number, review in enumerate(item["reviews"], start=1):
        if review["review_id"] != f"{item['item_id']}-r{number}":
            yield f"review {review['review_id']} is number {number}"
        if review["rating"] not in range(1, 6):
            yield f"{review['review_id']} has {review['rating']} stars"
        if not re.fullmatch(r"2026-\d\d-\d\d", review["at"]):
            yield f"{review['review_id']} is dated {review['at']}"


def reviews(shop: Shop) -> Iterator[str]:
    """3 to 8 reviews an item, numbered, dated, with 1 to 5 stars; no text occurs twice."""
    for item in shop.items:
        yield from (f"{item['item_id']}: {problem}" for problem in _reviews(item))
    texts = Counter(review["text"] for item in shop.items for review in item["reviews"])
    yield from (f"review repeated: {text}" for text, times in texts.items() if times > 1)


def stars(shop: Shop) -> Iterator[str]:
    """The words of a review agree with its stars."""
    for review in (review for item in shop.items for review in item["reviews"]):
        if tone_contradicts(review["text"], review["rating"]):
            yield f"{review['review_id']}: {review['rating']} stars, but {review['text']}"


def _svg(source: str) -> Iterator[str]:
    root = ElementTree.fromstring(source)
    if root.tag != f"{SVG}svg" or root.get("viewBox") != "0 0 320 240":
        yield "is no SVG of 320 by 240"
    if not root.findtext(f"{SVG}title"):
        yield "has no title"
    for element in root.iter():
        tag = element.tag.removeprefix(SVG)
        if tag not in DRAWING:
            yield f"has an element {tag}"
        for name, value in element.attrib.items():
            local = value.startswith("#") or re.fullmatch(r"url\(#[\w-]+\)", value)
            if name.lower().startswith("on") or (not local and re.search(r"href$", name)):
                yield f"has an attribute {name}"
            if not local and re.search(r"url\(|:|//", value):
                yield f"refers to {value}"


def images(shop: Shop) -> Iterator[str]:
    """Each picture exists, is used, and is a plain drawing: no script, no text, nothing from elsewhere."""
    used: set[str] = set()
    for item in shop.items:
        found = IMAGE.fullmatch(item["image"])
        if not found or found[1] not in shop.images:
            yield f"{item['item_id']}: no picture {item['image']}"
        else:
            used.add(found[1])
    for name, source in shop.images.items():
        if name not in used:
            yield f"{name}: no item shows it"
        yield from (f"{name} {problem}" for problem in _svg(source))


RULES = (fields, categories, titles, attributes, lengths, numbers, colours, reviews, stars, images)
