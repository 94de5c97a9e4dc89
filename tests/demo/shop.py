"""The demo shop's files, read once and held as plain JSON values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]

FOLDER = Path(__file__).resolve().parents[2] / "demo"


@dataclass
class Shop:
    """Everything in the demo folder. Mutable, so that a test can plant an error in a copy."""

    items: list[Row]
    shoppers: list[Row]
    events: list[Row]
    questions: list[Row]
    coupons: list[Row]
    orders: list[Row]
    policies: str
    images: dict[str, str]
    """SVG source by file name."""

    @property
    def by_id(self) -> dict[str, Row]:
        return {item["item_id"]: item for item in self.items}

    def item(self, item_id: str) -> Row:
        return self.by_id[item_id]


def read_rows(path: Path) -> list[Row]:
    """The objects of a JSON Lines file. A line that is no JSON object raises ValueError with its place."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        row = json.loads(line)
        if not isinstance(row, dict):
            raise ValueError(f"{path.name}:{number}: not a JSON object")
        rows.append(row)
    return rows


def read_shop(folder: Path = FOLDER) -> Shop:
    return Shop(
        items=[row for path in sorted((folder / "catalogue").glob("*.jsonl")) for row in read_rows(path)],
        shoppers=read_rows(folder / "shoppers.jsonl"),
        events=read_rows(folder / "events.jsonl"),
        questions=read_rows(folder / "support.jsonl"),
        coupons=read_rows(folder / "coupons.jsonl"),
        orders=read_rows(folder / "orders.jsonl"),
        policies=(folder / "policies.md").read_text(encoding="utf-8"),
        images={path.name: path.read_text(encoding="utf-8") for path in sorted((folder / "images").glob("*.svg"))},
    )
