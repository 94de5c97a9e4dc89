"""BM25 over item texts, in memory: built when a store is opened, and kept up to date item by item."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Flags, Floats, Numbers, grown
from retrieval.catalogue import Item
from retrieval.words import terms

_K1, _B = 1.5, 0.75
_FRESH_AT_MOST = 1000
"""Changed texts that are kept apart before they are merged with the rest."""


def item_text(item: Item) -> str:
    """What an item is searched by: title twice (it weighs more), attributes, description, reviews."""
    attributes = " ".join(f"{a.name} {a.text}" for a in item.attributes)
    reviews = " ".join(review.text for review in item.reviews)
    return f"{item.title} {item.title} {item.kind} {item.category} {attributes} {item.description} {reviews}"


@dataclass(frozen=True, slots=True)
class _Postings:
    """Which rows have a word and how often. Shapes: starts (W + 1,), rows and counts (P,), ordered by word, row."""

    words: Mapping[str, int]
    starts: npt.NDArray[np.int64]
    rows: Numbers
    counts: Floats

    def of(self, word: str) -> tuple[Numbers, Floats]:
        number = self.words.get(word)
        if number is None:
            return self.rows[:0], self.counts[:0]
        part = slice(self.starts[number], self.starts[number + 1])
        return self.rows[part], self.counts[part]


@dataclass(frozen=True)
class LexicalIndex:
    """Scores every row of a catalogue for a query by its words. Immutable; a change makes a new index.

    Changed texts go to a small second set of postings, and their old ones are passed over. How many texts have a word
    and how long texts are on average is kept exact, so scores are those of an index built anew. A change costs what
    the changed texts since the last merge do, and one copy of an array of lengths.

    Source: S. Robertson, H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, with the idf of
    Lucene, which is never negative.
    """

    _main: _Postings
    _fresh: _Postings
    _changed: Mapping[int, Counter[str]]
    """The words of rows that changed since the last merge; none for an item that is gone."""
    _stale: Flags
    """Rows whose entries in the main postings no longer hold. Shapes: (rows,)."""
    _lengths: Floats
    _more: Mapping[str, int]
    """How many more texts have a word now than the main postings say, where that differs."""
    _texts: int

    @classmethod
    def of(cls, items: Iterable[Item]) -> LexicalIndex:
        """An index of items, whose rows are their positions."""
        counted = [Counter(terms(item_text(item))) for item in items]
        lengths = np.array([words.total() for words in counted], np.float32)
        nothing = _postings({})
        stale = np.zeros(len(counted), bool)
        return cls(_postings(dict(enumerate(counted))), nothing, {}, stale, lengths, {}, len(counted))

    def scores(self, query: str) -> Floats:
        """BM25 of each row. Shapes: (rows,) float32, all 0 if no query word is known."""
        total = np.zeros(len(self._lengths), np.float32)
        asked = Counter(terms(query))
        for word, times in asked.items():
            self._add(total, self._main, word, times)
        if self._changed:
            total[self._stale] = 0.0
            for word, times in asked.items():
                self._add(total, self._fresh, word, times)
        return total

    def rows_with(self, words: Iterable[str]) -> Numbers:
        """The rows whose text has one of these stems, in no order."""
        found = [rows for word in words for rows in (self._main.of(word)[0], self._fresh.of(word)[0])]
        return np.unique(np.concatenate(found)) if found else self._main.rows[:0]

    def changed(self, changes: Mapping[int, tuple[Item | None, Item | None]], rows: int) -> LexicalIndex:
        """The index after these rows changed from one item to another; None is no item. It has ``rows`` rows."""
        texts = self._texts
        more, counted = Counter(self._more), dict(self._changed)
        stale, lengths = grown(self._stale, rows), grown(self._lengths, rows)
        for row, (before, after) in changes.items():
            texts += (after is not None) - (before is not None)
            old, new = (item_text(item) if item else "" for item in (before, after))
            if old == new:
                continue
            counted[row] = Counter(terms(new))
            more.subtract(set(terms(old)))
            more.update(set(counted[row]))
            stale[row], lengths[row] = True, counted[row].total()
        if counted == self._changed:
            return replace(self, _stale=stale, _lengths=lengths, _texts=texts)
        return LexicalIndex(self._main, _postings(counted), counted, stale, lengths, more, texts)

    @property
    def due(self) -> bool:
        """Whether so much has changed that merging pays."""
        return len(self._changed) > _FRESH_AT_MOST

    def merged(self) -> LexicalIndex:
        """The same index with one set of postings; it takes about a second for 100,000 items."""
        words = dict(self._main.words)
        renumbered = np.array([words.setdefault(word, len(words)) for word in self._fresh.words], np.int64)
        holds = ~self._stale[self._main.rows]
        main_words = np.repeat(np.arange(len(self._main.words)), np.diff(self._main.starts))[holds]
        fresh_words = np.repeat(renumbered, np.diff(self._fresh.starts))
        main = _ordered(
            words,
            np.concatenate([main_words, fresh_words]),
            np.concatenate([self._main.rows[holds], self._fresh.rows]),
            np.concatenate([self._main.counts[holds], self._fresh.counts]),
        )
        return LexicalIndex(main, _postings({}), {}, np.zeros_like(self._stale), self._lengths, {}, self._texts)

    def _add(self, total: Floats, postings: _Postings, word: str, times: int) -> None:
        rows, counts = postings.of(word)
        if not len(rows):
            return
        having = len(self._main.of(word)[0]) + self._more.get(word, 0)
        idf = np.log(1 + (self._texts - having + 0.5) / (having + 0.5)).astype(np.float32)
        total[rows] += times * idf * counts / (counts + self._norms[rows])

    @cached_property
    def _norms(self) -> Floats:
        """What a text's length makes of its counts. Shapes: (rows,)."""
        mean = float(self._lengths.sum(dtype=np.float64)) / max(self._texts, 1)
        return (_K1 * (1 - _B + _B * self._lengths / max(mean, 1e-9))).astype(np.float32)


def _postings(texts: Mapping[int, Counter[str]]) -> _Postings:
    """The postings of texts, which are given as how often they have each word."""
    words: dict[str, int] = {}
    numbers, rows, counts = array("q"), array("i"), array("f")
    for row, counted in texts.items():
        numbers.extend([words.setdefault(word, len(words)) for word in counted])
        rows.extend([row] * len(counted))
        counts.extend(counted.values())
    as_arrays = np.array(numbers, np.int64), np.array(rows, np.int32), np.array(counts, np.float32)
    return _ordered(words, *as_arrays)


def _ordered(words: Mapping[str, int], numbers: npt.NDArray[np.int64], rows: Numbers, counts: Floats) -> _Postings:
    order = np.argsort(numbers, kind="stable")
    starts = np.zeros(len(words) + 1, np.int64)
    np.cumsum(np.bincount(numbers, minlength=len(words)), out=starts[1:])
    return _Postings(words, starts, rows[order], counts[order])
