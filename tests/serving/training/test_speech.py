"""Whose words: what may be retold, and how a retold clause stands in a sentence."""

from __future__ import annotations

import random
from typing import Any

import pytest
import yaml

from serving.training.phrasing import Phrasing
from serving.training.speech import retold, speaks_of_itself, states, tellable, two_parties
from serving.training.stock import SHOPS, Subject, made_up_shops
from serving.training.telling import Teller


@pytest.fixture(scope="module")
def subjects() -> list[Subject]:
    return list(made_up_shops(random.Random(1), ["Alder", "Brisk", "Cove", "Dune", "Eddy"], items=20))


@pytest.mark.parametrize(
    "sentence",
    [
        "I carry it to work every day.",
        "My ears get hot after an hour.",
        "It has survived two winters.",
        "The base stays cool.",
        "Our children still use it for dens.",
    ],
)
def test_a_clause_with_a_subject_and_a_finite_verb_is_retold(sentence: str) -> None:
    assert tellable(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("My first tent I have ever owned.", id="the verb belongs to a relative clause"),
        pytest.param("The best lamp that is on my desk.", id="a noun with a clause of its own"),
        pytest.param("Comfortable, visible light at the back.", id="no subject"),
        pytest.param("My whole family, all winter.", id="no verb"),
        pytest.param("They stopped a fraud before I noticed.", id="they would be two parties"),
        pytest.param("The bottom zip is her favourite thing.", id="she is nobody that was named"),
        pytest.param("I love it, do you?", id="a question"),
        pytest.param("Bought it for myself.", id="no subject, and a reflexive"),
    ],
)
def test_what_is_doubtful_is_left_to_be_quoted(sentence: str) -> None:
    assert not tellable(sentence)


@pytest.mark.parametrize(
    ("sentence", "whole"),
    [
        ("The pair weighs 210 g and softens with wear.", True),
        ("A rain cover hides in the lid.", True),
        ("A cranberry red paperback of 288 pages, light enough to hold in bed.", False),
        ("Press a switch beside the handle.", False),
        ("Each shoe weighs 262 g.", True),
    ],
)
def test_only_a_whole_statement_follows_the_shop_says_that(sentence: str, whole: bool) -> None:
    assert states(sentence) is whole


def test_parties_and_speakers_are_told_apart() -> None:
    assert two_parties("they asked me twice")
    assert not two_parties("they pay within a week")
    assert speaks_of_itself(retold("my ears get hot", "they"))
    assert not speaks_of_itself(retold("the fan is silent", "they"))


def test_whoever_speaks_is_named_before_they_are_referred_to(subjects: list[Subject]) -> None:
    rng, phrasing = random.Random(2), Phrasing.read(held_out=False)
    for subject in subjects:
        for line in (line for line in subject.lines if line.kind == "review"):
            said = Teller(rng, phrasing, subject).told(line, line.points[0])
            assert not said.startswith(("their ", "they ")), said


def test_a_fact_that_takes_up_a_wish_brings_no_second_colon_and_no_quotation_first(subjects: list[Subject]) -> None:
    rng, phrasing = random.Random(2), Phrasing.read(held_out=False)
    told = [
        Teller(rng, phrasing, subject).taken_up(line, next(iter(line.points), None))
        for subject in subjects
        for line in subject.lines
    ]
    awkward = [clause for clause in told if ":" in clause or clause.startswith("“")]
    assert len(awkward) <= 0.02 * len(told), awkward[:5]


def test_a_product_is_described_and_asked_for_only_as_such_products_are(subjects: list[Subject]) -> None:
    shops: dict[str, dict[str, Any]] = {}
    for path in SHOPS.glob("*.yaml"):
        shop = yaml.safe_load(path.read_text(encoding="utf-8"))
        shops[shop["category"]] = shop
    for subject in subjects:
        odd = {key for key, nouns in shops[subject.shop]["only"].items() if subject.item.kind not in nouns}
        assert not odd & set(subject.needs)
        assert not odd & {point.quote for line in subject.lines for point in line.points}
        assert subject.needs


def test_what_a_shop_restricts_exists_in_its_vocabulary() -> None:
    for path in SHOPS.glob("*.yaml"):
        shop = yaml.safe_load(path.read_text(encoding="utf-8"))
        known = set(shop["attributes"])
        for part in ("sentences", "praise", "complaint", "needs"):
            known |= {*shop[part], *(text for texts in shop[part].values() for text in texts)}
        assert set(shop["only"]) <= known, path.stem
        assert {noun for nouns in shop["only"].values() for noun in nouns} <= set(shop["nouns"]), path.stem
