"""Model preparation; the unpacking itself is slow and real, the rest uses a stand-in for it."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from serving import prepare
from serving.errors import DiskFull, PreparationFailed
from serving.prepare import is_prepared, prepare_model
from serving.profiles import Profile, Source, load_profile
from serving.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store")


@pytest.fixture
def profile(settings: Settings) -> Profile:
    return dataclasses.replace(load_profile("cpu", settings), adapter=None)


@pytest.fixture
def adapted(profile: Profile, tmp_path: Path) -> Profile:
    adapter = tmp_path / "reasons"
    adapter.mkdir()
    (adapter / "adapter_model.safetensors").write_bytes(b"weights")
    return dataclasses.replace(profile, adapter=adapter)


class Unpacker:
    """Takes the place of the unpacking process: writes a small folder, or fails as told."""

    def __init__(self, error: str = "") -> None:
        self.error = error
        self.runs = 0

    def __call__(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        self.runs += 1
        folder = Path(command[-1])
        folder.mkdir()  # fails if an earlier, interrupted run was not cleared away
        (folder / "config.json").write_text("{}")
        return subprocess.CompletedProcess(command, 1 if self.error else 0, "", self.error)


@pytest.fixture
def unpacker(monkeypatch: pytest.MonkeyPatch) -> Unpacker:
    fake = Unpacker()
    monkeypatch.setattr(prepare.subprocess, "run", fake)
    return fake


def test_unpacked_once(profile: Profile, settings: Settings, unpacker: Unpacker) -> None:
    told: list[str] = []
    assert not is_prepared(profile, settings)
    first = prepare_model(profile, settings, told.append)
    assert first == settings.models / "smollm2-135m-instruct"
    assert is_prepared(profile, settings)
    assert prepare_model(profile, settings, told.append) == first
    assert unpacker.runs == 1
    assert len(told) == 2, "what is done, and how long it took"


def test_an_adapter_is_merged_once_and_again_when_it_has_changed(
    adapted: Profile, settings: Settings, unpacker: Unpacker
) -> None:
    told: list[str] = []
    assert not is_prepared(adapted, settings)
    merged = prepare_model(adapted, settings, told.append)
    assert merged == settings.models / "smollm2-135m-instruct+reasons"
    assert is_prepared(adapted, settings)
    assert prepare_model(adapted, settings, told.append) == merged
    assert unpacker.runs == 2, "unpacked and merged"
    assert adapted.adapter is not None
    (adapted.adapter / "adapter_model.safetensors").write_bytes(b"others")
    assert not is_prepared(adapted, settings)
    prepare_model(adapted, settings, told.append)
    assert unpacker.runs == 3, "merged anew, not unpacked anew"


def test_a_missing_adapter_says_what_to_do(adapted: Profile, settings: Settings) -> None:
    assert adapted.adapter is not None
    (adapted.adapter / "adapter_model.safetensors").unlink()
    with pytest.raises(PreparationFailed, match="because train reasons"):
        prepare_model(adapted, settings, lambda _: None)


def test_interrupted_run_is_done_again(profile: Profile, settings: Settings, unpacker: Unpacker) -> None:
    unpacker.error = "Traceback ...\nRuntimeError: killed"
    with pytest.raises(PreparationFailed, match="RuntimeError: killed"):
        prepare_model(profile, settings, lambda _: None)
    assert not is_prepared(profile, settings)
    unpacker.error = ""
    prepare_model(profile, settings, lambda _: None)
    assert is_prepared(profile, settings)
    assert [path.name for path in settings.models.iterdir() if "partial" in path.name] == []


def test_another_model_file_is_unpacked_anew(profile: Profile, settings: Settings, unpacker: Unpacker) -> None:
    folder = prepare_model(profile, settings, lambda _: None)
    assert folder is not None
    (folder / prepare.MARK).write_text('{"file": "older.gguf", "bytes": 1}')
    prepare_model(profile, settings, lambda _: None)
    assert unpacker.runs == 2


def test_two_at_once_take_turns(profile: Profile, settings: Settings, unpacker: Unpacker) -> None:
    threads = [threading.Thread(target=prepare_model, args=(profile, settings, print)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert unpacker.runs == 1


@pytest.mark.parametrize("error", ["OSError: [Errno 28] No space left on device", "safetensors: No space left"])
def test_full_disk_is_told_as_such(profile: Profile, settings: Settings, unpacker: Unpacker, error: str) -> None:
    unpacker.error = error
    with pytest.raises(DiskFull, match="make room"):
        prepare_model(profile, settings, lambda _: None)


def test_too_little_room_is_told_before_the_work(
    profile: Profile, settings: Settings, unpacker: Unpacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "ROOM", 10**18)
    with pytest.raises(DiskFull):
        prepare_model(profile, settings, lambda _: None)
    assert unpacker.runs == 0


def test_a_folder_is_checked_and_a_hub_model_left_alone(profile: Profile, settings: Settings, tmp_path: Path) -> None:
    local = dataclasses.replace(profile, source=Source("folder", str(tmp_path)))
    with pytest.raises(PreparationFailed, match=r"no config\.json"):
        prepare_model(local, settings, lambda _: None)
    (tmp_path / "config.json").write_text("{}")
    assert prepare_model(local, settings, lambda _: None) == tmp_path
    assert prepare_model(dataclasses.replace(profile, source=Source("hub", "a/b")), settings, lambda _: None) is None


@pytest.mark.slow
def test_real_model_is_dense_and_keeps_its_chat_template(profile: Profile, settings: Settings) -> None:
    folder = prepare_model(profile, settings, lambda _: None)
    assert folder is not None
    config = json.loads((folder / "config.json").read_text())
    assert "quantization_config" not in config
    assert config["vocab_size"] == 49_152
    assert (folder / "model.safetensors").stat().st_size > 250_000_000
    assert "<|im_start|>" in (folder / "chat_template.jinja").read_text()
