"""The retrieval benchmark, small but whole: a real store, made items, real changes."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from retrieval.errors import RetrievalError
from serving.bench import retrieval, retrieval_report
from serving.bench.retrieval import RetrievalFigures, RetrievalPlan, SizeFigures, measure_feed, measure_made, sizes_of
from serving.bench.retrieval_curve import scaling_curve, slope
from serving.bench.retrieval_data import MadeShop, MadeVectors
from serving.bench.retrieval_report import bench_retrieval, command
from serving.cli import app
from serving.errors import EnvironmentUnfit
from tests.embedders import WordEmbedder
from tests.retrieval.samples import DEMO


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def figures(kept: Path) -> SizeFigures:
    return measure_made(600, kept)


def test_made_vectors_are_unit_clustered_and_the_same_every_time() -> None:
    made = MadeVectors(5000)
    block = made.block(4000, 4200)
    assert np.linalg.norm(block, axis=1) == pytest.approx(np.ones(200), abs=1e-5)
    assert np.array_equal(block[150], MadeVectors(5000).one(4150)), "over the border of two blocks"
    nearest = np.sort(made.block(0, 4000) @ made.block(0, 50, "question").T, axis=0)
    assert nearest[-10].mean() > 0.3 > nearest[len(nearest) // 2].mean() + 0.2


def test_a_text_has_the_vector_of_what_it_names() -> None:
    shop = MadeShop(1000)
    thing = shop.item(7)
    title, description = shop.embed([thing.title, thing.description])
    assert np.array_equal(title, description) and np.array_equal(title, shop.vectors.one(7))
    assert not np.array_equal(title, shop.embed([shop.item(7, "anew").title])[0])


def test_all_is_found_as_served_and_every_change_comes_through(figures: SizeFigures) -> None:
    assert (figures.items, figures.passages) == (600, 600)
    assert {search.share for search in figures.searches} == set(retrieval.SHARES)
    assert all(search.recall == 1.0 for search in figures.searches if search.way in ("exact", "as served"))
    assert all(search.recall >= 0.95 for search in figures.searches if search.way == "graph, over-fetched")
    assert set(figures.change_ms) == {"new price", "sold out", "put back", "new item", "event", "item taken out"}
    assert figures.resident_bytes > 1e6 and figures.built_s > 0


def test_a_kept_index_is_not_built_again_and_is_as_it_was(figures: SizeFigures, kept: Path) -> None:
    again = measure_made(600, kept)
    assert (again.built_s, again.items) == (figures.built_s, figures.items)


def test_a_change_that_does_not_come_through_stops_the_benchmark(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(AssertionError, match="new price"):
        patch.setattr("retrieval.memory.Memory.publish", lambda *_: None)
        measure_made(600, None)


def test_a_feed_is_measured_like_a_made_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval, "SentenceEmbedder", WordEmbedder)
    monkeypatch.setattr(retrieval, "_QUESTIONS", 20)
    found = measure_feed(DEMO / "catalogue", "words", "EUR", None)
    assert found.items == 120 and found.embedded
    assert all(search.recall == 1.0 for search in found.searches if search.way == "as served")


def test_the_page_and_the_curve(figures: SizeFigures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Retrieval\n\n<!-- figures:retrieval -->\n<!-- /figures -->\n")
    found = RetrievalFigures("two cores", "2026-01-01", 0.5, (figures,), figures)
    monkeypatch.setattr(retrieval_report, "bench", lambda *_: found)
    plan = RetrievalPlan((600,), tmp_path / "feed.jsonl", kept=tmp_path / "kept")
    values = bench_retrieval(plan, Console(quiet=True), page)
    assert json.loads(json.dumps(values))["made"][0]["items"] == 600
    text = page.read_text()
    assert "`because bench retrieval --sizes 600 --feed feed.jsonl --keep kept` on two cores, load 0.5" in text
    assert "| made 600 | 50.0% | 1.000 | 1.000 |" in text and str(tmp_path) not in text
    assert (tmp_path / "images" / "retrieval-scaling.svg").read_text().startswith("<svg")
    assert command(RetrievalPlan((1, 2))) == "because bench retrieval --sizes 1,2"


def test_the_slope_is_the_exponent() -> None:
    assert slope([(10, 3), (100, 30), (1000, 300)]) == pytest.approx(1)
    assert slope([(10, 5), (1000, 5)]) == pytest.approx(0)
    assert math.isnan(slope([(10, 5)]))
    drawn = scaling_curve({"linear": [(10, 3), (1000, 300)], "slow": [(10, 5), (1000, 50)]})
    assert "linear, slope 1.00" in drawn and "slow, slope 0.50" in drawn and drawn.count("<circle") == 4


@pytest.mark.parametrize("text", ["ten", "1000,-5", "499"])
def test_sizes_that_are_none_say_what_to_give(text: str) -> None:
    with pytest.raises(EnvironmentUnfit, match="such as 1000,10000"):
        sizes_of(text)
    result = CliRunner().invoke(app, ["bench", "retrieval", "--sizes", text])
    assert isinstance(result.exception, EnvironmentUnfit) and not isinstance(result.exception, RetrievalError)
