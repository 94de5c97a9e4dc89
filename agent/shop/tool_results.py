"""What tools told a model, as the evidence of its answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from agent.shop.toolloop import ToolCall
from retrieval.evidence import Evidence, EvidenceKind, numbered

KINDS: Mapping[str, EvidenceKind] = {
    "find_items": "attribute",
    "order_status": "order",
    "stock": "attribute",
    "coupons": "policy",
    "shop_answers": "policy",
    "hand_over": "policy",
}


def evidence_of(calls: Iterable[ToolCall]) -> tuple[Evidence, ...]:
    """One line of evidence for each thing that a tool told: an order, a coupon, an item, one of the shop's answers."""
    rows = [
        (KINDS.get(call.name, "policy"), plain(thing), _source(call))
        for call in calls
        if call.ok
        for thing in _things(_data(call.result))
    ]
    return numbered(rows)


def plain(value: Any) -> str:
    """JSON as a line to read: ``status: shipped; lines: Torrwick Lee 2, 1``."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name.replace('_', ' ')}: {plain(each)}" for name, each in value.items())
    if isinstance(value, list):
        return " / ".join(plain(each) for each in value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _things(data: Mapping[str, Any]) -> list[Any]:
    """What a result lists, each apart; else the result as a whole; nothing where it says what went wrong."""
    if "error" in data:
        return []
    listed = next((value for value in data.values() if isinstance(value, list)), None)
    return [data] if listed is None else listed


def _data(result: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.removeprefix("<data>").removesuffix("</data>"))
    return found


def _source(call: ToolCall) -> str:
    asked = ", ".join(f"{plain(value)}" for value in call.arguments.values() if value)
    return f"{call.name.replace('_', ' ')}: {asked}" if asked else call.name.replace("_", " ")
