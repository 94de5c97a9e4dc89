from __future__ import annotations

import numpy as np
import pytest

from retrieval.behaviour import Floats, Past
from retrieval.features import FACTORS, FEATURES, Features
from retrieval.history import Activity
from retrieval.table import ItemTable
from tests.embedders import WordEmbedder
from tests.retrieval.samples import event, item
from tests.retrieval.tastes import ITEMS, behaviour, features, items

NAMES = [feature.name for feature in FEATURES]


@pytest.fixture(scope="module")
def made() -> Features:
    return features(behaviour())


def column(found: tuple[Floats, object], name: str) -> Floats:
    return found[0][:, NAMES.index(name)]


def test_every_feature_has_a_column_and_a_factor_with_words(made: Features) -> None:
    found, _ = made.of_candidates(Past.of([0, 4]), np.arange(5))
    assert found.shape == (5, len(FEATURES))
    assert {feature.factor for feature in FEATURES} | {"new"} == set(FACTORS)


@pytest.mark.parametrize("name", ["reason_sum", "factors", "neighbours_sum", "text_best", "terms_mean"])
def test_what_speaks_for_the_shoppers_kind_is_higher_for_it(made: Features, name: str) -> None:
    found = column(made.of_candidates(Past.of([0, 4]), np.array([8, 12, 9, 13])), name)
    assert found[:2].mean() > found[2:].mean()


def test_price_is_told_against_the_category_and_what_this_shopper_pays(made: Features) -> None:
    found = made.of_candidates(Past.of([0, 4]), np.array([0, 28]))
    level, gap = column(found, "price_level"), column(found, "price_gap")
    assert level[0] < 0 < level[1]
    assert gap[0] < gap[1]


def test_a_new_shopper_is_no_special_case(made: Features) -> None:
    found = made.of_candidates(Past.of([]), np.arange(3))
    assert not column(found, "reason_sum").any()
    assert np.isnan(column(found, "price_gap")).all()
    assert (column(found, "popularity") > 0).all()


def beside_new_ones(made: Features) -> Features:
    """The same shop with a teapot and a saddle at its end with which nobody did anything yet."""
    new = [item(f"new {kind}", f"{kind} again", category=kind, price=12.0) for kind in ("teapot", "saddle")]
    return made.over(ItemTable.of([*items(), *new], WordEmbedder(size=32)))


def test_of_a_new_item_is_expected_what_its_text_says_and_of_its_neighbours_nothing(made: Features) -> None:
    found = beside_new_ones(made).of_candidates(Past.of([0, 4]), np.array([ITEMS, ITEMS + 1, 8, 9]))
    for name in ("factors", "text_best", "reason_sum"):
        teapot, saddle, known_teapot, _ = column(found, name)
        assert teapot > saddle + 0.25 * known_teapot, name
    assert np.isnan(column(found, "neighbours_sum")[:2]).all()
    assert not np.isnan(column(found, "neighbours_sum")[2:]).any()


def test_a_new_item_is_expected_to_be_as_popular_as_others_and_more_with_each_event(made: Features) -> None:
    knowledge, longer = made.knowledge, beside_new_ones(made).table
    found = [
        float(np.expm1(knowledge.over(longer, Activity({"new teapot": done})).popularity[ITEMS]))
        for done in (0.0, 1.0, 3.0)
    ]
    known = np.expm1(made.popularity)
    assert known.min() < found[0] < known.max()
    assert found == pytest.approx([found[0], found[0] + 1.0, found[0] + 3.0], rel=1e-4)


def test_what_is_only_expected_is_told_as_newness_and_the_score_stays(made: Features) -> None:
    shares = np.ones((2, len(FACTORS)), np.float32)
    new, known = beside_new_ones(made).attributed(np.array([ITEMS, 8]), shares)
    told = dict(zip(FACTORS, new.tolist(), strict=True))
    assert (told["collaborative"], told["neighbours"], told["popularity"], told["new"]) == (0.0, 0.0, 0.0, 4.0)
    assert new.sum() == known.sum()
    assert (known == 1.0).all()


def test_a_deed_taken_away_takes_no_more_than_it_said(made: Features) -> None:
    past, candidates = Past.of([0, 5, 2]), np.arange(ITEMS)
    whole = column(made.of_candidates(past, candidates), "text_best")
    for place in range(3):
        assert (column(made.of_candidates(past.without(place), candidates), "text_best") <= whole).all()


class TestItemTable:
    def test_what_is_not_stated_is_no_number(self) -> None:
        made = ItemTable.of([item("a", "Tarn", price=0.0), item("b", "Fell", stock=3)], WordEmbedder(size=8))
        assert np.isnan([made.price[0], made.price_level[0], made.rating[0], made.stock[0], made.age[0]]).all()
        assert made.stock[1] == pytest.approx(np.log1p(3))

    def test_a_rating_of_many_is_worth_more_than_of_one(self) -> None:
        many = item("a", "Tarn", says=[(5, "Good.")] * 9)
        made = ItemTable.of([many, item("b", "Fell", says=[(5, "Good.")])], WordEmbedder(size=8))
        assert made.rating[0] > made.rating[1]
        assert made.ratings[0] > made.ratings[1]

    def test_age_runs_from_an_items_first_event_to_the_latest_of_all(self) -> None:
        events = [event("1", "a", days_ago=10), event("2", "a", days_ago=2), event("3", "b", days_ago=2)]
        made = ItemTable.of([item("a", "Tarn"), item("b", "Fell")], WordEmbedder(size=8), events)
        assert made.age[0] == pytest.approx(np.log1p(8), abs=1e-3)
        assert made.age[1] == pytest.approx(0.0, abs=1e-3)

    def test_titles_without_a_common_word_make_no_terms(self) -> None:
        made = ItemTable.of(
            [item(str(n), title, category="") for n, title in enumerate(("Tarn", "Fell", "Beck"))], WordEmbedder(size=8)
        )
        assert made.terms.shape[0] == 3
        assert made.terms.nnz == 0
