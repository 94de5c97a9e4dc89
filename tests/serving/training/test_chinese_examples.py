import re
from pathlib import Path

import pytest

from agent.chinese.script import has_han
from agent.reasons.chinese import verifier_of
from agent.reasons.claims import split_claims
from serving.training.chinese import make_chinese_examples
from serving.training.chinese.composing import NOTHING_SUITS
from serving.training.chinese.phrases import FOLDER, Phrases
from serving.training.examples import Example
from serving.training.lessons import Dataset
from tests.embedders import WordEmbedder

DEMO = Path(__file__).parents[3] / "demo"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return make_chinese_examples(DEMO, WordEmbedder(), seed=5, train=60, held_out=15)


def test_every_claim_of_every_target_is_proved(dataset: Dataset) -> None:
    for each in (*dataset.train, *dataset.validation, *dataset.unseen):
        assert isinstance(each, Example) and each.language == "zh" and has_han(each.need) and has_han(each.target)
        if each.target != NOTHING_SUITS:
            verifier = verifier_of(each.evidence, each.title, need=each.need)
            assert all(verifier.check(claim).supported for claim in split_claims(each.target)), each.target


def test_examples_are_distinct_and_seldom_silent(dataset: Dataset) -> None:
    assert len({(each.messages(), each.target) for each in dataset.train}) == 60
    assert sum(each.target == NOTHING_SUITS for each in dataset.train) <= 3
    assert any(re.search(r"[a-z]{4}", line.text) for each in dataset.train for line in each.evidence)
    assert any(has_han(line.text) for each in dataset.train for line in each.evidence)


def test_the_unseen_are_of_the_held_out_categories(dataset: Dataset) -> None:
    assert {each.shop for each in dataset.unseen} == {"held out"}
    assert "held out" not in {each.shop for each in (*dataset.train, *dataset.validation)}


def test_a_fifth_of_the_patterns_is_kept_from_training() -> None:
    seen, unheard = Phrases.read(held_out=False), Phrases.read(held_out=True)
    for name in ("facts.weight", "reviews.reported", "asked.wish", "needs.plain"):
        assert not set(seen.patterns[name]) & set(unheard.patterns[name]), name
    told = [p for name, rows in seen.patterns.items() if not name.startswith("needs.") for p in rows]
    assert len(told) > 80 and FOLDER.is_dir()
