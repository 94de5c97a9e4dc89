"""Whose words: a customer's sentence as somebody else tells it, and small matters of English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

Person: TypeAlias = Literal["they", "you"]

_THEY = {
    "i": "they", "i'm": "they're", "i've": "they've", "i'll": "they'll", "i'd": "they'd", "me": "them", "my": "their",
    "we": "they", "we're": "they're", "we've": "they've", "we'll": "they'll", "us": "them", "our": "their", "am": "are",
}  # fmt: skip
_YOU = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'll": "you'll", "i'd": "you'd", "me": "you", "my": "your",
    "we": "you", "we're": "you're", "we've": "you've", "we'll": "you'll", "us": "you", "our": "your", "am": "are",
}  # fmt: skip
_PERSONS: dict[Person, Mapping[str, str]] = {"they": _THEY, "you": _YOU}
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_VOWEL = re.compile(r"(?!uk|uni(?!n)|use|eu|one)[aeiou]", re.I)
_WAS = re.compile(r"\b(they|you) (also |still |even |just |never )?(was|wasn['’]t)\b", re.I)
_OPENING = re.compile(
    r"(?:I|My|We|Our|It|Its|It's|The|This|These|They|You|Your|A|An|Each|Every|Both|One|With|Without|No|Two|Three|Most|"
    r"At|On|In|For|Even|Three|All|Some|When|After|As|If|Only|Nothing|What|But|That|Extra|There)\b"
)
_TELLABLE_OPENING = re.compile(r"(?:I|My|We|Our|It|Its|It's|They|The)\b")
_NOT_TELLABLE = re.compile(r"[?!:;“”\"()]|\b(?:mine|ours|myself|ourselves|yourself)\b", re.I)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|do|does|did|can|will|would|keeps?|makes?|fits?|feels?|holds?|works?|stays?|"
    r"stops?|comes?|goes|gives?|lets?|takes?|sits?|shows?|lasts?|looks?|needs?|saved|made|gave|came|went|took|held|"
    r"kept|gets?|got|loves?|sleeps?|wants?|uses?|isn't|doesn't|survived|arrived|fell|cost)\b"
)


def retold(clause: str, person: Person) -> str:
    """A first-person clause as told about ``them`` or to ``you``: "my ears get hot" -> "their ears get hot"."""
    words = _PERSONS[person]

    def swap(match: re.Match[str]) -> str:
        word = match[0]
        told = words.get(word.casefold().replace("’", "'"))
        if told is None or (word.isupper() and len(word) > 1):
            return word
        return told.capitalize() if word[0].isupper() and word.casefold()[0] != "i" else told

    told = _WORD.sub(swap, clause)
    return _WAS.sub(lambda m: f"{m[1]} {m[2] or ''}{m[3].casefold().replace('was', 'were')}", told)


def tellable(sentence: str) -> bool:
    """Whether a sentence can stand after "a customer says that": it has a subject and a verb and asks nothing."""
    opening = _TELLABLE_OPENING.match(sentence)
    if not opening or _NOT_TELLABLE.search(sentence):
        return False
    return opening[0] in {"I", "We", "It", "They", "It's"} or _VERB.search(sentence) is not None


def as_clause(sentence: str) -> str:
    """A sentence without its full stop, begun in lower case where its first word is no name."""
    sentence = re.sub(r"^(?:But|And|So)\s+(?=\w)", "", sentence.strip()).rstrip(".")
    if _OPENING.match(sentence) and not re.match(r"I\b", sentence):
        return sentence[0].lower() + sentence[1:]
    return sentence


def capitalised(text: str) -> str:
    """The text with its first letter as at the beginning of a sentence."""
    return re.sub(r"^(\W*)([a-z])", lambda m: m[1] + m[2].upper(), text, count=1)


def with_article(noun: str) -> str:
    """``a kettle``, ``an e-reader``, but ``headphones``."""
    if plural(noun):
        return noun
    return f"{'an' if _VOWEL.match(noun) else 'a'} {noun}"


def agreed(text: str, noun: str) -> str:
    """``text`` with the verb after "that" in the plural if the noun is: "shoes that is light" is put right."""
    if not plural(noun):
        return text
    for verb, many in (("is", "are"), ("has", "have"), ("does", "do")):
        text = re.sub(rf"(?<={re.escape(noun)} that ){verb}\b", many, text)
    return re.sub(rf"(?<={re.escape(noun)} that )(\w+[^s\W])s\b", r"\1", text)


def plural(noun: str) -> bool:
    last = noun.rsplit(maxsplit=1)[-1]
    return last.endswith("s") and not last.endswith(("ss", "us", "lens"))
