"""Chroma's graph, small but real: filtered recall, and what happens when vectors cannot be reached."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.catalogue import Catalogue
from retrieval.finder import Finder
from retrieval.index import ShopIndex
from retrieval.matrix import Matrix
from retrieval.need import Need
from retrieval.recall import recall
from retrieval.vectors import Record, VectorStore
from serving.bench.retrieval_data import SIZE, MadeVectors
from tests.embedders import WordEmbedder
from tests.retrieval.samples import demo_items, item

N, TOP = 3000, 10
MADE = MadeVectors(N)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorStore]:
    opened = VectorStore.open(tmp_path_factory.mktemp("made"), ("made", SIZE))
    opened.upsert("items", [Record(str(n), "", {"n": n}) for n in range(N)], MADE.block(0, N))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(item(str(n)) for n in range(N))


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return Matrix.of(MADE.block(0, N), np.arange(N, dtype=np.int32), N)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.05, 0.005])
def test_the_graph_finds_what_exact_search_finds(
    store: VectorStore, catalogue: Catalogue, matrix: Matrix, share: float
) -> None:
    finder = Finder(store, "items", str, exact_up_to=0, graph_share=0.01)
    allowed = np.random.default_rng(1).random(N) < share
    hits = []
    for question in MADE.block(0, 50, "question"):
        found = finder.nearest(matrix, catalogue, question, TOP, allowed)
        exact = matrix.nearest(question, TOP, allowed)
        assert allowed[found.rows].all() and (np.diff(found.similarities) <= 1e-6).all()
        hits.append(len(set(found.rows.tolist()) & set(exact.rows.tolist())) / len(exact.rows))
    assert np.mean(hits) >= 0.95


def test_a_filter_that_all_the_nearest_miss_is_searched_exactly(
    store: VectorStore, catalogue: Catalogue, matrix: Matrix
) -> None:
    finder = Finder(store, "items", str, exact_up_to=0, graph_share=0)
    question = MADE.block(0, 1, "question")[0]
    far = np.ones(N, bool)
    far[matrix.nearest(question, N // 2).rows] = False
    found = finder.nearest(matrix, catalogue, question, TOP, far)
    assert found.rows.tolist() == matrix.nearest(question, TOP, far).rows.tolist()


def test_what_the_graph_cannot_reach_is_noticed_found_and_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    items = demo_items()[:60]
    index = ShopIndex.open(tmp_path / "chroma", WordEmbedder(), exact_up_to=10)
    with index.rebuilding() as build:
        build.add(items)
    real = VectorStore.nearest
    lost = item("lost", "Octarine zeppelin", description="")
    with monkeypatch.context() as patch:
        patch.setattr(VectorStore, "nearest", lambda *a: [pair for pair in real(*a) if not pair[0].startswith("lost")])
        with caplog.at_level(logging.WARNING):
            index.add_items([lost])
        assert "not found by Chroma" in caplog.text and "because index" in caplog.text
        assert recall(index, Need("", "octarine zeppelin"), ()).candidates[0].item.item_id == "lost"
        vector = index.embedder.embed(["octarine zeppelin"])[0]
        assert next(iter(index.search_items(vector, 3))) == "lost", "searched exactly from now on"
    renewed: list[str] = []
    monkeypatch.setattr(VectorStore, "renew", lambda self, name: renewed.append(name))
    with index.rebuilding() as build:
        build.add([lost])
    assert renewed == ["items"]
    index.close()


def test_a_record_too_many_or_too_few_is_noticed(store: VectorStore, catalogue: Catalogue, matrix: Matrix) -> None:
    finder = Finder(store, "items", str, exact_up_to=0)
    assert finder.check(matrix, catalogue) and finder.trusted
    fewer = matrix.changed({}, [7], N)
    assert not finder.check(fewer, catalogue) and not finder.trusted


def test_deleting_and_writing_many_times_leaves_all_to_be_found(tmp_path: Path) -> None:
    """Whatever the graph does after such churn, recall misses nothing."""
    index = ShopIndex.open(tmp_path / "chroma", WordEmbedder(), exact_up_to=10)
    items = demo_items()[:80]
    index.add_items(items)
    for n in range(6):
        part = items[n * 10 : n * 10 + 30]
        index.remove_items([thing.item_id for thing in part])
        index.add_items(part)
    for thing in items:
        vector = index.item_vectors([thing.item_id])[thing.item_id]
        assert next(iter(index.search_items(vector, 1).values())) == pytest.approx(1, abs=1e-4)
    assert len(index.search_items(vector, 200)) == len(items)
    index.close()


def test_a_graph_is_built_anew_and_an_interruption_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = VectorStore.open(tmp_path, ("made", SIZE))
    first.upsert("items", [Record(str(n), f"t{n}", {"n": n}) for n in range(50)], MADE.block(0, 50))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(VectorStore, "drop", _drop_and_stop(VectorStore.drop))
        first.renew("items")
    first.close()
    second = VectorStore.open(tmp_path, ("made", SIZE))
    assert second.count("items") == 50 and second.get("items", ids=["7"])[0].text == "t7"
    second.renew("items")
    assert second.count("items") == 50 and second.nearest("items", MADE.one(7), 1)[0][0] == "7"
    second.close()


def _drop_and_stop(drop: object) -> object:
    def stop(self: VectorStore, name: str) -> None:
        drop(self, name)  # type: ignore[operator]
        if name == "items":
            raise KeyboardInterrupt

    return stop
