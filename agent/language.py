"""The script a message is written in; which languages the assistant reads follows from it."""

from __future__ import annotations

import unicodedata
from collections import Counter

_SCRIPTS = {
    "CJK": "Han", "HIRAGANA": "Hiragana", "KATAKANA": "Katakana", "HANGUL": "Hangul", "CYRILLIC": "Cyrillic",
    "GREEK": "Greek", "ARABIC": "Arabic", "HEBREW": "Hebrew", "DEVANAGARI": "Devanagari", "THAI": "Thai",
}  # fmt: skip


def language_of(message: str) -> str:
    """``en`` for Latin script (the one language read so far), else the name of the script most letters are in."""
    scripts: Counter[str] = Counter()
    for character in message:
        if character.isalpha():
            name = unicodedata.name(character, "").split(" ")[0]
            scripts[_SCRIPTS.get(name, "Latin" if name == "LATIN" else "other")] += 1
    if not scripts:
        return "en"
    script = scripts.most_common(1)[0][0]
    return "en" if script == "Latin" else script
