"""What an adapter learns: which tasks in which languages, and who makes the examples of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar, get_args

from retrieval.embedding import Embedder, Remembering
from serving.errors import EnvironmentUnfit
from serving.profiles import Profile
from serving.training.lessons import Dataset, Language, Maker, Task, mixed

__all__ = ["Curriculum", "examples_of"]

T = TypeVar("T")
Kind = tuple[Task, Language]
_MAKERS: dict[Kind, str] = {
    ("reasons", "en"): "serving.training.examples:make_examples",
    ("reasons", "zh"): "serving.training.chinese:make_chinese_examples",
    ("answers", "en"): "serving.training.answering:make_answers",
}
_ALONE, _EACH = 6000, 3000
"""Examples of a kind that is trained on alone, and of each of several."""
_HELD_OUT = 400
_VECTORS = 120_000


@dataclass(frozen=True, slots=True)
class Curriculum:
    """``languages`` None are those that the profile writes; ``each`` None is `_ALONE` or `_EACH`."""

    tasks: tuple[Task, ...] = ("reasons",)
    languages: tuple[Language, ...] | None = None
    each: int | None = None

    @staticmethod
    def of(tasks: str, languages: str | None, *, each: int | None = None) -> Curriculum:
        """A curriculum from comma-separated names.

        Raises:
            EnvironmentUnfit: there is no such task or language.
        """
        spoken = None if languages is None else _named(languages, get_args(Language), "language")
        return Curriculum(_named(tasks, get_args(Task), "task"), spoken, each)

    def kinds(self, profile: Profile) -> tuple[Kind, ...]:
        """Each task in each language for which there are examples.

        Raises:
            EnvironmentUnfit: a language that the profile does not write, or a task without any examples.
        """
        wanted = self.languages or tuple(lang for lang in get_args(Language) if lang in profile.writes)
        if strange := set(wanted) - profile.writes:
            raise EnvironmentUnfit(
                f"The profile {profile.name} does not write {min(strange)}; see `writes` in its file."
            )
        kinds = tuple((task, language) for task in self.tasks for language in wanted if (task, language) in _MAKERS)
        if without := set(self.tasks) - {task for task, _ in kinds}:
            raise EnvironmentUnfit(f"There are no examples of {min(without)} in {', '.join(wanted)}.")
        return kinds

    def dataset(
        self, profile: Profile, demo: Path, embedder: Embedder, *, seed: int, report: Callable[[str], None]
    ) -> Dataset:
        """The examples of all kinds, mixed."""
        kinds = self.kinds(profile)
        each = self.each or (_ALONE if len(kinds) == 1 else _EACH)
        remembering = Remembering(embedder, _VECTORS)  # the kinds tell of the same items
        parts = []
        for task, language in kinds:
            report(f"Making the examples: {task} in {language} ...")
            make = examples_of(task, language)
            parts.append(make(demo, remembering, seed=seed, train=each, held_out=min(_HELD_OUT, max(each // 5, 1))))
        return parts[0] if len(parts) == 1 else mixed(parts, seed=seed)


def examples_of(task: Task, language: Language) -> Maker:
    """The function that makes examples of one kind.

    Raises:
        EnvironmentUnfit: there is none in this installation.
    """
    module, _, function = _MAKERS.get((task, language), "").partition(":")
    if not module or find_spec(module) is None:
        raise EnvironmentUnfit(f"This installation has no examples of {task} in {language}.")
    maker: Maker = getattr(import_module(module), function)
    return maker


def _named(text: str, known: tuple[T, ...], what: str) -> tuple[T, ...]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise EnvironmentUnfit(f"There is no {what} {name!r}; use {', '.join(map(str, known))}.")
    return tuple(one for one in known if one in names)
