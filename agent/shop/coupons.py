"""The arithmetic of coupons: which apply to what, for whom, on which day, and the price after; exact decimals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeAlias

from agent.shop.systems import Coupon, MixedCurrencies, Order
from retrieval.catalogue import Item

Refusal: TypeAlias = Literal[
    "expired", "not_started", "currency", "category", "minimum", "used_up", "not_new", "unknown_shopper"
]
"""Why a coupon does not apply; `agent.shop.offers` puts it into words."""
NOTHING = Decimal(0)
_DECIMALS = {"BHD": 3, "CLP": 0, "ISK": 0, "JPY": 0, "KRW": 0, "KWD": 3, "OMR": 3, "TND": 3, "VND": 0}
"""Digits after the point of currencies that have not two."""


@dataclass(frozen=True, slots=True)
class Goods:
    """Pieces of one item in a basket."""

    item_id: str
    category: str
    price: Decimal
    quantity: int = 1

    @property
    def sum(self) -> Decimal:
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Basket:
    """What is to be bought; all in one currency."""

    goods: tuple[Goods, ...]
    currency: str

    @property
    def sum(self) -> Decimal:
        return sum((each.sum for each in self.goods), NOTHING)

    def within(self, coupon: Coupon) -> Decimal:
        """The sum of the goods that a coupon is for."""
        named = coupon.categories
        return sum((each.sum for each in self.goods if not named or each.category in named), NOTHING)


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """What delivery costs, and from which sum of goods (after a coupon) it is free. By default it costs nothing."""

    price: Decimal = NOTHING
    free_from: Decimal | None = None

    def due(self, goods: Decimal) -> Decimal:
        return NOTHING if self.free_from is not None and goods >= self.free_from else self.price


@dataclass(frozen=True, slots=True)
class Standing:
    """What the shop knows of a shopper that coupons ask for: orders so far, and uses of each code (upper case)."""

    orders: int = 0
    uses: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, orders: Iterable[Order]) -> Standing:
        """A cancelled order counts neither as an order nor as a use of its coupon."""
        counted = [order for order in orders if order.status != "cancelled"]
        uses: dict[str, int] = {}
        for order in counted:
            if order.coupon:
                uses[order.coupon.upper()] = uses.get(order.coupon.upper(), 0) + 1
        return cls(len(counted), uses)


@dataclass(frozen=True, slots=True)
class Price:
    """Goods and delivery before and after a coupon. Goods never cost more after it, nor less than nothing.

    The total may: less goods can bring them below the sum from which delivery is free.
    """

    goods_before: Decimal
    goods_after: Decimal
    delivery_before: Decimal
    delivery_after: Decimal

    @property
    def before(self) -> Decimal:
        return self.goods_before + self.delivery_before

    @property
    def after(self) -> Decimal:
        return self.goods_after + self.delivery_after

    @property
    def saved(self) -> Decimal:
        """Of the total; negative where delivery falls due and costs more than the coupon takes off."""
        return self.before - self.after


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a coupon applies to a basket: the price with it, or all reasons why not."""

    coupon: Coupon
    price: Price | None
    refusals: tuple[Refusal, ...] = ()

    @property
    def applies(self) -> bool:
        return self.price is not None


def basket_of(items: Iterable[tuple[Item, int]]) -> Basket:
    """A basket of items, each with how many.

    Raises:
        MixedCurrencies: prices in two currencies.
    """
    chosen = list(items)
    currencies = sorted({item.currency for item, _ in chosen})
    if len(currencies) > 1:
        raise MixedCurrencies(f"prices in {' and '.join(currencies)} cannot be added up")
    goods = (Goods(item.item_id, item.category, Decimal(str(item.price)), count) for item, count in chosen)
    return Basket(tuple(goods), currencies[0] if currencies else "")


def judge(
    coupon: Coupon,
    basket: Basket,
    standing: Standing | None,
    today: date,
    delivery: DeliveryTerms | None = None,
) -> Judgement:
    """Judge one coupon.

    Args:
        standing: the shopper's; None for a guest, of whom it is not known whether they are new.
    """
    refusals = tuple(_refusals(coupon, basket, standing, today))
    price = None if refusals else price_after(coupon, basket, delivery or DeliveryTerms())
    return Judgement(coupon, price, refusals)


def price_after(coupon: Coupon, basket: Basket, delivery: DeliveryTerms) -> Price:
    """The price of a basket with a coupon that applies to it; the discount is rounded half up to a whole coin."""
    goods = basket.sum
    after = goods - _discount(coupon, basket)
    free = coupon.kind == "free_delivery"
    return Price(goods, after, delivery.due(goods), NOTHING if free else delivery.due(after))


def per_item(
    items: Iterable[Item], coupons: Iterable[Coupon], standing: Standing | None, today: date
) -> dict[str, Judgement]:
    """For each item bought alone, the coupon that saves most on it; items on which none does are left out."""
    offered = tuple(coupons)
    found = {}
    for item in items:
        basket = basket_of([(item, 1)])
        if chosen := best(judge(coupon, basket, standing, today) for coupon in offered):
            found[item.item_id] = chosen
    return found


def best(judgements: Iterable[Judgement]) -> Judgement | None:
    """The one that saves most of the total, if any saves at all; of equal ones the first."""
    saving = [each for each in judgements if each.price is not None and each.price.saved > 0]
    return max(saving, key=_saved, default=None)


def ordered(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Those that apply first, by what they save; then the others as they came."""
    return tuple(sorted(judgements, key=lambda each: (not each.applies, -_saved(each))))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the smallest coin, halves up."""
    return amount.quantize(Decimal(1).scaleb(-_DECIMALS.get(currency, 2)), ROUND_HALF_UP)


def _saved(judgement: Judgement) -> Decimal:
    return judgement.price.saved if judgement.price else NOTHING


def _discount(coupon: Coupon, basket: Basket) -> Decimal:
    """What comes off the goods: never less than nothing, never more than the goods it is for."""
    eligible = basket.within(coupon)
    if coupon.kind == "percent":
        off = rounded(eligible * coupon.value / 100, basket.currency)
    elif coupon.kind == "amount":
        off = coupon.value
    else:
        off = NOTHING
    return max(NOTHING, min(off, eligible))


def _refusals(coupon: Coupon, basket: Basket, standing: Standing | None, today: date) -> Iterator[Refusal]:
    if today > coupon.ends:
        yield "expired"
    if today < coupon.starts:
        yield "not_started"
    if _names_money(coupon) and coupon.currency != basket.currency:
        yield "currency"
    elif coupon.minimum is not None and basket.within(coupon) < coupon.minimum:
        yield "minimum"
    if coupon.categories and not any(each.category in coupon.categories for each in basket.goods):
        yield "category"
    if coupon.new_shoppers_only and standing is None:
        yield "unknown_shopper"
    elif coupon.new_shoppers_only and standing and standing.orders:
        yield "not_new"
    used = standing.uses.get(coupon.code.upper(), 0) if standing else 0
    if coupon.uses_per_shopper is not None and used >= coupon.uses_per_shopper:
        yield "used_up"


def _names_money(coupon: Coupon) -> bool:
    return coupon.kind == "amount" or coupon.minimum is not None
