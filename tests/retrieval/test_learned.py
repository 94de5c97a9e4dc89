from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.behaviour import Past
from retrieval.errors import RankerMismatch
from retrieval.factors import FACTORS, FEATURES
from retrieval.learned import LearnedRanker, fit_ranker, unchosen
from tests.retrieval.tastes import EACH, ITEMS, LEARNED, behaviour, features, of_kind, ranker, table

ALL = np.arange(ITEMS)


@pytest.fixture(scope="module")
def learned() -> LearnedRanker:
    return ranker()


@pytest.mark.parametrize("kind", range(4))
def test_what_fits_the_shoppers_taste_comes_first(learned: LearnedRanker, kind: int) -> None:
    past = Past.of(of_kind(kind)[:3])
    candidates = np.setdiff1d(ALL, past.items)
    first = candidates[np.argsort(-learned.scores(past, candidates))[: EACH - 3]]
    assert set(first) == set(of_kind(kind)[3:])


def test_the_score_is_the_sum_of_its_factors(learned: LearnedRanker) -> None:
    past = Past.of([0, 4, 8])
    scored = learned.explain(past, ALL)
    assert np.allclose(scored.factors.sum(axis=1), scored.scores)
    raw = learned.scores(past, ALL)
    assert np.allclose(scored.scores - scored.scores.mean(), raw - raw.mean(), atol=1e-4)


def test_factors_are_named_in_words_and_those_that_did_nothing_are_left_out(learned: LearnedRanker) -> None:
    scored = learned.explain(Past.of([0, 4, 8]), ALL)
    factors = scored.factors_of(12)
    assert sum(factor.value for factor in factors) == pytest.approx(float(scored.scores[12]), abs=1e-4)
    assert {factor.name: factor.label for factor in factors}.items() <= FACTORS.items()
    assert "rating" not in {factor.name for factor in factors}, "no item here has a review"


def test_history_is_what_moves_the_right_kind_up(learned: LearnedRanker) -> None:
    scored = learned.explain(Past.of([0, 4, 8]), np.array([12, 13]))
    names = list(FACTORS)
    told = [names.index(name) for name in ("history", "collaborative", "neighbours", "text")]
    assert scored.factors[0, told].sum() > scored.factors[1, told].sum() + 0.5


@pytest.mark.parametrize("name", [feature.name for feature in FEATURES if feature.rising > 0])
def test_more_of_what_speaks_for_an_item_never_lowers_its_score(learned: LearnedRanker, name: str) -> None:
    made, _ = learned.features.of_candidates(Past.of([0, 4]), ALL)
    place = [feature.name for feature in FEATURES].index(name)
    low, high = made.copy(), made.copy()
    low[:, place] -= 1.0
    high[:, place] += 1.0
    assert (learned.trees.scores(high) >= learned.trees.scores(low)).all()


def test_new_behaviour_needs_no_new_f(learned: LearnedRanker) -> None:
    newer = features(behaviour(seed=5))
    assert learned.over(newer).scores(Past.of([0]), ALL).shape == (ITEMS,)


def test_the_cited_deed_is_one_that_r_names_and_whose_absence_costs_most(learned: LearnedRanker) -> None:
    past = Past.of([1, 4, 2])
    reason = learned.explain(past, np.array([8])).reason
    cited = learned.cited(past, 8, reason, 0)
    assert cited == 1
    assert cited in reason.evidence(0, n=3)


def test_nothing_is_cited_where_nothing_speaks_for_the_item(learned: LearnedRanker) -> None:
    reason = learned.explain(Past.of([]), np.array([8])).reason
    assert learned.cited(Past.of([]), 8, reason, 0) is None


def test_a_new_shopper_is_ranked_by_what_there_is(learned: LearnedRanker) -> None:
    scores = learned.scores(Past.of([]), ALL)
    assert np.isfinite(scores).all()
    assert np.allclose(scores, learned.scores(Past.of([]), ALL))


def test_features_can_be_left_out() -> None:
    earlier, foreseen = behaviour().without_last()
    bare = fit_ranker(features(earlier), earlier, foreseen, replace(LEARNED, features=("popularity", "text_best")))
    factors = bare.explain(Past.of([0]), ALL).factors
    moved = {name for name, column in zip(FACTORS, factors.T, strict=True) if column.any()}
    assert moved <= {"popularity", "text"}
    assert "text" in moved


def test_it_ranks_the_same_after_loading(learned: LearnedRanker, tmp_path: Path) -> None:
    learned.save(tmp_path / "ranker")
    again = LearnedRanker.load(tmp_path / "ranker", table())
    past = Past.of([1, 5])
    assert np.allclose(again.explain(past, ALL).factors, learned.explain(past, ALL).factors, atol=1e-5)


class TestAStoredRankerThatDoesNotFit:
    def test_there_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(RankerMismatch, match="no learned ranker"):
            LearnedRanker.load(tmp_path, table())

    def test_a_part_is_missing(self, learned: LearnedRanker, tmp_path: Path) -> None:
        learned.save(tmp_path)
        (tmp_path / "factors.npy").unlink()
        with pytest.raises(RankerMismatch, match="not whole"):
            LearnedRanker.load(tmp_path, table())

    def test_it_reads_features_that_are_gone(self, learned: LearnedRanker, tmp_path: Path) -> None:
        learned.save(tmp_path)
        about = tmp_path / "f.json"
        about.write_text(about.read_text().replace("text_best", "phase_of_the_moon"))
        with pytest.raises(RankerMismatch, match="no longer made"):
            LearnedRanker.load(tmp_path, table())


def test_unchosen_items_are_different_and_neither_had_nor_chosen() -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        drawn = unchosen(Past.of([0, 1, 2]), 3, 12, 6, random)
        assert len(set(drawn)) == 6
        assert not {0, 1, 2, 3} & set(drawn.tolist())


def test_unchosen_items_are_as_many_as_there_are() -> None:
    drawn = unchosen(Past.of([0, 1]), 2, 5, 99, np.random.default_rng(0))
    assert sorted(drawn.tolist()) == [3, 4]
