"""The figures on intents, on guesses whose figures can be told by hand; and how sure is chosen."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.errors import ModelUnavailable
from agent.intents.classifier import INTENTS, Guess, Intent
from agent.intents.learning import Utterance, read_utterances
from agent.model import Budget, Usage
from prompts.template import Template
from serving.bench.intent_choice import bench, table
from serving.bench.intents import CASES, alike_of, figures_of, read_cases
from serving.training.intents import Foreseen
from tests.embedders import WordEmbedder


def guess(intent: Intent, probability: float = 0.9, runner_up: Intent = "about", unsure: bool = False) -> Guess:
    return Guess(intent, probability, runner_up, 1 - probability, unsure)


def case(intent: Intent) -> Utterance:
    return Utterance(f"wants {intent}", "en", intent)


def test_right_runner_up_sure_and_confusions_are_counted() -> None:
    cases = [case("coupon"), case("coupon"), case("stock"), case("stock")]
    guesses = [guess("coupon"), guess("stock", 0.5, "coupon", True), guess("stock"), guess("thanks")]
    figures = figures_of(cases, guesses)
    assert (figures.right.hits, figures.among_two.hits, figures.right.n) == (2, 3, 4)
    assert (figures.sure.hits, figures.right_when_sure.hits, figures.right_when_sure.n) == (3, 2, 3)
    assert set(figures.confusions) == {("coupon", "stock", 1), ("stock", "thanks", 1)}
    one = {found.intent: found for found in figures.intents}
    assert (one["stock"].recall.hits, one["stock"].precision.n) == (1, 2)
    assert (one["coupon"].f1, one["stock"].f1) == (pytest.approx(2 / 3), 0.5)
    assert figures.macro_f1.value == pytest.approx((2 / 3 + 0.5) / 2)
    assert figures.macro_f1.low <= figures.macro_f1.value <= figures.macro_f1.high


def test_calibration_error_is_the_distance_of_what_was_stated_and_what_was_right() -> None:
    cases = [case("stock")] * 4
    half_right = [guess("stock", 0.5), guess("stock", 0.5), guess("thanks", 0.5), guess("thanks", 0.5)]
    boastful = [guess("thanks", 1.0)] * 4
    assert figures_of(cases, half_right).calibration_error == pytest.approx(0)
    assert figures_of(cases, boastful).calibration_error == pytest.approx(1)


def test_an_unsure_alarm_is_no_false_alarm() -> None:
    cases = [case("recommend"), case("recommend"), case("abuse"), case("abuse")]
    guesses = [guess("instructions"), guess("abuse", 0.4, unsure=True), guess("instructions"), guess("thanks")]
    figures = alike_of(cases, guesses)
    assert (figures.false_alarms.hits, figures.false_alarms.n) == (1, 2)
    assert (figures.missed.hits, figures.missed.n) == (1, 2)
    assert figures.right.hits == 0


def test_the_held_out_cases_are_enough_and_none_was_learned_from() -> None:
    cases = read_cases(CASES, "intents")
    counted = [(c.language, c.intent) for c in cases]
    assert min(counted.count((language, intent)) for language in ("en", "zh") for intent in INTENTS) >= 20
    alike = read_cases(CASES, "intents-alike")
    assert {c.intent for c in alike} <= set(INTENTS)
    known = {u.text.casefold() for u in read_utterances()}
    assert [c.text for c in [*cases, *alike] if c.text.casefold() in known] == []


def test_cases_come_with_their_language(tmp_path: Path) -> None:
    (tmp_path / "intents-zh.yaml").write_text("stock: [有货吗]\n", encoding="utf-8")
    (tmp_path / "intents-alike-zh.yaml").write_text("stock: [还有吗]\n", encoding="utf-8")
    assert read_cases(tmp_path, "intents") == (Utterance("有货吗", "zh", "stock"),)


def foreseen(tops: list[float], right: list[bool]) -> Foreseen:
    """Guesses between two intents, the first always the likelier."""
    probabilities = np.array([[top, 1 - top] for top in tops])
    return Foreseen(("a", "b"), ("en",) * len(tops), probabilities, np.array([0 if good else 1 for good in right]))


def test_sure_is_the_lowest_probability_from_which_on_enough_are_right() -> None:
    found = foreseen([0.95, 0.9, 0.8, 0.7, 0.6], [True, True, True, False, False])
    assert found.unsure_below(1.0, right=1.0) == pytest.approx(0.8)
    assert found.unsure_below(1.0, right=0.7) == pytest.approx(0.7)
    assert foreseen([0.9], [False]).unsure_below(1.0) == 1.0


def test_a_timid_classifier_is_made_bolder_and_a_boastful_one_humbler() -> None:
    assert foreseen([0.6] * 10, [True] * 9 + [False]).best_temperature() < 1
    assert foreseen([0.95] * 10, [True] * 6 + [False] * 4).best_temperature() > 1
    assert foreseen([0.6] * 4, [True] * 4).at(0.5)[0] == pytest.approx([0.36 / 0.52, 0.16 / 0.52])


class Lists:
    """Chooses the first that is listed, and fails at Chinese."""

    async def choose(
        self, template: Template, variables: dict[str, Any], choices: Sequence[str], budget: Budget
    ) -> str:
        budget.begin()
        budget.end(Usage(100, 3))
        if not variables["message"].isascii():
            raise ModelUnavailable("no Chinese")
        return choices[0]


async def test_a_choice_is_measured_against_the_guess_on_the_unsure_messages_alone() -> None:
    figures = await bench(WordEmbedder("all-MiniLM-L6-v2"), Lists())
    en, zh = figures["en"], figures["zh"]
    assert en.model == en.classifier and en.model.hits > en.reversed_.hits  # the first listed is the guess
    assert en.agreed == en.classifier and en.failed == 0 and en.prompt_tokens.most == 100
    assert 0 < en.by_chance < en.among.value < 1
    assert zh.model.hits == 0 and zh.failed == 2 * zh.model.n and zh.agreed == zh.classifier
    shown = table(figures)
    assert shown.header[1:] == ("en", "zh") and shown.rows[1][1] == str(en.model)
