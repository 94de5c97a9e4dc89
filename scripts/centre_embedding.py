"""Keep the mean vectors of multilingual-e5-small, which are taken away from all others.

Of questions (utterances of the intents, as many of each language) and of passages (the items of the demo catalogue).
Run it in the checkout after a change of the model; indexes must then be built anew.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from agent.intents.learning import read_utterances
from retrieval.catalogue import Item
from retrieval.embedding import Vectors
from retrieval.feeds import read_items
from retrieval.packed_e5 import CENTRES, PROMPTS, PackedE5
from retrieval.stored import vector_text

_QUESTIONS = 300
"""Of each language."""


def main() -> None:
    model = SentenceTransformer(modules=[PackedE5(centred=False)], prompts=dict(PROMPTS), device="cpu")
    rng = random.Random(0)
    spoken: dict[str, list[str]] = {}
    for utterance in read_utterances():
        spoken.setdefault(utterance.language, []).append(utterance.text)
    questions = [text for texts in spoken.values() for text in rng.sample(texts, _QUESTIONS)]
    items = [vector_text(item) for item in read_items(Path("demo/catalogue")) if isinstance(item, Item)]

    def mean(texts: list[str], role: str) -> Vectors:
        found: Vectors = model.encode(texts, prompt_name=role, normalize_embeddings=True)
        return found.mean(axis=0).astype(np.float32)

    np.savez_compressed(CENTRES, query=mean(questions, "query"), passage=mean(items, "passage"))
    print(f"{CENTRES}: {len(questions)} questions, {len(items)} passages")


if __name__ == "__main__":
    main()
