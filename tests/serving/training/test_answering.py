"""Examples of answers: proved, held out, silent where nothing answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.items.answer_proof import SILENT
from serving.bench.answer_figures import AnswerCase, AnswerText
from serving.training.answering import Answer, make_answers, proved
from serving.training.lessons import Dataset
from tests.embedders import WordEmbedder

DEMO = Path(__file__).parents[3] / "demo"


@pytest.fixture(scope="module")
def made() -> Dataset:
    return make_answers(DEMO, WordEmbedder(), seed=3, train=60, held_out=20)


def answers(made: Dataset) -> list[Answer]:
    return [each for part in (made.train, made.validation, made.unseen) for each in part if isinstance(each, Answer)]


def test_every_answer_is_proved_and_a_fifth_is_silence(made: Dataset) -> None:
    for example in answers(made):
        silent = example.target == SILENT
        assert silent != proved(example.reading, example.lines, example.target), example
        assert silent == example.kind.startswith("no ")
    assert sum(example.target == SILENT for example in made.train) == round(0.2 * 60)


def test_the_prompt_holds_question_and_evidence_and_the_target_stands_alone(made: Dataset) -> None:
    for example in answers(made):
        prompt = example.messages()[-1].content
        assert example.question in prompt
        assert all(f"[{line.id}] {line.text}" in prompt for line in example.evidence)
        assert example.target == example.target.strip() and example.target not in prompt


def test_what_answers_by_the_rules_is_marked_and_in_silence_nothing_is(made: Dataset) -> None:
    examples = answers(made)
    marked = [each for each in examples if each.target != SILENT and "(answers)" in each.messages()[-1].content]
    assert len(marked) > 0.8 * sum(each.target != SILENT for each in examples)
    assert not any("(answers)" in e.messages()[-1].content for e in examples if e.target == SILENT)


def test_held_out_sets_share_no_item_with_training(made: Dataset) -> None:
    known = {each.reading.item.item_id for each in made.train if isinstance(each, Answer)}
    for part in (made.validation, made.unseen):
        assert part and not known & {each.reading.item.item_id for each in part if isinstance(each, Answer)}
    assert {each.shop for each in made.unseen} == {"held out"}


def test_the_seed_decides(made: Dataset) -> None:
    again = make_answers(DEMO, WordEmbedder(), seed=3, train=60, held_out=20)
    assert [each.target for each in again.train] == [each.target for each in made.train]


def test_the_bench_judges_by_what_is_cited_and_sees_inventions(made: Dataset) -> None:
    example = next(each for each in answers(made) if each.kind == "attribute")
    fact = example.evidence[0].text
    case = AnswerCase(example.reading, example.lines, frozenset({fact}))
    assert case.judged(AnswerText("It is so [A1].", (fact,), silent=False)) == "supported"
    assert case.judged(AnswerText("It is so [A1].", ("else",), silent=False)) == "answered wrongly"
    assert case.judged(AnswerText(SILENT, (), silent=True)) == "abstained wrongly"
    mute = AnswerCase(example.reading, example.lines)
    assert mute.judged(AnswerText(SILENT, (), silent=True)) == "abstained rightly"
    assert mute.judged(AnswerText("It is so [A1].", (fact,), silent=False)) == "answered wrongly"
    assert case.invents(AnswerText("It weighs 98765 g, says Zorbax.", (), silent=False))
    assert not case.invents(AnswerText(f"The shop says: “{fact}”.", (fact,), silent=False))
