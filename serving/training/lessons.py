"""What training asks of an example, whatever it teaches and in whichever language; and sets of them, put together.

A maker of examples is a function ``make(demo, embedder, *, seed, train, held_out) -> Dataset``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from prompts.template import Message
from retrieval.evidence import Evidence

__all__ = ["Dataset", "Language", "Lesson", "Maker", "Task", "mixed"]

Language: TypeAlias = Literal["en", "zh"]
Task: TypeAlias = Literal["reasons", "answers"]


class Lesson(Protocol):
    """One prompt and what should follow it.

    ``shop`` is the category of a made-up shop, "demo" or "held out"; ``language`` is that of the target.
    """

    @property
    def target(self) -> str: ...
    @property
    def evidence(self) -> tuple[Evidence, ...]: ...
    @property
    def shop(self) -> str: ...
    @property
    def language(self) -> Language: ...
    @property
    def task(self) -> Task: ...

    def messages(self) -> tuple[Message, ...]:
        """The prompt, as the model gets it when it serves."""
        ...


@dataclass(frozen=True, slots=True)
class Dataset:
    """Lessons in three sets that share no item and no pattern with each other's targets.

    ``validation`` is of held-out items of the same shops, ``unseen`` of categories that training knows nothing of.
    """

    train: Sequence[Lesson]
    validation: Sequence[Lesson]
    unseen: Sequence[Lesson]
    passing: float
    """Share of drafted targets that the verifier let pass; the others were thrown away."""


Maker: TypeAlias = Callable[..., Dataset]


def mixed(parts: Sequence[Dataset], *, seed: int) -> Dataset:
    """One dataset of several, each of its sets shuffled, so that the first lessons of it are of every kind.

    ``passing`` is the mean over the parts, weighted by how much each trains on.

    Raises:
        ValueError: there is no part, or none trains on anything.
    """
    if not any(part.train for part in parts):
        raise ValueError("There is nothing to train on: name a task and a language.")
    rng = random.Random(seed)
    total = sum(len(part.train) for part in parts)
    return Dataset(
        train=_shuffled([each for part in parts for each in part.train], rng),
        validation=_shuffled([each for part in parts for each in part.validation], rng),
        unseen=_shuffled([each for part in parts for each in part.unseen], rng),
        passing=sum(part.passing * len(part.train) for part in parts) / total,
    )


def _shuffled(lessons: Sequence[Lesson], rng: random.Random) -> tuple[Lesson, ...]:
    return tuple(rng.sample(list(lessons), k=len(lessons)))
