from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from retrieval.catalogue import Item
from retrieval.contrast import Change, WhyNot, contrasted, why_not
from retrieval.events import Event
from retrieval.history import traces
from retrieval.index import ShopIndex
from retrieval.need import Bound, Constraints, Need, Preference
from retrieval.ranking import Ranker
from retrieval.recall import recall
from tests.retrieval.samples import event, item

LIGHT = Preference("weight", -1, "light")
TENTS = Need("a tent", "tent")
CAP = Need("a tent under 100 euros", "tent", Constraints(price_max=100))


def tent(item_id: str, price: float, **fields: Any) -> Item:
    """All tents say the same, so that only numbers tell them apart."""
    stars = fields.pop("stars", 4)
    return item(item_id, "Hill tent", kind="tent", price=price, says=[(stars, "It is a tent.")] * 2, **fields)


SHELF = [
    tent("alpha", 60.0, weight=900),
    tent("beta", 62.0, weight=1100),
    tent("gamma", 96.0, weight=2600, stars=3),
    tent("delta", 180.0, weight=1000),
    tent("empty", 50.0, weight=800, stock=0),
    item("kettle", "Hush kettle", kind="kettle", price=40.0),
]


@pytest.fixture
def shop(index: ShopIndex) -> ShopIndex:
    index.add_items(SHELF)
    return index


def asked(shop: ShopIndex, need: Need, item_id: str, *, shown: int = 2, done: Sequence[Event] = ()) -> WhyNot:
    return why_not(Ranker(), shop, need, traces(done, shop.catalogue, shop.embedder), item_id, shown=shown)


def rank_with(shop: ShopIndex, need: Need, altered: Item) -> int | None:
    """The item's place when the shop really has it so."""
    shop.add_items([altered])
    found = recall(shop, need, ())
    return Ranker().order(found, need.constraints, (), shop).place_of(altered.item_id)


class TestTheLead:
    def test_it_is_the_sum_of_what_the_factors_add(self, shop: ShopIndex) -> None:
        found = asked(shop, CAP, "gamma")
        assert found.shown is not None and found.rank == 3
        assert found.lead > 0
        assert sum(f.value for f in (*found.behind, *found.ahead)) == pytest.approx(found.lead)

    def test_each_side_names_its_factors_the_largest_first(self, shop: ShopIndex) -> None:
        found = asked(shop, CAP, "gamma")
        assert [f.value for f in found.behind] == sorted((f.value for f in found.behind), reverse=True)
        assert "within your budget" in [f.label for f in found.behind]
        assert all(f.value < 0 for f in found.ahead)

    def test_what_is_the_same_for_both_is_not_told(self, shop: ShopIndex) -> None:
        first = Ranker().order(recall(shop, CAP, ()), CAP.constraints, (), shop).suggestions[0]
        assert contrasted(first, first) == ((), ())


class TestTheChange:
    def test_a_lower_price_that_is_told_is_enough_when_the_shop_really_asks_it(self, shop: ShopIndex) -> None:
        change = asked(shop, CAP, "gamma").change
        assert change is not None and change.kind == "price" and change.after is not None
        assert change.rank <= 2 and change.after < 96.0 and change.unit == "EUR"
        assert rank_with(shop, CAP, replace(shop.catalogue["gamma"], price=change.after)) == change.rank

    def test_a_price_a_little_higher_is_not_enough(self, shop: ShopIndex) -> None:
        change = asked(shop, CAP, "gamma").change
        assert change is not None and change.after is not None
        assert rank_with(shop, CAP, replace(shop.catalogue["gamma"], price=change.after * 1.1)) == 3

    def test_a_wished_attribute_may_be_what_it_lacks(self, shop: ShopIndex) -> None:
        need = replace(TENTS, preferences=(LIGHT,))
        change = asked(shop, need, "gamma").change
        assert change is not None and change.kind in {"attribute", "rating"}
        if change.kind == "attribute":
            assert change.name == "weight" and change.unit == "g" and (change.after or 0) < 2600

    def test_of_several_the_smallest_is_told(self, shop: ShopIndex) -> None:
        shop.add_items([tent("gamma", 63.0, weight=2600, stars=4)])
        change = asked(shop, CAP, "gamma").change
        assert change is not None and change.kind == "rating"
        assert change.size < math.log(63 / 61), "the price would have to fall to 61"

    def test_none_is_told_where_none_is_enough(self, shop: ShopIndex) -> None:
        found = asked(shop, TENTS, "kettle")
        assert found.rank is not None and found.rank > 2
        assert found.change is None

    def test_an_item_that_is_shown_needs_none(self, shop: ShopIndex) -> None:
        found = asked(shop, CAP, "alpha")
        assert found.rank is not None and found.rank <= 2
        assert found.change is None

    def test_one_that_is_shown_is_compared_with_the_first_and_a_change_makes_it_that(self, shop: ShopIndex) -> None:
        order = Ranker().order(recall(shop, CAP, ()), CAP.constraints, (), shop).suggestions
        second = order[1].item
        found = asked(shop, CAP, second.item_id, shown=3)
        assert found.rank == 2 and found.shown is not None and found.shown.item == order[0].item
        assert found.lead == pytest.approx(order[0].score - order[1].score)
        if found.change is not None and found.change.kind == "price" and found.change.after is not None:
            assert rank_with(shop, CAP, replace(second, price=found.change.after)) == 1

    def test_what_is_owned_is_behind_by_that(self, shop: ShopIndex) -> None:
        found = asked(shop, CAP, "alpha", done=[event("e1", "alpha")])
        assert found.rank == 3
        assert found.behind[0].name == "owned"


class TestExcluded:
    def test_by_price_and_the_cap_that_would_let_it_in(self, shop: ShopIndex) -> None:
        found = asked(shop, CAP, "delta")
        assert found.rank is None and found.broken == ("price_max",)
        assert found.change == Change(
            "constraint", "price_max", found.change.rank if found.change else 0, 100, 180, "EUR"
        )
        assert found.change is not None and found.change.rank >= 1

    def test_out_of_stock(self, shop: ShopIndex) -> None:
        found = asked(shop, TENTS, "empty")
        assert found.broken == ("in_stock",)
        assert found.change is not None and found.change.name == "in_stock" and found.change.rank <= 5

    @pytest.mark.parametrize(
        ("constraints", "name"),
        [
            (Constraints(bounds=(Bound("weight", "g", high=1200),)), "bound:weight"),
            (Constraints(items_excluded=frozenset({"gamma"})), "items_excluded"),
            (Constraints(kinds_excluded=frozenset({"tent"})), "kinds_excluded"),
        ],
    )
    def test_every_constraint_can_be_lifted(self, shop: ShopIndex, constraints: Constraints, name: str) -> None:
        found = asked(shop, replace(TENTS, constraints=constraints), "gamma")
        assert found.broken == (name,)
        assert found.change is not None and found.change.name == name

    def test_two_at_once_are_no_single_change(self, shop: ShopIndex) -> None:
        found = asked(shop, CAP, "empty")
        assert found.broken == ("in_stock",)
        shop.add_items([tent("empty", 150.0, stock=0)])
        both = asked(shop, CAP, "empty")
        assert set(both.broken) == {"in_stock", "price_max"} and both.change is None


def test_an_unknown_item_is_an_error(shop: ShopIndex) -> None:
    with pytest.raises(KeyError):
        asked(shop, TENTS, "no such thing")
