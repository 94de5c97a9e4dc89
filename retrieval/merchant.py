"""The Google Merchant product feed (TSV or RSS/Atom XML), turned into the project's own rows.

Source: the product data specification, https://support.google.com/merchants/answer/7052112
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TextIO
from xml.etree import ElementTree

_PRICE = re.compile(r"(?P<amount>\d+(?:[.,]\d+)?)\s*(?P<currency>[A-Za-z]{3})")
_NAMES = {"id": "item_id", "link": "url", "image_link": "image"}
_ATTRIBUTES = {
    "color": "colour",
    "material": "material",
    "size": "size",
    "pattern": "pattern",
    "age_group": "age group",
}


def merchant_record(record: dict[str, Any]) -> dict[str, Any]:
    """One product of the feed under the project's field names. Names may carry the ``g:`` prefix."""
    fields = {name.removeprefix("g:"): value for name, value in record.items()}
    row: dict[str, Any] = {_NAMES.get(name, name): value for name, value in fields.items()}
    for name in ("sale_price", "price"):
        found = _PRICE.search(str(fields.get(name, "")))
        if found:
            row["price"] = found["amount"].replace(",", ".")
            row["currency"] = found["currency"]
            break
    path = fields.get("product_type") or fields.get("google_product_category")
    if path and "category" not in row:
        row["category"] = str(path).split(">")[0].strip()
    if fields.get("availability", "").replace(" ", "_") == "out_of_stock":
        row["stock"] = 0
    row["attributes"] = {ours: fields[theirs] for theirs, ours in _ATTRIBUTES.items() if theirs in fields}
    if path and ">" in str(path):
        row["attributes"]["type"] = str(path).split(">")[-1].strip().lower()
    return row


def read_merchant_xml(file: TextIO) -> Iterator[tuple[int, dict[str, Any]]]:
    """The products of an RSS or Atom feed; the number is that of the product, as XML keeps no lines."""
    number = 0
    try:
        for _, element in ElementTree.iterparse(file, events=("end",)):
            if _local(element.tag) not in {"item", "entry"}:
                continue
            number += 1
            yield number, merchant_record({_local(child.tag): (child.text or "").strip() for child in element})
            element.clear()
    except ElementTree.ParseError as error:
        yield number + 1, {"__error__": f"not well-formed XML ({error})"}


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
