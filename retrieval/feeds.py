"""Feeds: catalogues and histories as shops have them, read row by row.

Formats: the project's JSONL, the same rows as one JSON array, CSV with a header, and the Google Merchant product feed
(TSV or XML).
A row that cannot be used becomes a ``BadRow`` with its line and reason; reading goes on.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, TypeAlias, TypeVar

from pydantic import ValidationError

from retrieval.catalogue import Item
from retrieval.errors import FeedUnreadable
from retrieval.events import Event, Shopper
from retrieval.merchant import merchant_record, read_merchant_xml
from retrieval.rows import EventRow, ItemRow, ShopperRow

Record: TypeAlias = tuple[int, dict[str, Any] | str]
"""A row's line and its fields, or what is wrong with it."""
T = TypeVar("T")
_SUFFIXES = frozenset({".jsonl", ".json", ".csv", ".tsv", ".xml"})
_FORMATS = ".json, .jsonl, .csv, .tsv or .xml"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was skipped: where it stands and what is wrong with it."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path.name}, line {self.line}: {self.reason}"


def read_items(path: Path, *, currency: str | None = None) -> Iterator[Item | BadRow]:
    """The items of a feed, or of every feed in a folder, in file order.

    Args:
        currency: that of the prices in rows that state none; without it such rows are refused.
    Raises:
        FeedUnreadable: the path does not exist, or its format is not one of those above.
    """
    stated = {"currency": currency} if currency else {}
    for feed in _feeds(path):
        yield from _parse(feed, lambda record: ItemRow.model_validate(stated | record).to_item())


def read_events(path: Path) -> Iterator[Event | BadRow]:
    """The events of a JSONL or CSV file."""
    yield from _parse(path, lambda record: EventRow.model_validate(record).to_event())


def read_shoppers(path: Path, *, demo: bool = False) -> Iterator[Shopper | BadRow]:
    """The shoppers of a JSONL or CSV file."""
    yield from _parse(path, lambda record: ShopperRow.model_validate(record).to_shopper(demo=demo))


def read_rows(path: Path, make: Callable[[dict[str, Any]], T]) -> Iterator[T | BadRow]:
    """What ``make`` makes of each row of a feed; a ValidationError that it raises is a bad row."""
    return _parse(path, make)


def _feeds(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    feeds = sorted(p for p in path.iterdir() if p.suffix.lower() in _SUFFIXES)
    if not feeds:
        raise FeedUnreadable(f"{path} holds no {_FORMATS} feed; name the folder or file that does.")
    return feeds


def _parse(path: Path, make: Callable[[dict[str, Any]], T]) -> Iterator[T | BadRow]:
    for line, record in _records(path):
        if isinstance(record, str):
            yield BadRow(path, line, record)
            continue
        try:
            yield make(record)
        except ValidationError as error:
            yield BadRow(path, line, _reason(error))


def _records(path: Path) -> Iterator[Record]:
    if not path.is_file():
        raise FeedUnreadable(f"There is no file {path}; give the path of a {_FORMATS} feed.")
    form = path.suffix.lower()
    if form == ".xml":
        with path.open("rb") as binary:  # an XML file says itself how it is encoded
            yield from read_merchant_xml(binary)
        return
    readers: dict[str, Callable[[TextIO], Iterator[Record]]] = {
        ".jsonl": _read_jsonl,
        ".json": _read_json,
        ".csv": lambda file: _read_table(file, delimiter=","),
        ".tsv": lambda file: _read_table(file, delimiter="\t"),
    }
    if form not in readers:
        raise FeedUnreadable(f"{path.name} is no feed format; use {_FORMATS}.")
    # What is not UTF-8 survives as a surrogate, so that the check of its row refuses it.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        yield from readers[form](file)


def _read_jsonl(file: TextIO) -> Iterator[Record]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            yield number, f"not JSON ({error.msg} at column {error.colno})"
            continue
        except (ValueError, RecursionError):  # a number of thousands of digits, brackets thousands deep
            yield number, "not JSON that can be read"
            continue
        yield number, record if isinstance(record, dict) else "not a JSON object"


def _read_json(file: TextIO) -> Iterator[Record]:
    """The objects of one array; the number is the object's place in it, as the lines say nothing."""
    try:
        rows = json.load(file)
    except (ValueError, RecursionError):
        yield 1, "not JSON that can be read"
        return
    if not isinstance(rows, list):
        yield 1, "not a JSON array"
        return
    for number, record in enumerate(rows, start=1):
        yield number, record if isinstance(record, dict) else "not a JSON object"


def _read_table(file: TextIO, *, delimiter: str) -> Iterator[Record]:
    """The rows under a header. A row that spans lines counts as the first of them."""
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    header: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            row = [value.strip() for value in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"not a table row ({error})"
            continue
        if not any(row):
            continue
        if not header:
            header = row
        elif len(row) > len(header):
            yield line, "more values than the header has columns"
        else:
            record = {name: value for name, value in zip(header, row, strict=False) if name and value}
            yield line, merchant_record(record) if "id" in record or "g:id" in record else record


def _reason(error: ValidationError) -> str:
    parts = []
    for problem in error.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in problem["loc"]) or "row"
        message = problem["msg"].removeprefix("Value error, ")
        parts.append(f"{where}: {'not UTF-8 text' if problem['type'] == 'string_unicode' else message}")
    return "; ".join(parts)
