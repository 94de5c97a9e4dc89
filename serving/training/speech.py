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
_NOT_TELLABLE = re.compile(r"[?!:;“”\"()…–]|\b(?:mine|ours|myself|ourselves|yourself|you|your|let me)\b", re.I)
_TWO_PARTIES = re.compile(r"(?=.*\b(?:they|them|their|theirs)\b)(?=.*\b(?:I|me|my|we|us|our)\b)", re.I)
_ADVERBS = r"(?:(?:also|still|even|just|never|always|really|finally|now|often|only|simply|barely|already|certainly) )*"
_VERB = (
    r"(?:is|are|was|were|has|have|had|do|does|did|can|could|will|would|am|isn['’]t|doesn['’]t|don['’]t|didn['’]t|"
    r"can['’]t|keeps?|kept|makes?|made|fits?|feels?|felt|holds?|held|works?|worked|stays?|stayed|stops?|stopped|comes?|"
    r"came|goes|went|gives?|gave|lets?|takes?|took|sits?|sat|shows?|lasts?|lasted|looks?|looked|needs?|needed|saved|"
    r"gets?|got|loves?|loved|sleeps?|slept|wants?|wanted|uses?|used|survived|arrived|fell|cost|reads?|carry|carries|"
    r"carried|wears?|wore|charges?|charged|bought|found|finds?|opens?|closes?|cleans?|dries|dried|weighs?|packs?|runs?|"
    r"ran|sounds?|wipes?|turns?|plays?|moves?|moved|like|likes|know|forget|forgot|put|puts|see|hear|write|finished|"
    r"ordered|bakes?|boils?|cuts?|grips?|rolls?|folds?|fills?|helps?|refuses?|sets?|touch|touches|smells?)"
)
_PRONOUN_SAYS = re.compile(rf"(?:(?:I|We|They|It) {_ADVERBS}{_VERB}\b|(?:I|We|They|It)['’](?:m|ve|d|ll|s|re) [a-z])")
_THING_SAYS = re.compile(
    r"(?:It|This|They|(?:Its|The|This|These|A|An|Each|Every|One|Two|Three|Both|All|No) "
    r"(?:(?!(?:that|which|who|whose|when|while|where|if|because|and|but|with|for|to|than)\b)[\w'’-]+ ){1,5}?)"
    r" ?(?:also |still |even |never )?"
    rf"(?:{_VERB}|lifts|locks|lies|stands|adds|reach(?:es)?|leaves|swings|hangs|slides|measures|copes|"
    r"covers|stores|suits|protects|contains|offers|brings|presses|drains|clicks|slips|ends|begins|hides)\b"
)
_NOUN_SAYS = re.compile(
    r"(?:My|Our|The) (?:(?!(?:I|we|they|you|it|that|which|who|whose|when|while|where|if|because|and|but|ever|to)\b)"
    rf"[\w'’-]+ ){{1,5}}?{_ADVERBS}{_VERB}\b"
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
    """Whether a sentence can stand after "a customer says that".

    It must open with a subject and a finite verb of those known here, so that "My first tent I have ever owned" is
    not taken for a clause, and speak of no second party that "they" might mean. Whatever is doubtful is better quoted.
    """
    others = not re.match(r"(?:I|We|My|Our)\b", sentence) and re.search(r"\b(?:he|she|him|her|his|hers)\b", sentence)
    if _NOT_TELLABLE.search(sentence) or two_parties(sentence) or others:
        return False
    return bool(_PRONOUN_SAYS.match(sentence) or _NOUN_SAYS.match(sentence))


def states(sentence: str) -> bool:
    """Whether a shop's sentence can stand after "the shop says that": no order, no question and no bare noun."""
    return not re.search(r"[?!:;“”\"()]|\byou\b.*\byou\b", sentence) and _THING_SAYS.match(sentence) is not None


def two_parties(clause: str) -> bool:
    """Whether "they" would be the customer and somebody or something else."""
    return _TWO_PARTIES.search(clause) is not None


def speaks_of_itself(clause: str) -> bool:
    """Whether a clause in the third person refers to its speaker, who should then be named before it."""
    return re.search(r"\b(?:they|them|their)\b|\bthey['’]", clause, re.I) is not None


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
