"""Train the adapter of a profile's model: on reasons, on answers to product questions, in the languages it writes.

`train_reasons` writes to ``<store>/training/<profile>``: ``adapter/`` with the weights, ``training.json`` with how they
came about, ``loss.svg`` with the curve, and a checkpoint while it runs. Torch is loaded only when it works.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.embedding import SentenceEmbedder
from serving.errors import PreparationFailed
from serving.licence import Licence
from serving.packaged import package_file
from serving.prepare import prepare_base
from serving.profiles import Profile, load_profile
from serving.settings import Settings
from serving.training.curriculum import Curriculum
from serving.training.curve import loss_curve
from serving.training.examples import figures
from serving.training.lessons import Dataset, Lesson, kind_of

if TYPE_CHECKING:
    from serving.training.loop import TrainConfig, Trained

__all__ = ["Curriculum", "train_adapter", "train_reasons"]

Report = Callable[[str], None]
LARGEST = 12_000_000
"""Bytes an adapter may have: it is kept with the project."""
_WEIGHTS = "adapter_model.safetensors"
_CAREFUL = 5e-4
"""The highest learning rate where the adapter has been trained before; half of that of a new one."""


def train_reasons(
    settings: Settings,
    curriculum: Curriculum | None = None,
    *,
    minutes: float = 60.0,
    seed: int = 7,
    start_from: Path | None = None,
    report: Report = print,
) -> Path:
    """Make the examples, train an adapter for the profile's model, and say how it went.

    An interrupted training goes on where its last checkpoint was, if it is started in the same way.

    Args:
        curriculum: what is learnt; reasons in the languages that the profile writes if None.
        minutes: the longest that the training itself may take; making the examples takes some more.
        start_from: folder of an adapter to begin with.
    Returns:
        The folder of the adapter: adapter_model.safetensors, adapter_config.json, training.json, loss.svg, and where
        the base model has a licence of its own, NOTICE and its text.
    Raises:
        ConsentMissing: the licence of the base model is not accepted.
        PreparationFailed: the base model cannot be made ready, or there is no adapter to start from.
    """
    profile = load_profile(settings.profile, settings)
    if profile.source.kind not in {"package", "folder"}:
        raise PreparationFailed(f"The profile {profile.name} names no local model, so there is nothing to train.")
    if start_from is not None and not (start_from / _WEIGHTS).is_file():
        raise PreparationFailed(f"{start_from} holds no adapter to start from.")
    base = prepare_base(profile, settings, report)
    assert base is not None
    dataset = (curriculum or Curriculum()).dataset(
        profile, settings.demo, SentenceEmbedder(profile.embedding_model), seed=seed, report=report
    )
    report(f"{len(dataset.train)} examples; the verifier let {dataset.passing:.1%} of their drafts pass")
    folder = settings.store / "training" / profile.name
    adapter = train_adapter(base, dataset, folder, minutes=minutes, seed=seed, report=report, start_from=start_from)
    if profile.licence is not None:
        _write_notice(profile, profile.licence, adapter)
    return adapter


def train_adapter(
    base: Path,
    dataset: Dataset,
    folder: Path,
    *,
    minutes: float,
    seed: int,
    report: Report,
    config: TrainConfig | None = None,
    start_from: Path | None = None,
) -> Path:
    """Train on a dataset that is there already; see `train_reasons`. ``folder`` holds checkpoint and result."""
    from serving.training.loop import TrainConfig, Trainer

    config = config or (TrainConfig(learning_rate=_CAREFUL) if start_from else TrainConfig())
    begun = start_from / _WEIGHTS if start_from else None
    trainer = Trainer(base, folder, dataset, minutes=minutes, seed=seed, config=config, start_from=begun)
    earlier = _earlier(start_from)  # read before the result takes the place of what it may be
    trained = trainer.run(report)
    account = _account(trained, dataset, trainer.config, seed) | {"base": base.name, "started_from": earlier}
    adapter = _write(trained, account, folder / "adapter")
    trainer.clear()
    report(f"The adapter is in {adapter}")
    return adapter


def _account(trained: Trained, dataset: Dataset, config: TrainConfig, seed: int) -> dict[str, Any]:
    """What training.json says: everything needed to judge the adapter and to make it again."""
    progress = trained.progress
    sets = {"train": dataset.train, "validation": dataset.validation, "unseen": dataset.unseen}
    return {
        "seed": seed,
        "config": asdict(config),
        "dtype": trained.dtype,
        "steps": progress.step,
        "seconds": round(progress.seconds),
        "losses": [[step, round(loss, 4)] for step, loss in progress.losses],
        "held_out_items_and_phrasings": [[step, round(loss, 4)] for step, loss in progress.validation],
        "held_out_categories": round(trained.unseen, 4),
        "held_out_categories_of": {kind: round(loss, 4) for kind, loss in trained.unseen_of.items()},
        "drafts_passing": round(dataset.passing, 4),
        "data": {name: _figures(examples) for name, examples in sets.items()},
        "data_of": {
            kind: {name: _figures([e for e in each if kind_of(e) == kind]) for name, each in sets.items()}
            for kind in sorted({kind_of(e) for e in dataset.train})
        },
    }


def _figures(examples: Sequence[Lesson]) -> dict[str, float]:
    return {key: round(value, 4) for key, value in asdict(figures(examples)).items()}


def _earlier(start_from: Path | None) -> dict[str, Any] | None:
    """What training.json keeps of the adapter that a training began with."""
    if start_from is None:
        return None
    told = start_from / "training.json"
    account = json.loads(told.read_text(encoding="utf-8")) if told.is_file() else {}
    kept = {key: account[key] for key in ("seed", "steps", "seconds", "config", "started_from") if key in account}
    return {
        "adapter": start_from.name,
        "sha256": hashlib.sha256((start_from / _WEIGHTS).read_bytes()).hexdigest(),
    } | kept


def _write_notice(profile: Profile, licence: Licence, folder: Path) -> None:
    """What has to go with an adapter that was trained on a model under a licence of its own."""
    text = package_file(profile.source.name, licence.text)
    if text is None:
        raise PreparationFailed(f"The package {profile.source.name} lacks {licence.text}, the text of its licence.")
    shutil.copyfile(text, folder / licence.text)
    changed = f"This adapter is a modification of {profile.model}: its weights were trained by Because."
    notice = f"{licence.notice}\n\n{changed}\nThe terms are in {licence.text} and at {licence.url}\n{licence.summary}\n"
    (folder / "NOTICE").write_text(notice, encoding="utf-8")


def _write(trained: Trained, account: dict[str, Any], folder: Path) -> Path:
    from safetensors.torch import save_file

    partial = _emptied(folder)
    save_file(trained.weights, partial / _WEIGHTS, metadata={"format": "pt"})
    size = (partial / _WEIGHTS).stat().st_size
    if size > LARGEST:
        raise PreparationFailed(f"The adapter has {size} bytes, more than {LARGEST}; train with a lower rank.")
    trained.config.save_pretrained(str(partial))
    (partial / "training.json").write_text(json.dumps(account) + "\n", encoding="utf-8")
    progress = trained.progress
    (partial / "loss.svg").write_text(loss_curve(progress.losses, progress.validation), encoding="utf-8")
    return _named(partial, folder)


def _emptied(folder: Path) -> Path:
    """An empty folder beside the one that it is going to be."""
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    return partial


def _named(partial: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return folder
