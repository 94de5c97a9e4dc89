"""Items by what they are called: a title, or the part of one that no other item has, a slip in it read over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from retrieval.catalogue import Item
from retrieval.words import stem, stems

_WORD = re.compile(r"[A-Za-zÀ-ɏ\d]+(?:['’-][A-Za-zÀ-ɏ\d]+)*")
_DIGIT = re.compile(r"\d")
_LEAST_LETTERS = 5
"""Of a word in which a slip is read over."""
_ALIKE = 0.82
_JOINING = frozenset({"and", "or", "vs", "versus"})
_PLACES = frozenset({"from", "in"})
_DEFINITE = frozenset({"the", "your", "that", "this"})


Names: TypeAlias = Sequence[tuple[int, str]]
"""Places in a message, and the name words that stand there."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A word of a message."""

    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return _plain(self.text)


class ItemNames:
    """The titles of one shop.

    A title's name words are those with a capital that are no brand, kind, category or colour. Where the shop's texts
    use a name word as an ordinary one too ("nook"), it is a name only with a capital, after a brand, or
    of a card shown.
    """

    def __init__(self, catalogue: Mapping[str, Item]) -> None:
        self._items = catalogue
        self._titles = {i: [_plain(word) for word in _WORD.findall(item.title)] for i, item in catalogue.items()}
        self._brands: dict[str, set[str]] = {}
        self._names: dict[str, set[str]] = {}
        generic = frozenset[str]().union(*(_generic(item) for item in catalogue.values()))
        for item_id, item in catalogue.items():
            brand = [_plain(word) for word in _WORD.findall(item.brand or "")]
            for word in brand:
                self._brands.setdefault(word, set()).add(item_id)
            for word in _WORD.findall(item.title):
                plain = _plain(word)
                if word[0].isupper() and plain not in brand and stems(plain) and not stems(plain) & generic:
                    self._names.setdefault(plain, set()).add(item_id)
        self._ordinary = _ordinary(catalogue.values())

    def read(self, message: str, shown: Sequence[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Each name in the message: where it stands, and the items that may be meant; more than one is not clear."""
        folded = message.casefold()
        for item_id, item in self._items.items():
            if len(item.title) > 3 and (at := folded.find(item.title.casefold())) >= 0:
                yield at, at + len(item.title), (item_id,)
        said = [_Said(m[0], m.start(), m.end()) for m in _WORD.finditer(message)]
        at = 0
        while at < len(said):
            end, ids = self._at(said, at, set(shown))
            if ids:
                yield said[at].start, said[end - 1].end, tuple(sorted(ids))
            at = max(end, at + 1)

    def _at(self, said: Sequence[_Said], at: int, shown: set[str]) -> tuple[int, set[str]]:
        """The end of the name that begins here, and what it may mean; nothing if none begins."""
        if not (first := self._read(said[at].word)):
            return at + 1, set()
        found, names = self._known(first), [(at, first)] if first in self._names else []
        branded = first in self._brands and first not in self._names
        end = at + 1
        while end < len(said):
            word = self._read(said[end].word) or said[end].word
            narrower = {item_id for item_id in found if _has(self._titles[item_id], word)}
            if not narrower:
                break
            found, end = narrower, end + 1
            names += [(end - 1, word)] if word in self._names else []
        if not branded and not self._named(said, names, found, shown):
            return end, set()
        definite = at > 0 and said[at - 1].word in _DEFINITE
        if not names and not (found & shown and definite) and not (definite and end - at > 1 and len(found) == 1):
            return end, set()
        if len(found) > 1 and found & shown:
            found &= shown
        return end, found

    def _named(self, said: Sequence[_Said], names: Names, found: set[str], shown: set[str]) -> bool:
        """Whether one of the name words is meant as a name."""
        return any(self._is_name(said, place, word, found & shown, alone=len(names) == 1) for place, word in names)

    def _is_name(self, said: Sequence[_Said], place: int, word: str, seen: set[str], *, alone: bool) -> bool:
        after = said[place + 1].text if place + 1 < len(said) else ""
        if place > 0 and alone and said[place - 1].word in _PLACES:
            return False  # "one from Europe"
        stands_alone = not after or after[0].isupper() or after in _JOINING
        capital = said[place].text[0].isupper() and (place > 0 or stands_alone)  # any sentence begins with one
        definite = place > 0 and said[place - 1].word in _DEFINITE
        return capital or word not in self._ordinary or (definite and bool(seen))

    def _known(self, word: str) -> set[str]:
        return set(self._names.get(word, set()) | self._brands.get(word, set()))

    def _read(self, word: str) -> str:
        """The name word or brand that a word is, or most probably was meant to be; "" if none."""
        if word in self._names or word in self._brands:
            return word
        if len(word) < _LEAST_LETTERS or word in self._ordinary:
            return ""
        near = [name for name in (*self._names, *self._brands) if len(name) >= _LEAST_LETTERS and _alike(word, name)]
        return near[0] if len(near) == 1 else ""


def _alike(word: str, name: str) -> bool:
    if abs(len(word) - len(name)) > 2 or word[0] != name[0] or _DIGIT.findall(word) != _DIGIT.findall(name):
        return False  # a number is no slip: TRAIL15 is no Trail
    return SequenceMatcher(None, word, name, autojunk=False).ratio() >= _ALIKE


def _has(title: Sequence[str], word: str) -> bool:
    return word in title or stem(word) in {stem(each) for each in title}


def _plain(word: str) -> str:
    return word.casefold().removesuffix("'s").removesuffix("’s")


def _generic(item: Item) -> frozenset[str]:
    """The stems of what an item is rather than what it is called."""
    colour = str(item.colour.value) if item.colour else ""
    return stems(f"{item.kind} {item.category} {colour}")


def _ordinary(items: Iterable[Item]) -> frozenset[str]:
    """The words that the shop's texts write small."""
    found: set[str] = set()
    for item in items:
        texts = [item.title, item.description, *(r.text for r in item.reviews), *(a.text for a in item.attributes)]
        found.update(word for text in texts for word in _WORD.findall(text) if word[0].islower())
    return frozenset(_plain(word) for word in found)
