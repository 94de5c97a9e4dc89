"""Settings come from the environment, and the page about them is true."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from serving.settings import Settings, table

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_of_settings_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == table(), "run `python -m serving.settings > docs/settings.md`"


def test_the_environment_overrides_a_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BECAUSE_PORT", "8123")
    monkeypatch.setenv("BECAUSE_STORE", str(tmp_path))
    settings = Settings()
    assert (settings.port, settings.chroma_folder) == (8123, tmp_path / "chroma")
    assert settings.database_address == f"sqlite:///{tmp_path / 'because.sqlite'}"


def test_a_key_is_never_shown() -> None:
    assert "hush" not in repr(Settings(model_key="hush"))  # type: ignore[arg-type]


def test_a_port_outside_the_range_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BECAUSE_PORT", "70000")
    with pytest.raises(ValidationError, match="port"):
        Settings()
