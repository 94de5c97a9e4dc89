"""The words of `words.yaml`: what lasting statements are read by, and what is said about memory."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from retrieval.words import stem, words

SOURCE = Path(__file__).with_name("words.yaml")
_HAN = re.compile(r"[\u4e00-\u9fff]")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Diet(_Strict):
    """A way of living: how it is said, and what it leaves out."""

    words: tuple[str, ...]
    without: tuple[str, ...]


class SizeOf(_Strict):
    """What a size is of: how it is said, and the words of the things that it is for."""

    words: tuple[str, ...]
    scope: tuple[str, ...]


class MemoryWords(_Strict):
    """The file as a value. Keys are English; values of the word lists are Chinese."""

    stuff: Mapping[str, tuple[str, ...]]
    diets: Mapping[str, Diet]
    colours: Mapping[str, tuple[str, ...]]
    qualities: Mapping[str, tuple[str, ...]]
    things: Mapping[str, tuple[str, ...]]
    sizes: Mapping[str, SizeOf]
    people: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    sensitive: Mapping[str, tuple[str, ...]]
    secrets: tuple[str, ...]
    says: Mapping[str, Mapping[str, str]]

    @classmethod
    @lru_cache(maxsize=1)
    def read(cls) -> MemoryWords:
        """The words of the package; a mistake in the file is an error here."""
        return cls.model_validate(yaml.safe_load(SOURCE.read_text(encoding="utf-8")))

    def say(self, key: str, language: str, **values: Any) -> str:
        """A fixed text in the language, English where it is neither of the two.

        Raises:
            KeyError: there is no such text, or a value for it is missing.
        """
        return self.says["zh" if is_chinese(language) else "en"][key].format(**values)


def is_chinese(language: str) -> bool:
    """Whether a language tag, or the name of a script, means Chinese."""
    return language == "Han" or language.casefold().partition("-")[0] == "zh"


def has_han(text: str) -> bool:
    return bool(_HAN.search(text))


def english_of(text: str) -> str:
    """Text with the Chinese words that are known put into English, the longest first; what is unknown is left out."""
    if not has_han(text):
        return text
    table = _chinese()
    found = _chinese_pattern().sub(lambda match: f" {table[match[0]]} ", text)
    return " ".join(re.sub(r"[^\x00-\x7f]+", " ", found).split())


def said_in_chinese(word: str) -> Sequence[str]:
    """How Chinese says an English word of the lists; nothing for a word that is in none."""
    known = MemoryWords.read()
    return next((lists[word] for lists in (known.stuff, known.colours, known.things) if word in lists), ())


@lru_cache(maxsize=1)
def _chinese() -> dict[str, str]:
    known = MemoryWords.read()
    lists = (known.stuff, known.colours, known.qualities, known.things)
    return {chinese: english for each in lists for english, said in each.items() for chinese in said}


@lru_cache(maxsize=1)
def _chinese_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_chinese(), key=len, reverse=True)))


@lru_cache(maxsize=1)
def stuff_by_stem() -> Mapping[str, str]:
    """The words for what a thing is made of, by the stems of how they are said."""
    return {" ".join(stem(w) for w in each.split()): each for each in MemoryWords.read().stuff}


def alternatives(found: Sequence[str]) -> str:
    """A regular expression for any of the words, longest first."""
    return "|".join(re.escape(word) for word in sorted(found, key=len, reverse=True))


def word_stems(text: str) -> frozenset[str]:
    """The stems of all words of a text, also of those that `retrieval.words.stems` leaves out."""
    return frozenset(stem(word) for word in words(text))
