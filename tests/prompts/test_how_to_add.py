"""docs/prompts.md, followed to the letter."""

import re
from pathlib import Path

import pytest
from pydantic import Field

from prompts import registry
from prompts.casefiles import load_cases
from prompts.evaluation import judge
from prompts.outcome import Outcome
from prompts.registry import Assertion, Check, assertion, assertion_names
from prompts.template import load

PAGE = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_how_to_add_a_prompt(tmp_path: Path) -> None:
    path = tmp_path / "greet.yaml"
    path.write_text(blocks("yaml")[0], encoding="utf-8")
    contents = [message.content for message in load(path).render(shopper="Bo")]
    assert contents[1:] == ["Shopper: Ada", "Good to see you, Ada.", "Shopper: Bo"]


def test_how_to_add_a_case(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(blocks("yaml")[1], encoding="utf-8")
    assert [case.pass_rate for case in load_cases([path])] == [1.0, 0.8]


def test_how_to_add_an_assertion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_REGISTRY", dict(registry._REGISTRY))
    names = {
        "assertion": assertion,
        "Assertion": Assertion,
        "Check": Check,
        "Outcome": Outcome,
        "Field": Field,
        "re": re,
    }
    exec(blocks("python")[0], names)
    path = tmp_path / "mine.yaml"
    path.write_text("cases: [{name: kind, kind: turn, message: hi, expect: [polite: 2]}]", encoding="utf-8")
    (case,) = load_cases([path])
    assert not judge(case, Outcome(text="Please wait."))[0].passed
    assert judge(case, Outcome(text="Please wait. Thank you."))[0].passed


def test_the_page_lists_every_assertion() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(assertion_names())
