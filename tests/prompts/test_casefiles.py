from pathlib import Path

import pytest

from prompts.casefiles import PromptCase, TurnCase, case_files, load_cases, prompt_outcome
from prompts.errors import CaseError
from prompts.evaluation import judge

PROMPT = """
cases:
  - name: light
    kind: prompt
    template: reason
    variables:
      title: Torrwick Plover
      need: a light backpack
      evidence: [{id: A1, kind: attribute, text: "weight: 310 g"}]
    expect: [cites: 1, numbers_supported: ]
"""


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.name)
def test_shipped_file_parses(path: Path) -> None:
    assert load_cases([path])


def test_shipped_cases_cover_both_kinds() -> None:
    cases = load_cases()
    assert sum(isinstance(case, TurnCase) for case in cases) >= 20
    assert sum(isinstance(case, PromptCase) for case in cases) >= 8
    assert any(isinstance(case, TurnCase) and "under 120 euros, not black" in case.message for case in cases)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PROMPT.replace("template:", "model: big\n    template:"), "case 'light': model"),
        (PROMPT.replace("cites: 1", "rhymes: 1"), "case 'light': there is no assertion 'rhymes'"),
        (PROMPT.replace("need: a light backpack", "wish: light"), "case 'light': .*'need' is missing"),
        (PROMPT.replace("template: reason", "template: poem"), "case 'light': there is no template 'poem'"),
        (PROMPT + PROMPT.replace("\ncases:", ""), "case 'light': the name is taken"),
        (PROMPT.replace("kind: prompt", "kind: song"), "case 'light'"),
        ("cases: []", "cases"),
        ("cases: [", "no valid YAML"),
    ],
    ids=["extra", "assertion", "variable", "template", "twice", "kind", "empty", "yaml"],
)
def test_a_broken_file_is_refused_with_file_and_case(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match=rf"mine\.yaml: .*{message}"):
        load_cases([path])


def test_raw_text_is_judged_by_the_evidence_in_the_case(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(PROMPT, encoding="utf-8")
    (case,) = load_cases([path])
    assert isinstance(case, PromptCase)
    assert [check.passed for check in judge(case, prompt_outcome(case, "It weighs 310 g [A1]."))] == [True, True]
    assert [check.passed for check in judge(case, prompt_outcome(case, "It weighs 300 g [A1]."))] == [True, False]
