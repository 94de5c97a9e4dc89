"""What examples show and what they teach: facts beside the wish they answer, and how to go on after a mistake."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from agent.reasons.claims import split_claims
from agent.reasons.reason import NOTHING_FITS
from agent.reasons.verify import Verifier
from retrieval.evidence import numbered
from retrieval.words import stems
from serving.training.asking import Asked, Wish, taken_up
from serving.training.examples import Dataset, Example, make_examples, repaired
from serving.training.phrasing import Phrasing
from tests.embedders import WordEmbedder

DEMO = Path(__file__).parents[3] / "demo"
ASKING = re.compile(r"\byou (?:asked|wanted|want|were after|were looking|needed|need|hoped|had hoped)\b", re.I)
PHRASING = Phrasing.read(held_out=False)
ASKED = Asked(
    "a light drill for my aunt", (Wish("light", "a light drill", "light"),), frozenset({"light"}), person="aunt"
)
EXAMPLE = Example(
    "Torvex M3 drill",
    "a light drill",
    (),
    numbered([("attribute", "weight: 900 g", ""), ("attribute", "noise: 70 dB", "")]),
    "It weighs 900 g [A1]. Its noise is 70 dB [A2].",
    "tools",
)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return make_examples(DEMO, WordEmbedder(), seed=4, train=400, held_out=20)


def test_a_wish_is_taken_up_only_with_a_fact_that_answers_it() -> None:
    rng = random.Random(1)
    told = [taken_up(ASKED, ["light"], "it weighs 900 g", rng, PHRASING) for _ in range(60)]
    assert all("it weighs 900 g" in text for text in told) and len(set(told)) > 20
    assert sum("light" in text for text in told) > 15 and sum("aunt" in text for text in told) > 15
    assert taken_up(ASKED, (), "it weighs 900 g", rng, PHRASING) == "it weighs 900 g"
    assert all("light" not in taken_up(ASKED, ["my aunt"], "it weighs 900 g", rng, PHRASING) for _ in range(20))


def test_targets_take_up_what_the_cited_lines_answer(dataset: Dataset) -> None:
    told = [(e, c) for e in dataset.train for c in split_claims(e.target) if ASKING.search(c.text)]
    assert len(told) > 40
    for example, claim in told:
        cited = [each for each in example.evidence if each.id in claim.evidence_ids]
        if any(ASKING.search(each.text) for each in cited):  # the shop's own "you want"
            continue
        assert any(each.answers for each in cited), example.target


def test_the_prompt_shows_what_each_line_answers(dataset: Dataset) -> None:
    for example in dataset.train[:80]:
        prompt = example.messages()[-1].content
        for each in example.evidence:
            if each.answers and each.id not in example.used:
                assert f"[{each.id}] {each.text} (for: {', '.join(each.answers)})" in prompt


def test_nothing_fits_only_where_no_line_speaks_for_the_item(dataset: Dataset) -> None:
    silent = [example for example in dataset.train if example.target == NOTHING_FITS]
    assert 0.005 < len(silent) / len(dataset.train) < 0.15
    assert not any(each.answers for example in silent for each in example.evidence)


def test_some_examples_go_on_after_a_claim_that_failed(dataset: Dataset) -> None:
    again = [example for example in dataset.train if example.problem]
    assert len(again) > 8
    for example in again:
        wrong = re.match(r"“(.+)”: (.+)", example.problem)
        assert wrong and wrong[1] not in example.target
        assert example.problem in example.messages()[-1].content
        claims = split_claims(example.target)
        verifier = Verifier.of(example.evidence, example.title, need=example.need)
        assert len(claims) == 1 and verifier.check(claims[0]).supported


def test_a_repair_puts_another_claim_in_the_place_of_the_wrong_one() -> None:
    found = [repaired(EXAMPLE, random.Random(seed), frozenset()) for seed in range(40)]
    fresh = [each for each in found if each and not each.proven]
    corrected = [each for each in found if each and each.proven]
    assert fresh and corrected
    assert {(e.used, e.target) for e in fresh} == {(("A1",), "Its noise is 70 dB [A2].")}
    assert {(e.proven, e.used) for e in corrected} == {("It weighs 900 g [A1].", ("A1", "A2"))}
    shown = fresh[0].messages()[-1].content
    assert "[A2] noise: 70 dB" in shown and "[A1]" not in shown.partition("Evidence:")[2]
    assert stems("900") & stems(" ".join(e.problem for e in fresh)) or any("A2" in e.problem for e in fresh)


def test_one_claim_alone_gives_no_repair() -> None:
    alone = Example(EXAMPLE.title, EXAMPLE.need, (), EXAMPLE.evidence, "It weighs 900 g [A1].", "tools")
    assert repaired(alone, random.Random(1), frozenset()) is None
