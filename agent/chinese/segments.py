"""A Chinese message cut into words: longest match by lexicon and catalogue names, else by a general dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from agent.chinese.dictionary import Dictionary
from agent.chinese.lexicon import Lexicon, Meaning
from agent.chinese.numerals import NUMBER, number
from agent.chinese.script import HAN, has_han

_NUMBER = re.compile(NUMBER)
_COUNTER = re.compile(r"[个只件台把双条本套款瓶支部盒顶副块张]?(?=人|个人|[" + HAN + r"])")
_LATIN = re.compile(r"[^\W_" + HAN + r"]+(?:['’&+.-][^\W_" + HAN + r"]+)*")
_MARK = re.compile(r"[,.;:!?、/]")
_SINGLE = frozenset({"nouns", "colours", "qualities", "materials", "attributes", "things", "uses"})
"""Sections whose words of one character mean nothing inside a longer unknown word: 重 in 重庆."""

_LEAST_GENERAL = 2
"""Characters of a word that is looked up in the dictionary: one alone means too much."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A word of a message; ``kind`` is its section in the lexicon, or latin, number, mark or unknown.

    ``cue`` is what the word does to those around it, if it does something (see the lexicon's cues).
    """

    text: str
    start: int
    english: str
    kind: str
    cue: str | None = None
    options: tuple[Meaning, ...] = ()

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Segmenter:
    """Cuts folded text by the lexicon and by names that a catalogue adds.

    What these do not know is looked up in a general dictionary; of its senses the catalogue chooses. What that does not
    know either stays together as an unknown word.

    Args:
        names: Chinese names of the catalogue and what they name; they come before the lexicon's own words.
    """

    def __init__(self, lexicon: Lexicon, names: Mapping[str, Meaning]) -> None:
        self._lexicon = lexicon
        self._names = names
        self._longest = max([lexicon.longest, *map(len, names)])

    def cut(self, text: str) -> list[Segment]:
        """The words from left to right; white space is left out."""
        return _joined(self._cut(text), text)

    def _cut(self, text: str) -> Iterator[Segment]:
        at = 0
        while at < len(text):
            found = self._at(text, at)
            if found is None:
                at += 1
                continue
            yield found
            at = found.end

    def _at(self, text: str, at: int) -> Segment | None:
        if text[at].isspace():
            return None
        known = self._known(text, at)
        written = _NUMBER.match(text, at)
        if written and (known is None or written.end() >= known.end) and (counted := self._number(text, written)):
            return counted
        alone = known is None or (len(known.text) == 1 and known.kind in _SINGLE and known.cue is None)
        if alone and (general := self._general(text, at)):
            return general
        if known:
            return known
        if latin := _LATIN.match(text, at):
            return Segment(latin[0], at, latin[0], "latin")
        if mark := _MARK.match(text, at):
            return Segment(mark[0], at, "," if mark[0] == "、" else mark[0], "mark", self._lexicon.cues.get(mark[0]))
        return Segment(text[at], at, text[at], "unknown") if has_han(text[at]) else None

    def _known(self, text: str, at: int) -> Segment | None:
        for end in range(min(len(text), at + self._longest), at, -1):
            word = text[at:end]
            if word in self._names:
                return Segment(word, at, self._names[word].english, self._names[word].section)
            meanings, cue = self._lexicon.meanings.get(word, ()), self._lexicon.cues.get(word)
            if (meanings or cue) and has_han(word):
                first = meanings[0] if meanings else Meaning("", "words")
                return Segment(word, at, first.english, first.section, cue, meanings)
        return None

    def _general(self, text: str, at: int) -> Segment | None:
        """A word of two characters or more that only the dictionary has, and in which no longer known one begins."""
        end = Dictionary.read().longest(text, at) if has_han(text[at]) else None
        if end is None or end - at < _LEAST_GENERAL:
            return None
        if any((inner := self._known(text, place)) and inner.end > end for place in range(at + 1, end)):
            return None
        senses = Dictionary.read().senses(text[at:end])
        return Segment(text[at:end], at, senses[0], "things", None, tuple(Meaning(each, "things") for each in senses))

    def _number(self, text: str, match: re.Match[str]) -> Segment | None:
        """A number that counts something, with its counting word: 两个(人)."""
        if match[0].isascii():
            latin = _LATIN.match(text, match.start())
            return None if latin and latin.end() > match.end() else Segment(match[0], match.start(), match[0], "number")
        following = self._known(text, match.end())
        counts = following is not None and (following.kind == "units" or following.text in {"岁", "人", "个人", "人用"})
        counter = _COUNTER.match(text, match.end())
        if not counts and not (counter and counter[0]):
            return None
        end = match.end() if counts or counter is None else counter.end()
        return Segment(text[match.start() : end], match.start(), f"{number(match[0]):g}", "number")


def _joined(found: Iterable[Segment], text: str) -> list[Segment]:
    """The segments with unknown characters that stand together as one word, short known ones beside them taken in."""
    words: list[Segment] = []
    for each in found:
        before = words[-1] if words and words[-1].end == each.start else None
        if before and {before.kind, each.kind} & {"unknown"} and _is_part(before) and _is_part(each):
            words[-1] = _from_to(before, each, text)
        else:
            words.append(each)
    return words


def _is_part(each: Segment) -> bool:
    """Whether a word may be a part of an unknown one that it touches."""
    return each.kind == "unknown" or (len(each.text) == 1 and each.kind in _SINGLE and each.cue is None)


def _from_to(first: Segment, last: Segment, text: str) -> Segment:
    word = text[first.start : last.end]
    return Segment(word, first.start, word, "unknown")
