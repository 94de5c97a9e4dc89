from __future__ import annotations

import numpy as np
import pytest

from retrieval.behaviour import Behaviour, Past
from retrieval.representation import Representation
from serving.training.attention import AttentionConfig, fit_attention
from serving.training.ranker import WITHOUT_R, RankerConfig, TrainedRankers, train_ranker
from tests.retrieval.tastes import COLLABORATIVE, ITEMS, LEARNED, behaviour, of_kind, table

QUICK = AttentionConfig(size=16, key_size=8, places=6, epochs=8, batch=64, negatives=20, learning_rate=2e-2)
ALL = np.arange(ITEMS)


@pytest.fixture(scope="module")
def attention() -> Representation:
    noise = np.random.default_rng(1).normal(size=(ITEMS, 12)).astype(np.float32)
    return fit_attention(behaviour(), noise / 4, QUICK)


@pytest.mark.parametrize("kind", range(4))
def test_attention_learns_tastes_from_behaviour_alone(attention: Representation, kind: int) -> None:
    """The texts are noise here: what is learned comes from who chose what."""
    past = Past.of(of_kind(kind)[:2])
    scores = attention.attend(past, ALL).scores
    assert scores[of_kind(kind)[2:]].min() > np.delete(scores, of_kind(kind)).max()


def test_it_learns_the_same_again(attention: Representation) -> None:
    text = attention.text
    again = fit_attention(behaviour(), text, QUICK)
    assert np.array_equal(again.weights.said, attention.weights.said)


def test_it_goes_on_from_where_it_was(attention: Representation) -> None:
    still = AttentionConfig(size=16, key_size=8, places=6, epochs=0)
    kept = fit_attention(behaviour(), attention.text, still, start=attention)
    assert np.array_equal(kept.weights.sought, attention.weights.sought)


def test_without_anything_to_foresee_it_learns_nothing() -> None:
    nobody = Behaviour(("a", "b"), {"ana": Past.of([0])})
    learned = fit_attention(nobody, np.eye(2, dtype=np.float32), QUICK)
    assert np.isfinite(learned.attend(Past.of([0]), np.array([1])).scores).all()


def test_dislikes_are_not_foreseen() -> None:
    disliked = {f"s{n}": Past.of([1, 0], [-1.0, 1.0]) for n in range(20)}
    learned = fit_attention(Behaviour(("a", "b"), disliked), np.eye(2, dtype=np.float32), QUICK)
    fresh = fit_attention(
        Behaviour(("a", "b"), disliked), np.eye(2, dtype=np.float32), AttentionConfig(16, 8, 6, epochs=0)
    )
    assert np.array_equal(learned.weights.bias, fresh.weights.bias)


class TestRanker:
    @pytest.fixture(scope="class")
    def trained(self) -> TrainedRankers:
        config = RankerConfig(attention=QUICK, collaborative=COLLABORATIVE, learned=LEARNED)
        return train_ranker(table(), behaviour(), config, ablation=True)

    def test_it_ranks_by_taste(self, trained: TrainedRankers) -> None:
        past = Past.of(of_kind(2)[:3])
        candidates = np.setdiff1d(ALL, past.items)
        first = candidates[np.argsort(-trained.ranker.scores(past, candidates))[:5]]
        assert set(first) == set(of_kind(2)[3:])

    def test_it_knows_the_latest_deeds_too(self, trained: TrainedRankers) -> None:
        assert np.allclose(np.expm1(trained.ranker.features.popularity), behaviour().popularity)

    def test_the_other_one_knows_no_r(self, trained: TrainedRankers) -> None:
        assert trained.without_r is not None
        assert trained.without_r.trees.names == WITHOUT_R
        assert not {"reason_sum", "reason_best", "reason_latest", "bias"} & set(WITHOUT_R)
