"""Kept adapters that a training begins with, and examples by what they teach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from peft import get_peft_model_state_dict, set_peft_model_state_dict

from serving.errors import PreparationFailed
from serving.training.batches import Encoded
from serving.training.lessons import Lesson, kind_of


def by_kind(lessons: Sequence[Lesson], encoded: Sequence[Encoded]) -> dict[str, list[Encoded]]:
    """The tokens of lessons, by task and language."""
    found: dict[str, list[Encoded]] = {}
    for lesson, tokens in zip(lessons, encoded, strict=True):
        found.setdefault(kind_of(lesson), []).append(tokens)
    return found


def take_up(model: Any, weights: dict[str, torch.Tensor]) -> None:
    """Give the adapter in ``model`` kept weights.

    Raises:
        PreparationFailed: they are of another base model or another rank.
    """
    own = get_peft_model_state_dict(model, save_embedding_layers=False)
    if {n: t.shape for n, t in own.items()} != {n: t.shape for n, t in weights.items()}:
        raise PreparationFailed("The adapter to start from is of another model or rank; train without --start-from.")
    set_peft_model_state_dict(model, {name: tensor.to(own[name].dtype) for name, tensor in weights.items()})
