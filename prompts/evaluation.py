"""Run cases against a running assistant or model, and judge what comes back.

Who runs them is injected: this package knows neither the assistant nor the model's address.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from prompts.casefiles import Case
from prompts.outcome import Outcome
from prompts.registry import Check
from prompts.report import CaseResult, JudgedRun, Report


class Runner(Protocol):
    """Runs one case: a turn through the assistant, a prompt through the model."""

    async def run(self, case: Case) -> Outcome:
        """What came of the case. A turn that ends in an error is an outcome; an exception ends the evaluation."""
        ...


@dataclass(frozen=True, slots=True)
class EvaluationConfig:
    """How cases are run. ``model`` is only named in the report."""

    concurrency: int = 4
    repeats: int = 1
    model: str = ""


async def evaluate(
    cases: Sequence[Case],
    runner: Runner,
    config: EvaluationConfig | None = None,
    *,
    progress: Callable[[Case, bool], None] | None = None,
) -> Report:
    """Run every case ``repeats`` times, at most ``concurrency`` at once, and judge each run.

    Args:
        progress: called after each run with its case and whether it passed.
    Returns:
        The report, with the cases in the order given.
    Raises:
        Whatever the runner raises; the runs still going are cancelled.
    """
    config = config or EvaluationConfig()
    slots = asyncio.Semaphore(max(config.concurrency, 1))
    started, clock = datetime.now(UTC), time.perf_counter()

    async def run(case: Case) -> JudgedRun:
        async with slots:
            outcome = await runner.run(case)
        judged = JudgedRun(outcome, judge(case, outcome))
        if progress is not None:
            progress(case, judged.passed)
        return judged

    order = [case for case in cases for _ in range(max(config.repeats, 1))]
    tasks = [asyncio.ensure_future(run(case)) for case in order]
    try:
        runs = await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
    results = tuple(
        CaseResult(case, tuple(judged for owner, judged in zip(order, runs, strict=True) if owner is case))
        for case in cases
    )
    return Report(results, config.model, started.isoformat(timespec="seconds"), time.perf_counter() - clock)


def judge(case: Case, outcome: Outcome) -> tuple[Check, ...]:
    """The verdict of each of the case's assertions, in their order."""
    return tuple(expectation.assertion.check(outcome) for expectation in case.expect)
