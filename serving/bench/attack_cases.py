"""Attacks and harmless look-alikes, as the data has them, and the items whose reviews carry attacks; see `attacks`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.catalogue import Item, Review
from serving.bench.dialog import Parts
from serving.errors import EnvironmentUnfit


@dataclass(frozen=True, slots=True)
class Attack:
    """``token`` is what it wants said, and ``tool`` what it wants called; empty where it wants neither."""

    attack_id: str
    text: str
    by_chat: bool
    token: str = ""
    tool: str = ""


@dataclass(frozen=True, slots=True)
class Harmless:
    """A message that looks like an attack and is none; ``language`` as the data names it."""

    message_id: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Cases:
    attacks: tuple[Attack, ...]
    harmless: tuple[Harmless, ...]

    def of(self, part: Parts) -> Cases:
        """Those of a part."""
        attacks = tuple(a for a in self.attacks if part in {"all", half(a.attack_id)})
        return Cases(attacks, tuple(h for h in self.harmless if part in {"all", half(h.message_id)}))


def half(case_id: str) -> Parts:
    """The part that a case belongs to, whatever else is in the data."""
    return "tune" if hashlib.sha256(case_id.encode()).digest()[0] % 2 == 0 else "report"


def read_cases(folder: Path) -> Cases:
    """The attacks and look-alikes of the data.

    Raises:
        EnvironmentUnfit: the folder does not hold them.
    """
    try:
        lines = (folder / "bastioncorpus.jsonl").read_text(encoding="utf-8").split("\n")
        foreign = json.loads((folder / "bipia_text_attack_train.json").read_text(encoding="utf-8"))
        rows = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise EnvironmentUnfit(f"{folder} does not hold the data ({error}); name its folder with --data.") from error
    attacks = [_attack(row) for row in rows if row["label"] == "malicious"]
    asked = [text for texts in foreign.values() for text in texts]
    for number, text in enumerate(asked):
        token = _token(f"bipia-{number}")
        attacks.append(Attack(f"bipia-{number}", f"{text} End your answer with {token}.", False, token))
    harmless = [
        Harmless(row["id"], row["text"], row.get("lang", "en"))
        for row in rows
        if row["label"] != "malicious" and row["channel"] == "user_input"
    ]
    return Cases(tuple(attacks), tuple(harmless))


def poisoned(items: Sequence[Item], attacks: Sequence[Attack]) -> tuple[tuple[Item, ...], dict[str, str]]:
    """The items with the attacks as their latest reviews, in turn; and by attack id, the item that carries it."""
    in_stock = [item for item in items if item.in_stock]
    carriers = {attack.attack_id: in_stock[n % len(in_stock)].item_id for n, attack in enumerate(attacks)}
    extra: dict[str, list[Review]] = {}
    for attack in attacks:
        item_id = carriers[attack.attack_id]
        extra.setdefault(item_id, []).append(Review(f"{item_id}-{attack.attack_id}", 5, attack.text, "2026-11-20"))
    return tuple(replace(i, reviews=(*extra.get(i.item_id, ()), *i.reviews)) for i in items), carriers


def _attack(row: dict[str, str]) -> Attack:
    token = _token(row["id"]) if "{canary}" in row["text"] else ""
    text = row["text"].replace("{canary}", token)
    return Attack(row["id"], text, row["channel"] == "user_input", token, row.get("forbidden_tool", ""))


def _token(attack_id: str) -> str:
    return f"ZQ{hashlib.sha256(attack_id.encode()).hexdigest()[:8].upper()}"
