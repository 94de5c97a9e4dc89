"""The benchmark of answers about items: by the rules, by the model unproved, and as shown.

Two sets. The generated ones are of items, wordings and categories that training does not see; which facts answer is
known, as the questions were made of them. The written ones are of the demo shop: which words an answer must have stands
in their file, with the half on which thresholds were chosen (tune) and the half that is only reported.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from agent.errors import BudgetSpent, ModelUnavailable
from agent.items.answer_proof import SILENT, shown
from agent.items.answer_writing import AnswerWriter
from agent.items.product_question import read
from agent.model import Budget, ServedModel
from agent.reasons.claims import split_claims
from agent.reasons.reason import TAUGHT
from agent.reasons.support import Similar, Support
from retrieval.catalogue import Catalogue, Item
from retrieval.embedding import Embedder, SentenceEmbedder
from retrieval.feeds import read_items
from serving.bench.answer_figures import (
    AnswerCase,
    AnswerFigures,
    AnswerOutcome,
    AnswerText,
    answer_tables,
    figures_of,
)
from serving.bench.measures import machine
from serving.bench.reason_report import write_figures
from serving.errors import EnvironmentUnfit
from serving.profiles import Profile, load_profile
from serving.settings import Settings
from serving.taught import prompts_of
from serving.training.answering import Answer, make_answers
from serving.workbench import running_model

QUESTIONS = Path("tests/agent/product_questions.yaml")
_PATIENCE = 60.0
"""Seconds an answer may take here, so that a busy machine does not pass for a poor model."""


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """What to run.

    Args:
        cases: generated questions, half of held-out items and wordings, half of held-out categories; 0 for none.
        questions: file of written questions, in the checkout.
        part: half of the written questions: report or tune.
        untrained: ask with the trained prompt even if the adapter was not trained on answers.
    """

    cases: int = 200
    questions: Path = QUESTIONS
    part: str = "report"
    seed: int = 11
    concurrency: int = 3
    untrained: bool = False

    @property
    def command(self) -> str:
        return f"because bench answers --cases {self.cases} --part {self.part} --seed {self.seed}"


def generated_cases(demo: Path, embedder: Embedder, plan: AnswerPlan) -> dict[str, tuple[AnswerCase, ...]]:
    """Held-out questions that were made of the facts that answer them."""
    if not plan.cases:
        return {}
    made = make_answers(demo, embedder, seed=plan.seed, train=0, held_out=plan.cases // 2)
    sets = {"held-out items and wordings": made.validation, "held-out categories": made.unseen}
    return {name: tuple(_case(each) for each in found if isinstance(each, Answer)) for name, found in sets.items()}


def _case(example: Answer) -> AnswerCase:
    known = {each.evidence.id: each.evidence.text for each in example.lines}
    cited = [known[i] for claim in split_claims(example.target) for i in claim.evidence_ids]
    return AnswerCase(example.reading, example.lines, frozenset() if example.target == SILENT else frozenset(cited))


def written_cases(demo: Path, embedder: Embedder, plan: AnswerPlan) -> tuple[AnswerCase, ...]:
    """The questions of one half of the file.

    Raises:
        EnvironmentUnfit: there is no such file, or no such half.
    """
    if plan.part not in {"report", "tune"}:
        raise EnvironmentUnfit(f"There is no part {plan.part!r} of the written questions; use report or tune.")
    if not plan.questions.is_file():
        raise EnvironmentUnfit(
            f"There is no file {plan.questions}; run this in the checkout, or name it by --questions."
        )
    items = Catalogue([row for row in read_items(demo / "catalogue") if isinstance(row, Item)])
    return tuple(_written(plan, items, embedder))


def _written(plan: AnswerPlan, items: Catalogue, embedder: Embedder) -> Iterator[AnswerCase]:
    seen: Counter[tuple[str, bool]] = Counter()
    for row in yaml.safe_load(plan.questions.read_text(encoding="utf-8")):
        key = row["item"], bool(row["says"])
        seen[key] += 1
        if (seen[key] == 1) == (plan.part == "tune"):
            reading = read(embedder, items[row["item"]], row["ask"])
            begins = row.get("begins", "")
            yield AnswerCase(reading, shown(reading), says=tuple(row["says"]), begins=begins)


async def outcomes_of(writer: AnswerWriter, cases: Sequence[AnswerCase], at_once: int) -> tuple[AnswerOutcome, ...]:
    """Every case answered: by the rules, raw, and as it is shown."""
    room = asyncio.Semaphore(at_once)

    async def one(case: AnswerCase) -> AnswerOutcome:
        async with room:
            return await _outcome(writer, case)

    return tuple(await asyncio.gather(*map(one, cases)))


async def _outcome(writer: AnswerWriter, case: AnswerCase) -> AnswerOutcome:
    rules = case.reading.said
    began = time.perf_counter()
    try:
        text = await writer.ask(case.reading, case.lines, Budget(max_calls=1)) if writer.template else None
        problem = "the model was not trained on answers"
    except (ModelUnavailable, BudgetSpent) as error:
        text, problem = None, f"{type(error).__name__}: {error}"
    ms = (time.perf_counter() - began) * 1000
    if text is None:
        return AnswerOutcome(case, AnswerText.of(rules), None, AnswerText.of(rules), rules.state, problem, None)
    found = await asyncio.to_thread(writer.proved, case.reading, case.lines, text)
    raw = AnswerText.raw(text, case.lines)
    return AnswerOutcome(case, AnswerText.of(rules), raw, AnswerText.of(found), found.state, found.fallback or "", ms)


async def bench_answers(settings: Settings, plan: AnswerPlan, console: Console, page: Path | None) -> dict[str, Any]:
    """Make the cases, answer them with the profile's model, print and perhaps write the figures; they come as values.

    Raises:
        ServingError, RetrievalError: as for `because run`; EnvironmentUnfit if the questions cannot be read.
    """
    profile = load_profile(settings.profile, settings)
    embedder = SentenceEmbedder(profile.embedding_model)
    console.print("Making the cases ...")
    sets = generated_cases(settings.demo, embedder, plan)
    sets[f"demo shop, written, {plan.part} half"] = written_cases(settings.demo, embedder, plan)
    with running_model(profile, settings, console.print):
        writer = _writer(profile, settings, plan, embedder)
        outcomes = {name: await outcomes_of(writer, cases, plan.concurrency) for name, cases in sets.items()}
    head = f"`{plan.command}` on {machine()}; {datetime.now(UTC):%Y-%m-%d}; {profile.model} (profile {profile.name})"
    if writer.template is None:
        head += ", not trained on answers"
    console.print(head, markup=False, soft_wrap=True)
    figures = {name: figures_of(found) for name, found in outcomes.items()}
    tables = [table for name, each in figures.items() for table in answer_tables(each, name)]
    for table in tables:
        table.show(console)
    if page is not None:
        text = [f"{head}. In brackets: intervals of 95 % (Wilson), and counts."]
        write_figures(
            page, "answers", "\n\n".join([*text, *(f"**{table.title}**\n\n{table.markdown()}" for table in tables)])
        )
    return _values(figures, outcomes)


def _writer(profile: Profile, settings: Settings, plan: AnswerPlan, embedder: Embedder) -> AnswerWriter:
    """The writer as a turn has it, but for its patience."""
    key = settings.model_key.get_secret_value() if settings.model_key else None
    model = ServedModel(profile.address, profile.model, key=key, timeout=max(settings.model_timeout, _PATIENCE))
    template = prompts_of(profile).answer or (TAUGHT.answer if plan.untrained else None)
    items = Catalogue([row for row in read_items(settings.demo / "catalogue") if isinstance(row, Item)])
    return AnswerWriter(
        model, template, items.vocabulary.brands, Support(Similar(embedder)), profile.writes, patience=_PATIENCE
    )


def _values(figures: dict[str, AnswerFigures], outcomes: dict[str, tuple[AnswerOutcome, ...]]) -> dict[str, Any]:
    return {
        name: {
            "figures": asdict(each),
            "cases": [
                {
                    "item": o.case.reading.item.title,
                    "question": o.case.reading.question,
                    "rules": o.rules.text,
                    "raw": o.raw.text if o.raw else None,
                    "shown": o.shown.text,
                    "judged": o.case.judged(o.shown),
                    "problem": o.problem,
                }
                for o in outcomes[name]
            ],
        }
        for name, each in figures.items()
    }
