"""What a benchmark of reasons is to do, and what it was when it has been run."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from serving.bench.measures import machine
from serving.bench.reason_figures import Outcome, ReasonFigures, figures
from serving.profiles import Profile
from serving.training.lessons import Language

_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. ``catalogue`` None is the demo shop's held-out categories.

    Args:
        currency: of a catalogue's prices where it states none.
    """

    catalogue: Path | None = None
    currency: str = "USD"
    cases: int = 300
    seed: int = 11
    concurrency: int = 6

    @property
    def name(self) -> str:
        """The catalogue's file with its folder: many are called alike."""
        return f"{self.catalogue.resolve().parent.name}/{self.catalogue.name}" if self.catalogue else "demo"

    def titled(self, profile: str, language: Language) -> str:
        """What the run is called on a page: the catalogue, the profile and the language, where they are not usual."""
        unusual = [name for name, usual in ((profile, "cpu"), (language, "en")) if name != usual]
        return " ".join([self.name, *unusual])

    def command(self, profile: str) -> str:
        catalogue = f" --catalog {self.name}" if self.catalogue else ""
        chosen = "" if profile == "cpu" else f" --profile {profile}"
        return f"because bench reasons{catalogue} --cases {self.cases} --seed {self.seed}{chosen}"


@dataclass(frozen=True, slots=True)
class Run:
    """A benchmark that was run, with all it takes to judge it. ``examples`` are the first of a seeded shuffle."""

    name: str
    command: str
    machine: str
    date: str
    model: str
    sample: str
    figures: ReasonFigures
    examples: tuple[Outcome, ...]
    language: Language = "en"


def run_of(plan: Plan, profile: Profile, language: Language, sample: str, outcomes: Sequence[Outcome]) -> Run:
    """The figures of outcomes, with what they are figures of."""
    shuffled = random.Random(plan.seed).sample(list(outcomes), k=min(_EXAMPLES, len(outcomes)))
    return Run(
        plan.titled(profile.name, language),
        plan.command(profile.name),
        machine(),
        f"{datetime.now(UTC):%Y-%m-%d}",
        f"{profile.model} (profile {profile.name})",
        sample,
        figures(outcomes),
        tuple(shuffled),
        language,
    )
