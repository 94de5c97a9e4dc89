"""Lines of items are embedded once, and what cannot be kept costs time alone."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import Vectors
from retrieval.lines import Lines
from tests.embedders import WordEmbedder

LINES = ["weight: 310 g", "waterproof: yes"]


class Counting(WordEmbedder):
    """Counts the texts that it was asked to embed."""

    def __init__(self, size: int = 32) -> None:
        super().__init__(size=size)
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], role: str = "passage") -> Vectors:
        self.embedded += texts
        return super().embed(texts, role)


def test_a_line_is_embedded_once_even_by_the_next_process(tmp_path: Path) -> None:
    first, later = Counting(), Counting()
    lines = Lines(first, tmp_path / "lines.sqlite")
    made = lines.embed([*LINES, LINES[0]])
    lines.close()
    read = Lines(later, tmp_path / "lines.sqlite").embed([*LINES, LINES[0], "colour: blue"])
    assert first.embedded == LINES and later.embedded == ["colour: blue"]
    assert np.array_equal(made, read[:3]), "a line has one vector, whether it was kept or not"
    assert np.allclose(made[:2], WordEmbedder(size=32).embed(LINES), atol=1e-3)


def test_what_another_model_or_role_made_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "lines.sqlite"
    Lines(Counting(), path).embed(LINES)
    other = Counting(size=16)
    other.name = "other"
    assert Lines(other, path).embed(LINES).shape == (2, 16)
    again = Counting()
    Lines(again, path).embed(LINES, "query")
    assert other.embedded == again.embedded == LINES


def test_it_is_known_which_lines_are_not_kept(tmp_path: Path) -> None:
    lines = Lines(Counting(), tmp_path / "lines.sqlite")
    lines.embed(LINES[:1])
    assert lines.unknown([*LINES, LINES[1]]) == LINES[1:]
    assert Lines(Counting(), None).unknown(LINES) == LINES


@pytest.mark.parametrize("broken", ["no database", "a folder", "no place"])
def test_a_file_that_cannot_be_used_is_told_and_does_without(
    broken: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "lines.sqlite"
    if broken == "a folder":
        path.mkdir()
    else:
        path.write_text("this is no database, but a text of some length")
    path = path / "lines.sqlite" if broken == "no place" else path
    with caplog.at_level(logging.WARNING):
        made = Lines(Counting(), path).embed(LINES)
    assert made.shape == (2, 32)
    assert "embedded" in caplog.text


def test_a_file_that_another_process_locks_is_told_and_does_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.lines._PATIENCE", 0.05)
    path = tmp_path / "lines.sqlite"
    lines = Lines(Counting(), path)
    lines.embed(["colour: blue"])
    other = sqlite3.connect(path)
    other.execute("begin immediate")
    with caplog.at_level(logging.WARNING):
        assert lines.embed(LINES).shape == (2, 32)
    assert "cannot be kept" in caplog.text
    other.close()
    assert lines.embed(LINES).shape == (2, 32)
    assert lines.unknown(LINES) == []
