from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.behaviour import Behaviour, Past
from retrieval.collaborative import Collaborative
from tests.retrieval.tastes import COLLABORATIVE, ITEMS, KINDS, behaviour, of_kind

ALL = np.arange(ITEMS)


@pytest.fixture(scope="module")
def learned() -> Collaborative:
    return Collaborative.fit(behaviour(), COLLABORATIVE)


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_both_views_prefer_what_shoppers_of_this_taste_chose(learned: Collaborative, kind: int) -> None:
    past = Past.of(of_kind(kind)[:2])
    same, other = of_kind(kind)[2:], of_kind((kind + 1) % len(KINDS))
    for scores in (learned.factor_scores(past, ALL), learned.neighbour_weights(past, ALL).sum(axis=0)):
        assert scores[same].mean() > scores[other].mean()


def test_one_event_turns_a_shopper_at_once(learned: Collaborative) -> None:
    before, after = Past.of([0]), Past.of([1, 5, 0])
    gain = learned.factor_scores(after, ALL) - learned.factor_scores(before, ALL)
    assert gain[of_kind(1)[2:]].mean() > 0.05


def test_folding_in_gives_what_training_gave(learned: Collaborative) -> None:
    known = behaviour()
    trained = Collaborative.fit(known, COLLABORATIVE)
    assert np.array_equal(trained.fold_in(known.pasts["s0"]), learned.fold_in(known.pasts["s0"]))
    assert trained.factor_scores(known.pasts["s0"], ALL)[known.pasts["s0"].items].mean() > 0.5


def test_a_newer_deed_says_more_and_a_dislike_speaks_against(learned: Collaborative) -> None:
    weights = learned.neighbour_weights(Past.of([0, 4, 8]), np.array([12]))
    plain = learned.neighbours[[0, 4, 8]][:, [12]].toarray()
    assert np.allclose(weights[:, 0], plain[:, 0] * [1.0, 0.9, 0.81])
    disliked = learned.neighbour_weights(Past.of([0], [-1.0]), np.array([4]))
    assert disliked[0, 0] < 0


def test_no_item_is_a_neighbour_of_itself(learned: Collaborative) -> None:
    assert not learned.neighbours.diagonal().any()


def test_a_new_shopper_and_a_new_item_score_nothing(learned: Collaborative) -> None:
    assert not learned.factor_scores(Past.of([]), ALL).any()
    extended = learned.over(np.append(ALL, [-1, -1]))
    assert extended.factor_scores(Past.of([0]), np.array([ITEMS, ITEMS + 1])).tolist() == [0.0, 0.0]
    assert np.allclose(extended.factor_scores(Past.of([0]), ALL), learned.factor_scores(Past.of([0]), ALL), atol=1e-5)


def test_it_is_the_same_after_loading(learned: Collaborative, tmp_path: Path) -> None:
    learned.save(tmp_path)
    again = Collaborative.load(tmp_path, COLLABORATIVE)
    past = Past.of([3, 7])
    assert np.allclose(again.factor_scores(past, ALL), learned.factor_scores(past, ALL))
    assert np.allclose(again.neighbour_weights(past, ALL), learned.neighbour_weights(past, ALL))


def test_behaviour_without_any_event_can_be_learned_from() -> None:
    nobody = Behaviour(("a", "b"), {"ana": Past.of([])})
    assert Collaborative.fit(nobody, COLLABORATIVE).factor_scores(Past.of([]), np.array([0, 1])).shape == (2,)
