"""Words and their stems, as texts are compared by them."""

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


def words(text: str) -> frozenset[str]:
    """Lower-case words, for whole-word comparison of short values such as colours."""
    return frozenset("".join(c if c.isalnum() else " " for c in text.casefold()).split())


@lru_cache(maxsize=131_072)
def stem(word: str) -> str:
    """The stem of one lower-case word (Snowball English)."""
    found: str = _STEMMER.stemWord(word)
    return found


@lru_cache(maxsize=1024)
def stems(text: str) -> frozenset[str]:
    """The stems of a text's content words."""
    return frozenset(stem(word) for word in words(text) if word not in _FUNCTION_WORDS)


def terms(text: str) -> list[str]:
    """The stems of a text's content words, in order and as often as they occur; as a set they are its `stems`."""
    return [stem(word) for word in _WORD.findall(text.casefold()) if word not in _FUNCTION_WORDS]
