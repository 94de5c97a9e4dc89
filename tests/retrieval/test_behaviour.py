from __future__ import annotations

import pytest

from retrieval.behaviour import Behaviour, Past
from tests.retrieval.samples import event

ROWS = {"a": 0, "b": 1, "c": 2}


def test_a_past_runs_from_the_newest_deed() -> None:
    past = Past.of_events([event("1", "a", days_ago=3), event("2", "b", days_ago=1)], ROWS)
    assert past.items.tolist() == [1, 0]


def test_an_older_deed_weighs_less_and_a_view_less_than_a_purchase() -> None:
    events = [event("1", "a", days_ago=240), event("2", "b", "view"), event("3", "c", days_ago=0)]
    past = Past.of_events(events, ROWS)
    weight = dict(zip(past.items.tolist(), past.weights.tolist(), strict=True))
    assert weight[2] == pytest.approx(1.0)
    assert weight[0] == pytest.approx(0.25, abs=0.01)
    assert weight[1] < weight[0]


def test_a_bad_rating_counts_against() -> None:
    assert Past.of_events([event("1", "a", "rating", rating=1)], ROWS).weights[0] < 0


def test_of_several_deeds_with_one_item_the_strongest_counts_at_the_latest_place() -> None:
    events = [event("1", "a", days_ago=2), event("2", "b", days_ago=1.5), event("3", "a", "view", days_ago=1)]
    past = Past.of_events(events, ROWS)
    assert past.items.tolist() == [0, 1]
    assert past.weights[0] > 0.9


def test_unknown_items_and_shoppers_without_known_ones_are_left_out() -> None:
    events = [event("1", "a"), event("2", "gone"), event("3", "gone", shopper_id="ben"), event("4", None)]
    known = Behaviour.of_events(events, list(ROWS))
    assert list(known.pasts) == ["ana"]
    assert known.matrix.toarray().shape == (1, 3)


def test_without_last_hides_the_deed_that_is_to_be_foreseen() -> None:
    known = Behaviour(("a", "b", "c"), {"ana": Past.of([2, 0]), "ben": Past.of([1])})
    earlier, foreseen = known.without_last()
    assert foreseen == {"ana": 2, "ben": 1}
    assert earlier.pasts["ana"].items.tolist() == [0]
    assert len(earlier.pasts["ben"]) == 0
    assert earlier.popularity.tolist() == [1.0, 0.0, 0.0]


def test_dislikes_make_nothing_popular_and_are_not_foreseen() -> None:
    known = Behaviour(("a", "b"), {"ana": Past.of([0, 1], [-1.0, 1.0])})
    assert known.popularity.tolist() == [0.0, 1.0]
    assert known.without_last()[1] == {}
