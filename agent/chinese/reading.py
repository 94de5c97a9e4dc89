"""Reads a Chinese statement about an item as English words, so that the rules for English claims can prove it.

The statement is cut by longest match into words of `telling.yaml` and of the naming sections of `lexicon.yaml`, else
into words of a general dictionary; of the English words that a Chinese one may stand for, that one is taken which the
evidence has. What no list knows stays as it is: no English evidence has it, so that nothing unread is ever proved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from agent.chinese.dictionary import Dictionary
from agent.chinese.lexicon import NAMING, Lexicon
from agent.chinese.limits import CURRENCY, UNIT, currency_of, unit_of
from agent.chinese.numerals import NUMBER, number, spelled
from agent.chinese.script import HAN, folded, has_han
from agent.words.denial import spelled_out
from agent.words.synonyms import in_words_of
from retrieval.words import stems

TELLING = Path(__file__).parent / "telling.yaml"
QUOTED = re.compile(r"「[^」]*」|『[^』]*』|“[^”]*”|《[^》]*》|(?<!\w)\"[^\"]*\"")
_CLAUSE = re.compile(rf"(?:{QUOTED.pattern}|[^,;:.!?、…]|(?<=\d)[.,](?=\d))+|[,;:.!?、…]+")
_NUMBER = re.compile(NUMBER)
_COUNTER = re.compile(r"\s?[个只件台把双条本套款瓶支部盒顶副块张根种层档位颗枚道袋包次节部家间本下度](?![月])")
_LATIN = re.compile(rf"[^\W_{HAN}]+(?:['’&+./×-][^\W_{HAN}]+)*%?")
_HALF = re.compile(rf"(?P<whole>{NUMBER})个半(?P<unit>小时|钟头|月)|(?P<count>{NUMBER})(?P<unit2>年|小时|公斤|升|米)半")
_STARS = re.compile(r"(\d(?:\.\d)?|[一二三四五])\s*(?:颗)?星")
_OF_FIVE = re.compile(r"[(（]?,?\s*满分\s*(?:5|五)\s*(?:颗?星|分)?\s*[)）]?")
_ABLE = re.compile(
    rf"(?P<verb>[{HAN}])(?P<how>[得不])(?:动|下|开|起|住|上|出|进|掉|完|到|了(?![解]))(?![{HAN}]?[得不])"
)
"""A verb with what comes of it, or does not: 剪得动 is 剪, 关不掉 is 不关."""
_DENYING = frozenset("不没无未非别")
"""What a word of the dictionary may not begin with: 不舒服 is "not comfortable", and no illness."""
_EXACT = frozenset({"values", "materials", "colours"})
_ASKED = ("you wanted", "you mentioned", "you named", "your budget", "your limit")
"""How a clause is told that takes up what the shopper asked."""


@dataclass(frozen=True, slots=True)
class Sense:
    """One way to read a word; ``frames`` says that it only frames, or stands beside a number.

    ``exact`` is of a colour, a material or a value, for which no other word will do: stainless steel is no carbon one.
    """

    english: str
    frames: bool = False
    beside_number: bool = False
    exact: bool = False


@dataclass(frozen=True)
class Told:
    """The words in which items are told of: by the Chinese word its senses, by the English one its usual name."""

    senses: Mapping[str, tuple[Sense, ...]]
    names: Mapping[str, str]
    longest: int

    @classmethod
    @lru_cache(maxsize=1)
    def read(cls) -> Told:
        stated: dict[str, dict[str, str]] = yaml.load(TELLING.read_bytes(), yaml.CSafeLoader)
        lexicon: dict[str, dict[str, str]] = yaml.load((TELLING.parent / "lexicon.yaml").read_bytes(), yaml.CSafeLoader)
        senses: dict[str, tuple[Sense, ...]] = {}
        told = [(s, stated[s]) for s in ("names", "values", "words")]
        for section, rows in told + [(s, lexicon[s]) for s in (*NAMING, "people", "brands")]:
            for english, word in _rows([rows]):
                senses[word] = (*senses.get(word, ()), Sense(english, exact=section in _EXACT))
        for english, word in _rows([stated["beside_numbers"]]):
            senses[word] = (*senses.get(word, ()), Sense(english, frames=True, beside_number=True))
        for english, word in _rows([stated["frame"]]):
            senses[word] = (*senses.get(word, ()), Sense(english, frames=True))
        for _, word in _rows([lexicon["words"], lexicon["service"], lexicon["cues"]]):
            senses.setdefault(word, (Sense(word),))  # whole, so that its parts are not read: 重要 is not 重
        names = {english: words.split()[0] for s in ("names", "values") for english, words in stated[s].items()}
        return cls(senses, names, max(map(len, senses)))

    def chinese(self, english: str) -> str | None:
        """The usual Chinese name of an attribute or of a whole value, or None."""
        return self.names.get(english) or self.names.get(english.casefold()) or Lexicon.read().chinese(english)


def _rows(sections: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for section in sections:
        for english, words in section.items():
            for word in words.split():
                yield english, folded(word)


@dataclass(frozen=True)
class Known:
    """What there is to find the words of a statement in: the evidence, and the shopper's question, in English words."""

    evidence: str
    need: str = ""

    def choose(self, word: str, senses: Iterable[Sense], *, asked: bool) -> str:
        """The English of that sense which is there; else the one that only frames; else the usual one, or the word."""
        found = list(senses)
        texts = [self.need, self.evidence] if asked else [self.evidence]
        for text in map(spelled_out, texts):
            there = stems(text)
            content = [sense for sense in found if not sense.frames and stems(sense.english)]
            for sense in content:
                if stems(sense.english) <= there:
                    return sense.english
            for sense in content:
                if not sense.exact and _means(sense.english, text):
                    return sense.english
        usual = next((sense.english for sense in found if sense.frames), found[0].english)
        return word if found[0].exact and usual == found[0].english else usual


def _means(word: str, text: str) -> bool:
    return stems(in_words_of(word, text)) <= stems(text)


def in_english(text: str, known: Known) -> str:
    """A statement in English words, in the order in which it was said; text without Chinese comes back as it is."""
    if not has_han(text):
        return text
    return " ".join("".join(_clause(clause, known) for clause in _CLAUSE.findall(_counted(folded(text)))).split())


def _counted(text: str) -> str:
    """The text with "一个半小时" as 1.5 小时, and stars as "4 stars"."""

    def half(match: re.Match[str]) -> str:
        return f"{number(match['whole'] or match['count']) + 0.5:g} {match['unit'] or match['unit2']}"

    def able(match: re.Match[str]) -> str:
        if match[0] in Told.read().senses:
            return match[0]
        return f"不{match['verb']}" if match["how"] == "不" else match["verb"]

    def stars(match: re.Match[str]) -> str:
        return f" {number(match[1]) if not match[1][0].isdigit() else float(match[1]):g} stars "

    text = _ABLE.sub(able, text)
    return _STARS.sub(stars, _OF_FIVE.sub(" ", _HALF.sub(half, text)))


def all_readings(text: str) -> str:
    """A question in all the English words that it may mean."""
    if not has_han(text):
        return text
    parts: list[str] = []
    for clause in _CLAUSE.findall(_counted(folded(text))):
        for word, senses in _words(clause):
            content = dict.fromkeys(s.english for s in senses if not s.frames) if senses else [word]
            parts.extend(content or [senses[0].english])
    return " ".join(parts)


def _clause(clause: str, known: Known) -> str:
    if not re.search(r"\w", clause):
        return "; " if clause[0] in ";；" else ": " if clause[0] == ":" else ". " if clause[0] in ".!?…" else ", "
    words = list(_words(clause))
    asked = any(sense.english.startswith(_ASKED) for _, senses in words for sense in senses or ())
    return " ".join(known.choose(word, senses, asked=asked) if senses else word for word, senses in words)


def _words(clause: str) -> Iterator[tuple[str, tuple[Sense, ...]]]:
    """The words of a clause, each with its senses; quotations, numbers, Latin and unknown words have none."""
    at, unknown = 0, ""
    after_number = False
    while at < len(clause):
        word, senses, end = _next(clause, at, after_number=after_number)
        if not senses and has_han(word) and len(word) == 1 and not QUOTED.match(clause, at):
            unknown, at, after_number = unknown + word, end, False
            continue
        if unknown:
            yield unknown, ()
            unknown = ""
        if word:
            yield word, senses
            after_number = (senses[0].english if senses else word)[:1].isdigit()
        at = end
    if unknown:
        yield unknown, ()


def _next(clause: str, at: int, *, after_number: bool) -> tuple[str, tuple[Sense, ...], int]:
    if clause[at].isspace():
        return "", (), at + 1
    if quoted := QUOTED.match(clause, at):
        inner = quoted[0][1:-1]
        return (f"“{inner}”" if quoted[0][0] != "《" else inner), (), quoted.end()
    known = _longest(clause, at)
    written = _NUMBER.match(clause, at)
    counted = _quantity(clause, written) if written else None
    if written and counted and (known is None or written.end() >= known or counted[2] > known):
        return counted  # 十分钟 is ten minutes, though 十分 is "very"
    if (
        known == at + 1
        and clause[at] not in _DENYING
        and (end := Dictionary.read().longest(clause, at))
        and end > known
        and _is_word(clause, at, end)
    ):
        return clause[at:end], _in_dictionary(clause[at:end]), end  # 干净 is clean, though 干 is "dry"
    if known is not None:
        senses = Told.read().senses[clause[at:known]]
        beside = after_number or _NUMBER.match(clause, _past_fillers(clause, known)) is not None
        fitting = tuple(s for s in senses if beside or not s.beside_number)
        preferred = tuple(s for s in fitting if s.beside_number) or fitting
        if preferred:
            return clause[at:known], preferred, known
    if latin := _LATIN.match(clause, at):
        return latin[0], (), latin.end()
    if has_han(clause[at]) and (end := Dictionary.read().longest(clause, at)):
        return clause[at:end], _in_dictionary(clause[at:end]), end
    return clause[at], (), at + 1


@lru_cache(maxsize=4096)
def _in_dictionary(word: str) -> tuple[Sense, ...]:
    return tuple(map(Sense, Dictionary.read().senses(word)))


def _is_word(clause: str, at: int, end: int) -> bool:
    """Whether a word of the dictionary is one here: no longer word of the lists begins inside it."""
    return all((_longest(clause, inner) or 0) <= end for inner in range(at + 1, end))


def _spelled(value: str) -> tuple[Sense, ...]:
    """A whole number below a hundred in an English word, as evidence may have it."""
    word = spelled(int(value)) if value.isdigit() else None
    return (Sense(word, exact=True),) if word else ()


def _past_fillers(clause: str, at: int) -> int:
    while at < len(clause) and clause[at] in " 只仅约达为是有到了近不过才也能可以升":
        at += 1
    return at


def _longest(clause: str, at: int) -> int | None:
    told = Told.read()
    return next(
        (end for end in range(min(len(clause), at + told.longest), at, -1) if clause[at:end] in told.senses), None
    )


def _quantity(clause: str, match: re.Match[str]) -> tuple[str, tuple[Sense, ...], int] | None:
    """A number with its unit or its counting word; a Chinese numeral without either is none."""
    plain = match[0].isascii() and match[0].replace(".", "").replace(",", "").isdigit()
    value = match[0] if plain else f"{number(match[0]):g}"
    if currency := CURRENCY.match(clause, match.end()):
        if currency[0].strip() == "块":  # of money, or pieces
            either = (Sense(f"{value} pieces"), Sense(f"{value} {currency_of(currency[0])}"))
            return clause[match.start() : currency.end()], either, currency.end()
        return f"{value} {currency_of(currency[0])}", (), currency.end()
    if unit := UNIT.match(clause, match.end()):
        name, factor = unit_of(unit[0])
        if unit[0].strip() == "岁":
            older = (Sense(f"{value} years"), *_spelled(value), Sense(f"{value} years", frames=True))
            return clause[match.start() : unit.end()], older, unit.end()
        return f"{value if factor == 1 else format(number(match[0]) * factor, 'g')} {name}", (), unit.end()
    if counter := _COUNTER.match(clause, match.end()):
        if value == "1" and not plain:
            return "", (), counter.end()
        return clause[match.start() : counter.end()], (Sense(value), *_spelled(value)), counter.end()
    if not plain:
        return None
    latin = _LATIN.match(clause, match.start())
    return (latin[0], (), latin.end()) if latin else (value, (), match.end())
