"""What a coupon does to a price, and why it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.shop.coupons import (
    Basket,
    DeliveryTerms,
    Goods,
    Judgement,
    Standing,
    basket_of,
    best,
    judge,
    ordered,
    per_item,
)
from agent.shop.systems import Coupon, MixedCurrencies
from tests.fake_systems import TODAY, coupon, order
from tests.models import ITEMS

D = Decimal
NEW = Standing()
BASKET = Basket((Goods("tent", "outdoor", D("240.00")), Goods("kettle", "kitchen", D("35.00"), 2)), "EUR")
TERMS = DeliveryTerms(D("3.95"), D("50"))


@pytest.mark.parametrize(
    ("changed", "after"),
    [
        pytest.param({}, "263.50", id="percent of all"),
        pytest.param({"categories": frozenset({"kitchen"})}, "299.50", id="percent of one category"),
        pytest.param({"value": D("12.5"), "categories": frozenset({"kitchen"})}, "301.25", id="half a percent"),
        pytest.param({"kind": "amount", "value": D(20)}, "290.00", id="amount"),
        pytest.param({"kind": "amount", "value": D(90), "categories": frozenset({"kitchen"})}, "240.00", id="no rest"),
        pytest.param({"value": D(100)}, "0.00", id="all of it"),
        pytest.param({"kind": "free_delivery", "value": D(0)}, "310.00", id="goods stay"),
    ],
)
def test_price_after(changed: dict[str, object], after: str) -> None:
    judgement = judge(coupon(**changed), BASKET, NEW, TODAY)
    assert judgement.price is not None and judgement.price.goods_after == D(after)


def test_a_discount_is_rounded_half_up_to_the_currencys_coin() -> None:
    def paid(price: str, currency: str) -> Decimal:
        basket = Basket((Goods("x", "y", D(price)),), currency)
        judgement = judge(coupon(value=D(50), currency=None), basket, NEW, TODAY)
        assert judgement.price
        return judgement.price.goods_after

    assert paid("0.01", "EUR") == D("0.00")
    assert paid("12.25", "EUR") == D("6.12")
    assert paid("101", "JPY") == D("50")
    assert paid("1.001", "KWD") == D("0.500")


def test_floats_of_the_catalogue_do_not_leak_into_prices() -> None:
    item = replace(ITEMS[0], price=0.1 + 0.2)
    basket = basket_of([(replace(item, price=29.99), 3)])
    assert basket.sum == D("89.97")


def test_currencies_are_not_added_up() -> None:
    with pytest.raises(MixedCurrencies, match="EUR and USD"):
        basket_of([(ITEMS[0], 1), (replace(ITEMS[1], currency="USD"), 1)])


@pytest.mark.parametrize(
    ("changed", "standing", "refusals"),
    [
        pytest.param({"ends": TODAY}, NEW, (), id="the last day counts"),
        pytest.param({"starts": TODAY}, NEW, (), id="the first day counts"),
        pytest.param({"ends": TODAY - timedelta(1)}, NEW, ("expired",), id="expired"),
        pytest.param({"starts": TODAY + timedelta(1)}, NEW, ("not_started",), id="not started"),
        pytest.param({"minimum": D("310.00")}, NEW, (), id="just the minimum"),
        pytest.param({"minimum": D("310.01")}, NEW, ("minimum",), id="a cent short"),
        pytest.param({"minimum": D(71), "categories": frozenset({"kitchen"})}, NEW, ("minimum",), id="own goods only"),
        pytest.param({"categories": frozenset({"books"})}, NEW, ("category",), id="other goods"),
        pytest.param({"currency": "USD"}, NEW, (), id="a percentage names no money"),
        pytest.param({"currency": "USD", "kind": "amount"}, NEW, ("currency",), id="amount in dollars"),
        pytest.param({"currency": "USD", "minimum": D(1)}, NEW, ("currency",), id="minimum in dollars"),
        pytest.param({"new_shoppers_only": True}, NEW, (), id="new"),
        pytest.param({"new_shoppers_only": True}, Standing(1), ("not_new",), id="not new"),
        pytest.param({"new_shoppers_only": True}, None, ("unknown_shopper",), id="guest"),
        pytest.param({"uses_per_shopper": 2}, Standing(1, {"TRAIL15": 1}), (), id="used once of twice"),
        pytest.param({"uses_per_shopper": 2}, Standing(2, {"TRAIL15": 2}), ("used_up",), id="used up"),
        pytest.param({"uses_per_shopper": 2}, None, (), id="a guest has no uses"),
        pytest.param(
            {"ends": date(2026, 9, 15), "minimum": D(999)}, NEW, ("expired", "minimum"), id="all that stands in its way"
        ),
    ],
)
def test_refusals(changed: dict[str, object], standing: Standing | None, refusals: tuple[str, ...]) -> None:
    judgement = judge(coupon(**changed), BASKET, standing, TODAY)
    assert judgement.refusals == refusals
    assert judgement.applies == (not refusals)


def test_uses_are_those_of_orders_that_stand() -> None:
    orders = [order("1", coupon="trail15"), order("2", coupon="TRAIL15", status="cancelled"), order("3")]
    assert Standing.of(orders) == Standing(2, {"TRAIL15": 1})
    assert Standing.of([order(status="cancelled")]) == NEW


def test_free_delivery_takes_delivery_off_and_less_goods_can_make_it_due() -> None:
    basket = Basket((Goods("book", "books", D("50.00")),), "EUR")
    free = judge(coupon(kind="free_delivery"), Basket((Goods("pen", "office", D("9.00")),), "EUR"), NEW, TODAY, TERMS)
    assert free.price and (free.price.before, free.price.after) == (D("12.95"), D("9.00"))
    little = judge(coupon(kind="amount", value=D(3)), basket, NEW, TODAY, TERMS)
    assert little.price and (little.price.before, little.price.after) == (D("50.00"), D("50.95"))
    assert best([little]) is None
    assert ordered([little, free]) == (free, little)


def test_each_item_gets_the_coupon_that_saves_most_on_it() -> None:
    coupons = [
        coupon("ALL10", value=D(10)),
        coupon("OUT15", categories=frozenset({"outdoor"})),
        coupon(ends=TODAY - timedelta(9)),
    ]
    chosen = per_item(ITEMS, coupons, NEW, TODAY)
    assert {item_id: each.coupon.code for item_id, each in chosen.items()} == {
        item.item_id: "OUT15" if item.category == "outdoor" else "ALL10" for item in ITEMS
    }


_money = st.decimals("0", "99999.99", places=2)
_goods = st.builds(Goods, st.text(), st.sampled_from(["a", "b", "c"]), _money, st.integers(1, 9))
_baskets = st.builds(lambda goods: Basket(tuple(goods), "EUR"), st.lists(_goods, max_size=5))
_coupons = st.builds(
    coupon,
    kind=st.sampled_from(["percent", "amount", "free_delivery"]),
    value=st.decimals("0", "150", places=3),
    minimum=st.none() | _money,
    categories=st.frozensets(st.sampled_from(["a", "b"])),
)
_terms = st.builds(DeliveryTerms, _money, st.none() | _money)


@given(_coupons, _baskets, _terms)
def test_goods_never_cost_more_nor_less_than_nothing(coupon: Coupon, basket: Basket, terms: DeliveryTerms) -> None:
    price = judge(coupon, basket, NEW, TODAY, terms).price
    if price is not None:
        assert 0 <= price.goods_after <= price.goods_before == basket.sum
        assert price.delivery_after >= 0
        untouched = sum(
            each.sum for each in basket.goods if coupon.categories and each.category not in coupon.categories
        )
        assert price.goods_after >= untouched


@given(_baskets, st.lists(_coupons, max_size=5), _terms)
def test_the_best_saves_most_and_none_that_saves_is_left_for_none(
    basket: Basket, coupons: list[Coupon], terms: DeliveryTerms
) -> None:
    judged: list[Judgement] = [judge(each, basket, NEW, TODAY, terms) for each in coupons]
    saved = [each.price.saved for each in judged if each.price]
    chosen = best(judged)
    if chosen is None:
        assert all(amount <= 0 for amount in saved)
    else:
        assert chosen.price and chosen.price.saved == max(saved) > 0


@given(_baskets, _coupons, st.integers(0, 100), st.integers(0, 100))
def test_a_larger_percentage_never_costs_more(basket: Basket, given_coupon: Coupon, one: int, other: int) -> None:
    low, high = sorted((one, other))
    prices = [
        judge(replace(given_coupon, kind="percent", value=D(value)), basket, NEW, TODAY).price for value in (low, high)
    ]
    if prices[0] and prices[1]:
        assert prices[1].goods_after <= prices[0].goods_after
