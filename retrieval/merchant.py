"""The Google Merchant product feed (TSV or RSS/Atom XML), turned into the project's own rows.

Source: the product data specification, https://support.google.com/merchants/answer/7052112
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO
from xml.etree import ElementTree

_PRICE = re.compile(r"(?P<amount>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)\s*(?P<currency>[A-Za-z]{3})")
_THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))")
_NAMES = {"id": "item_id", "link": "url", "image_link": "image"}
_ATTRIBUTES = {
    "color": "colour",
    "material": "material",
    "size": "size",
    "pattern": "pattern",
    "age_group": "age group",
}


def merchant_record(record: dict[str, str], now: datetime | None = None) -> dict[str, Any]:
    """One product of the feed under the project's field names. Names may carry the ``g:`` prefix.

    A price that is no amount with a currency is left as it is, for the row to be refused. A sale price counts only
    within its ``sale_price_effective_date``, if that is given.

    Args:
        now: the moment, with a time zone, at which prices are read; None is this one.
    """
    fields = {name.removeprefix("g:"): value for name, value in record.items()}
    row: dict[str, Any] = {_NAMES.get(name, name): value for name, value in fields.items()}
    on_sale = _within(fields.get("sale_price_effective_date", ""), now or datetime.now(UTC))
    for name in ("sale_price", "price") if on_sale else ("price",):
        found = _PRICE.fullmatch(fields.get(name, ""))
        if found:
            row["price"] = _THOUSANDS.sub("", found["amount"]).replace(",", ".")
            row["currency"] = found["currency"]
            break
    path = fields.get("product_type") or fields.get("google_product_category")
    if path and "category" not in row:
        row["category"] = path.split(">")[0].strip()
    if fields.get("availability", "").lower().replace(" ", "_") == "out_of_stock":
        row["stock"] = 0
    row["attributes"] = {ours: fields[theirs] for theirs, ours in _ATTRIBUTES.items() if theirs in fields}
    if path and ">" in path:
        row["attributes"]["type"] = path.split(">")[-1].strip().lower()
    return row


def _within(interval: str, now: datetime) -> bool:
    """Whether now is in an ISO 8601 interval "start/end"; always in an empty one, never in one that is not readable.

    Times without a zone are UTC; an end that is only a date is the end of that day.
    """
    if not interval.strip():
        return True
    start, _, end = (part.strip() for part in interval.partition("/"))
    try:
        first, last = _moment(start), _moment(end)
        return first <= now < last + timedelta(days=1) if _is_date(end) else first <= now <= last
    except (ValueError, OverflowError):  # a lower price must not be promised on a guess
        return False


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _is_date(text: str) -> bool:
    return "T" not in text and " " not in text


def read_merchant_xml(file: BinaryIO, now: datetime | None = None) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """The products of an RSS or Atom feed, or what is wrong; the number is the product's, as XML keeps no lines."""
    number = 0
    try:
        for _, element in ElementTree.iterparse(file, events=("end",)):
            if _local(element.tag) not in {"item", "entry"}:
                continue
            number += 1
            told = {_local(child.tag): (child.text or child.get("href") or "").strip() for child in element}
            yield number, merchant_record({name: value for name, value in told.items() if value}, now)
            element.clear()
    except ElementTree.ParseError as error:
        yield number + 1, f"not well-formed XML ({error})"


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
