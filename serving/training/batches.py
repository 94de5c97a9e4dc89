"""Examples as token ids, in batches of about equal length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from serving.training.lessons import Lesson

_BUCKET = 16
"""Batches among which examples are sorted by length; more would save padding and cost randomness."""
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Encoded:
    """A prompt's tokens and its target's, which ends with the end-of-turn token."""

    prompt: tuple[int, ...]
    target: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.prompt) + len(self.target)


@dataclass(frozen=True, slots=True)
class Batch:
    """Right-padded tokens.

    Shapes: ids, mask and labels (B, T) int64; labels[b, t] is the token that should follow ids[b, t], or `IGNORED`.
    """

    ids: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor


def encode(examples: Sequence[Lesson], tokenizer: Any) -> list[Encoded]:
    """The examples as the served model sees them: the same template, the same chat template."""
    return [_encoded(example, tokenizer) for example in examples]


def _encoded(example: Lesson, tokenizer: Any) -> Encoded:
    messages = [{"role": m.role, "content": m.content} for m in example.messages()]
    prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    target = tokenizer(example.target, add_special_tokens=False)["input_ids"]
    return Encoded(tuple(ids), (*target, tokenizer.eos_token_id))


def schedule(examples: Sequence[Encoded], *, batch: int, epochs: int, seed: int) -> list[tuple[int, ...]]:
    """The examples' numbers for each step of all epochs, in an order that follows from the seed."""
    rng = random.Random(seed)
    steps: list[tuple[int, ...]] = []
    for _ in range(epochs):
        order = list(range(len(examples)))
        rng.shuffle(order)
        epoch: list[tuple[int, ...]] = []
        for start in range(0, len(order), batch * _BUCKET):
            bucket = sorted(order[start : start + batch * _BUCKET], key=lambda i: len(examples[i]))
            epoch += [tuple(bucket[i : i + batch]) for i in range(0, len(bucket), batch)]
        rng.shuffle(epoch)
        steps += epoch
    return steps


def batched(examples: Sequence[Encoded], size: int) -> Iterator[Batch]:
    """All examples, the shortest first."""
    ordered = sorted(examples, key=len)
    for start in range(0, len(ordered), size):
        yield collate(ordered[start : start + size])


def collate(examples: Sequence[Encoded]) -> Batch:
    """One batch; what is padded or belongs to a prompt has no label."""
    longest = max(map(len, examples))
    ids = torch.zeros(len(examples), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    labels = torch.full_like(ids, IGNORED)
    for row, example in enumerate(examples):
        tokens = torch.tensor(example.prompt + example.target)
        ids[row, : len(tokens)], mask[row, : len(tokens)] = tokens, 1
        first = len(example.prompt) - 1
        labels[row, first : len(tokens) - 1] = tokens[first + 1 :]
    return Batch(ids, mask, labels)
