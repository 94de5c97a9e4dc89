"""Whether the profile's model should choose the intent where the classifier is unsure: both on the same messages."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from agent.errors import ModelUnavailable
from agent.intents.classifier import Guess, IntentClassifier
from agent.intents.learning import Utterance
from agent.model import Budget, Chooser, ServedModel
from prompts.template import load
from retrieval.embedding import Embedder, SentenceEmbedder
from serving.bench.intents import CASES, read_cases
from serving.bench.measures import Share, Spread, machine
from serving.bench.reason_report import Table, write_figures
from serving.options import out
from serving.profiles import load_profile
from serving.settings import Settings
from serving.workbench import running_model

COMMAND = "because bench intents --model"
_PATIENCE = 60.0
"""Seconds a choice may take here: who is right is one question, and how long it takes another."""


@dataclass(frozen=True, slots=True)
class ChoiceFigures:
    """Of the unsure messages of one language, who is right.

    ``reversed_`` is the model with the choices listed the other way round, ``agreed`` the model where both ways agree
    and the classifier elsewhere; ``by_chance`` is the share that a choice by lot would get right. A failed choice is
    wrong.
    """

    classifier: Share
    model: Share
    reversed_: Share
    agreed: Share
    among: Share
    """The right one is among the choices: more cannot be reached."""
    by_chance: float
    failed: int
    ms: Spread
    prompt_tokens: Spread


async def bench(embedder: Embedder, chooser: Chooser, cases: Path = CASES) -> Mapping[str, ChoiceFigures]:
    """Let classifier and model guess the held-out messages of which the classifier is unsure."""
    held_out, classifier = read_cases(cases, "intents"), IntentClassifier(embedder)
    vectors = embedder.embed([case.text for case in held_out], "query")
    guessed = [(case, classifier.guess(case.text, v)) for case, v in zip(held_out, vectors, strict=True)]
    unsure = [(case, guess) for case, guess in guessed if guess.unsure]
    return {
        language: await _figures([(c, g) for c, g in unsure if c.language == language], chooser)
        for language in sorted({case.language for case, _ in unsure})
    }


async def _figures(unsure: Sequence[tuple[Utterance, Guess]], chooser: Chooser) -> ChoiceFigures:
    asked = [await _choose(case.text, guess.likely, chooser) for case, guess in unsure]
    other = [(await _choose(case.text, guess.likely[::-1], chooser))[0] for case, guess in unsure]
    wanted, first = [case.intent for case, _ in unsure], [guess.intent for _, guess in unsure]
    chosen = [each for each, _, _ in asked]
    agreed = [a if a == b and a is not None else guess for a, b, guess in zip(chosen, other, first, strict=True)]
    lots = [1 / len(g.likely) for case, g in unsure if case.intent in g.likely]
    return ChoiceFigures(
        classifier=_right(wanted, first),
        model=_right(wanted, chosen),
        reversed_=_right(wanted, other),
        agreed=_right(wanted, agreed),
        among=Share.of(case.intent in guess.likely for case, guess in unsure),
        by_chance=sum(lots) / len(unsure),
        failed=sum(each is None for each in [*chosen, *other]),
        ms=Spread.of([ms for _, ms, _ in asked]),
        prompt_tokens=Spread.of([tokens for _, _, tokens in asked]),
    )


async def _choose(message: str, choices: Sequence[str], chooser: Chooser) -> tuple[str | None, float, int]:
    """What was chosen (None: it failed), the milliseconds, and the prompt tokens."""
    budget, started = Budget(max_calls=1), time.perf_counter()
    variables = {"intents": list(choices), "message": message}
    try:
        chosen: str | None = await chooser.choose(load("choose_intent"), variables, choices, budget)
    except ModelUnavailable:
        chosen = None
    return chosen, (time.perf_counter() - started) * 1000, budget.prompt_tokens


def _right(wanted: Sequence[str], found: Sequence[str | None]) -> Share:
    return Share.of(a == b for a, b in zip(wanted, found, strict=True))


def bench_choice(settings: Settings, console: Console, page: Path | None) -> dict[str, Any]:
    """Run it with the profile's model; its figures as plain values, and on the page if one is given."""
    profile = load_profile(settings.profile, settings)
    key = settings.model_key.get_secret_value() if settings.model_key else None
    with running_model(profile, settings, out.print):
        model = ServedModel(profile.address, profile.model, key=key, timeout=_PATIENCE, choice=_PATIENCE)
        figures = asyncio.run(bench(SentenceEmbedder(profile.embedding_model), model))
    found = table(figures)
    found.show(console)
    if page is not None:
        about = f"`{COMMAND}` on {machine()}; {datetime.now(UTC):%Y-%m-%d}; profile {profile.name}, {profile.model}."
        write_figures(page, "choice", f"{about}\n\n{found.markdown()}")
    plain: dict[str, Any] = json.loads(json.dumps({name: asdict(each) for name, each in figures.items()}))
    return plain


def table(figures: Mapping[str, ChoiceFigures]) -> Table:
    """Who is right, and what it costs."""
    each = list(figures.values())
    rows = [
        ("right: the classifier's guess", *(str(f.classifier) for f in each)),
        ("right: the model's choice", *(str(f.model) for f in each)),
        ("… with the choices in reverse", *(str(f.reversed_) for f in each)),
        ("… where both agree, else the guess", *(str(f.agreed) for f in each)),
        ("right by lot", *(f"{f.by_chance:.1%}" for f in each)),
        ("the right one is among the choices", *(str(f.among) for f in each)),
        ("choices that failed", *(str(f.failed) for f in each)),
        ("a choice, ms: p50 (p95)", *(f"{f.ms.p50:,.0f} ({f.ms.p95:,.0f})" for f in each)),
        ("prompt tokens: p50 (most)", *(f"{f.prompt_tokens.p50:,.0f} ({f.prompt_tokens.most:,.0f})" for f in each)),
    ]
    return Table("Unsure messages", ("of the messages that the classifier is unsure of", *figures), tuple(rows))
