"""Chinese sentence patterns from `phrasing/*.yaml`, a fifth of them kept from training."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from agent.chinese.reading import Told
from agent.texts import Texts
from retrieval.catalogue import Attribute

FOLDER = Path(__file__).parent / "phrasing"
_WHOLE = frozenset({"reviews.who", "facts.it", "facts.noun_it", "needs.persons"})
_QUANTITY = re.compile(r"([\d.,]+) ?([A-Za-z%°]+)")
_SPACE_AT_MARK = re.compile(r" +(?=[，。；：？！])")
ZH = Texts.of("zh")


@dataclass(frozen=True)
class Phrases:
    """Patterns by list; ``wishes`` what is wanted, by aspect; ``told`` what customers praise, in Chinese."""

    patterns: Mapping[str, tuple[str, ...]]
    wishes: Mapping[str, tuple[str, ...]]
    affirmed: Mapping[str, str]
    told: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, *, held_out: bool) -> Phrases:
        files: dict[str, dict[str, Any]] = {
            path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))
        }
        wishes, affirmed, told = files["needs"].pop("wishes"), files["facts"].pop("affirmed"), files.pop("told")
        patterns = {
            f"{stem}.{name}": _kept(f"{stem}.{name}", rows, held_out=held_out)
            for stem, file in files.items()
            for name, rows in file.items()
        }
        return cls(
            patterns,
            {aspect: tuple(words) for aspect, words in wishes.items()},
            affirmed,
            {english.casefold(): tuple(rows) for english, rows in told.items()},
        )

    def say(self, name: str, rng: random.Random, /, **slots: str) -> str:
        """A sentence of the named list, without its full stop.

        Raises:
            KeyError: the pattern has a slot that is not given.
        """
        return _SPACE_AT_MARK.sub("", rng.choice(self.patterns[name]).format_map(slots))

    def retold(self, quote: str) -> tuple[str, ...]:
        """How a customer's sentence is told in Chinese; empty if we have no words for it."""
        return self.told.get(quote.rstrip(".").casefold(), ())


def _kept(name: str, rows: list[str], *, held_out: bool) -> tuple[str, ...]:
    if name in _WHOLE:
        return tuple(rows)
    return tuple(row for number, row in enumerate(rows) if (number % 5 == 4) == held_out) or tuple(rows)


def name_of(attribute: Attribute) -> str:
    """What an attribute is called in Chinese; its own name if we have no word."""
    return Told.read().chinese(attribute.name) or attribute.name


def value_of(attribute: Attribute) -> str:
    """An attribute's value in Chinese: its unit, and each of its parts for which there is a word."""
    return value_in_chinese(attribute.text, attribute.name)


def value_in_chinese(text: str, name: str) -> str:
    if quantity := _QUANTITY.fullmatch(text):
        code = quantity[2].upper()
        unit = ZH.currency(code) if ZH.has(f"currency.{code}") else ZH.unit(quantity[2], name)
        return f"{quantity[1]} {unit}" if unit.isascii() else f"{quantity[1]}{unit}"
    told = Told.read()
    if whole := told.chinese(text):
        return whole
    parts = [told.chinese(part) for part in text.split(", ")]
    return "、".join(part for part in parts if part) if all(parts) else text


def noun_of(kind: str) -> str | None:
    """The usual Chinese word for a kind of product."""
    return Told.read().chinese(kind)
