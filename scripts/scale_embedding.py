"""Print how near wishes and questions come to lines of their item, as the tables of `retrieval/nearness.py` hold it.

    .venv/bin/python -m scripts.scale_embedding all-MiniLM-L6-v2
    .venv/bin/python -m scripts.scale_embedding multilingual-e5-small

Run from the checkout. Of each model the same pairs are taken: made-up items and demo items that training does not hold
out, and the tune half of the questions about items.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from agent.items.asking import asked_of
from agent.items.item_facts import facts_of
from agent.need.parse import Parser
from retrieval.catalogue import Catalogue, Item
from retrieval.embedding import Embedder, Remembering, SentenceEmbedder
from retrieval.relevance import wishes, without
from serving.training.answering import attribute_names
from serving.training.manuals import stocked
from serving.training.phrasing import Phrasing
from serving.training.questions import Asker
from serving.training.stock import Subject, demo_shop, made_up_shops
from tests.agent.product_questions import cases

DEMO = Path("demo")
SHARES = (1, 5, 25, 50, 75, 90, 95, 99, 99.9)
_LINES = 12


def main(model: str) -> None:
    embedder, rng = Remembering(SentenceEmbedder(model), 200_000), random.Random(5)
    phrasing = Phrasing.read(held_out=False)
    made = [s for s in made_up_shops(rng, phrasing.models, items=10) if not s.held_out]
    rng.shuffle(made)
    shop = list(demo_shop(DEMO))
    rng.shuffle(shop)
    demo = [s for s in shop if s.needs and s.shop != "held out"]
    known = {s.item.item_id: s.item for s in shop}
    wished = [c for s in (*made[:40], *demo[:30]) for c in _wishes(s, embedder, rng)]
    asker = Asker(rng, phrasing, dict(attribute_names()), held_out=False)
    asked = [c for s in made[:40] for c in _questions(s, asker, embedder, rng)]
    asked += [c for case in cases(tune=True) for c in _facts(known[case.item], case.ask, embedder)]
    for between, found in (("wish and sentence", wished), ("question and fact", asked)):
        told = ", ".join(f"{cosine:.3f}" for cosine in np.percentile(found, SHARES))
        print(f'"{between}": ({told}),  # {len(found)} pairs')


def _wishes(subject: Subject, embedder: Embedder, rng: random.Random) -> Iterator[float]:
    """The cosines of `retrieval.relevance.Relevance`, for one need of each aspect and some lines of the item."""
    parser, kind = Parser(Catalogue([subject.item]).vocabulary), f"a {subject.item.kind}"
    for needs in subject.needs.values():
        wanted = wishes(parser.parse(rng.choice(needs)).terms, subject.item)
        lines = rng.sample(list(subject.lines), min(_LINES, len(subject.lines)))
        if wanted:
            vectors = embedder.embed([kind, *(f"{kind}, {w}" for w in wanted), *(line.text for line in lines)], "query")
            beyond = without(vectors[1 : 1 + len(wanted)], vectors[0])
            yield from (vectors[1 + len(wanted) :] @ beyond.T).ravel().tolist()


def _questions(subject: Subject, asker: Asker, embedder: Embedder, rng: random.Random) -> Iterator[float]:
    item = stocked(subject, rng)
    for _ in range(4):
        question = asker.ask(item) or asker.ask_in_vain(item)
        if question is not None:
            yield from _facts(item.item, question.text, embedder)


def _facts(item: Item, question: str, embedder: Embedder) -> Iterator[float]:
    """The cosines of `agent.items.finding` for one question and all facts of the item."""
    asked, kind = asked_of(question, item), f"a {item.kind}"
    vectors = embedder.embed([kind, f"{kind}, {asked.text}", *(fact.text for fact in facts_of(item))], "query")
    yield from (vectors[2:] @ without(vectors[1:2], vectors[0])[0]).tolist()


if __name__ == "__main__":
    main(sys.argv[1])
