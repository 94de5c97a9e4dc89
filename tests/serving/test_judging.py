"""Evaluation cases on the real graph: what the assistant shows becomes what assertions judge."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompts.casefiles import load_cases
from prompts.evaluation import evaluate
from serving.indexing import index_demo
from serving.judging import CaseRunner, _known
from serving.profiles import load_profile
from tests.serving.demo_shop import open_shop, settings

CASES = """
cases:
  - name: kettle
    kind: turn
    message: a kettle under 60 euros
    expect:
      - constraint_kept: {price_max: 60}
      - cards: {min: 1}
  - name: impossible
    kind: turn
    message: a kettle under 60 euros
    expect:
      - excludes: kettle
"""


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.yaml"
    path.write_text(CASES, encoding="utf-8")
    return path


async def test_a_turn_is_judged_by_what_the_catalogue_says(tmp_path: Path, cases: Path) -> None:
    shop = open_shop(tmp_path)
    try:
        index_demo(settings(tmp_path), shop)
        profile = load_profile("cpu", settings(tmp_path))
        runner = CaseRunner(lambda _: shop.assistant, lambda item_id: _known(shop.catalogue[item_id]), profile)
        report = await evaluate(load_cases([cases]), runner)
    finally:
        shop.close()
    assert [result.passed for result in report.results] == [True, False]
    assert report.exit_code == 100
