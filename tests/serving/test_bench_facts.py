"""The benchmark of cited facts tells a score that they move from one that they do not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.catalogue import Attribute
from retrieval.index import ShopIndex
from retrieval.ranking import Ranker, RankerConfig
from serving.bench.facts import FactsFigures, measure
from tests.embedders import WordEmbedder
from tests.retrieval.samples import item

QUESTIONS = ("a waterproof tent", "a tent with aluminium poles", "a tent that is green", "a waterproof bag", "a bag")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ShopIndex]:
    index = ShopIndex.open(tmp_path, WordEmbedder())
    facts = (Attribute("fabric", "waterproof nylon"), Attribute("poles", "aluminium"), Attribute("colour", "green"))
    more = (Attribute("pegs", "steel"), Attribute("lining", "cotton"), Attribute("seams", "taped"))
    names = {"t1": "Tarn tent", "t2": "Fell tent", "b1": "Hill bag"}
    index.add_items(
        replace(item(item_id, title), attributes=(Attribute("type", title.split()[1]), *facts[:n], *more))
        for n, (item_id, title) in enumerate(names.items(), start=1)
    )
    yield index
    index.close()


def measured(shop: ShopIndex, answers: float) -> FactsFigures:
    rng = random.Random(3)
    config = RankerConfig(answers=answers, text_match=0.0)
    return measure(shop, lambda: rng.choice(QUESTIONS), pairs=20, rng=rng, ranker=Ranker(config=config))


def test_a_score_that_the_cited_fact_moves_falls_without_it(shop: ShopIndex) -> None:
    before = dict(shop.catalogue)
    found = measured(shop, answers=0.3)
    assert found.faithfulness.further.n == 20 and found.faithfulness.further.hits == 20
    assert 0 < found.answered.hits < found.answered.n, "a bag alone has no wish that a fact could answer"
    assert dict(shop.catalogue) == before, "what was taken away is put back"


def test_a_score_that_takes_no_notice_of_facts_is_found_out(shop: ShopIndex) -> None:
    assert measured(shop, answers=0.0).faithfulness.further.hits == 0
