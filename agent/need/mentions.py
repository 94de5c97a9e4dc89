"""Mentions: the catalogue's names as they stand in a message, and whether they are wanted or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import yaml

from agent.chinese.script import has_han
from agent.need.owned import Had, owned_in
from agent.words.lexicon import ASIDES, COLOURS, FILLERS, LIKENESS, LOOKALIKES, NEGATIONS, OWNING, SAME, WISHES
from retrieval.catalogue import Vocabulary
from retrieval.words import stem, stems

_ALIASES = Path(__file__).parent / "aliases.yaml"
_TOKEN = re.compile(r"non(?=-)|[^\W_]+(?:['’-][^\W_]+)*|,|/|[.;:!?]", re.I)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_NOUNS = frozenset({"kind", "head", "category"})
_ARTICLES = frozenset({"a", "an", "the", "some"})
_JOINING = frozenset({"and", "or", "nor"})
_STOPS = frozenset({".", ";", ":", "!", "?"})
_SHORTEST_BRAND, _SHORTEST_KIND = 6, 7
"""Letters a name must have for a slip in it to be read over; kinds are plain words, which have more neighbours."""


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.text.casefold()

    @property
    def stem(self) -> str:
        return _stem(self.word)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name the catalogue knows, in tokens ``first`` to ``last`` of a message.

    ``field`` is kind, category, brand or colour, or head: the last word of a kind, which stands for several
    kinds ('knives'). ``aside`` marks a name that is no constraint where it stands ('like my Torrwick').
    """

    field: str
    value: str
    first: int
    last: int
    negated: bool = False
    aside: bool = False

    @property
    def is_noun(self) -> bool:
        return self.field in _NOUNS


@dataclass(slots=True)
class Reading:
    """What was found in a message, the spans that say what is not wanted, and what somebody has."""

    mentions: list[Mention] = field(default_factory=list)
    cut: list[tuple[int, int]] = field(default_factory=list)
    had: list[Had] = field(default_factory=list)


def tokens_of(text: str) -> list[Token]:
    return [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]


class Names:
    """The names of one catalogue, by the stems of their words."""

    def __init__(self, vocabulary: Vocabulary, *, aliases: bool = True) -> None:
        """Read by the catalogue's names, and by what else shoppers call its kinds if ``aliases``."""
        self._by_key: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for key, name_field, value in _names(vocabulary):
            self._by_key.setdefault(key, []).append((name_field, value))
        for kind in vocabulary.kinds if aliases else ():
            for alias in _aliases().get(kind.casefold(), ()):
                self._by_key.setdefault(_key(alias), [("kind", kind)])
        self._longest = max(map(len, self._by_key), default=0)
        self._brands = {b.casefold(): b for b in vocabulary.brands if b.isalpha() and len(b) >= _SHORTEST_BRAND}
        self._kinds = [k for k in vocabulary.kinds if k.isalpha() and len(k) >= _SHORTEST_KIND]

    def read(self, tokens: Sequence[Token]) -> Reading:
        """Every name from left to right, with what is excluded marked as negated."""
        reading = Reading()
        at = 0
        while at < len(tokens):
            if length := _cue(tokens, at, OWNING):
                owned = owned_in(tokens, at, length)
                kinds = (each for place in owned.places for each in self._at(tokens, place, negated=True)[:1])
                reading.had += owned.had(each for each in kinds if each.field == "kind")
                at = owned.end
            elif length := _cue(tokens, at, ASIDES):
                at = self._tolerated(tokens, at + length)
            elif (length := _cue(tokens, at, NEGATIONS)) and (excluded := self._excluded(tokens, at + length)):
                reading.mentions += excluded
                reading.cut += _cuts(tokens, at, length, excluded)
                at = excluded[-1].last + 1
            elif found := self._at(tokens, at):
                reading.mentions += [m for m in found if not m.aside]
                at = found[0].last + 1
            else:
                at += 1
        return reading

    def _at(self, tokens: Sequence[Token], at: int, *, negated: bool = False) -> list[Mention]:
        """The names that begin here, as long as possible; several if one word names several things."""
        for length in range(min(self._longest, len(tokens) - at), 0, -1):
            known = self._by_key.get(tuple(t.stem for t in tokens[at : at + length]), ())
            found = [Mention(name_field, value, at, at + length - 1, negated) for name_field, value in known]
            if found:
                break
        else:
            found = self._split(tokens, at, negated) or self._misspelt(tokens, at, negated)
        if any(m.field == "category" for m in found):
            found = [m for m in found if m.field != "head"]
        if negated:
            return found
        return [m for m in found if means_it(m, tokens)] or [replace(m, aside=True) for m in found]

    def _split(self, tokens: Sequence[Token], at: int, negated: bool) -> list[Mention]:
        """A kind whose one word is written as two: 'back pack'."""
        pair = "".join(t.word for t in tokens[at : at + 2])
        known = self._by_key.get((_stem(pair),), ()) if pair.isalpha() and at + 1 < len(tokens) else ()
        return [Mention("kind", value, at, at + 1, negated) for name_field, value in known if name_field == "kind"]

    def _misspelt(self, tokens: Sequence[Token], at: int, negated: bool) -> list[Mention]:
        """A brand or a long kind of one word with one slip in it."""
        token = tokens[at]
        if token.word in LOOKALIKES:
            return []
        near = [("kind", k) for k in self._kinds if one_slip(token.word, k) or one_slip(token.word, f"{k}s")]
        if negated or (at and token.text[0].isupper()):
            near += [("brand", brand) for key, brand in self._brands.items() if one_slip(token.word, key)]
        return [Mention(*near[0], at, at, negated)] if len(near) == 1 else []

    def _tolerated(self, tokens: Sequence[Token], at: int) -> int:
        """Where the reading goes on after 'I don't mind …': past brands and colours."""
        while at < len(tokens):
            found = self._at(tokens, at, negated=True)
            if found and not found[0].is_noun:
                at = found[0].last + 1
            elif tokens[at].word in {"or", "and", "/", *_ARTICLES}:
                at += 1
            else:
                break
        return at

    def _excluded(self, tokens: Sequence[Token], at: int) -> list[Mention]:
        """What a negation before this place excludes."""
        found: list[Mention] = []
        while at < len(tokens):
            here = self._at(tokens, at, negated=True)
            if here and found:
                match _relation(found[-1], here[0], tokens):
                    case "none":
                        break
                    case "head":  # in 'no travel books' the books are meant
                        found.pop()
                    case "which":  # in 'no tent in red' the colour is meant
                        found[-1] = replace(found[-1], negated=False)
            if here:
                found += here
                at = here[0].last + 1
            elif tokens[at].word in FILLERS and (found or tokens[at].word != ","):
                at += 1
            else:
                break
        return found


def _relation(last: Mention, here: Mention, tokens: Sequence[Token]) -> str:
    """How a name goes on an exclusion: 'list', 'head', 'which', or 'none' if it does not belong to it."""
    between = [t.word for t in tokens[last.last + 1 : here.first]]
    joined = bool(_JOINING & set(between))
    if "," in between or "/" in between or joined:
        if last.is_noun != here.is_noun:
            return "none"
        if _ARTICLES & set(between) and not {"or", "nor"} & set(between):
            return "none"
        return "list" if joined or _ends_or_goes_on(tokens, here.last + 1) else "none"
    if last.is_noun and here.is_noun:
        return "none" if between else "head"
    if here.is_noun:
        return "none"  # 'no black tents': tents are wanted
    return "which" if last.is_noun else "list"


def _ends_or_goes_on(tokens: Sequence[Token], at: int) -> bool:
    return at >= len(tokens) or tokens[at].word in _STOPS | {",", "/", "or", "and", "nor", "but"}


def _cuts(tokens: Sequence[Token], at: int, length: int, found: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """The spans that state an exclusion; a noun that is wanted after all stays."""
    start = tokens[at].start
    for mention in found:
        if not mention.negated:
            yield start, tokens[at + length - 1].end
            start = tokens[mention.last].end
    yield start, tokens[found[-1].last].end


def means_it(mention: Mention, tokens: Sequence[Token]) -> bool:
    """Whether a name is meant as a constraint where it stands, and not as a comparison or a plain word."""
    before = tokens[mention.first - 1].word if mention.first else ""
    after = tokens[mention.last + 1].word if mention.last + 1 < len(tokens) else ""
    if mention.field == "head":
        return bool(stems(mention.value)) and mention.value not in WISHES
    if mention.field == "brand":
        written = " ".join(t.text for t in tokens[mention.first : mention.last + 1])
        return before not in LIKENESS and (written[:1].isupper() or len(written) >= 5 or has_han(written))
    if mention.field == "kind":
        if before == "with" or (before in _ARTICLES and mention.first > 1 and tokens[mention.first - 2].word == "with"):
            return False  # 'headphones with a mic'
        return before not in {"my", "our", "his", "her", "their", "your"}
    if mention.field == "colour" and " " not in mention.value and mention.value not in COLOURS:
        return before == "in" or after in {"coloured", "colored", "colour", "color", "one", "ones"}
    return True


def one_slip(written: str, name: str) -> bool:
    """Whether two words that begin alike differ by one letter put in, left out, changed, or swapped with the next."""
    if written[0] != name[0] or written == name or abs(len(written) - len(name)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(written, name, strict=False)) if a != b), min(len(written), len(name)))
    w, n = written[at:], name[at:]
    return w[1:] == n[1:] or w[1:] == n or w == n[1:] or (w[:2] == n[1::-1] and w[2:] == n[2:])


def _cue(tokens: Sequence[Token], at: int, cues: Sequence[str]) -> int:
    """How many tokens the cue at this place takes, 0 if none stands there."""
    for cue in cues:
        words = cue.split()
        if [t.word.replace("’", "'") for t in tokens[at : at + len(words)]] == words:
            return len(words)
    return 0


def _names(vocabulary: Vocabulary) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for kind in vocabulary.kinds:
        yield from _keys(kind, "kind")
        if " " in kind:  # 'no knives' excludes kitchen knives; 'a bag' alone may be a backpack, so that stays open
            yield _key(kind)[-1:], "head", kind.split()[-1]
    for category in vocabulary.categories:
        yield from _keys(category, "category")
    for brand in vocabulary.brands:
        yield _key(brand), "brand", brand
    known = {word for colour in vocabulary.colours for word in colour.split()}
    for colour in vocabulary.colours | (COLOURS & known):
        yield from _keys(colour, "colour")


@cache
def _aliases() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load(_ALIASES.read_text(encoding="utf-8"))
    return found


def _keys(name: str, name_field: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """A name as it is written, and in one word: 'skin care', 'skincare'."""
    yield _key(name), name_field, name
    if " " in name:
        yield (_stem("".join(_WORD.findall(name.casefold()))),), name_field, name


def _key(name: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in _WORD.findall(name.casefold()))


def _stem(word: str) -> str:
    plain = word.removesuffix("'s").removesuffix("’s").replace("-", "")
    return stem(SAME.get(plain, plain))
