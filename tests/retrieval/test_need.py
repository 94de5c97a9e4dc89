from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.catalogue import Attribute, Item
from retrieval.need import Absence, Bound, Constraints, merged, narrowed
from retrieval.words import stems
from tests.retrieval.samples import item

PACK = item(brand="Fellbrook", price=89.0, stock=3, kind="backpack", colour="slate grey", weight=780)


@pytest.mark.parametrize(
    ("constraints", "broken"),
    [
        (Constraints(), ()),
        (Constraints(price_max=89), ()),
        (Constraints(price_max=88.99), ("price_max",)),
        (Constraints(price_min=90), ("price_min",)),
        (Constraints(brands=frozenset({"FELLBROOK"})), ()),
        (Constraints(brands=frozenset({"Kestrane"})), ("brands",)),
        (Constraints(brands_excluded=frozenset({"fellbrook"})), ("brands_excluded",)),
        (Constraints(categories=frozenset({"kitchen"})), ("categories",)),
        (Constraints(categories_excluded=frozenset({"Outdoor"})), ("categories_excluded",)),
        (Constraints(kinds=frozenset({"tent"})), ("kinds",)),
        (Constraints(kinds_excluded=frozenset({"backpack"})), ("kinds_excluded",)),
        (Constraints(colours=frozenset({"grey"})), ()),
        (Constraints(colours=frozenset({"red"})), ("colours",)),
        (Constraints(colours_excluded=frozenset({"grey"})), ("colours_excluded",)),
        (Constraints(items_excluded=frozenset({"b1"})), ("items_excluded",)),
        (Constraints(bounds=(Bound("weight", "kg", high=0.8),)), ()),
        (Constraints(bounds=(Bound("weight", "kg", high=0.7),)), ("bound:weight",)),
        (Constraints(bounds=(Bound("weight", "g", low=781),)), ("bound:weight",)),
        (Constraints(bounds=(Bound("capacity", "l", low=20),)), ("bound:capacity",)),
    ],
    ids=str,
)
def test_what_an_item_breaks_is_named(constraints: Constraints, broken: tuple[str, ...]) -> None:
    assert constraints.broken_by(PACK) == broken


@pytest.mark.parametrize(
    ("fact", "has_it"),
    [
        (("fragrance", "fig"), True),
        (("notes", "a perfume of roses"), True),
        (("fragrance", "none"), False),
        (("fragrance", "fragrance-free"), False),
        (("fragrance", "unscented"), False),
        (("extras", "without perfume"), False),
        (("extras", "free of nickel, with perfume"), True),
        (("texture", "balm"), False),
    ],
)
def test_an_absence_is_broken_by_what_an_item_is_said_to_have(fact: tuple[str, str], has_it: bool) -> None:
    perfume = Absence("perfume", stems("perfume fragrance scent"))
    cream = replace(item(title="Aubrenne hand cream"), attributes=(Attribute(*fact),))
    assert Constraints(without=frozenset({perfume})).broken_by(cream) == (("without",) if has_it else ())
    assert Constraints(without=frozenset({perfume})).as_dict() == {"without": ["perfume"]}


def test_an_absence_is_broken_by_a_title_and_stays_over_turns() -> None:
    leather = Constraints(without=frozenset({Absence("leather", stems("leather"))}))
    assert leather.broken_by(item(title="Tarn leather satchel")) == ("without",)
    assert leather.broken_by(item(title="Tarn satchel, leather-free")) == ()
    assert merged(leather, Constraints(price_max=5)).without == leather.without
    assert narrowed(Constraints(), leather).without == leather.without


def test_red_does_not_match_a_word_that_contains_it() -> None:
    assert Constraints(colours_excluded=frozenset({"red"})).broken_by(item(colour="rusted copper")) == ()


def test_an_item_sold_out_is_refused_unless_asked_for() -> None:
    gone = item(stock=0)
    assert Constraints().broken_by(gone) == ("in_stock",)
    assert Constraints(in_stock=False).broken_by(gone) == ()


def test_a_measure_is_not_compared_with_another_kind_of_measure() -> None:
    puzzle = Item("p", "Puzzle", "", "toys", 9, "EUR", attributes=(Attribute("capacity", 500, "pieces"),))
    assert Bound("capacity", "l", low=20).broken_by(puzzle)


def test_a_follow_up_keeps_what_it_does_not_speak_of() -> None:
    before = Constraints(price_max=100, kinds=frozenset({"tent"}), colours_excluded=frozenset({"red"}))
    now = Constraints(price_max=50, brands_excluded=frozenset({"Kestrane"}))
    both = merged(before, now)
    assert both.price_max == 50 and both.kinds == {"tent"}
    assert both.colours_excluded == {"red"} and both.brands_excluded == {"Kestrane"}


def test_a_follow_up_may_take_back_an_exclusion() -> None:
    both = merged(Constraints(colours_excluded=frozenset({"red", "blue"})), Constraints(colours=frozenset({"red"})))
    assert both.colours == {"red"} and both.colours_excluded == {"blue"}


def test_shown_constraints_are_those_that_are_set() -> None:
    shown = Constraints(price_max=50, brands=frozenset({"B", "A"}), bounds=(Bound("weight", "g", high=500),)).as_dict()
    assert shown == {
        "price_max": 50,
        "brands": ["A", "B"],
        "bounds": [{"attribute": "weight", "unit": "g", "low": None, "high": 500}],
    }
    assert Constraints().as_dict() == {}


def test_a_new_limit_leaves_the_other_side_of_the_range_alone() -> None:
    both = merged(Constraints(price_max=120), Constraints(price_min=50))
    assert (both.price_min, both.price_max) == (50, 120)
    above = merged(Constraints(price_max=40), Constraints(price_min=50))
    assert (above.price_min, above.price_max) == (50, None)


def test_a_measure_replaces_only_the_earlier_one_on_the_same_attribute() -> None:
    light, roomy, lighter = (
        Bound("weight", "kg", None, 1.0),
        Bound("capacity", "l", 20.0),
        Bound("weight", "g", None, 500),
    )
    both = merged(Constraints(bounds=(light,)), Constraints(bounds=(roomy,)))
    assert both.bounds == (light, roomy)
    assert merged(both, Constraints(bounds=(lighter,))).bounds == (roomy, lighter)


def test_a_filter_narrows_what_was_stated() -> None:
    stated = Constraints(price_max=100, brands=frozenset({"A", "B"}), colours_excluded=frozenset({"black"}))
    given = Constraints(price_max=150, price_min=10, brands=frozenset({"b"}), colours_excluded=frozenset({"red"}))
    both = narrowed(stated, given)
    assert (both.price_min, both.price_max, both.brands) == (10, 100, {"b"})
    assert both.colours_excluded == {"black", "red"}
