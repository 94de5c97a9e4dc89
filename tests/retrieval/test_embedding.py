from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import EntailmentModel, SentenceEmbedder
from retrieval.errors import EmbedderUnavailable
from tests.embedders import WordEmbedder

MINILM = "all-MiniLM-L6-v2"


def test_the_stand_in_is_near_where_stems_are_shared() -> None:
    embedder = WordEmbedder()
    light, lighter, kettle, nothing = embedder.embed(["a light backpack", "light backpacks", "red kettle", ""])
    assert light @ lighter == pytest.approx(1, abs=1e-5)
    assert abs(light @ kettle) < 0.3
    assert np.linalg.norm(nothing) == pytest.approx(1, abs=1e-5)
    assert embedder.calls == [("a light backpack", "light backpacks", "red kettle", "")]
    assert embedder.embed([]).shape == (0, 384)


@pytest.mark.slow
def test_the_packaged_model_finds_what_is_meant() -> None:
    embedder = SentenceEmbedder(MINILM)
    query, near, far = embedder.embed(["something to boil water", "an electric kettle", "a trail running shoe"])
    assert embedder.size == 384 and query.dtype == np.float32
    assert np.linalg.norm([query, near, far], axis=1) == pytest.approx([1, 1, 1], abs=1e-4)
    assert query @ near > query @ far + 0.2
    assert embedder.embed([]).shape == (0, 384)


@pytest.mark.slow
def test_loading_the_model_prints_nothing() -> None:
    code = f"from retrieval.embedding import SentenceEmbedder; SentenceEmbedder({MINILM!r}).embed(['a kettle'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "" and done.stderr == ""


@pytest.mark.slow
def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match="BECAUSE_EMBEDDING_MODEL"):
        SentenceEmbedder(str(tmp_path))


def test_a_packaged_model_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.embedding.PACKAGED_EMBEDDINGS", {"nano": "no_such_package"})
    with pytest.raises(EmbedderUnavailable, match="model nano is not installed; run `make setup`"):
        SentenceEmbedder("nano")


@pytest.fixture
def cross_encoder(tmp_path: Path) -> Callable[[dict[int, str]], str]:
    """Makes a tiny CrossEncoder with random weights and the labels that are given."""

    def make(labels: dict[int, str]) -> str:
        from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

        (tmp_path / "vocab.txt").write_text(
            "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "it", "weighs", "a"])
        )
        BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
        sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
        ids = {label: i for i, label in labels.items()}
        BertForSequenceClassification(BertConfig(vocab_size=8, id2label=labels, label2id=ids, **sizes)).save_pretrained(
            tmp_path
        )
        return str(tmp_path)

    return make


@pytest.mark.slow
def test_an_entailment_model_gives_the_probability_of_its_own_label(
    cross_encoder: Callable[[dict[int, str]], str],
) -> None:
    labels = {0: "contradiction", 1: "ENTAILMENT", 2: "neutral"}
    model = EntailmentModel(cross_encoder(labels))
    probability = model("it weighs a", "a weighs it")
    assert 0.0 < probability < 1.0
    everything = model._model.predict([("it weighs a", "a weighs it")], apply_softmax=True)[0]
    assert probability == pytest.approx(float(everything[1]), abs=1e-6)


@pytest.mark.slow
def test_a_model_that_knows_no_entailment_is_refused(cross_encoder: Callable[[dict[int, str]], str]) -> None:
    with pytest.raises(EmbedderUnavailable, match="entailment"):
        EntailmentModel(cross_encoder({0: "spam", 1: "ham", 2: "eggs"}))
    with pytest.raises(EmbedderUnavailable, match="cannot be loaded"):
        EntailmentModel("no-such-folder/at-all")
