"""What is learnt: kinds of examples by task and language, put together so that each part of them has all kinds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from serving.errors import EnvironmentUnfit
from serving.profiles import load_profile
from serving.settings import Settings
from serving.training import curriculum
from serving.training.curriculum import Curriculum, examples_of
from serving.training.lessons import Dataset, kind_of, mixed
from tests.embedders import WordEmbedder

CPU, MULTILINGUAL = (load_profile(name, Settings()) for name in ("cpu", "cpu-multilingual"))


@dataclass(frozen=True)
class Lesson:
    task: str
    language: str
    number: int


def dataset(task: str, language: str, count: int, passing: float = 1.0) -> Dataset:
    made: Any = tuple(Lesson(task, language, number) for number in range(count))
    return Dataset(made, made[: count // 5], made[: count // 5], passing)


def test_the_languages_are_those_that_the_profile_writes() -> None:
    assert Curriculum().kinds(CPU) == (("reasons", "en"),)
    assert Curriculum().kinds(MULTILINGUAL) == (("reasons", "en"), ("reasons", "zh"))
    assert Curriculum.of("answers,reasons", None).kinds(CPU) == (("reasons", "en"), ("answers", "en"))
    assert Curriculum.of("reasons", "zh").kinds(MULTILINGUAL) == (("reasons", "zh"),)


@pytest.mark.parametrize(
    ("tasks", "languages", "problem"),
    [
        ("reasons", "zh", "does not write zh"),
        ("reasons", "fr", "no language 'fr'; use en, zh"),
        ("songs", None, "no task 'songs'; use reasons, answers"),
    ],
)
def test_what_cannot_be_learnt_is_refused(tasks: str, languages: str | None, problem: str) -> None:
    with pytest.raises(EnvironmentUnfit, match=problem):
        Curriculum.of(tasks, languages).kinds(CPU)


def test_a_task_without_examples_in_the_language_is_refused() -> None:
    with pytest.raises(EnvironmentUnfit, match="no examples of answers in zh"):
        Curriculum.of("answers", "zh").kinds(MULTILINGUAL)
    with pytest.raises(EnvironmentUnfit, match="no examples of answers in zh"):
        examples_of("answers", "zh")


def test_each_kind_is_asked_of_its_maker_and_all_are_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    def maker(task: str, language: str) -> Any:
        def make(demo: Path, embedder: Any, **given: Any) -> Dataset:
            asked.append(given)
            return dataset(task, language, given["train"])

        return make

    monkeypatch.setattr(curriculum, "examples_of", maker)
    told: list[str] = []
    wanted = Curriculum(("reasons",), None, each=50)
    made = wanted.dataset(MULTILINGUAL, Path(), WordEmbedder(), seed=5, report=told.append)
    assert asked == [{"seed": 5, "train": 50, "held_out": 10}] * 2
    assert Counter(map(kind_of, made.train)) == {"reasons-en": 50, "reasons-zh": 50}
    assert {kind_of(lesson) for lesson in made.train[:12]} == {"reasons-en", "reasons-zh"}
    assert made == wanted.dataset(MULTILINGUAL, Path(), WordEmbedder(), seed=5, report=told.append)


def test_a_mix_keeps_every_lesson_and_weighs_what_passed() -> None:
    made = mixed([dataset("reasons", "en", 30, 1.0), dataset("answers", "en", 10, 0.6)], seed=1)
    assert len(set(made.train)) == 40 and len(made.validation) == 8
    assert made.passing == pytest.approx(0.9)


def test_nothing_to_train_on_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to train on"):
        mixed([dataset("reasons", "en", 0)], seed=1)
