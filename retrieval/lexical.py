"""BM25 over item texts (bm25s), in memory; it is rebuilt from the catalogue when a store is opened."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
import numpy as np
import numpy.typing as npt

from retrieval.catalogue import Item
from retrieval.words import stem_all


def item_text(item: Item) -> str:
    """What an item is searched by: title twice (it weighs more), attributes, description, reviews."""
    attributes = " ".join(f"{a.name} {a.text}" for a in item.attributes)
    reviews = " ".join(review.text for review in item.reviews)
    return f"{item.title} {item.title} {item.kind} {item.category} {attributes} {item.description} {reviews}"


class LexicalIndex:
    """Scores every item for a query by its words.

    Source: S. Robertson, H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        self.item_ids = [item.item_id for item in items]
        self._bm25: bm25s.BM25 | None = None
        tokens = _tokens([item_text(item) for item in items])
        if any(tokens):
            self._bm25 = bm25s.BM25()
            self._bm25.index(tokens, show_progress=False)

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """BM25 of each item. Shapes: (len(item_ids),) float32, all 0 if no query word is known."""
        nothing = np.zeros(len(self.item_ids), np.float32)
        if self._bm25 is None:
            return nothing
        (tokens,) = _tokens([query])
        known = [token for token in tokens if token in self._bm25.vocab_dict]
        if not known:
            return nothing
        found: npt.NDArray[np.float32] = self._bm25.get_scores(known)
        return found


def _tokens(texts: list[str]) -> list[list[str]]:
    found: list[list[str]] = bm25s.tokenize(
        texts, stopwords="en", stemmer=stem_all, return_ids=False, show_progress=False
    )
    return found
