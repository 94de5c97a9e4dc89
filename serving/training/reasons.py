"""Train the reason model's adapter.

`train_reasons` writes to ``<store>/training``: ``adapter/`` with the weights, ``training.json`` with how they came
about, ``loss.svg`` with the curve, and a checkpoint while it runs. Torch is loaded only when it works.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.embedding import SentenceEmbedder
from serving.errors import PreparationFailed
from serving.prepare import prepare_base
from serving.profiles import load_profile
from serving.settings import Settings
from serving.training.curve import loss_curve
from serving.training.examples import Dataset, figures, make_examples

if TYPE_CHECKING:
    from serving.training.loop import TrainConfig, Trained

__all__ = ["train_adapter", "train_reasons"]

Report = Callable[[str], None]
LARGEST = 12_000_000
"""Bytes an adapter may have: it is kept with the project."""


def train_reasons(settings: Settings, *, minutes: float = 60.0, seed: int = 7, report: Report = print) -> Path:
    """Make the examples, train an adapter for the cpu profile's model, and say how it went.

    An interrupted training goes on where its last checkpoint was, if it is started with the same seed.

    Args:
        minutes: the longest that the training itself may take; making the examples takes some more.
    Returns:
        The folder of the adapter: adapter_model.safetensors, adapter_config.json, training.json, loss.svg.
    Raises:
        PreparationFailed: the base model cannot be made ready.
    """
    profile = load_profile("cpu", settings)
    base = prepare_base(profile, settings, report)
    if base is None:
        raise PreparationFailed("The profile cpu names no local model, so there is nothing to train.")
    report("Making the examples ...")
    dataset = make_examples(settings.demo, SentenceEmbedder(profile.embedding_model), seed=seed)
    report(f"{len(dataset.train)} examples; the verifier let {dataset.passing:.1%} of their drafts pass")
    return train_adapter(base, dataset, settings.store / "training", minutes=minutes, seed=seed, report=report)


def train_adapter(
    base: Path,
    dataset: Dataset,
    folder: Path,
    *,
    minutes: float,
    seed: int,
    report: Report,
    config: TrainConfig | None = None,
) -> Path:
    """Train on a dataset that is there already; see `train_reasons`. ``folder`` holds checkpoint and result."""
    from serving.training.loop import Trainer

    trainer = Trainer(base, folder, dataset, minutes=minutes, seed=seed, config=config)
    trained = trainer.run(report)
    adapter = _write(trained, _account(trained, dataset, trainer.config, seed), folder / "adapter")
    trainer.clear()
    report(f"The adapter is in {adapter}")
    return adapter


def _account(trained: Trained, dataset: Dataset, config: TrainConfig, seed: int) -> dict[str, Any]:
    """What training.json says: everything needed to judge the adapter and to make it again."""
    progress = trained.progress
    return {
        "seed": seed,
        "config": asdict(config),
        "dtype": trained.dtype,
        "steps": progress.step,
        "seconds": round(progress.seconds),
        "losses": [[step, round(loss, 4)] for step, loss in progress.losses],
        "held_out_items_and_phrasings": [[step, round(loss, 4)] for step, loss in progress.validation],
        "held_out_categories": round(trained.unseen, 4),
        "drafts_passing": round(dataset.passing, 4),
        "data": {
            name: {key: round(value, 4) for key, value in asdict(figures(examples)).items()}
            for name, examples in (
                ("train", dataset.train),
                ("validation", dataset.validation),
                ("unseen", dataset.unseen),
            )
        },
    }


def _write(trained: Trained, account: dict[str, Any], folder: Path) -> Path:
    from safetensors.torch import save_file

    partial = _emptied(folder)
    save_file(trained.weights, partial / "adapter_model.safetensors", metadata={"format": "pt"})
    size = (partial / "adapter_model.safetensors").stat().st_size
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
