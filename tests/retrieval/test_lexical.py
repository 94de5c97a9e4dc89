from __future__ import annotations

import numpy as np
import pytest

from retrieval.lexical import LexicalIndex
from tests.retrieval.samples import item

SHOP = [
    item("pack", "Tarn backpack", description="For hikes.", colour="slate grey"),
    item("kettle", "Hush kettle", category="kitchen", says=[(5, "Boils in silence.")]),
    item("bag", "Day bag", description="A backpack for the office."),
]


def best(query: str) -> list[str]:
    scores = LexicalIndex.of(SHOP).scores(query)
    return [SHOP[i].item_id for i in np.argsort(-scores, kind="stable") if scores[i] > 0]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("backpacks", ["pack", "bag"]),
        ("hiking", ["pack"]),
        ("slate", ["pack"]),
        ("boiling silence", ["kettle"]),
        ("kitchen", ["kettle"]),
        ("unicorn", []),
        ("", []),
    ],
)
def test_items_are_found_by_the_stems_of_all_they_say(query: str, ids: list[str]) -> None:
    assert best(query) == ids


@pytest.mark.parametrize("items", [[], [item("x", "A", category="B")]], ids=["no items", "no words"])
def test_without_words_every_score_is_zero(items: list[object]) -> None:
    index = LexicalIndex.of(items)  # type: ignore[arg-type]
    assert index.scores("backpack").tolist() == [0.0] * len(items)
