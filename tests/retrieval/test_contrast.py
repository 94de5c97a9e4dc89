from __future__ import annotations

import numpy as np
import pytest

from retrieval.behaviour import Past
from retrieval.contrast import why_not
from retrieval.learned import LearnedRanker
from tests.retrieval.tastes import ranker


@pytest.fixture(scope="module")
def learned() -> LearnedRanker:
    return ranker()


def test_the_lead_is_the_sum_of_what_each_factor_adds(learned: LearnedRanker) -> None:
    past = Past.of([0, 4, 8])
    found = why_not(learned, past, winner=12, loser=13)
    raw = learned.scores(past, np.array([12, 13]))
    assert found.lead == pytest.approx(float(raw[0] - raw[1]), abs=1e-4)
    assert sum(factor.value for factor in (*found.behind, *found.ahead)) == pytest.approx(found.lead, abs=1e-4)


def test_an_item_of_another_taste_lost_by_the_history(learned: LearnedRanker) -> None:
    found = why_not(learned, Past.of([0, 4, 8]), winner=12, loser=13)
    assert found.lead > 0
    assert found.behind[0].name in {"reason", "collaborative", "neighbours", "text"}


def test_what_turns_it_is_enough_and_no_more(learned: LearnedRanker) -> None:
    found = why_not(learned, Past.of([0, 4, 8]), winner=12, loser=13)
    worth = {factor.name: factor.value for factor in found.behind}
    assert sum(worth[name] for name in found.turning) >= found.lead
    assert sum(worth[name] for name in found.turning[:-1]) < found.lead


def test_who_is_not_behind_needs_nothing(learned: LearnedRanker) -> None:
    found = why_not(learned, Past.of([0, 4, 8]), winner=13, loser=12)
    assert found.lead < 0
    assert found.turning == ()
