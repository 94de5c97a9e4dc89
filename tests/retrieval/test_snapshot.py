"""What is kept in memory stays in step through changes, and equals what would be read anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.catalogue import Catalogue, Item
from retrieval.lexical import LexicalIndex
from retrieval.matrix import Matrix
from tests.retrieval.samples import demo_items, item

DEMO = demo_items()
QUERIES = ["light backpack for hikes", "quiet kettle kettle", "tent", "unicorn", ""]
CHANGES = st.lists(
    st.tuples(st.integers(0, 19), st.sampled_from(["text", "price", "gone", "new"])), min_size=1, max_size=25
)


def changed(items: dict[str, Item], steps: list[tuple[int, str]]) -> tuple[list[Item], list[str]]:
    """The items that some steps change, and those that they take out."""
    after: dict[str, Item] = {}
    gone: set[str] = set()
    for number, step in steps:
        thing = DEMO[number]
        if step == "new":
            thing = DEMO[number + 20]
        elif step == "text":
            thing = replace(thing, description=f"Now a tent with a kettle, number {number}.")
        elif step == "price":
            thing = replace(thing, price=thing.price + 1)
        if step == "gone" and thing.item_id in items and thing.item_id not in after:
            gone.add(thing.item_id)
        elif thing.item_id not in gone:
            after[thing.item_id] = thing
    return list(after.values()), sorted(gone)


def scored(lexical: LexicalIndex, catalogue: Catalogue, query: str) -> dict[str, float]:
    scores = lexical.scores(query)
    return {thing.item_id: float(scores[row]) for row, thing in catalogue.numbered()}


@settings(max_examples=60, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=3), st.booleans())
def test_changed_words_and_catalogue_are_those_of_a_new_one(rounds: list[list[tuple[int, str]]], merge: bool) -> None:
    catalogue = Catalogue(DEMO[:20])
    assert catalogue.vocabulary.brands, "asked for, so that it is carried over"
    lexical = LexicalIndex.of(DEMO[:20])
    for steps in rounds:
        after, gone = changed(dict(catalogue), steps)
        new = catalogue.changed(after, gone)
        rows = {new.row(t.item_id): (catalogue.get(t.item_id), t) for t in after}
        rows |= {catalogue.row(item_id): (catalogue[item_id], None) for item_id in gone}
        lexical = lexical.changed(rows, new.size)  # type: ignore[arg-type]
        catalogue = new
        lexical = lexical.merged() if merge else lexical
    fresh = Catalogue(catalogue.values())
    assert dict(fresh) == dict(catalogue) and len(catalogue) == len(list(catalogue))
    assert fresh.vocabulary == catalogue.vocabulary
    for query in QUERIES:
        expected = scored(LexicalIndex.of(list(fresh.values())), fresh, query)
        assert scored(lexical, catalogue, query) == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_a_new_price_leaves_the_vocabulary_the_same_object() -> None:
    catalogue = Catalogue(DEMO)
    words = catalogue.vocabulary
    dearer = catalogue.changed([replace(DEMO[0], price=999.0, stock=0)])
    assert dearer.vocabulary is words and dearer[DEMO[0].item_id].price == 999
    assert catalogue[DEMO[0].item_id] == DEMO[0]
    assert "Octarine" in dearer.changed([item("x", brand="Octarine")]).vocabulary.brands
    assert next(iter(dearer)) == DEMO[0].item_id, "it keeps its place"


def unit(rng: np.random.Generator, n: int) -> np.ndarray:
    rows = rng.standard_normal((n, 8), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(8))
def test_a_changed_matrix_finds_what_a_new_one_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    held = {row: unit(rng, int(rng.integers(0, 4))) for row in range(10)}
    about = np.repeat(np.arange(10, dtype=np.int32), [len(v) for v in held.values()])
    matrix = Matrix.of(np.concatenate(list(held.values())), about, 10)
    older, before = matrix, dict(held)
    for step in range(12):
        rows = 10 + step
        new = {int(row): unit(rng, int(rng.integers(0, 4))) for row in rng.choice(rows, 3, replace=False)}
        gone = [row for row in map(int, rng.choice(rows, 2, replace=False)) if row not in new]
        matrix = matrix.changed(new, gone, rows)
        held = {**held, **new, **{row: unit(rng, 0) for row in gone}}
        allowed = rng.random(rows) < [0.05, 0.5, 1.0][step % 3]
        query = unit(rng, 1)[0]
        found = matrix.nearest(query, 5, allowed)
        every = [(float(v @ query), row) for row, vectors in held.items() for v in vectors if allowed[row]]
        best = sorted(every, reverse=True)[:5]
        assert found.rows.tolist() == [row for _, row in best]
        assert found.similarities == pytest.approx([similarity for similarity, _ in best], abs=1e-5)
        assert len(matrix) == sum(map(len, held.values()))
    for row, vectors in before.items():
        assert np.array_equal(older.of_row(row), vectors), "who reads the older one sees what was"
