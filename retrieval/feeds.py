"""Feeds: catalogues and histories as shops have them, read row by row.

Formats: the project's JSONL, CSV with a header, and the Google Merchant product feed (TSV or XML).
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

Record: TypeAlias = tuple[int, dict[str, Any]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was skipped: where it stands and what is wrong with it."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path.name}, line {self.line}: {self.reason}"


def read_items(path: Path) -> Iterator[Item | BadRow]:
    """The items of a feed, or of every feed in a folder, in file order.

    Raises:
        FeedUnreadable: the path does not exist, or its format is not one of those above.
    """
    for feed in _feeds(path):
        yield from _parse(feed, lambda record: ItemRow.model_validate(record).to_item())


def read_events(path: Path) -> Iterator[Event | BadRow]:
    """The events of a JSONL or CSV file."""
    yield from _parse(path, lambda record: EventRow.model_validate(record).to_event())


def read_shoppers(path: Path, *, demo: bool = False) -> Iterator[Shopper | BadRow]:
    """The shoppers of a JSONL or CSV file."""
    yield from _parse(path, lambda record: ShopperRow.model_validate(record).to_shopper(demo=demo))


def _feeds(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    feeds = sorted(p for p in path.iterdir() if p.suffix.lower() in {".jsonl", ".csv", ".tsv", ".xml"})
    if not feeds:
        raise FeedUnreadable(f"{path} holds no .jsonl, .csv, .tsv or .xml feed; name the folder or file that does.")
    return feeds


def _parse(path: Path, make: Callable[[dict[str, Any]], T]) -> Iterator[T | BadRow]:
    for line, record in _records(path):
        if "__error__" in record:
            yield BadRow(path, line, record["__error__"])
            continue
        try:
            yield make(record)
        except ValidationError as error:
            yield BadRow(path, line, _reason(error))


def _records(path: Path) -> Iterator[Record]:
    if not path.is_file():
        raise FeedUnreadable(f"There is no file {path}; give the path of a .jsonl, .csv, .tsv or .xml feed.")
    readers: dict[str, Callable[[TextIO], Iterator[Record]]] = {
        ".jsonl": _read_jsonl,
        ".csv": lambda file: _read_table(file, delimiter=","),
        ".tsv": lambda file: _read_table(file, delimiter="\t"),
        ".xml": read_merchant_xml,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise FeedUnreadable(f"{path.name} is no feed format; use .jsonl, .csv, .tsv or .xml.")
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        yield from reader(file)


def _read_jsonl(file: TextIO) -> Iterator[Record]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            yield number, {"__error__": f"not JSON ({error.msg} at column {error.colno})"}
            continue
        if isinstance(record, dict):
            yield number, record
        else:
            yield number, {"__error__": "not a JSON object"}


def _read_table(file: TextIO, *, delimiter: str) -> Iterator[Record]:
    reader = csv.DictReader(file, delimiter=delimiter)
    for row in reader:
        if None in row:
            yield reader.line_num, {"__error__": "more values than the header has columns"}
            continue
        record = {name.strip(): value.strip() for name, value in row.items() if name and value and value.strip()}
        yield reader.line_num, merchant_record(record) if "id" in record or "g:id" in record else record


def _reason(error: ValidationError) -> str:
    parts = []
    for problem in error.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in problem["loc"]) or "row"
        parts.append(f"{where}: {problem['msg'].removeprefix('Value error, ')}")
    return "; ".join(parts)
