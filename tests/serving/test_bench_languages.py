"""The benchmark of reasons in more than one language: its cases, its names, its words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.evidence import Evidence
from serving.bench.reason_cases import demo_wares, example_cases
from serving.bench.reason_figures import words_of
from serving.bench.reason_plan import Plan
from serving.training.examples import Example

DEMO = Path(__file__).parents[2] / "demo"
WARES = demo_wares(DEMO)
FACT = Evidence("A1", "attribute", "weight: 340 g", WARES[0].item.item_id)
CHINESE = Example(
    WARES[0].item.title, "我想要轻的", ("fits",), (FACT,), "它重 340 克 [A1]。", "held out", language="zh"
)


def test_examples_of_held_out_items_become_cases_in_their_language() -> None:
    (case,) = example_cases([CHINESE], WARES)
    assert (case.question, case.item, case.language) == ("我想要轻的", WARES[0].item, "zh")
    assert (case.evidence, case.factors, case.history) == ((FACT,), ("fits",), 0)


@pytest.mark.parametrize(
    "other", [replace(CHINESE, problem="wrong"), replace(CHINESE, title="Unheard Of")], ids=["repair", "other item"]
)
def test_what_is_no_first_question_about_a_ware_is_passed_over(other: Example) -> None:
    assert example_cases([other], WARES) == ()


def test_a_run_is_called_by_what_is_unusual_about_it() -> None:
    plan = Plan(cases=40)
    assert plan.titled("cpu", "en") == "demo"
    assert plan.titled("cpu-multilingual", "zh") == "demo cpu-multilingual zh"
    assert plan.command("cpu") == "because bench reasons --cases 40 --seed 11"
    assert plan.command("cpu-multilingual").endswith("--profile cpu-multilingual")


def test_chinese_is_counted_by_characters() -> None:
    assert words_of("它重 340 克，很轻") == ["它", "重", "340", "克", "很", "轻"]
    assert words_of("It weighs 340 g.") == ["It", "weighs", "340", "g."]
