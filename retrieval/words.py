"""Words and their stems, as texts are compared by them.

Chinese is written without spaces, so its words are taken to be all pairs of neighbouring characters: a text that has
a word of two characters or more has all its pairs. Source: the bigrams of J.-Y. Nie et al., On the use of words and
n-grams for Chinese information retrieval, 2000.
"""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

_STEMMER = Stemmer.Stemmer("english")
_WORD = re.compile(r"[^\W_]+")
_FUNCTION_WORDS = frozenset(
    "a an and are as at be but by can do for from get give has have i if in is it its like me my need not of on one "  # noqa: SIM905
    "or our so some something than that the their them they this to too up us very want was we what when which will "
    "with would you your".split()
)


_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")


def spaced(text: str) -> str:
    """The text with its Chinese in pairs of neighbouring characters, a space between: 双肩包 as 双肩 肩包."""
    return text if text.isascii() else _HAN.sub(_pairs, text)


def _pairs(run: re.Match[str]) -> str:
    characters = run[0]
    pairs = [characters[i : i + 2] for i in range(len(characters) - 1)]
    return f" {' '.join(pairs or [characters])} "


def words(text: str) -> frozenset[str]:
    """Lower-case words, for whole-word comparison of short values such as colours."""
    return frozenset("".join(c if c.isalnum() else " " for c in spaced(text).casefold()).split())


_IRREGULAR = {
    "mice": "mouse", "knives": "knife", "scarves": "scarf", "shelves": "shelf", "loaves": "loaf", "feet": "foot",
    "teeth": "tooth", "children": "child", "leaves": "leaf", "wolves": "wolf", "geese": "goose",
}  # fmt: skip
"""Plurals that the stemmer does not know."""


@lru_cache(maxsize=131_072)
def stem(word: str) -> str:
    """The stem of one lower-case word (Snowball English)."""
    found: str = _STEMMER.stemWord(_IRREGULAR.get(word, word))
    return found


@lru_cache(maxsize=1024)
def stems(text: str) -> frozenset[str]:
    """The stems of a text's content words."""
    return frozenset(stem(word) for word in words(text) if word not in _FUNCTION_WORDS)


def terms(text: str) -> list[str]:
    """The stems of a text's content words, in order and as often as they occur; as a set they are its `stems`."""
    return [stem(word) for word in _WORD.findall(spaced(text).casefold()) if word not in _FUNCTION_WORDS]
