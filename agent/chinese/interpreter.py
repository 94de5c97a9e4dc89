"""Reads Chinese messages for one catalogue: which English word, or which of the catalogue's own, is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from agent.chinese.gloss import gloss
from agent.chinese.lexicon import Lexicon, Meaning
from agent.chinese.limits import limits
from agent.chinese.script import HAN, folded, has_han, has_kana
from agent.chinese.segments import Segment, Segmenter
from agent.words.lexicon import WISHES
from agent.words.quantities import Range
from retrieval.catalogue import Vocabulary
from retrieval.words import stems

_SECTIONS = {
    "kind": "nouns",
    "category": "uses",
    "brand": "brands",
    "colour": "colours",
    "value": "things",
    "attribute": "attributes",
}
"""The section of the lexicon that a name of the catalogue is read like."""
_WISHED = frozenset({"qualities", "materials", "things"})
_GRADED = WISHES.keys() | {"lighter", "bigger", "smaller", "sound", "smell"}
_A_NOT_A = re.compile(f"([{HAN}])不\\1|([{HAN}]{{2}})不\\2|(防水|透气|舒服|方便|便宜|安静|保暖)不(?=\\W*$)")
"""A question that puts both answers: 大不大, 防水不."""
_CONTENT = frozenset({"nouns", "uses", "colours", "materials", "things", "qualities", "people"})


def asked_plainly(text: str) -> str:
    """A folded text with 大不大 as 大 and 防水不 as 防水: what is asked for, and not its denial."""
    return _A_NOT_A.sub(lambda match: match[1] or match[2] or match[3], text)


def reads(message: str) -> bool:
    """Whether a message has Chinese words in it that are read here."""
    return has_han(message) and not has_kana(message)


class Interpreter:
    """Puts Chinese messages into the catalogue's words.

    Args:
        known: whether the English rules find a name of the catalogue in a text.
    """

    def __init__(self, vocabulary: Vocabulary, known: Callable[[str], bool]) -> None:
        self._lexicon = Lexicon.read()
        self._known = known
        self._attributes = {**attributes_of(vocabulary), **{name: name for name in vocabulary.units}}
        self._stated = stems(" ".join(f"{name} {' '.join(found)}" for name, found in vocabulary.values.items()))
        self._names = dict(_own_names(vocabulary))
        self._kinds = frozenset(kind.casefold() for kind in vocabulary.kinds)
        self._own = {m.english: own for name, own in self._names.items() for m in self._lexicon.meanings.get(name, ())}
        self._segmenter = Segmenter(self._lexicon, self._names)

    @property
    def catalogue_is_chinese(self) -> bool:
        return bool(self._names)

    def limits(self, message: str) -> list[Range]:
        """The limits that are stated in Chinese; see `agent.chinese.limits`."""
        return list(limits(folded(message)))

    def places(self, message: str) -> list[tuple[str, int, int]]:
        """Where the message names attributes that the catalogue states as numbers: (attribute, start, end)."""
        found = self._segmenter.cut(folded(message))
        return [
            (self._attributes[name], each.start, each.end)
            for each in found
            for name in dict.fromkeys([each.english, *(option.english for option in each.options)])
            if name in self._attributes
        ]

    def english(self, message: str) -> str:
        """The message in English words; names that the catalogue has in Chinese, and unknown words, stay."""
        return gloss([self._chosen(each) for each in self._segmenter.cut(asked_plainly(folded(message)))], self._known)

    def wishes(self, text: str) -> list[tuple[str, str]]:
        """What a text wishes a thing to be, in English and in its own words: ("noise-cancelling", "降噪").

        Only words of the lexicon; those that compare by a number ('light') are no such wishes. A thing's name is one if
        the catalogue has only a part of it: an instant camera, where there is the kind 'camera'.
        """
        found = list(map(self._chosen, self._segmenter.cut(folded(text))))
        wished = (
            e for e in found if e.kind in _WISHED and self._lexicon.meanings.get(e.text) and e.text not in self._names
        )
        plain = [(e.english, e.text) for e in wished if e.english not in _GRADED and not self._known(e.english)]
        several = (e for e in found if e.kind == "nouns" and " or " not in e.english and e.text not in self._names)
        named = (e for e in several if " " in e.english)
        return plain + [(e.english, e.text) for e in named if self._known(e.english) and e.english not in self._kinds]

    def nouns(self, text: str) -> list[tuple[str, str]]:
        """The things that a text names and the catalogue has no word for, in English and in the text's own words."""
        found = map(self._chosen, self._segmenter.cut(folded(text)))
        return [(e.english, e.text) for e in found if e.kind == "nouns" and not self._known(e.english)]

    def originals(self, text: str, english: str) -> str:
        """The words of a message that its English words were read from, in the shopper's own characters."""
        said = stems(english)
        found = [each for each in map(self._chosen, self._segmenter.cut(folded(text))) if each.kind in _CONTENT]
        said_of = (e for e in found if e.english != e.text and stems(e.english) <= said)
        return " ".join(dict.fromkeys(f"{_denied(e.english, english)}{e.text}" for e in said_of))

    def _chosen(self, each: Segment) -> Segment:
        """The segment with that of its meanings which the catalogue has a word for, else with the usual one.

        With both, where it is the usual word for two things that the shop sells: 头灯 is a headlamp or a head torch.
        """
        sold = [o.english for o in each.options if o.chief and o.section == "nouns" and self._known(o.english)]
        if len(sold) > 1:
            return replace(each, english=" or ".join(sold), kind="nouns")
        if self._names and each.kind in _CONTENT and stems(each.text) <= self._stated:
            return replace(each, english=each.text)
        for fits in (self._known, self._own.__contains__, lambda word: stems(word) <= self._stated):
            for option in each.options:
                if option.section in _CONTENT | {"brands"} and fits(option.english):
                    own = self._own.get(option.english)
                    meaning = own if own and not self._known(option.english) else option
                    return replace(each, english=meaning.english, kind=meaning.section)
        return each


def _denied(word: str, english: str) -> str:
    """'不要' or '不' where the English words say that this one is not wanted."""
    denied = re.search(rf"\b(?:without|not) {re.escape(word)}\b", english)
    return "" if not denied else "不" if word in WISHES else "不要"


def attributes_of(vocabulary: Vocabulary) -> dict[str, str]:
    """The attributes that a catalogue names in Chinese, by their English names."""
    named = [name for name in vocabulary.units if has_han(name)]
    return {m.english: name for name in named for m in Lexicon.read().meanings.get(folded(name), ())}


def limit_in_english(limit: Range) -> str:
    """'under 200 CNY', 'from 1 to 2 kg'."""
    unit = limit.unit or limit.currency or ""
    if limit.low is not None and limit.high is not None:
        return f"from {limit.low:g} to {limit.high:g} {unit}".strip()
    return f"under {limit.high:g} {unit}".strip() if limit.high is not None else f"over {limit.low:g} {unit}".strip()


def _own_names(vocabulary: Vocabulary) -> Iterator[tuple[str, Meaning]]:
    """The catalogue's Chinese names, folded, and what they are."""
    by_field: tuple[tuple[str, Iterable[str]], ...] = (
        ("attribute", vocabulary.units),
        ("value", (word for found in vocabulary.values.values() for word in found)),
        ("colour", vocabulary.colours),
        ("brand", vocabulary.brands),
        ("category", vocabulary.categories),
        ("kind", vocabulary.kinds),
    )
    for name_field, names in by_field:
        for name in names:
            if has_han(name):
                yield folded(name), Meaning(name, _SECTIONS[name_field])
