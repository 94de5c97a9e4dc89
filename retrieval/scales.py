"""By what an item's words and price are measured: learned of one catalogue, used for every item that comes later."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from retrieval.catalogue import Item

_RARE = 2
_WORDS, _LEVELS = "words.json", "prices.json"


@dataclass(frozen=True)
class Scales:
    """``words`` is TF-IDF over titles, None where no word occurs often enough; ``prices`` the mean and the spread of
    the logarithm of the price, by category."""

    words: TfidfVectorizer | None = None
    prices: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, items: Sequence[Item]) -> Scales:
        by_category: dict[str, list[float]] = {}
        for item in items:
            if item.price > 0:
                by_category.setdefault(item.category, []).append(float(np.log(item.price)))
        prices = {name: (float(np.mean(logs)), float(np.std(logs))) for name, logs in by_category.items()}
        return cls(_words([described(item) for item in items]), prices)

    def terms(self, items: Sequence[Item]) -> sparse.csr_matrix:
        """TF-IDF of words and pairs of words, unit rows. Shapes: (M, W)."""
        if self.words is None or not items:
            return sparse.csr_matrix((len(items), 1), dtype=np.float32)
        return sparse.csr_matrix(self.words.transform([described(item) for item in items]), dtype=np.float32)

    def price_level(self, item: Item) -> float:
        """In standard deviations from the mean of its category; NaN where nothing is known to compare it with."""
        if item.price <= 0 or item.category not in self.prices:
            return float("nan")
        mean, spread = self.prices[item.category]
        return (float(np.log(item.price)) - mean) / spread if spread > 0 else 0.0

    def save(self, folder: Path) -> None:
        words = self.words
        told = None if words is None else {word: [int(at), float(words.idf_[at])] for word, at in _vocabulary(words)}
        (folder / _WORDS).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        (folder / _LEVELS).write_text(json.dumps(dict(self.prices), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Scales:
        told = json.loads((folder / _WORDS).read_text(encoding="utf-8"))
        prices = json.loads((folder / _LEVELS).read_text(encoding="utf-8"))
        words = None
        if told is not None:
            words = _vectorizer(vocabulary={word: at for word, (at, _) in told.items()})
            words.idf_ = np.array([idf for _, idf in sorted(told.values())])
        return cls(words, {name: (mean, spread) for name, (mean, spread) in prices.items()})


def described(item: Item) -> str:
    """What an item is, in its shortest form: title, brand where the title lacks it, kind, category."""
    title = item.title.casefold()
    parts = dict.fromkeys(part for part in (item.brand, item.kind, item.category) if part)
    return ". ".join([item.title, *(part for part in parts if part.casefold() not in title)])


def _words(texts: Sequence[str]) -> TfidfVectorizer | None:
    words = _vectorizer(min_df=_RARE if len(texts) > _RARE else 1)
    try:
        return words.fit(texts)
    except ValueError:  # no word occurs often enough
        return None


def _vectorizer(**given: object) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", **given)


def _vocabulary(words: TfidfVectorizer) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = sorted(words.vocabulary_.items(), key=lambda pair: pair[1])
    return found
