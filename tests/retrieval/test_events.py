from __future__ import annotations

from typing import get_args

import pytest

from retrieval.events import STRENGTH, EventKind
from tests.retrieval.samples import event


def test_every_kind_has_a_strength() -> None:
    assert set(STRENGTH) == set(get_args(EventKind))
    assert max(STRENGTH, key=STRENGTH.__getitem__) == "purchase"
    assert min(STRENGTH, key=STRENGTH.__getitem__) == "view"


@pytest.mark.parametrize(("stars", "speaks_for"), [(1, False), (2, False), (3, True), (5, True)])
@pytest.mark.parametrize("kind", ["rating", "comment", "thumb"])
def test_a_low_rating_turns_an_event_against_its_item(kind: str, stars: float, speaks_for: bool) -> None:
    weight = event("e", "b1", kind, rating=stars).weight
    assert (weight > 0) == speaks_for and -1 <= weight <= 1


def test_five_stars_weigh_as_much_as_the_event_itself() -> None:
    assert event("e", "b1", "rating", rating=5).weight == STRENGTH["rating"]
    assert event("e", "b1", "view").weight == STRENGTH["view"]
