"""How things are said: sentence patterns from `phrasing/*.yaml`, a fifth of them kept from training."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from retrieval.catalogue import Attribute
from serving.training.speech import plural, with_article

FOLDER = Path(__file__).parent / "phrasing"
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_AN = re.compile(r"\b([Aa]) (owner|item)\b")
_SLOT = re.compile(r"{(\w+)}")
_SPELLINGS = {"color": "colour"}
_SIZES = {"width", "depth", "height", "length", "folded length", "maximum height"}
_NUMBERS = {"one", "two", "three", "four", "five", "six", "eight", "ten", "twelve", "twenty", "forty", "sixty-one"}
_SPELLED = {
    "g": "grams", "h": "hours", "l": "litres", "min": "minutes", "cm": "centimetres", "kg": "kilograms", "W": "watts",
    "dB": "decibels", "EUR": "euros",
}  # fmt: skip


@dataclass(frozen=True)
class Phrasing:
    """Patterns by list name, each with its choices made; ``held_out`` has the ones that training does not see."""

    patterns: Mapping[str, tuple[tuple[str, ...], ...]]
    adjectives: frozenset[str]
    persons: tuple[str, ...]
    models: tuple[str, ...]

    @classmethod
    def read(cls, *, held_out: bool) -> Phrasing:
        lists: dict[str, tuple[tuple[str, ...], ...]] = {}
        rest: dict[str, Sequence[str]] = {}
        for path in sorted(FOLDER.glob("*.yaml")):
            file: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
            for name, patterns in file.items():
                if name in {"adjectives", "persons", "models"}:
                    rest[name] = patterns
                    continue
                kept = [p for number, p in enumerate(patterns) if (number % 5 == 4) == held_out]
                lists[f"{path.stem}.{name}"] = tuple(tuple(expanded(pattern)) for pattern in kept or patterns)
        return cls(lists, frozenset(rest["adjectives"]), tuple(rest["persons"]), tuple(rest["models"]))

    def say(self, name: str, rng: random.Random, /, **slots: str) -> str:
        """A sentence of the named list, without its full stop and perhaps without its capital.

        Every written pattern is as likely as any other.

        Raises:
            KeyError: the pattern has a slot that is not given.
        """
        pattern = rng.choice(rng.choice(self.patterns[name]))
        said = _SLOT.sub(lambda match: slots[match[1]], pattern)
        return _AN.sub(r"\1n \2", said)


def expanded(pattern: str) -> Iterator[str]:
    """The pattern with every way to choose from its ``(a|b)``."""
    parts = _CHOICE.split(pattern)
    choices = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    for chosen in itertools.product(*choices):
        yield " ".join("".join(chosen).split())


def attribute_list(attribute: Attribute, phrasing: Phrasing) -> str:
    """The list of `phrasing/attributes.yaml` from which an attribute can be stated."""
    name, value = attribute.name, str(attribute.value)
    if value in {"yes", "no"}:
        return "no" if value == "no" else "yes" if name in phrasing.adjectives else "has"
    if value == "none":
        return "none"
    if name in phrasing.adjectives:
        return "graded"
    by_name = f"{name}, measured" if attribute.unit and attribute.unit != name else _SPELLINGS.get(name, name)
    patterns = phrasing.patterns.get(f"attributes.{by_name}")
    if patterns and (attribute.unit or _short_enough(value, patterns)):
        return by_name
    return _measured_list(attribute) if attribute.unit else _worded_list(name, value, attribute.value)


def _short_enough(value: str, patterns: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a value in words may stand in patterns made for its attribute: only a short one before the name."""
    before = any("{av}" in pattern for pattern in patterns[0])
    return value.count(",") < 2 and not (before and len(value.split()) > 2)


def _measured_list(attribute: Attribute) -> str:
    name = attribute.name
    if "weight" in name.split()[-1:] and "maximum" not in name:
        return "weight"
    if plural(name):
        return "count" if attribute.unit == name else "several"
    if name in {"run time", "running time"}:
        return "run"
    return "size" if name in _SIZES else "measured"


def _worded_list(name: str, value: str, raw: object) -> str:
    if plural(name):
        return "count" if value.casefold() in _NUMBERS or isinstance(raw, int) else "several"
    return "listed" if "," in value else "text"


def attribute_slots(attribute: Attribute, rng: random.Random) -> dict[str, str]:
    """The slots {n}, {an}, {v}, {av} and {vn} of an attribute; a unit is spelled out now and then."""
    value = attribute.text
    number, _, unit = value.rpartition(" ")
    if unit in _SPELLED and rng.random() < 0.15 and number not in {"1", ""}:
        value = f"{number} {_SPELLED[unit]}"
    counted = value if attribute.unit == attribute.name else f"{value} {attribute.name}"
    name = attribute.name
    return {"n": name, "an": with_article(name), "v": value, "av": with_article(value), "vn": counted}
