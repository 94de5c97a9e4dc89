"""Chinese words and the English words they are read as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

LEXICON = Path(__file__).parent / "lexicon.yaml"
_ORDER = (
    "nouns", "uses", "colours", "materials", "things", "qualities", "attributes", "people", "service", "words", "units",
    "brands",
)  # fmt: skip
"""Sections, those first whose reading of a word counts first."""
NAMING = ("attributes", "colours", "materials", "nouns", "uses", "qualities", "things", "named")
"""Sections that name a word of the catalogue in Chinese, those first that do it first."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One way to read a Chinese word; ``section`` is the lexicon's: nouns, colours, ...

    ``chief`` says that the Chinese word is the usual one for this English word.
    """

    english: str
    section: str
    chief: bool = False


@dataclass(frozen=True)
class Lexicon:
    """Words by what they mean.

    ``meanings`` has what a Chinese word may mean, the usual first; ``cues`` the words that decide what becomes of the
    ones around them ('not', 'except', ...); ``names`` has the Chinese name of an English word, ``values`` of one that
    is the value of an attribute and not its name, ``units`` of a unit.
    """

    meanings: dict[str, tuple[Meaning, ...]]
    cues: dict[str, str]
    names: dict[str, str]
    values: dict[str, str]
    units: dict[str, str]
    longest: int

    @classmethod
    @lru_cache(maxsize=1)
    def read(cls) -> Lexicon:
        stated: dict[str, dict[str, str]] = yaml.load(LEXICON.read_bytes(), yaml.CSafeLoader)
        meanings: dict[str, tuple[Meaning, ...]] = {}
        for section in _ORDER:
            for english, words in stated[section].items():
                for i, word in enumerate(words.split()):
                    meanings[word] = (*meanings.get(word, ()), Meaning(english, section, chief=i == 0))
        cues: dict[str, str] = {}
        for cue, words in stated["cues"].items():
            cues |= {word: cues.get(word, cue) for word in words.split()}
        longest = max(map(len, (*meanings, *cues)))
        units = {unit: words.split()[0] for unit, words in stated["units"].items()}
        values = dict(_names(stated, NAMING[1:]))
        return cls(meanings, cues, dict(_names(stated)), values, units, longest)

    def chinese(self, english: str) -> str | None:
        """The Chinese name of a word of the catalogue, or None."""
        return self.names.get(english.casefold())


def _names(stated: dict[str, dict[str, str]], sections: tuple[str, ...] = NAMING) -> Iterator[tuple[str, str]]:
    """English words with their Chinese names; what is named first comes last, and stays in a dict."""
    for section in reversed(sections):
        for english, words in stated[section].items():
            yield english.casefold(), words.split()[0]
