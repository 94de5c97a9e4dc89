"""What the assistant says in its own words: one file a language, the same keys and placeholders in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import ne
from pathlib import Path
from string import Formatter

import yaml

from agent.chinese.lexicon import Lexicon
from agent.chinese.reading import Told

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "zh")
"""English is the reference: the others are held against it."""


class TextsError(Exception):
    """A text is missing, or another language has it with other placeholders; the file has to be mended."""


@dataclass(frozen=True)
class Texts:
    """The texts of one language.

    Raises:
        TextsError: (on first use of a language) its file and the English one do not have the same keys and
            placeholders.
    """

    language: str
    lines: dict[str, str]

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, language: str) -> Texts:
        """The texts of a language; those of a language that there are none of are the English ones."""
        if language not in LANGUAGES:
            language = LANGUAGES[0]
        lines = read(FOLDER / f"{language}.yaml")
        if language != LANGUAGES[0]:
            same_shape(cls.of(LANGUAGES[0]).lines, lines, language)
        return cls(language, lines)

    def say(self, key: str, **values: object) -> str:
        """The text with its placeholders filled in.

        Raises:
            TextsError: there is no such text, or a placeholder has no value.
        """
        try:
            return self.lines[key].format(**values)
        except KeyError as error:
            raise TextsError(f"{self.language}.yaml: {key!r} lacks {error}") from error

    def has(self, key: str) -> bool:
        return key in self.lines

    def either(self, names: Iterable[str]) -> str:
        """Names in a list of which one is meant, sorted: 'black or red'."""
        return self.say("or").join(dict.fromkeys(self.word(name) for name in sorted(names)))

    def word(self, name: str) -> str:
        """A word of the catalogue as a shopper of this language reads it; unchanged where it is not known."""
        if self.language == "en":
            return name
        if name.startswith("not ") and (word := Lexicon.read().chinese(name.removeprefix("not "))):
            return self.say("not", word=word)
        return Lexicon.read().chinese(name) or Told.read().chinese(name) or name

    def label(self, label: str) -> str:
        """What a factor of a score is called; one that names wishes is put together of them."""
        key = f"label.{label}"
        return self.say(key) if self.has(key) else self.say("comma").join(map(self.word, label.split(", ")))

    def factor(self, label: str, region: str) -> str:
        """What a factor is called where what is popular in the shopper's region raised it, and elsewhere."""
        return self.say("regional", region=region) if region else self.label(label)

    def listed(self, names: Iterable[str], *, last: str = "and") -> str:
        """Names or clauses in a list, in their order: 'black, red and green'; ``last`` is the key of the last joint."""
        *most, end = names
        return self.say("names").join(most) + self.say(last) + end if most else end

    def measured(self, value: str, attribute: str) -> str:
        """An attribute's value as a reader of the language has it: the unit in their words, or the whole of it."""
        number, _, unit = value.partition(" ")
        if unit and number.replace(".", "", 1).isdigit():
            return f"{number} {self.unit(unit, attribute)}"
        parts = value.split(", ")
        words = [self._joined(part) for part in parts]
        return self.say("names").join(words) if all(map(ne, words, parts)) else value

    def _joined(self, value: str) -> str:
        """A value in the language's words, or two with 'and' between; unchanged where a part of it is not known."""
        if self.language == "en":
            return value
        if whole := Lexicon.read().values.get(value.casefold()):
            return whole
        if (named := self.word(value)) != value:
            return named
        parts = value.split(" and ")
        words = [self.word(part) for part in parts]
        return self.say("and").join(words) if all(map(ne, words, parts)) else value

    def attribute(self, name: str) -> str:
        """What an attribute of an item is called."""
        key = f"attribute.{name}"
        return self.say(key) if self.has(key) else self.word(name)

    def price(self, amount: float, currency: str) -> str:
        """``89 EUR`` or ``89.50 EUR``, as cards write prices, with the currency as the language has it."""
        return self.say("money", amount=f"{amount:.2f}".removesuffix(".00"), currency=self.currency(currency))

    def day(self, when: date) -> str:
        """A day of the calendar: '27 November 2026'."""
        return self.say("date", day=when.day, month=self.say(f"month.{when.month}"), year=when.year)

    def currency(self, code: str) -> str:
        key = f"currency.{code}"
        return self.say(key) if self.has(key) else code

    def unit(self, unit: str, attribute: str) -> str:
        """A unit as it is written beside a value; years of age have a word of their own in Chinese."""
        if self.language == "en":
            return unit
        units = Lexicon.read().units
        short = unit.casefold()
        return units.get(f"{short} of age" if "age" in attribute.split() else short) or units.get(short, unit)


def unread_in(script: str) -> str | None:
    """That a script is not read, in that script; None where we do not have the words."""
    return _unread().get(script)


@lru_cache(maxsize=1)
def _unread() -> dict[str, str]:
    return read(FOLDER / "unread.yaml")


def read(file: Path) -> dict[str, str]:
    """The texts of a file by their keys; groups are joined by dots."""
    return dict(_flat("", yaml.safe_load(file.read_text(encoding="utf-8"))))


def same_shape(reference: dict[str, str], lines: dict[str, str], language: str) -> None:
    """Raises TextsError if these lines have other keys or placeholders than the reference."""
    if odd := reference.keys() ^ lines.keys():
        raise TextsError(f"{language}.yaml and en.yaml do not both have {', '.join(sorted(odd))}")
    for key, text in reference.items():
        if placeholders(text) != placeholders(lines[key]):
            raise TextsError(f"{language}.yaml: {key!r} has other placeholders than en.yaml")


def placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _flat(prefix: str, group: dict[str, object]) -> Iterable[tuple[str, str]]:
    for key, value in group.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{key}.", value)
        else:
            yield f"{prefix}{key}", str(value)
