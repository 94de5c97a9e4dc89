from __future__ import annotations

import numpy as np
import pytest

from retrieval.exploration import ExplorationConfig, Tried, earned, explored

ITEMS = np.arange(10, 20)
SCORES = np.linspace(1, 0, 10).astype(np.float32)


def test_it_is_off_by_default() -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        shown = explored(SCORES, ITEMS, Tried(), n=3, config=ExplorationConfig(), random=random)
        assert shown.places.tolist() == [0, 1, 2]
        assert shown.propensities.tolist() == [1.0, 1.0, 1.0]


def test_only_the_last_place_explores_as_often_as_asked() -> None:
    random, config = np.random.default_rng(0), ExplorationConfig(share=0.3, among=4)
    runs = [explored(SCORES, ITEMS, Tried(), n=3, config=config, random=random) for _ in range(1000)]
    assert {tuple(run.places[:2]) for run in runs} == {(0, 1)}
    assert {int(run.places[2]) for run in runs} == {2, 3, 4, 5, 6}
    assert np.mean([run.places[2] != 2 for run in runs]) == pytest.approx(0.3, abs=0.04)
    assert all(0 < run.propensities[2] <= 1 for run in runs)


def test_propensities_are_the_chances_of_what_is_shown() -> None:
    tried, random, config = Tried(), np.random.default_rng(0), ExplorationConfig(share=0.5, among=2)
    for _ in range(6):
        tried.note(13, chosen=True)
        tried.note(14, chosen=False)
    runs = [explored(SCORES, ITEMS, tried, n=3, config=config, random=random) for _ in range(1500)]
    often = np.mean([run.places[2] == 3 for run in runs])
    stated = np.mean([run.propensities[2] for run in runs if run.places[2] == 3])
    assert stated == pytest.approx(often, abs=0.05)


def test_without_later_candidates_there_is_nothing_to_explore() -> None:
    config = ExplorationConfig(share=1.0)
    shown = explored(SCORES[:2], ITEMS[:2], Tried(), n=3, config=config, random=np.random.default_rng(0))
    assert shown.places.tolist() == [0, 1]
    assert shown.propensities.tolist() == [1.0, 1.0]


def test_in_a_shop_with_an_undervalued_item_it_finds_it_and_the_log_tells_its_worth() -> None:
    """A simulation: the item in the sixth place is chosen by 60 %, all others by 10 %."""
    random, tried, config = np.random.default_rng(0), Tried(), ExplorationConfig(share=0.5, among=5)
    log: list[tuple[int, float, bool]] = []
    for _ in range(1500):
        shown = explored(SCORES, ITEMS, tried, n=3, config=config, random=random)
        item = int(ITEMS[shown.places[-1]])
        chosen = random.random() < (0.6 if item == 15 else 0.1)
        log.append((item, float(shown.propensities[-1]), chosen))
        if item != 12:
            tried.note(item, chosen=chosen)
    late = [item for item, _, _ in log[-500:] if item != 12]
    assert late.count(15) > 0.8 * len(late)
    assert earned(log, {15}) == pytest.approx(0.6, abs=0.08)
    assert earned(log, {12}) == pytest.approx(0.1, abs=0.05)
