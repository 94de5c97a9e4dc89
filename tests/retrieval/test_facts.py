"""What items' facts say to a wish moves their score, and what is cited is what moved it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.catalogue import Attribute, Item
from retrieval.facts import Facts, NobodyAsks
from retrieval.lines import Reader
from retrieval.need import Need, Preference
from tests.embedders import WordEmbedder
from tests.retrieval.samples import item

DRY = Attribute("fabric", "waterproof nylon")
POLES = Attribute("poles", "aluminium")
TENT = replace(item("t", "Tarn tent", kind="tent"), attributes=(Attribute("type", "tent"), DRY, POLES))


@pytest.fixture
def facts() -> Facts:
    return Facts(Reader.of(WordEmbedder()))


def without(thing: Item, gone: Attribute) -> Item:
    return replace(thing, attributes=tuple(each for each in thing.attributes if each is not gone))


def test_the_fact_that_answers_moves_the_score_and_another_does_not(facts: Facts) -> None:
    need = Need("", "waterproof tent")
    whole, dry_gone, poles_gone = facts.answer(need, [TENT, without(TENT, DRY), without(TENT, POLES)])
    assert dry_gone == 0.0 < whole == poles_gone < 1.0


def test_a_second_fact_that_answers_adds_less_than_the_first(facts: Facts) -> None:
    twice = replace(TENT, attributes=(*TENT.attributes, Attribute("floor", "waterproof, 5,000 mm")))
    none, one, two = facts.answer(Need("", "waterproof tent"), [without(TENT, DRY), TENT, twice])
    assert none < one < two < 2 * one


def test_a_wish_of_two_that_is_answered_counts_half(facts: Facts) -> None:
    one, half = (facts.answer(Need("", terms), [TENT])[0] for terms in ("waterproof tent", "waterproof, scented tent"))
    assert half == pytest.approx(one / 2)


@pytest.mark.parametrize("terms", ["", "tent", "tent for my uncle"])
def test_where_nothing_is_wished_of_it_no_fact_answers(facts: Facts, terms: str) -> None:
    assert facts.answer(Need("", terms), [TENT, without(TENT, DRY)]) == [0.0, 0.0]


def test_what_it_is_said_not_to_have_answers_nothing(facts: Facts) -> None:
    leaky = replace(TENT, attributes=(Attribute("waterproof", "no"),))
    assert facts.answer(Need("", "waterproof tent"), [leaky]) == [0.0]


def test_the_wish_that_a_measure_is_known_to_speak_of_is_heard(facts: Facts) -> None:
    weighed = item("t", "Tarn tent", kind="tent", weight=1900)
    plain = Need("", "light tent")
    light = replace(plain, preferences=(Preference("weight", -1, "light"),))
    assert facts.answer(plain, [weighed]) == [0.0], "what was asked before is not mixed up with it"
    assert facts.answer(light, [weighed])[0] > 0.5


def test_facts_are_prepared_up_to_a_limit(facts: Facts) -> None:
    first = facts.prepare([TENT], most=1)
    assert (first.facts, first.made, first.left) == (2, 1, 1)


def test_a_ranking_that_nobody_asked_for_reads_no_facts() -> None:
    assert NobodyAsks().answer(Need("", ""), [TENT]) == [0.0]
