"""The result of an evaluation, for a terminal, for a program and for a browser."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jinja2
from rich.table import Table

from prompts.casefiles import Case, PromptCase, TurnCase
from prompts.outcome import Outcome
from prompts.registry import Check
from prompts.template import load, names

PAGE = Path(__file__).parent / "report.html"
EXIT_PASSED, EXIT_FAILED = 0, 100


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """One run of a case; ``checks`` stand in the order of the case's assertions."""

    outcome: Outcome
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """All runs of a case."""

    case: Case
    runs: tuple[JudgedRun, ...]

    @property
    def pass_rate(self) -> float:
        """The share of the runs that passed, 0 to 1."""
        return sum(run.passed for run in self.runs) / len(self.runs)

    @property
    def passed(self) -> bool:
        return self.pass_rate >= self.case.pass_rate

    def failures(self) -> Iterator[str]:
        """Every distinct failure as ``assertion: what was found``."""
        found = {
            f"{expectation.name}: {check.reason}": None
            for run in self.runs
            for expectation, check in zip(self.case.expect, run.checks, strict=True)
            if not check.passed
        }
        yield from found


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation. ``started`` is ISO 8601 in UTC, ``seconds`` the time that all of it took."""

    results: tuple[CaseResult, ...]
    model: str
    started: str
    seconds: float

    @property
    def passed(self) -> bool:
        return all(result.passed for result in self.results)

    @property
    def exit_code(self) -> int:
        """0 when every case passed, 100 when some failed."""
        return EXIT_PASSED if self.passed else EXIT_FAILED

    @property
    def totals(self) -> dict[str, Any]:
        """Counts over all cases and runs; latency is the median of one run, in milliseconds."""
        outcomes = [run.outcome for result in self.results for run in result.runs]
        return {
            "cases": len(self.results),
            "passed": sum(result.passed for result in self.results),
            "runs": len(outcomes),
            "runs_passed": sum(run.passed for result in self.results for run in result.runs),
            "model_calls": sum(outcome.model_calls for outcome in outcomes),
            "prompt_tokens": sum(outcome.prompt_tokens for outcome in outcomes),
            "latency_ms": round(statistics.median(outcome.latency_ms for outcome in outcomes)) if outcomes else 0,
        }

    @property
    def prompt_versions(self) -> dict[str, int]:
        """The versions of the templates that come with Because and of those that the cases name."""
        used = [result.case.template for result in self.results if isinstance(result.case, PromptCase)]
        return {template.name: template.version for template in [*map(load, names()), *used]}

    def table(self) -> Table:
        """One row a case, for a terminal; the caption holds the totals."""
        table = Table("", "Case", "Kind", "Passed", "ms", "What was found", title="Evaluation", title_justify="left")
        for result in self.results:
            mark = "[green]pass[/]" if result.passed else "[red]fail[/]"
            milliseconds = statistics.median(run.outcome.latency_ms for run in result.runs)
            rate = f"{sum(run.passed for run in result.runs)}/{len(result.runs)}"
            found = _plain("\n".join(result.failures()))
            table.add_row(mark, _plain(result.case.name), _kind(result.case), rate, f"{milliseconds:.0f}", found)
        totals = self.totals
        table.caption = (
            f"{totals['passed']} of {totals['cases']} cases passed, {totals['model_calls']} model calls, "
            f"{totals['prompt_tokens']} prompt tokens, {self.seconds:.1f} s, model {self.model or 'not named'}"
        )
        return table

    def as_json(self) -> dict[str, Any]:
        """The whole report as plain JSON values."""
        return {
            "passed": self.passed,
            "model": self.model,
            "started": self.started,
            "seconds": round(self.seconds, 3),
            "prompts": self.prompt_versions,
            "totals": self.totals,
            "cases": [_case_json(result) for result in self.results],
        }

    def html(self) -> str:
        """A page that stands alone: no scripts, nothing loaded, all text escaped."""
        environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
        page = environment.from_string(PAGE.read_text(encoding="utf-8"))
        return page.render(report=self.as_json())


def _kind(case: Case) -> str:
    return "turn" if isinstance(case, TurnCase) else f"prompt {case.template.name} v{case.template.version}"


def _plain(text: str) -> str:
    """Text in which rich sees no markup, so that citations such as [R1] stay."""
    return text.replace("[", r"\[")


def _case_json(result: CaseResult) -> dict[str, Any]:
    case = result.case
    asked: Any = case.message if isinstance(case, TurnCase) else [asdict(message) for message in case.messages()]
    return {
        "name": case.name,
        "source": case.source,
        "kind": _kind(case),
        "asked": asked,
        "passed": result.passed,
        "pass_rate": round(result.pass_rate, 4),
        "wanted_rate": case.pass_rate,
        "runs": [_run_json(case, run) for run in result.runs],
    }


def _run_json(case: Case, run: JudgedRun) -> dict[str, Any]:
    checks = [
        {"assertion": expectation.name, "passed": check.passed, "reason": check.reason}
        for expectation, check in zip(case.expect, run.checks, strict=True)
    ]
    outcome = asdict(run.outcome)
    outcome["latency_ms"] = round(run.outcome.latency_ms, 1)
    return {"passed": run.passed, "checks": checks, "outcome": outcome}
