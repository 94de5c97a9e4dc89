from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from retrieval.behaviour import Floats, Past, Rows
from serving.bench import diversity
from serving.bench.diversity import DiversityPlan, bench_diversity, likeness, measure
from serving.bench.ranking_data import Case
from serving.settings import Settings
from tests.embedders import WordEmbedder
from tests.serving.test_bench_ranking import CONFIG, folder

__all__ = ["folder"]

SIZE = 40


def by_number(past: Past, items: Rows) -> Floats:
    return (SIZE - items).astype(np.float32)


def two_of_a_kind() -> Floats:
    """Items 2n and 2n + 1 are the same, and nothing else is alike. Shapes: (SIZE, SIZE)."""
    unit: Floats = np.repeat(np.eye(SIZE, dtype=np.float32), 2, axis=0)[:SIZE]
    return unit


def case(target: int) -> Case:
    others = np.setdiff1d(np.arange(SIZE), [target])
    return Case("s", Past.of([]), np.concatenate([[target], others]).astype(np.int64))


def test_likeness_is_the_mean_over_pairs() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    assert likeness(vectors) == pytest.approx(1 / 3)
    assert likeness(vectors[:1]) == 0.0


def test_more_weight_makes_lists_less_alike_and_costs_the_twins() -> None:
    found = measure(by_number, [case(1), case(2)], two_of_a_kind(), (0.0, 0.5))
    plain, weighted = found["0.0"], found["0.5"]
    assert plain.alike.value == pytest.approx(2 * 5 / 90)
    assert weighted.alike.value == 0.0
    assert weighted.alike_change.value == pytest.approx(-plain.alike.value)
    assert plain.ndcg_10.value == pytest.approx((1 / np.log2(3) + 1 / np.log2(4)) / 2)
    assert weighted.ndcg_10.value == pytest.approx((0.0 + 1 / np.log2(3)) / 2)
    assert (plain.stay.value, weighted.stay.value) == (10.0, 5.0)


def test_ties_do_not_help_the_target() -> None:
    found = measure(lambda _past, items: np.zeros(len(items), np.float32), [case(30)], two_of_a_kind(), (0.0,))
    assert found["0.0"].ndcg_10.value == 0.0


def test_the_command_writes_its_page(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Ranking\n\n<!-- figures:diversity -->\n<!-- /figures -->\n")
    monkeypatch.setattr(diversity, "SentenceEmbedder", lambda _name: WordEmbedder(size=32))
    values = bench_diversity(Settings(), DiversityPlan(folder, shoppers=6, config=CONFIG), Console(quiet=True), page)
    assert list(values["everything"]) == ["0.0", "0.1", "0.2", "0.3", "0.5"]
    assert values["everything"]["0.0"]["ndcg_10"]["n"] == 6
    assert values["sampled"]["0.0"]["ndcg_10_change"]["value"] == 0.0
    text = page.read_text()
    assert "because bench diversity --data" in text
    assert str(folder.parent) not in text
