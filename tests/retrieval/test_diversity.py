from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.diversity import DiversityConfig, diversified

SCORES = np.array([1.0, 0.95, 0.9, 0.1], np.float32)
TWINS_FIRST = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)


def test_by_default_the_score_alone_orders() -> None:
    assert diversified(SCORES, TWINS_FIRST, n=3).tolist() == [0, 1, 2]


def test_a_twin_of_the_first_gives_way() -> None:
    assert diversified(SCORES, TWINS_FIRST, n=2, config=DiversityConfig(0.3)).tolist() == [0, 2]


def test_a_much_worse_item_does_not_win_by_being_different() -> None:
    scores = np.array([1.0, 0.95, 0.0], np.float32)
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    assert diversified(scores, vectors, n=2, config=DiversityConfig(0.2)).tolist() == [0, 1]


@given(st.lists(st.floats(-5, 5, width=32), max_size=12), st.integers(1, 15), st.floats(0, 0.99), st.integers(1, 15))
def test_it_is_always_a_choice_of_different_items_and_the_best_stays_first(
    scores: list[float], n: int, weight: float, among: int
) -> None:
    array = np.array(scores, np.float32)
    vectors = np.random.default_rng(0).normal(size=(len(scores), 3)).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    found = diversified(array, vectors, n=n, config=DiversityConfig(weight, among)).tolist()
    assert len(found) == len(set(found)) == min(n, len(scores))
    if found:
        assert array[found[0]] == array.max()
