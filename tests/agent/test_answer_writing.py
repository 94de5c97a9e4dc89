"""Answers in the model's words: what passes the proof, and what a shopper gets where it does not."""

from __future__ import annotations

import pytest

from agent.items.answer_proof import SILENT, AnswerProof, shown
from agent.items.answer_writing import AnswerWriter
from agent.items.product_question import ItemAnswer, Reading, read
from agent.model import Budget
from agent.reasons.claims import claim_of
from agent.reasons.reason import CITED, PROMPTED, TAUGHT, Writer
from prompts.template import load
from tests.agent.test_product_question import PAN
from tests.embedders import WordEmbedder
from tests.models import ScriptedModel, dead_model


def reading(question: str) -> Reading:
    return read(WordEmbedder(), PAN, question)


def cited(question: str, sentence: str, text: str) -> str:
    """The sentence with the id, in the place of {}, of the evidence that has this text."""
    lines = shown(reading(question))
    return sentence.format(next(each.evidence.id for each in lines if text in each.evidence.text))


async def told(question: str, *answers: str) -> ItemAnswer:
    writer = AnswerWriter(ScriptedModel(*answers), "answered")
    return await writer.write(reading(question), Budget(max_calls=2))


@pytest.mark.parametrize(
    ("question", "sentence", "fact", "cause"),
    [
        ("How heavy is it?", "It weighs 1900 g [{}].", "weight", ""),
        ("How heavy is it?", "It weighs 1700 g [{}].", "weight", "number"),
        ("How heavy is it?", "It costs 54 EUR [{}].", "price", "relevance"),
        ("How heavy is it?", "It weighs something [{}].", "weight", "relevance"),
        ("Does it work on induction?", "No, it does not work on induction hobs [{}].", "induction", ""),
        ("Does it work on induction?", "Yes, it works on induction hobs [{}].", "induction", "polarity"),
        ("Does it work on induction?", "Yes, it does not work on induction hobs [{}].", "induction", "polarity"),
        ("Is it dishwasher safe?", "No, it is not dishwasher safe [{}].", "dishwasher safe", ""),
        (
            "Is it dishwasher safe?",
            "Yes, a customer washes it in the dishwasher every week [{}].",
            "I wash",
            "relevance",
        ),
        ("Is it waterproof?", "Yes, the handle is waterproof [{}].", "waterproof", "polarity"),
        ("How heavy is it?", "Yes, it weighs 1900 g [{}].", "weight", "polarity"),
    ],
)
def test_a_sentence_must_be_true_and_answer_the_question(question: str, sentence: str, fact: str, cause: str) -> None:
    asked = reading(question)
    verdict = AnswerProof.of(asked, shown(asked)).check(claim_of(cited(question, sentence, fact)))
    assert (verdict.supported, verdict.cause) == (cause == "", cause), verdict.problem


async def test_a_proved_answer_is_shown_with_what_it_cites_numbered_anew() -> None:
    question = "How heavy is it?"
    found = await told(question, cited(question, "It weighs 1900 g [{}].", "weight"))
    assert (found.text, found.state, found.fallback) == ("It weighs 1900 g [A1].", "generated", None)
    assert [(each.id, each.text) for each in found.evidence] == [("A1", "weight: 1900 g")]


async def test_a_customer_who_says_otherwise_is_told_even_if_the_model_does_not() -> None:
    question = "Is there a lid?"
    found = await told(question, cited(question, "Yes, a glass lid is included [{}].", "lid: glass"))
    assert found.state == "generated"
    assert "But a customer writes (2 of 5 stars): “There was no lid in my box.” [R1]" in found.text


@pytest.mark.parametrize("answer", ["It weighs 300 g [A1].", "It is lovely.", "", "Yes [A1].", SILENT])
async def test_where_nothing_is_proved_the_rules_answer(answer: str) -> None:
    found = await told("How heavy is it?", answer)
    assert (found.text, found.state) == ("Weight: 1900 g.", "extractive")
    assert found.fallback


@pytest.mark.parametrize("answer", [SILENT, "It is oven safe up to 250 °C [A1].", "Yes, it is oven safe [A1]."])
async def test_what_the_data_does_not_say_is_not_invented(answer: str) -> None:
    found = await told("Is it oven safe?", answer)
    assert found.abstained and found.state == "none" and "does not say" in found.text


async def test_a_dead_model_costs_nothing_but_its_words() -> None:
    found = await AnswerWriter(dead_model(), "answered").write(reading("How heavy is it?"), Budget(max_calls=2))
    assert (found.text, found.state) == ("Weight: 1900 g.", "extractive")
    assert "ModelUnavailable" in str(found.fallback)


async def test_only_a_model_that_can_is_asked_and_only_in_its_language() -> None:
    untaught = ScriptedModel("It weighs 1900 g [A1].")
    for prompts, language in ((CITED, "en"), (TAUGHT, "zh")):
        writer = AnswerWriter.beside(Writer(untaught, prompts=prompts))
        found = await writer.write(reading("How heavy is it?"), Budget(max_calls=2), language=language)
        assert found.state == "extractive"
    assert (PROMPTED.answer, TAUGHT.answer) == ("answer", "answered")


def test_the_model_is_shown_near_facts_also_where_none_answers() -> None:
    lines = shown(reading("Is it oven safe?"))
    assert 3 <= len(lines) <= 5
    assert len({each.evidence.id for each in lines}) == len(lines)


def test_the_templates_say_what_the_proof_reads_as_silence() -> None:
    assert SILENT in (load("answer").render(title="a", question="b", evidence=[])[0].content)
