"""Make the model of a profile ready to be served: unpack the embedded one once and merge its adapter into it.

Run as ``python -m serving.prepare GGUF [TEMPLATE] FOLDER`` this module unpacks one file. `prepare_model` does that in a
process of its own, so that whoever calls it never loads torch.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from serving.consent import require_consent
from serving.errors import DiskFull, PreparationFailed
from serving.packaged import how_to_install, joined, packed_model
from serving.profiles import Profile
from serving.settings import Settings

MARK = "because.json"
"""Written last into a prepared folder: what it was made from."""

ROOM = 1_000_000_000
"""Free bytes wanted before unpacking; SmolLM2-135M takes 270 MB."""

Report = Callable[[str], None]


def model_location(profile: Profile, settings: Settings) -> Path | None:
    """The folder that vLLM loads, or None where it fetches the model itself or the model runs elsewhere."""
    base = base_location(profile, settings)
    if base is None or profile.adapter is None:
        return base
    return settings.models / f"{base.name}+{profile.adapter.name}"


def base_location(profile: Profile, settings: Settings) -> Path | None:
    """The folder of the model without the profile's adapter."""
    if profile.source.kind == "package":
        return settings.models / profile.model
    if profile.source.kind == "folder":
        return Path(profile.source.name)
    return None


def is_prepared(profile: Profile, settings: Settings) -> bool:
    """True if nothing is left to do before the model server can start."""
    folder = model_location(profile, settings)
    if folder is None:
        return True
    if profile.adapter is not None:
        return _read_mark(folder) == _merged_mark(profile)
    return _base_is_prepared(profile, settings)


def prepare_model(profile: Profile, settings: Settings, report: Report) -> Path | None:
    """Unpack or check the model and merge its adapter; returns at once if that was done before.

    An interrupted run leaves nothing that a later one would take for a model: a folder gets its name when it is
    whole. Two processes that prepare the same model take turns.

    Returns:
        The folder that vLLM loads, or None as `model_location` says.
    Raises:
        ConsentMissing: the model's licence is not accepted.
        PreparationFailed: the package, the folder or the adapter is missing, or the model cannot be made of it.
        DiskFull: there is too little room in the store.
    """
    require_consent(profile, settings)
    folder = model_location(profile, settings)
    if folder is None or is_prepared(profile, settings):
        return folder
    base = prepare_base(profile, settings, report)
    if base is None or profile.adapter is None:
        return base
    try:
        with _turn(folder):
            if not is_prepared(profile, settings):
                _merge_into(folder, base, profile, report)
    except OSError as exc:
        raise _disk_problem(exc.strerror or str(exc), folder) from exc
    return folder


def prepare_base(profile: Profile, settings: Settings, report: Report) -> Path | None:
    """The model without its adapter, unpacked or checked; raises as `prepare_model` does."""
    require_consent(profile, settings)
    folder = base_location(profile, settings)
    if folder is None or _base_is_prepared(profile, settings):
        return folder
    if profile.source.kind == "folder":
        raise PreparationFailed(f"{folder} holds no model (no config.json); name a folder in Hugging Face layout.")
    model = packed_model(profile.source, how_to_install(profile))
    try:
        with _turn(folder):
            if not _base_is_prepared(profile, settings):
                with joined(model, folder.parent) as gguf:
                    _unpack_into(folder, gguf, profile, report)
    except OSError as exc:
        raise _disk_problem(exc.strerror or str(exc), folder) from exc
    return folder


def _base_is_prepared(profile: Profile, settings: Settings) -> bool:
    folder = base_location(profile, settings)
    assert folder is not None
    if profile.source.kind == "package":
        return _read_mark(folder) == _mark_of(profile)
    return (folder / "config.json").is_file()


def unpack(gguf: Path, folder: Path, chat_template: Path | None = None) -> None:
    """Write a GGUF file's weights, tokenizer and chat template as a bfloat16 folder in Hugging Face layout.

    Args:
        chat_template: a Jinja file to take in the place of the file's own template.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    model = AutoModelForCausalLM.from_pretrained(
        gguf.parent,
        gguf_file=gguf.name,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.bfloat16,
    )
    if chat_template is not None:
        tokenizer.chat_template = chat_template.read_text(encoding="utf-8")
    # The weights are dense now; left in, the configuration would make vLLM look for GGUF blocks.
    model.config.__dict__.pop("quantization_config", None)
    model.hf_quantizer = None
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _unpack_into(folder: Path, gguf: Path, profile: Profile, report: Report) -> None:
    sources = [gguf] if profile.chat_template is None else [gguf, profile.chat_template]
    _make(folder, "serving.prepare", sources, _mark_of(profile), doing="Unpack", report=report)


def _merge_into(folder: Path, base: Path, profile: Profile, report: Report) -> None:
    assert profile.adapter is not None
    _make(folder, "serving.merging", [base, profile.adapter], _merged_mark(profile), doing="Merg", report=report)


def _make(
    folder: Path, module: str, sources: Sequence[Path], mark: Mapping[str, str | int], *, doing: str, report: Report
) -> None:
    """Have a module of ours write a model folder, in a process of its own; the mark goes in last."""
    if shutil.disk_usage(folder.parent).free < ROOM:
        raise DiskFull(f"Less than 1 GB is free for the model in {folder.parent}; make room or choose another --store.")
    report(f"{doing}ing the model {folder.name} (once) ...")
    started = time.monotonic()
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    command = [sys.executable, "-m", module, *(str(path.absolute()) for path in (*sources, partial))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise _disk_problem(lines[-1] if lines else f"exit code {done.returncode}", folder)
    (partial / MARK).write_text(json.dumps(mark), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    report(f"{doing}ed the model {folder.name} in {time.monotonic() - started:.0f} s")


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Hold the lock of a model folder; the lock ends with the process, however that ends."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _mark_of(profile: Profile) -> dict[str, str | int]:
    """What the unpacked folder of a package is made from."""
    model = packed_model(profile.source, how_to_install(profile))
    mark: dict[str, str | int] = {"file": model.name, "bytes": model.size}
    if profile.chat_template is not None:
        mark["chat_template"] = hashlib.sha256(profile.chat_template.read_bytes()).hexdigest()
    return mark


def _merged_mark(profile: Profile) -> dict[str, str | int]:
    """What a merged folder was made from.

    Raises:
        PreparationFailed: the adapter is not there.
    """
    assert profile.adapter is not None
    weights = profile.adapter / "adapter_model.safetensors"
    if not weights.is_file():
        raise PreparationFailed(
            f"{profile.adapter} holds no adapter; restore it, or make it by "
            f"`because train reasons --profile {profile.name}` and put it there."
        )
    if profile.source.kind == "folder":
        config = Path(profile.source.name) / "config.json"
        made_from: dict[str, str | int] = {"file": config.name, "bytes": config.stat().st_size}
    else:
        made_from = _mark_of(profile)
    return {**made_from, "adapter": hashlib.sha256(weights.read_bytes()).hexdigest()}


def _read_mark(folder: Path) -> dict[str, str | int] | None:
    try:
        mark: dict[str, str | int] = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return mark


def _disk_problem(reason: str, folder: Path) -> PreparationFailed | DiskFull:
    if "No space left" in reason:
        return DiskFull(f"The disk is full: no room for the model in {folder.parent}; make room and start again.")
    return PreparationFailed(f"The model could not be unpacked into {folder}: {reason}")


if __name__ == "__main__":
    given, *template, made = map(Path, sys.argv[1:])
    unpack(given, made, *template)
