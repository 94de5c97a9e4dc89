"""Chinese script: whether a text has it, and its one form in which everything is looked up."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
"""Chinese characters, as a range for character classes."""
_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(wide): plain
    for wide, plain in {"\u3000": " ", "。": ".", "￥": "¥", "〜": "~", "～": "~", "—": "-", "–": "-"}.items()
}
"""Full-width signs and their plain counterparts, one character for one; the list comma 、 stays."""


def has_han(text: str) -> bool:
    return _HAN.search(text) is not None


def has_kana(text: str) -> bool:
    """Whether a text with Chinese characters is Japanese."""
    return _KANA.search(text) is not None


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text in simplified characters and plain signs, each character in its place.

    Lower-cased it is not: a brand is known by its capitals. Text without Chinese characters is returned as it is.
    """
    if not has_han(text):
        return text
    simple = _converter().convert(text)
    if len(simple) != len(text):  # a phrase became longer or shorter: places count more than idiom
        simple = "".join(_single(character) for character in text)
    plain: str = simple.translate(_WIDE)
    return plain


def _single(character: str) -> str:
    found: str = _converter().convert(character)
    return found if len(found) == 1 else character


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
