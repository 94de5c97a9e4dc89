"""Extractive reasons: the evidence in its own words, for when the model has nothing that can be proved.

In another language than the evidence's, what frames it is said in that language, the names of attributes and units
are those a shopper knows, and what is quoted stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from agent.reasons.claims import Claim
from agent.texts import Texts
from retrieval.evidence import Evidence
from retrieval.snippets import sentences

_CLAIMS = 3
_SHORT_QUOTE = 7
_MEASURED = frozenset({"weight", "price", "colour", "material"})
"""Attributes that have a sentence of their own."""
_QUANTITY = re.compile(r"([\d.,]+) ?([A-Za-z%°]+)")
_DEEDS = ("up", "down", "thumb", "view", "cart", "purchase", "rating", "comment", "share")
EN = Texts.of("en")


def extractive_claims(evidence: Sequence[Evidence], texts: Texts = EN) -> tuple[Claim, ...]:
    """Up to three claims, at most one from each kind of evidence first; each is its evidence, word for word."""
    chosen = list(_varied(evidence))[:_CLAIMS]
    return tuple(Claim(_sentence(e, texts), (e.id,)) for e in sorted(chosen, key=list(evidence).index))


def _varied(evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    kinds: set[str] = set()
    later = []
    for each in evidence:
        if each.kind in kinds:
            later.append(each)
        else:
            kinds.add(each.kind)
            yield each
    yield from later


def _sentence(evidence: Evidence, texts: Texts) -> str:
    text = evidence.text.strip()
    if evidence.kind == "review":
        return texts.say("fact.review", quote=_opening(text))
    name, colon, value = text.partition(": ")
    if evidence.kind == "attribute" and colon and len(name.split()) <= 3 and not value.endswith("."):
        return _fact(name, value, texts)
    if texts is not EN and (told := deed_told(text, texts) if evidence.kind == "history" else None):
        return told
    closed = text if text[-1] in ".!?”" else f"{text}."
    return texts.say("fact.quoted", quote=closed)


def _fact(name: str, value: str, texts: Texts) -> str:
    key = f"fact.{name}" if name in _MEASURED else "fact.stated"
    called = name.capitalize() if texts is EN else texts.word(name)
    return texts.say(key, name=called, value=value if texts is EN else _value(name, value, texts))


def _value(name: str, value: str, texts: Texts) -> str:
    """An attribute's value: its unit, or all of it if it is one known word, in the language of the texts."""
    if name != "price" and (quantity := _QUANTITY.fullmatch(value)):
        return f"{quantity[1]} {texts.unit(quantity[2], name)}"
    return texts.word(value)


def deed_told(text: str, texts: Texts) -> str | None:
    """What the shopper did, told in the language of the texts; None for a history that is worded otherwise."""
    for deed in _DEEDS:
        if match := _told(deed).fullmatch(text):
            rest = texts.say("deed.stars", stars=match["stars"]) if match["stars"] else ""
            rest += texts.say("deed.said", comment=match["comment"]) if match["comment"] else ""
            return texts.say(f"deed.{deed}", title=match["title"], rest=rest)
    return None


@lru_cache(maxsize=16)
def _told(deed: str) -> re.Pattern[str]:
    """How a deed is told in English (see `retrieval.snippets`)."""
    start = re.escape(EN.lines[f"deed.{deed}"].partition("{title}")[0])
    stars, said = (re.escape(EN.lines[f"deed.{key}"]) for key in ("stars", "said"))
    stars = stars.replace(re.escape("{stars}"), r"(?P<stars>[\d.]+)")
    said = said.replace(re.escape("{comment}"), "(?P<comment>.*)")
    return re.compile(rf"{start}(?P<title>.+?)(?:{stars})?(?:{said})?", re.DOTALL)


def _opening(text: str) -> str:
    """The first sentence, with those after it as long as it is very short."""
    parts = sentences(text)
    end = 1
    while end < len(parts) and len(" ".join(parts[:end]).split()) < _SHORT_QUOTE:
        end += 1
    return " ".join(parts[:end])
