"""What a question about an item asks: the attributes it names, and the words of its own that an answer must have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from agent.items.item_facts import Fact
from agent.words.denial import denied, spelled_out
from agent.words.thesaurus import Thesaurus, akin, phrase_of
from retrieval.catalogue import Item
from retrieval.words import stem, stems

_FILE = Path(__file__).with_suffix(".yaml")
_YES_OR_NO = re.compile(
    r"^\W*(?:(?:and|so|but|ok|hi|hello|please|hey)\W+)*(?:is|are|was|were|does|do|did|can|could|will|would|has|have"
    r"|may|might|should|am|isn['’]t|aren['’]t|doesn['’]t|don['’]t|can['’]t|won['’]t)\b|[吗么嘛不没]\W*$"
    r"|([\u4e00-\u9fff])不\1|有没有",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\bhow (?:much|many|long|heavy|big|large|tall|wide|high|deep|thick|loud|noisy|bright|far|fast|often|hot|warm|"
    r"old|small|light|quiet|powerful|strong)\b|\bwhat (?:size|age|temperature|weight)\b",
    re.IGNORECASE,
)
_INDIRECT = re.compile(
    r"\b(?:tell|know|say|ask)\b.*\b(?:how|what|which|who|where)\b"
    r"|^\W*(?:can|could|would|will|do) you (?:please )?(?:tell|know|list|name|give)\b(?!.*\b(?:if|whether)\b)",
    re.IGNORECASE,
)
"""A question within one: "can you tell me how heavy it is", "do you know its weight"."""
_MOST = re.compile(r"\bmax\b", re.IGNORECASE)
_OF_CUSTOMERS = re.compile(
    r"\b(?:customers?|buyers?|reviewers?|reviews?|owners|people|others)\b.{0,40}"
    r"\b(?:say|said|think|thought|complain|complained|report|mention|find|found|like|liked|write|wrote|tell)\b"
    r"|\b(?:complaints|opinions|feedback)\b",
    re.IGNORECASE,
)
"""A question about what customers say, which only they can answer."""
_CUSTOMERS = stems(
    "customer customers buyer buyers reviewer reviewers review reviews owners people others say said think thought "
    "complain complained complaints report mention find found like liked write wrote tell opinions feedback"
)
EMPTY = stems(
    "how much many long what who whose where when why does do did is are was were can could will would may might "
    "should there any some come comes with get gets go goes put fit fits use used using work works need needs "
    "have has part  really actually tell know say says about please thanks thank question product item thing "
    "things exactly same time  also well made make makes makes include included includes contain contains support "
    "supports suitable good okay ok  i you we they my your our able possible let leave give gives take takes keep "
    "hold on in of for at to every all  type kind sort one ones into want wondering wonder ask asking be being "
    "been been still am if or"
)
"""Stems that ask and say nothing of what is asked for."""


@dataclass(frozen=True, slots=True)
class _Names:
    """What asks for attributes in English or Chinese, and their names."""

    pattern: re.Pattern[str]
    names: frozenset[str]

    @classmethod
    @lru_cache(maxsize=3)
    def read(cls, key: str) -> tuple[_Names, ...]:
        rows = yaml.safe_load(_FILE.read_text(encoding="utf-8"))[key]
        patterns = ("|".join(filter(None, (row["en"], row.get("zh")))) for row in rows)
        return tuple(
            cls(re.compile(pattern, re.IGNORECASE), frozenset(row["names"]))
            for pattern, row in zip(patterns, rows, strict=True)
        )

    @classmethod
    def asked(cls, key: str, text: str) -> frozenset[str]:
        return frozenset[str]().union(*(row.names for row in cls.read(key) if row.pattern.search(text)))


_ZH_WORDS = {
    "防水": "waterproof", "洗碗机": "dishwasher", "机洗": "washable", "蓝牙": "Bluetooth",
    "降噪": "noise cancelling", "充电": "charging", "保修": "warranty", "质保": "warranty",
    "折叠": "folding", "香味": "fragrance", "香精": "fragrance", "电磁炉": "induction",
    "帽子": "hood", "口袋": "pockets", "轮子": "wheels", "电池": "batteries",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A question as it is read. ``words`` are the stems that are its own: not the item's kind, not the asking."""

    text: str
    kind: str
    words: frozenset[str]
    attributes: frozenset[str]
    touched: frozenset[str]
    yes_or_no: bool
    how: bool
    denied: bool
    of_customers: bool = False
    """Whether it is asked what customers say."""

    def covered_by(self, fact: Fact) -> float:
        """The share of the question's words that a statement has, in the same words or others, from 0 to 1."""
        if fact.name and fact.name in self.touched:
            return 1.0
        there = stems(spelled_out(fact.text))
        line = f" {' '.join(phrase_of(spelled_out(fact.text)))} "
        return sum(_has(word, there, line) for word in self.words) / max(len(self.words), 1)

    def stated_by(self, fact: Fact) -> bool:
        """Whether it is an attribute for what is asked, which names it itself: 'rain-proof' in its water resistance."""
        return fact.name in self.touched and bool(self.words & stems(spelled_out(f"{fact.name} {fact.text}")))

    def said_by(self, fact: Fact) -> bool:
        """Whether a statement speaks of what is asked in the question's own words, or is known to."""
        return fact.name in self.touched or self.covered_exactly(fact)

    def covered_exactly(self, fact: Fact) -> bool:
        """Whether a statement has all of the question's words, as other forms at most."""
        there = stems(spelled_out(fact.text))
        return all(word in there or any(akin(word, other) for other in there) for word in self.words)


def asked_of(question: str, item: Item, chinese: str = "") -> Asked:
    """Read a question about one item.

    Args:
        chinese: the question as it was put, if its English words were read from Chinese, in simplified characters.
    """
    meaning, question = question, f"{question} {chinese}".strip()
    english = " ".join(word for said, word in _ZH_WORDS.items() if said in question)
    text = f"{question} {english}".strip()
    known = stems(f"{item.kind} {item.brand or ''}") | {stem(word) for word in item.title.casefold().split()}
    of_customers = _OF_CUSTOMERS.search(question) is not None
    content = stems(spelled_out(text)) - EMPTY - (_CUSTOMERS if of_customers else frozenset())
    words = (content - known) or content
    if _MOST.search(question):
        text = f"{text} maximum"
    named = {a.name for a in item.attributes if stems(a.name) and stems(a.name) <= stems(text) and a.name != "type"}
    yes_or_no = _YES_OR_NO.search(question) is not None and not _INDIRECT.search(question)
    closer = _closest(stems(text), item)
    attributes = frozenset[str]() if of_customers else closer or _Names.asked("named", text) or _measured(text, item)
    if yes_or_no:  # "is it made of plastic" asks for more than its material
        attributes &= {"stock"}
    return Asked(
        text=bare(meaning) if chinese else english or bare(question),
        kind=item.kind,
        words=frozenset(word for word in words if word.isascii()),
        attributes=attributes or frozenset(() if yes_or_no or of_customers else named),
        touched=_Names.asked("touched", text) if yes_or_no else frozenset(),
        yes_or_no=yes_or_no,
        how=_HOW.search(question) is not None,
        denied=any(each & words for each in denied(question)),
        of_customers=of_customers,
    )


def bare(question: str) -> str:
    """A question without its mark."""
    return question.strip(" ?？")


def _measured(text: str, item: Item) -> frozenset[str]:
    """The attributes in numbers whose names have the measure that is asked for: a cutting diameter for 'how thick'."""
    asked = [stems(name) for name in _Names.asked("measured", text)]
    stated = {a.name: stems(a.name) for a in item.attributes if not isinstance(a.value, str)}
    return frozenset(name for name, said in stated.items() if any(measure <= said for measure in asked))


def _closest(said: frozenset[str], item: Item) -> frozenset[str]:
    """The attributes whose names have two words or more of a question ("maximum weight"), those with the most."""
    shared = {attribute.name: len(stems(attribute.name) & said) for attribute in item.attributes}
    most = max(shared.values(), default=0)
    return frozenset(name for name, count in shared.items() if count == most and most > 1)


@lru_cache(maxsize=4096)
def _others(word: str) -> tuple[tuple[str, ...], ...]:
    return Thesaurus.read().same.get((word,), ())


def _has(word: str, there: frozenset[str], line: str) -> bool:
    if word in there or any(akin(word, other) for other in there):
        return True
    if any(other.endswith(word) and len(word) >= 4 for other in there):  # unpadded, padlock
        return True
    return any((o[0] in there) if len(o) == 1 else f" {' '.join(o)} " in line for o in _others(word))
