"""Whether evidence supports a claim by more than its words: embeddings, and an entailment model if there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from retrieval.embedding import Embedder, Vectors
from retrieval.nearness import comparable
from retrieval.snippets import sentences

Similarity: TypeAlias = Callable[[str, Sequence[str]], float]
"""Text, texts -> the highest cosine between the text and one of the texts."""
Entailment: TypeAlias = Callable[[str, str], float]
"""Premise, hypothesis -> probability that the premise entails the hypothesis."""

_REMEMBERED = 4096
SIMILAR_FROM = 0.2
"""Cosine under which a claim is about something else than the evidence that it cites."""
ENTAILED_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Support:
    """The models that must agree with a claim whose words and numbers have been found in the evidence."""

    similarity: Similarity | None = None
    entailment: Entailment | None = None

    def dissimilar(self, text: str, cited: Sequence[str]) -> str:
        """The problem, if the claim is far from all that it cites."""
        if self.similarity is None:
            return ""
        parts = [part for each in cited for part in (each, *sentences(each))]
        if self.similarity(text, list(dict.fromkeys(parts))) >= SIMILAR_FROM:
            return ""
        return "the evidence cited is about something else"

    def not_entailed(self, text: str, cited: str) -> str:
        """The problem, if the entailment model does not see the claim follow from what it cites."""
        if self.entailment is None or self.entailment(cited, text) >= ENTAILED_FROM:
            return ""
        return "the claim does not follow from the evidence cited"


class Similar:
    """Cosines by an embedder; the vectors of evidence are remembered, as cards and claims share it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}

    def __call__(self, text: str, others: Sequence[str]) -> float:
        new = [other for other in others if other not in self._vectors]
        vectors = self._embedder.embed([text, *new], "query")
        if len(self._vectors) > _REMEMBERED:
            self._vectors.clear()
            return self(text, others)
        self._vectors |= dict(zip(new, vectors[1:], strict=True))
        nearest = max((float(vectors[0] @ self._vectors[other]) for other in others), default=0.0)
        return comparable(self._embedder.name, nearest, "questions")
