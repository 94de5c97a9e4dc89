"""What else the evidence may call it: a claim in free words, put into the words of the evidence that it cites.

A word that a claim has and its evidence has not is exchanged for the evidence's own: "silent" for "quiet", "isn't
noisy" for "quiet", "light" for "not heavy", "case" for "suitcase", "child" for "daughter". What compares words after
that goes by what the evidence says, and so a denial of "quiet" is seen in "isn't silent", too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agent.words.denial import CUE_WORDS, denied, negated_from
from agent.words.thesaurus import Phrase, Thesaurus, akin, words_of
from retrieval.words import stem, stems

_NEGATION = re.compile(
    r"\b(?:not|no|never|without|hardly|nor)\s+"
    r"(?:(?:at all|an?|any|too|very|so|really|overly|particularly|feel|be|get|as|the least|in the least)\s+)*$",
    re.IGNORECASE,
)
_DENYING = re.compile(r"(?:un|non|in|im)(?=\w{4})")
_WITHOUT = "less"
_LEAST_TAIL = 4


@dataclass(frozen=True, slots=True)
class _Exchange:
    """The characters of the claim from ``begin`` to ``end``, and what the evidence says instead."""

    begin: int
    end: int
    instead: str


@dataclass(frozen=True)
class _Spoken:
    """What a text says: its words by their stems, and all of it as one line of stems."""

    words: dict[str, str]
    line: str
    denied: frozenset[str]

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, text: str) -> _Spoken:
        found = [(stem(word), word) for _, _, word in words_of(text)]
        by_stem = {each: word for each, word in found if stems(word)}
        return cls(by_stem, f" {' '.join(each for each, _ in found)} ", frozenset[str]().union(*denied(text)))

    def has(self, phrase: Phrase) -> bool:
        if len(phrase) == 1:
            return phrase[0] in self.words
        return f" {' '.join(phrase)} " in self.line

    def word(self, each: str) -> str:
        return self.words.get(each, each)


@lru_cache(maxsize=512)
def in_words_of(claim: str, evidence: str) -> str:
    """The claim with what the evidence does not say exchanged for what it says instead, where there is such.

    Both as `agent.words.denial.spelled_out` gives them. What has no counterpart stays as it is.
    """
    parts: list[str] = []
    done = 0
    for exchange in _exchanges(claim, _Spoken.of(evidence)):
        if negated_from(claim[: exchange.begin]) and negated_from(f"{exchange.instead} "):
            continue  # "isn't leakproof" is not said by "never leaks"
        parts += [claim[done : max(done, exchange.begin)], f" {exchange.instead} "]
        done = exchange.end
    return "".join([*parts, claim[done:]])


def _exchanges(claim: str, spoken: _Spoken) -> Iterator[_Exchange]:
    places = words_of(claim)
    line = [stem(word) for _, _, word in places]
    i = 0
    while i < len(places):
        begin, end, word = places[i]
        known = line[i] in spoken.words or line[i] in CUE_WORDS
        for phrase in Thesaurus.read().phrases_from(line, i):
            if known if len(phrase) == 1 else spoken.has(phrase):
                continue
            if instead := _instead(phrase, spoken):
                i += len(phrase) - 1
                yield _Exchange(begin, places[i][1], instead)
                break
        else:
            if not known and stems(word):
                yield from _of_word(claim, begin, end, line[i], spoken)
        i += 1


def _instead(phrase: Phrase, spoken: _Spoken) -> str:
    """All that the evidence says for this phrase."""
    return " ".join(" ".join(map(spoken.word, other)) for other in Thesaurus.read().same[phrase] if spoken.has(other))


def _of_word(claim: str, begin: int, end: int, said: str, spoken: _Spoken) -> Iterator[_Exchange]:
    """The exchange of a word that the thesaurus has no synonym for here, if there is one."""
    for known, word in spoken.words.items():
        if akin(said, known) or (len(said) >= _LEAST_TAIL and word.endswith(claim[begin:end].casefold())):
            yield _Exchange(begin, end, word)
            return
        if said.endswith(_WITHOUT) and akin(said.removesuffix(_WITHOUT), known):
            yield _Exchange(begin, end, f"without {word}")
            return
        if (prefix := _DENYING.match(said)) and said[prefix.end() :] == known:
            yield _Exchange(begin, end, f"not {word}")
            return
    against = Thesaurus.read().opposites.get(said, frozenset()) & spoken.words.keys()
    negation = _NEGATION.search(claim[:begin])
    if against - spoken.denied and negation:
        yield _Exchange(negation.start(), end, " ".join(map(spoken.word, sorted(against - spoken.denied))))
    elif against & spoken.denied:
        yield _Exchange(begin, end, f"not {' '.join(map(spoken.word, sorted(against & spoken.denied)))}")
