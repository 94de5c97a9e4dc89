import asyncio
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from prompts.casefiles import Case, load_cases
from prompts.evaluation import EvaluationConfig, evaluate
from prompts.outcome import Outcome
from tests.prompts.samples import turn

CASES = """
cases:
  - {name: light, kind: turn, message: something light, expect: [cites: 1]}
  - name: cheap <b>one</b>
    kind: turn
    message: <script>alert(1)</script>
    pass_rate: 0.5
    expect: [cards: {min: 1}]
"""


class FakeRunner:
    """Plays outcomes by case name, the last one again and again; records what it was asked and how much at once."""

    def __init__(self, **outcomes: Sequence[Outcome]) -> None:
        self.outcomes = {name: list(queue) for name, queue in outcomes.items()}
        self.asked: list[str] = []
        self.running = self.most = 0

    async def run(self, case: Case) -> Outcome:
        self.asked.append(case.name)
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        queue = self.outcomes.get(case.name.split()[0], [turn()])
        return queue.pop(0) if len(queue) > 1 else queue[0]


@pytest.fixture
def cases(tmp_path: Path) -> tuple[Case, ...]:
    path = tmp_path / "mine.yaml"
    path.write_text(CASES, encoding="utf-8")
    return load_cases([path])


async def test_all_passed_exits_0(cases: tuple[Case, ...]) -> None:
    report = await evaluate(cases, FakeRunner())
    assert (report.passed, report.exit_code, report.totals["passed"]) == (True, 0, 2)


async def test_a_failure_exits_100_and_says_why(cases: tuple[Case, ...]) -> None:
    report = await evaluate(cases, FakeRunner(light=[turn(("It is light.", ("R7",)))]))
    assert (report.passed, report.exit_code) == (False, 100)
    assert list(report.results[0].failures()) == ["cites: there is no evidence R7: It is light."]
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(report.table())
    assert "1 of 2 cases passed" in console.export_text()


async def test_repeats_give_a_pass_rate_and_the_case_says_what_is_enough(cases: tuple[Case, ...]) -> None:
    runner = FakeRunner(cheap=[turn(), turn(items=())])
    report = await evaluate(cases, runner, EvaluationConfig(repeats=2))
    assert runner.asked.count("light") == 2
    assert [(result.pass_rate, result.passed) for result in report.results] == [(1.0, True), (0.5, True)]


async def test_no_more_run_at_once_than_allowed(cases: tuple[Case, ...]) -> None:
    runner = FakeRunner()
    await evaluate(cases, runner, EvaluationConfig(concurrency=2, repeats=8))
    assert runner.most == 2


async def test_an_exception_of_the_runner_ends_the_evaluation(cases: tuple[Case, ...]) -> None:
    class Broken:
        async def run(self, case: Case) -> Outcome:
            raise ConnectionError("the model server is away")

    with pytest.raises(ConnectionError, match="away"):
        await evaluate(cases, Broken())


async def test_json_and_page_hold_everything_and_escape_it(cases: tuple[Case, ...]) -> None:
    runner = FakeRunner(light=[turn(text="<img src=x onerror=alert(1)>")])
    report = await evaluate(cases, runner, EvaluationConfig(model="small"))
    data = json.loads(json.dumps(report.as_json()))
    assert (data["model"], data["prompts"]["reason"] >= 1, len(data["cases"])) == ("small", True, 2)
    assert data["cases"][0]["runs"][0]["outcome"]["items"][0]["colour"] == "moss green"
    page = report.html()
    assert "&lt;img src=x" in page and "&lt;script&gt;alert(1)" in page
    assert "<img" not in page and "<script" not in page
    assert "price: 89 EUR" in page and "small" in page
