"""The language of a message, and that of the reply; which languages the assistant reads follows from it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Any

from agent.chinese.interpreter import reads
from agent.chinese.script import HAN, folded

READ = ("en", "zh")
"""The languages that are read and answered in."""
_LATIN = ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da"]
"""Languages of the Latin script that are told from English."""
_SURELY = 14.0
"""Log-likelihood by which another language must lead English, accents left out; twice as much beside an English word.

Of our English utterances only 'tschuss' leads by more than 11, and no title of the demo shop by more than 11.2; 'quanto
costa' leads by 15, 'Schuhe zum Laufen' by 39."""
_SCRIPTS = {
    "CJK": "Han", "HIRAGANA": "Hiragana", "KATAKANA": "Katakana", "HANGUL": "Hangul", "CYRILLIC": "Cyrillic",
    "GREEK": "Greek", "ARABIC": "Arabic", "HEBREW": "Hebrew", "DEVANAGARI": "Devanagari", "THAI": "Thai",
}  # fmt: skip
_HAN = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-z][\w'’-]*")
_ENGLISH = re.compile(
    r"\b(?:a|an|the|i|you|my|is|are|do|for|with|without|and|or|not|no|under|of|in|want|need|have|show|what|which)\b",
    re.I,
)
_CHINESE = re.compile("的|有没有|不要|我|你|吗|想|给|要|以下|以内|左右|推荐|哪|什么|怎么|不|是|买|呢|吧|那|和")
"""Words that hold a sentence together tell its language; names of things are borrowed."""


def language_of(message: str) -> str:
    """``en``, ``zh``, another language of the Latin script if it is plainly that, else the script most letters are in.

    Of a message in Chinese and Latin, the language whose small words hold it together; with none of either, by the
    number of words, a Chinese character counting as one.
    """
    scripts = _scripts(message)
    if not scripts:
        return "en"
    script = scripts.most_common(1)[0][0]
    if scripts["Hiragana"] or scripts["Katakana"]:
        return script if script not in {"Han", "Latin"} else "Hiragana" if script == "Han" else "en"
    if script not in {"Han", "Latin"}:
        return script
    if script == "Han" or reads(message):
        return "zh" if reads(message) and _is_chinese(folded(message)) else "en"
    return _of_latin(message)


def reply_language(message: str, asked: str | None) -> str:
    """The language to answer in: the one asked for (a tag such as ``zh-Hant``), else that of the message.

    A message that cannot be read is answered in its own script, whatever is asked for.
    """
    found = language_of(message)
    if asked is None or found not in READ:
        return found
    primary = asked.split("-")[0].casefold()
    return primary if primary in READ else asked


def _of_latin(message: str) -> str:
    """English, unless another language is far likelier; a few words of names are no language."""
    plain = unicodedata.normalize("NFKD", message).encode("ascii", "ignore").decode()  # 'a café crème mug' is English
    likely = dict(_identifier().rank(plain))
    best = max(likely, key=lambda language: likely[language])
    needed = _SURELY * (2 if _ENGLISH.search(message) else 1)
    return best if likely[best] - likely["en"] >= needed else "en"


def prepare() -> None:
    """Load what tells languages apart, so that no turn waits for it."""
    _identifier()


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LATIN)
    return identifier


def _is_chinese(message: str) -> bool:
    small = len(_CHINESE.findall(message)) - len(_ENGLISH.findall(_HAN.sub(" ", message)))
    if small:
        return small > 0
    return len(_HAN.findall(message)) > len(_LATIN_WORD.findall(_HAN.sub(" ", message)))


def _scripts(message: str) -> Counter[str]:
    """How many letters of each script a message has."""
    scripts: Counter[str] = Counter()
    for character in message:
        if character.isalpha():
            name = unicodedata.name(character, "").split(" ")[0]
            scripts[_SCRIPTS.get(name, "Latin" if name == "LATIN" else "other")] += 1
    return scripts
