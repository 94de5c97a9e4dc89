from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from retrieval.behaviour import Past
from retrieval.learned import LearnedConfig
from retrieval.table import ItemTable
from serving.bench import ranking_report
from serving.bench.ranking import RankingFigures, RankingPlan, measure, new_items, over_all, ranked
from serving.bench.ranking_curve import cold_start_curve
from serving.bench.ranking_data import Case, RankingData, load, own_split
from serving.bench.ranking_faithful import faithfulness
from serving.bench.ranking_figures import Estimate, Quality, gains, rank_of_first
from serving.bench.ranking_kept import trained
from serving.bench.ranking_report import bench_ranking, command, markdown, tables, values
from serving.bench.ranking_rivals import Ease, Neighbours
from serving.cli import app
from serving.errors import EnvironmentUnfit
from serving.settings import Settings
from serving.training.attention import AttentionConfig
from serving.training.ranker import RankerConfig
from tests.embedders import WordEmbedder
from tests.retrieval.tastes import COLLABORATIVE, ITEMS, behaviour, items, of_kind, ranker

CONFIG = RankerConfig(
    attention=AttentionConfig(size=16, key_size=8, places=6, epochs=3, batch=64, negatives=20, learning_rate=2e-2),
    collaborative=COLLABORATIVE,
    learned=LearnedConfig(trees=20, negatives=15, least_in_leaf=5),
)


def write(path: Path, header: str, rows: Sequence[Sequence[object]]) -> None:
    opened: Callable[..., object] = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:  # type: ignore[attr-defined]
        writer = csv.writer(file)
        writer.writerow(header.split())
        writer.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shop of tastes as files: the oldest first, the latest deed of each shopper held out."""
    known = behaviour()
    write(tmp_path / "items.csv.gz", "item_id title", [(i.item_id, f"{i.title} &amp; lid") for i in items()])
    pasts = {shopper: past.items.tolist() for shopper, past in known.pasts.items()}
    told = [(shopper, " ".join(map(str, reversed(past[1:])))) for shopper, past in pasts.items()]
    write(tmp_path / "histories.csv.gz", "user_id item_ids_oldest_first", told)
    cases = [
        (shopper, past[0], " ".join(str(row) for row in range(ITEMS) if row not in past[1:]))
        for shopper, past in list(pasts.items())[:24]
    ]
    write(tmp_path / "dev_candidates.csv.gz", "user_id target_item_id candidate_item_ids", cases)
    return tmp_path


class TestFiles:
    def test_histories_are_read_newest_first_and_the_target_comes_first(self, folder: Path) -> None:
        data = load(folder, None)
        shopper = data.cases[3]
        whole = behaviour().pasts["s3"].items.tolist()
        assert shopper.past.items.tolist() == whole[1:]
        assert shopper.candidates[0] == whole[0]
        assert len(shopper.candidates) == ITEMS - 4
        assert data.items[0].title == "teapot 0 & lid"

    def test_other_candidates_may_be_named(self, folder: Path) -> None:
        write(folder / "mine.csv", "user_id target_item_id candidate_item_ids", [("nobody", 4, "1 4")])
        (case,) = load(folder, folder / "mine.csv").cases
        assert case.candidates.tolist() == [4, 1]
        assert len(case.past) == 0

    @pytest.mark.parametrize(
        ("name", "header", "row", "complaint"),
        [
            ("items.csv.gz", "item_id name", ("1", "x"), "no column title"),
            ("histories.csv.gz", "user_id item_ids_oldest_first", ("s1", "1 999"), "line 2: unknown item '999'"),
            (
                "dev_candidates.csv.gz",
                "user_id target_item_id candidate_item_ids",
                ("s1", 4, "1 2"),
                "line 2: the target",
            ),
        ],
    )
    def test_what_is_wrong_is_said(
        self, folder: Path, name: str, header: str, row: Sequence[object], complaint: str
    ) -> None:
        write(folder / name, header, [row])
        with pytest.raises(EnvironmentUnfit, match=complaint):
            load(folder, None)

    def test_a_file_that_is_missing_torn_or_empty_is_named(self, folder: Path) -> None:
        histories = folder / "histories.csv.gz"
        histories.write_bytes(histories.read_bytes()[:-20])
        with pytest.raises(EnvironmentUnfit, match=r"histories\.csv\.gz cannot be read"):
            load(folder, None)
        histories.unlink()
        with pytest.raises(EnvironmentUnfit, match=r"There is no .*histories\.csv"):
            load(folder, None)

    def test_candidates_without_a_row_are_refused(self, folder: Path) -> None:
        write(folder / "none.csv", "user_id target_item_id candidate_item_ids", [])
        with pytest.raises(EnvironmentUnfit, match="holds no case"):
            load(folder, folder / "none.csv")

    def test_the_own_split_shares_neither_shoppers_nor_targets_with_what_is_reported(self, folder: Path) -> None:
        data = load(folder, None)
        own = own_split(data, cases=10, negatives=5)
        assert len(own.cases) == 10
        assert not {case.shopper for case in own.cases} & {case.shopper for case in data.cases}
        for case in own.cases:
            target = case.candidates[0]
            assert target == data.behaviour.pasts[case.shopper].items[0]
            assert target not in own.behaviour.pasts[case.shopper].items
            assert len(set(case.candidates.tolist())) == 6


class TestFigures:
    @pytest.mark.parametrize(("scores", "rank"), [([2, 1, 0], 1), ([1, 2, 0], 2), ([1, 1, 1], 2), ([np.nan, 0, 1], 3)])
    def test_ties_stand_at_their_mean_rank(self, scores: list[float], rank: float) -> None:
        assert rank_of_first(np.array(scores)) == rank

    def test_gains_fall_with_the_rank(self) -> None:
        assert gains(np.array([1.0, 3.0, 10.0, 11.0])).tolist() == pytest.approx([1.0, 0.5, 1 / np.log2(11), 0.0])

    def test_an_estimate_has_its_spread(self) -> None:
        estimate = Estimate.of([0.0, 1.0] * 50)
        assert estimate.value == 0.5
        assert 0.38 < estimate.low < 0.45
        assert 0.55 < estimate.high < 0.62

    def test_quality_counts_hits(self) -> None:
        quality = Quality.of(np.array([1.0, 1.5, 10.0, 30.0]))
        assert (quality.hr_1.value, quality.hr_10.value) == (0.25, 0.75)


def test_ease_solves_what_it_says() -> None:
    """Every item's column minimises the ridge loss with its own weight held at zero."""
    known = behaviour()
    weights = Ease(known, 5.0)._weights
    x = known.matrix.toarray()
    others = np.arange(1, ITEMS)
    expected = np.linalg.solve(x[:, others].T @ x[:, others] + 5.0 * np.eye(ITEMS - 1), x[:, others].T @ x[:, 0])
    assert np.allclose(weights[others, 0], expected, atol=1e-3)
    assert weights[0, 0] == 0


def test_the_neighbours_of_an_item_are_those_chosen_with_it() -> None:
    known = behaviour()
    x = known.matrix.toarray()
    cosines = x.T @ x / np.outer(*[np.linalg.norm(x, axis=0)] * 2)
    assert np.allclose(Neighbours(known)(Past.of([0]), np.array([4, 1])), [cosines[0, 4], cosines[0, 1]], atol=1e-5)


class TestColdAndTrue:
    cases = tuple(
        Case(f"s{n}", Past.of(of_kind(n % 4)[:4]), np.array([of_kind(n % 4)[5], *of_kind((n + 1) % 4)]))
        for n in range(12)
    )

    def test_all_items_are_ranked_but_those_already_had(self) -> None:
        whole = over_all(self.cases[0], ITEMS)
        assert whole.candidates[0] == self.cases[0].candidates[0]
        assert len(set(whole.candidates.tolist())) == ITEMS - 4

    def test_a_new_item_is_found_by_its_text(self) -> None:
        learned = ranker()
        found = new_items(learned, self.cases, {"text only": learned.scores})
        assert found["f, the item new"].value > 0.5

    def test_reasons_are_tested_by_taking_them_away(self) -> None:
        mixed = [Case("s", Past.of([n % 4, (n + 1) % 4, (n + 2) % 4]), np.array([4 + n % 4])) for n in range(12)]
        found = faithfulness(ranker(), mixed, pairs=10)
        assert found.further.n == 10
        assert found.further.value > 0.7
        assert found.margin[50] > 0

    def test_shoppers_with_one_deed_are_passed_over(self) -> None:
        found = faithfulness(ranker(), [Case("s", Past.of([0]), np.array([4]))], pairs=10)
        assert found.further.n == 0


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> RankingFigures:
    known = behaviour()
    earlier, foreseen = known.without_last()
    cases = tuple(
        Case(s, earlier.pasts[s], np.array([foreseen[s], *np.setdiff1d(np.arange(ITEMS), known.pasts[s].items)]))
        for s in list(foreseen)[:24]
    )
    plan = RankingPlan(tmp_path_factory.mktemp("data"), full=8, pairs=8, config=CONFIG)
    return measure(RankingData(tuple(items()), earlier, cases), plan, WordEmbedder(size=32), lambda _line: None)


class TestTheRun:
    def test_f_beats_popularity_where_there_are_tastes(self, figures: RankingFigures) -> None:
        assert figures.sampled["f"].ndcg_10.value > figures.sampled["popularity"].ndcg_10.value + 0.2
        assert set(figures.sampled) == {
            "popularity", "item neighbours", "ALS, 8 factors", "EASE", "text only", "f without R", "f",
        }  # fmt: skip

    def test_more_events_rank_better_than_none(self, figures: RankingFigures) -> None:
        curve = figures.curve["f"]
        assert list(curve) == [0, 1, 2, 3]
        assert curve[3].value > curve[0].value

    def test_the_report_names_every_figure(self, figures: RankingFigures) -> None:
        text = markdown(figures, "because bench ranking --data shop")
        for table in tables(figures):
            assert table.title in text
        assert f"{figures.sampled['f'].ndcg_10}" in text
        assert json.dumps(values(figures))
        picture = cold_start_curve(figures.curve)
        assert picture.count("<polyline") == len(figures.curve)


def test_the_command_writes_page_and_curve(
    folder: Path, tmp_path: Path, figures: RankingFigures, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Ranking\n\n<!-- figures:ranking -->\n<!-- /figures -->\n")
    monkeypatch.setattr(ranking_report, "SentenceEmbedder", WordEmbedder)
    monkeypatch.setattr(ranking_report, "bench", lambda *_: figures)
    plan = RankingPlan(folder, folder / "mine.csv.gz")
    found = bench_ranking(Settings(), plan, Console(quiet=True), page)
    assert found["sampled"]["f"]["ndcg_10"]["n"] == 24
    assert "because bench ranking --data" in page.read_text()
    assert str(folder.parent) not in page.read_text()
    assert (tmp_path / "images" / "ranking-cold-start.svg").read_text().startswith("<svg")
    assert command(plan).endswith("--candidates mine.csv.gz --full 500")


def test_a_kept_ranker_is_used_again_and_only_for_the_same_histories(folder: Path, tmp_path: Path) -> None:
    data, lines = load(folder, None), list[str]()
    table = ItemTable.of(data.items, WordEmbedder(size=32))
    first, seconds = trained(table, data.behaviour, CONFIG, tmp_path / "kept", lines.append)
    told = len(lines)
    again, same = trained(table, data.behaviour, CONFIG, tmp_path / "kept", lines.append)
    assert lines[told:] == ["the ranker kept in kept is used"]
    assert same is not None
    assert same == pytest.approx(seconds, abs=1)
    past, rows = data.cases[0].past, data.cases[0].candidates
    assert np.allclose(first.ranker.scores(past, rows), again.ranker.scores(past, rows), atol=1e-5)
    assert again.without_r is not None
    with pytest.raises(EnvironmentUnfit, match="other histories"):
        trained(table, own_split(data, cases=3).behaviour, CONFIG, tmp_path / "kept", lines.append)


def test_a_wrong_folder_is_one_line_not_a_trace(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["bench", "ranking", "--data", str(tmp_path)])
    assert isinstance(result.exception, EnvironmentUnfit)
    assert "items.csv" in str(result.exception)


def test_the_shop_of_tastes_can_be_ranked(folder: Path) -> None:
    data = load(folder, None)
    chance = ranked(lambda _past, rows: np.zeros(len(rows), np.float32), data.cases)
    assert chance.tolist() == [(ITEMS - 4 + 1) / 2] * len(data.cases)
