from __future__ import annotations

from pathlib import Path

import numpy as np

from retrieval.catalogue import Item
from retrieval.stored import vector_text
from serving.bench.meaning import Meant, _found, _place, read_cases, some_items
from tests.embedders import WordEmbedder

TENT = Item("t", "Ridge", "for two, in the mountains", "tent", 10.0, "EUR")
KETTLE = Item("k", "Hush", "boils water for tea", "kettle", 10.0, "EUR")


def test_an_item_of_a_right_kind_is_right_wherever_it_stands() -> None:
    cosines = np.array([0.2, 0.9])
    assert _place(cosines, frozenset({"kettle"}), [TENT, KETTLE]) == 1
    assert _place(cosines, frozenset({"tent"}), [TENT, KETTLE]) == 2
    assert _place(cosines, frozenset({"sofa"}), [TENT, KETTLE]) == 3


def test_questions_are_asked_in_both_languages_and_as_they_are_read() -> None:
    embedder = WordEmbedder()
    vectors = embedder.embed([vector_text(item) for item in (TENT, KETTLE)])
    asked = [Meant("boil water", "水壶", frozenset({"kettle"}))]
    found = _found(embedder, asked, [TENT, KETTLE], vectors)
    assert found["en"].first.hits == 1 and found["en"].reciprocal.value == 1
    assert embedder.calls[-1] != ("水壶",), "read in the shop's own words"
    assert list(found) == ["en", "zh", "zh as read"]


def test_the_kinds_of_the_first_group_are_those_of_the_demo_shop() -> None:
    demo = {item.kind for item in some_items(Path("demo/catalogue"), 1000, "EUR")}
    cases = read_cases()
    assert {kind for case in cases["demo"] for kind in case.kinds} <= demo
    assert len(cases["demo"]) == len(cases["other"]) == 30


def test_the_same_items_of_a_feed_are_taken_each_time(tmp_path: Path) -> None:
    rows = [f'{{"item_id": "i{n}", "title": "T{n}", "category": "c", "price": 1, "currency": "EUR"}}' for n in range(9)]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    (tmp_path / "b.jsonl").write_text("\n".join(reversed(rows)))
    found = [[item.item_id for item in some_items(tmp_path / name, 4, "EUR")] for name in ("a.jsonl", "b.jsonl")]
    assert found[0] == found[1] and len(found[0]) == 4
