from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from serving.bench.exploration import Policy, Run, World, questions, simulated, told
from serving.bench.exploration_report import ExplorationPlan, bench_exploration

WORLD = World(items=12, shown=3, turns=3_000, every=250, error=1.0)


def test_a_scorer_that_is_right_has_no_regret_and_one_that_errs_has() -> None:
    right = World(items=12, shown=3, turns=50, error=0.0)
    assert simulated(right, Policy(), 0).regret.max() == pytest.approx(0.0)
    assert simulated(WORLD, Policy(), 0).regret.min() > 0.01


def test_clicks_are_drawn_from_the_true_rates() -> None:
    run = simulated(WORLD, Policy(), 1)
    shown = np.argsort(-run.scores)[: WORLD.shown]
    assert run.clicks / WORLD.turns == pytest.approx(run.rates[shown].sum(), abs=0.03)
    assert {item for item, _, _ in run.log} == {int(shown[-1])}


@pytest.mark.parametrize("policy", [Policy(), Policy("Thompson", 0.2)], ids=lambda policy: policy.name)
def test_a_scorer_that_learns_errs_less(policy: Policy) -> None:
    regret = {
        relearned: np.mean([simulated(WORLD, policy, seed, relearned=relearned).regret.sum() for seed in range(4)])
        for relearned in (False, True)
    }
    assert regret[True] < 0.6 * regret[False]


def test_exploring_shows_what_would_never_be_shown() -> None:
    usual, explored = (simulated(WORLD, policy, 0) for policy in (Policy(), Policy("Thompson", 0.2)))
    assert len({item for item, _, _ in usual.log}) == 1
    often = [item for item, _, _ in explored.log if item != usual.log[0][0]]
    assert len(set(often)) == WORLD.items - WORLD.shown
    assert len(often) / WORLD.turns == pytest.approx(0.2, abs=0.03)
    late = [explored.rates[item] for item in often[-100:]]
    assert np.mean(late) > np.mean([explored.rates[item] for item in set(often)]) + 0.02


def test_the_log_of_chance_tells_the_truth() -> None:
    found = [told(run, items) for run, items in asked(Policy("chance", 0.3))]
    assert np.mean([each.counted for each in found if each]) == pytest.approx(1.0, abs=0.05)
    assert np.mean([each.weighted - each.truth for each in found if each]) == pytest.approx(0.0, abs=0.02)


def test_the_log_of_thompson_sampling_needs_its_weights() -> None:
    """It shows good items more often: without weights it flatters them all."""
    found = [each for run, items in asked(Policy("Thompson", 0.5)) if (each := told(run, items))]
    weighted = np.mean([abs(each.weighted - each.truth) for each in found])
    assert np.mean([each.plain - each.truth for each in found]) > 0.03
    assert weighted < np.mean([abs(each.plain - each.truth) for each in found]) / 2


def test_what_was_never_shown_is_not_told() -> None:
    assert told(Run(np.ones(3), np.ones(3, np.float32), 0, np.zeros(1), [(0, 1.0, True)]), [1]) is None


def asked(policy: Policy) -> list[tuple[Run, list[int]]]:
    runs = [simulated(WORLD, policy, seed) for seed in range(5)]
    return [(run, questions(run, WORLD)["any of the ten after it, in equal parts"]) for run in runs]


def test_the_report_goes_to_its_place_on_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Ranking\n\n<!-- figures:exploration -->\n<!-- /figures -->\n\nThe end.\n")
    plan = ExplorationPlan(2, World(items=8, shown=2, turns=200, every=50), (Policy(), Policy("Thompson", 0.3)))
    values = bench_exploration(plan, Console(quiet=True), page)
    text = page.read_text()
    assert "because bench exploration --seeds 2 --turns 200" in text
    assert text.endswith("<!-- /figures -->\n\nThe end.\n")
    assert "| Thompson, 0.3 |" in text
    assert values["fixed"]["no exploration"]["saved"]["value"] == 0
    assert json.dumps(values)
