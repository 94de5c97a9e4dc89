"""The questions about items and how an answer to one is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from agent.items.product_question import ItemAnswer

_FILE = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True)
class Case:
    item: str
    ask: str
    says: tuple[str, ...]
    begins: str
    tune: bool

    def judged(self, found: ItemAnswer) -> str:
        """One of: supported, abstained rightly, abstained wrongly, answered wrongly."""
        if found.abstained:
            return "abstained wrongly" if self.says else "abstained rightly"
        if any(says.casefold() in found.text.casefold() for says in self.says) and not self._opposed(found.text):
            return "supported"
        return "answered wrongly"

    def _opposed(self, text: str) -> bool:
        other = {"Yes": "No: ", "No": "Yes: "}.get(self.begins, "Yes: " if self.says else "")
        return bool(other) and text.startswith(other)


def cases(*, tune: bool) -> list[Case]:
    rows: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    seen: Counter[tuple[str, bool]] = Counter()
    found = []
    for row in rows:
        key = row["item"], bool(row["says"])
        seen[key] += 1
        found.append(Case(row["item"], row["ask"], tuple(row["says"]), row.get("begins", ""), seen[key] == 1))
    return [case for case in found if case.tune is tune]


def counted(chosen: list[Case], answer: Callable[[Case], ItemAnswer]) -> Counter[str]:
    return Counter(case.judged(answer(case)) for case in chosen)
