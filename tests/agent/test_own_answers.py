"""Answers of the shop's that are about one item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from agent.shop.own_answers import beside, own_answer_about
from retrieval.index import ShopIndex
from retrieval.policies import Answer
from tests.embedders import WordEmbedder
from tests.fakes import BACKPACK, KETTLE

TODAY = date(2026, 11, 24)
WASH = Answer("q1", "wash by hand with soap", "Wash it by hand.", "desk", item_id=BACKPACK.item_id)
DRY = Answer("q2", "dry hanging in shade", "Hang it up.", "desk", item_id=BACKPACK.item_id)
FOR_ALL = Answer("q3", "wash by hand with soap", "All goods wash by hand.", "desk")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ShopIndex]:
    index = ShopIndex.open(tmp_path, WordEmbedder())
    index.add_items([BACKPACK, KETTLE])
    index.add_answers([WASH, DRY, FOR_ALL])
    yield index
    index.close()


@pytest.mark.parametrize(
    ("message", "rest"),
    [
        ("{title}: How do I wash it?", "How do I wash it?"),
        ("Hi there, I just bought the {title} and need to know how to wash it.", "need to know how to wash it."),
        ("{title}", ""),
    ],
    ids=["page", "letter", "nothing"],
)
def test_what_a_message_asks_beside_the_name(message: str, rest: str) -> None:
    assert beside(message.format(title=BACKPACK.title), BACKPACK) == rest


def test_the_answer_is_the_items_own_and_fits_what_is_asked(index: ShopIndex) -> None:
    assert own_answer_about(index, f"{BACKPACK.title}: wash by hand", BACKPACK, TODAY) == WASH
    assert own_answer_about(index, f"{BACKPACK.title}: dry hanging", BACKPACK, TODAY) == DRY


def test_none_is_given_of_another_item_nor_where_only_the_name_is_shared(index: ShopIndex) -> None:
    assert own_answer_about(index, f"{KETTLE.title}: wash by hand", KETTLE, TODAY) is None
    assert own_answer_about(index, f"{BACKPACK.title}: batteries", BACKPACK, TODAY) is None


def test_of_two_that_come_alike_near_none_is_given(index: ShopIndex) -> None:
    index.add_answers([WASH, replace(WASH, answer_id="q4", text="Never wash it.")])
    assert own_answer_about(index, f"{BACKPACK.title}: wash by hand", BACKPACK, TODAY) is None


def test_a_question_about_no_item_is_not_answered_by_what_is_about_one(index: ShopIndex) -> None:
    found = index.search_answers(index.query_vector("wash by hand with soap"), 5, TODAY)
    assert [answer for answer, _ in found] == [FOR_ALL]
