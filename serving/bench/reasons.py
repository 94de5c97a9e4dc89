"""The benchmark of reasons: what the model writes, and what of it a shopper gets to see.

Each case is written twice with the same prompt: as it is shipped, proved claim by claim, and raw, the first answer in
full. The first cases are written as many at once as a turn writes, and timed; the others faster.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from agent.errors import BudgetSpent, ModelUnavailable
from agent.model import Budget, ServedModel
from agent.reasons.chinese import verifier_of
from agent.reasons.reason import CITED, PROMPTED, Reason, Writer
from agent.reasons.support import Similar, Support
from prompts.template import load
from retrieval.catalogue import Item
from retrieval.embedding import Embedder, SentenceEmbedder
from retrieval.events import Event
from retrieval.feeds import read_events, read_items
from retrieval.index import ShopIndex
from serving.bench.reason_cases import Case, CaseMaker, Ware, demo_wares, example_cases, foreign_wares
from serving.bench.reason_figures import Cost, Outcome, judged, read_text
from serving.bench.reason_plan import Plan, Run, run_of
from serving.errors import EnvironmentUnfit
from serving.profiles import Profile, load_profile
from serving.settings import Settings
from serving.training.curriculum import examples_of
from serving.training.lessons import Language
from serving.training.phrasing import Phrasing
from serving.workbench import running_model

_CALLS = 2
"""What one reason may cost at most: an answer and its repair."""
_AT_ONCE = 3
"""As many reasons as a turn writes at once; times are of these."""
_TIMED = 60
_PATIENCE = 60.0
"""Seconds an answer may take here, so that a busy machine does not pass for a poor model."""
_ITEMS = 400
"""How many items of a large catalogue are indexed."""
T = TypeVar("T")


async def bench(settings: Settings, plan: Plan, console: Console) -> tuple[Run, ...]:
    """Make the cases, write their reasons with the profile's model, and count; one run a language.

    Chinese is measured on the demo shop alone: for no other catalogue are there Chinese needs.

    Raises:
        ServingError, RetrievalError: as for `because run`; EnvironmentUnfit if no case can be made.
    """
    profile = load_profile(settings.profile, settings)
    embedder = SentenceEmbedder(profile.embedding_model)
    with stocked(settings, plan, embedder) as stock:
        console.print(f"{stock.sample}; making the cases ...")
        sets = dict(_case_sets(settings, plan, profile, stock))
        if not all(sets.values()):
            raise EnvironmentUnfit(f"No question about the items of {plan.name} would have suggested one of them.")
        writer, runs = _writer(profile, settings, stock.index), []
        with running_model(profile, settings, console.print):
            for language, cases in sets.items():
                outcomes = await written(
                    writer, cases, lambda: Support(Similar(embedder)), concurrency=plan.concurrency, console=console
                )
                runs.append(run_of(plan, profile, language, _sample(cases, stock), outcomes))
    return tuple(runs)


def _case_sets(
    settings: Settings, plan: Plan, profile: Profile, stock: Stock
) -> Iterator[tuple[Language, tuple[Case, ...]]]:
    """The cases of each language that is measured."""
    maker = CaseMaker(stock.index, stock.wares, Phrasing.read(held_out=True), random.Random(plan.seed))
    yield "en", maker.make(plan.cases)
    if "zh" in profile.writes and plan.catalogue is None:
        make = examples_of("reasons", "zh")
        dataset = make(settings.demo, stock.index.embedder, seed=plan.seed, train=1, held_out=plan.cases)
        yield "zh", example_cases(dataset.unseen, stock.wares)


def _sample(cases: Sequence[Case], stock: Stock) -> str:
    return f"{len(cases)} cases, {sum(c.history > 0 for c in cases)} of them with a history; {stock.sample}"


def _writer(profile: Profile, settings: Settings, index: ShopIndex) -> Writer:
    """The writer as a turn has it, but for its patience."""
    key = settings.model_key.get_secret_value() if settings.model_key else None
    model = ServedModel(profile.address, profile.model, key=key, timeout=max(settings.model_timeout, _PATIENCE))
    prompts = CITED if profile.adapter else PROMPTED
    return Writer(
        model, index.catalogue.vocabulary.brands, prompts, Support(Similar(index.embedder)), writes=profile.writes
    )


@dataclass(frozen=True, slots=True)
class Stock:
    """An index, those of its items that are asked for, and a line that says what they are."""

    index: ShopIndex
    wares: tuple[Ware, ...]
    sample: str


@contextmanager
def stocked(settings: Settings, plan: Plan, embedder: Embedder) -> Iterator[Stock]:
    """The plan's shop, indexed in a folder that is gone afterwards."""
    source = plan.catalogue or settings.demo / "catalogue"
    items = [row for row in read_items(source, currency=plan.currency) if isinstance(row, Item)]
    rng = random.Random(plan.seed)
    chosen = items if plan.catalogue is None or len(items) <= _ITEMS else rng.sample(items, _ITEMS)
    with tempfile.TemporaryDirectory() as folder:
        index = ShopIndex.open(Path(folder), embedder)
        try:
            index.add_items(chosen)
            if plan.catalogue is None:
                index.add_events(e for e in read_events(settings.demo / "events.jsonl") if isinstance(e, Event))
                wares = demo_wares(settings.demo)
            else:
                wares = foreign_wares(chosen, rng)
            sample = f"{len(wares)} items asked for, of {len(chosen)} indexed and {len(items)} in the catalogue"
            yield Stock(index, wares, sample)
        finally:
            index.close()


async def written(
    writer: Writer, cases: Sequence[Case], support: Callable[[], Support], *, concurrency: int, console: Console
) -> tuple[Outcome, ...]:
    """The outcome of every case, in their order.

    Args:
        support: the verifier's models, as new: one that remembers evidence would check it again in no time.
    """
    timed, others = cases[:_TIMED], cases[_TIMED:]
    with Progress(
        TextColumn("  {task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    ) as progress:
        task = progress.add_task("shipped", total=len(cases))
        advance = partial(progress.advance, task)
        shipped = await _all(timed, partial(_shipped, writer), _AT_ONCE, advance)
        shipped += await _all(others, partial(_shipped, writer), concurrency, advance)
        task = progress.add_task("raw", total=len(cases))
        raw = await _all(cases, partial(_raw, writer), concurrency, partial(progress.advance, task))
    rows = zip(cases, shipped, raw, strict=True)
    return tuple(
        _outcome(writer, case, one, text, support(), timed=number < len(timed))
        for number, (case, one, text) in enumerate(rows)
    )


async def _all(
    cases: Sequence[Case], work: Callable[[Case], Awaitable[T]], at_once: int, advance: Callable[[], None]
) -> list[T]:
    """What the work makes of each case, in their order, ``at_once`` of them at a time."""
    room = asyncio.Semaphore(at_once)

    async def one(case: Case) -> T:
        async with room:
            made = await work(case)
        advance()
        return made

    return list(await asyncio.gather(*map(one, cases)))


async def _shipped(writer: Writer, case: Case) -> tuple[Reason, Cost]:
    budget = Budget(max_calls=_CALLS)
    started = time.perf_counter()
    reason = await writer.write(
        case.item, case.question, case.evidence, budget, factors=case.factors, language=case.language
    )
    ms = (time.perf_counter() - started) * 1000
    return reason, Cost(ms, budget.calls, budget.prompt_tokens, budget.completion_tokens)


async def _raw(writer: Writer, case: Case) -> str:
    """The model's first answer in full; nothing where there is nothing to cite or no model answers."""
    if not case.evidence:
        return ""
    template, variables = writer.prompt(case.item, case.question, case.evidence, case.factors, language=case.language)
    pieces: list[str] = []
    try:
        async for piece in writer.model.stream(load(template), variables, Budget(max_calls=1)):
            pieces.append(piece)
    except (ModelUnavailable, BudgetSpent):
        return "".join(pieces)
    return "".join(pieces)


def _outcome(
    writer: Writer, case: Case, shipped: tuple[Reason, Cost], raw: str, support: Support, *, timed: bool
) -> Outcome:
    reason, cost = shipped
    claims = read_text(raw)
    started = time.perf_counter()
    verifier = verifier_of(case.evidence, case.item.title, writer.brands, need=case.question, support=support)
    for claim in claims:
        verifier.check(claim)
    check_ms = (time.perf_counter() - started) * 1000
    return Outcome(
        case,
        reason,
        cost,
        timed,
        raw,
        judged(claims, case.known, verifier.check),
        judged(reason.claims, case.known, verifier.check),
        check_ms,
    )
