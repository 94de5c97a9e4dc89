"""The parts of a message that a classifier counts. One rule for English and Chinese: a Chinese character is a word."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

_TOKEN = re.compile(r"[^\W\d_\u3400-\u9fff]+(?:'[^\W\d_]+)?|0|\S")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_LONGEST = 1000
"""Characters of a message that are looked at."""


def tokens(text: str) -> list[str]:
    """Words, Chinese characters and signs, in lower case and order; every number is ``0``."""
    folded = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold().replace("\u2019", "'")
    return _TOKEN.findall(_DIGITS.sub("0", folded))


def grams(text: str, pieces: tuple[int, ...] = ()) -> Counter[str]:
    """How often each token, each pair of neighbours (the ends count as such) and each piece of a word occurs.

    Args:
        pieces: lengths of the pieces that words of letters are cut into, so that a typo leaves most of them alike.
    """
    found = ["<", *tokens(text), ">"]
    counted = Counter(found[1:-1])
    counted.update(f"{left} {right}" for left, right in pairwise(found))
    for word in found[1:-1]:
        counted.update(_cut(word, pieces))
    return counted


def _cut(word: str, pieces: tuple[int, ...]) -> Iterator[str]:
    if len(word) < 3:
        return
    edged = f"<{word}>"
    for length in pieces:
        for start in range(len(edged) - length + 1):
            yield f"~{edged[start : start + length]}"
