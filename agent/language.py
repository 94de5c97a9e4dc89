"""The language of a message, and that of the reply; which languages the assistant reads follows from it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from agent.chinese.interpreter import reads
from agent.chinese.script import HAN, folded

READ = ("en", "zh")
"""The languages that are read and answered in."""
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
_CHINESE = re.compile("的|有没有|不要|我|你|吗|想|给|要|以下|以内|左右|推荐|哪|什么|怎么|不|是|买")
"""Words that hold a sentence together tell its language; names of things are borrowed."""
_FOREIGN = {
    "German": (
        "ich du wir ihr ihre ihren mein meine meinen dein der das dem den ein eine einen einem einer und oder nicht "
        "kein keine ist sind bin habe haben kann kannst können wie wo wer welche welcher welches für mit auf bei zum "
        "zur von vom über unter aus bitte als auch noch nur sie es werden wird möchte",
        "also es den bin von",
    ),
    "French": (
        "je tu nous vous il elle mon ma mes votre vos notre le la les des du un une et ou est sont suis pas ne que qui "
        "quel quelle quels quelles pour avec dans sur sans comme comment où pouvez peux puis ai avez cette ces au aux "
        "bonjour merci veuillez",
        "le la les des du un il ma me on sur pour ne ai au est suis tu",
    ),
    "Spanish": (
        "yo tú usted mi mis su sus el la los las un una unos y o es son está estoy no que quién cuál cuáles cómo para "
        "por con sin sobre del de puede puedes quiero tengo este esta como hola gracias dónde qué",
        "la el los las un no mi de del sin o y son como sus con es por su",
    ),
    "Italian": (
        "io tu lei voi mio mia miei mie suo sua vostro vostra il lo la gli le un una uno e è sono non che chi quale "
        "quali come dove per con senza su sul sulla del della dei delle di da nel nella può puoi vorrei ho questo "
        "questa ciao grazie",
        "la lo le un e per con del di da come io tu ho no il su non sono",
    ),
}
"""Small words of languages in Latin script that are not read, and which of them stand in names or in English too."""
_SMALL = {language: (frozenset(all_.split()), frozenset(weak.split())) for language, (all_, weak) in _FOREIGN.items()}
_WORD = re.compile(r"[^\W\d_]+")


def language_of(message: str) -> str:
    """``en`` for Latin script, ``zh`` for Chinese, else the name of the script most letters are in.

    German, French, Spanish and Italian are known by their small words and called by their name, which leaves English
    for all other Latin script. Of a message in Chinese and Latin, the language whose small words hold it together;
    with none of either, by the number of words, a Chinese character counting as one.
    """
    scripts = _scripts(message)
    if not scripts:
        return "en"
    script = scripts.most_common(1)[0][0]
    if scripts["Hiragana"] or scripts["Katakana"]:
        return script if script not in {"Han", "Latin"} else "Hiragana" if script == "Han" else "en"
    if script not in {"Han", "Latin"}:
        return script
    if reads(message) and _is_chinese(folded(message)):
        return "zh"
    return _foreign(message) or "en"


def reply_language(message: str, asked: str | None) -> str:
    """The language to answer in: the one asked for (a tag such as ``zh-Hant``), else that of the message.

    A message that cannot be read is answered in its own script, whatever is asked for.
    """
    found = language_of(message)
    if asked is None or found not in READ:
        return found
    primary = asked.split("-")[0].casefold()
    return primary if primary in READ else asked


def _foreign(message: str) -> str | None:
    """The language that two small words or more tell, one of them of no other use, where fewer are English."""
    found = frozenset(_WORD.findall(message.casefold()))
    counted = {
        language: (len(found & small - weak), len(found & small))
        for language, (small, weak) in _SMALL.items()
        if found & small - weak
    }
    if not counted:
        return None
    language = max(counted, key=lambda name: counted[name])
    total = counted[language][1]
    return language if total >= 2 and total > len({m.casefold() for m in _ENGLISH.findall(message)}) else None


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
