from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.newcomers import Newcomers

TEXT = np.random.default_rng(0).normal(size=(400, 12)).astype(np.float32)
FACTORS = TEXT @ np.random.default_rng(1).normal(size=(12, 3)).astype(np.float32)
POPULARITY = np.exp(4.0 + TEXT[:, 0])


@pytest.fixture(scope="module")
def learned() -> Newcomers:
    half = slice(0, 200)
    return Newcomers.fit(TEXT[half], FACTORS[half], POPULARITY[half], TEXT[half, 1])


def test_what_follows_from_the_text_is_expected_of_items_it_never_saw(learned: Newcomers) -> None:
    found = learned.expected(TEXT[200:])
    assert np.corrcoef(found.factors.ravel(), FACTORS[200:].ravel())[0, 1] > 0.98
    assert np.corrcoef(np.log(found.popularity), np.log(POPULARITY[200:]))[0, 1] > 0.95
    assert np.corrcoef(found.bias, TEXT[200:, 1])[0, 1] > 0.98


def test_where_the_text_tells_nothing_the_mean_is_expected() -> None:
    random = np.random.default_rng(2)
    few = Newcomers.fit(TEXT[:30] * 0.1, random.normal(size=(30, 3)), np.full(30, 7.0), np.ones(30))
    assert few.expected(TEXT[200:]).popularity == pytest.approx(7.0, abs=1e-4)


def test_items_with_which_nothing_was_done_teach_nothing(learned: Newcomers) -> None:
    more = [np.concatenate([part[:200], 100 + part[200:]]) for part in (TEXT, FACTORS, TEXT[:, 1])]
    popularity = np.concatenate([POPULARITY[:200], np.zeros(200)])
    assert np.allclose(Newcomers.fit(more[0], more[1], popularity, more[2]).weights, learned.weights, atol=1e-5)


def test_a_shop_in_which_nothing_happened_expects_nothing() -> None:
    found = Newcomers.fit(TEXT, FACTORS, np.zeros(400), np.ones(400)).expected(TEXT[:2])
    assert not found.factors.any()
    assert not found.popularity.any()


def test_it_is_the_same_after_loading(learned: Newcomers, tmp_path: Path) -> None:
    learned.save(tmp_path)
    assert np.array_equal(Newcomers.load(tmp_path).expected(TEXT).factors, learned.expected(TEXT).factors)
