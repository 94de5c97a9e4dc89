"""The demo shop contradicts itself nowhere, and the rules that say so notice when it does."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import pytest

from . import catalogue_rules, history_rules, order_rules, service_rules
from .shop import Row, Shop, read_shop
from .text_rules import quantities, tone

Rule = Callable[[Shop], Iterator[str]]
RULES = (*catalogue_rules.RULES, *history_rules.RULES, *service_rules.RULES, *order_rules.RULES)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return read_shop()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_demo_shop_keeps_the_rule(shop: Shop, rule: Rule) -> None:
    assert list(rule(shop)) == []


def _replace(row: Row, field: str, old: str, new: str) -> None:
    assert old in row[field], f"the planted error needs {old!r}"
    row[field] = row[field].replace(old, new)


def _event(shop: Shop, kind: str, **wanted: object) -> Row:
    """The first event of the kind with the wanted values."""
    return next(e for e in shop.events if e["kind"] == kind and wanted.items() <= e.items())


def _describe(item_id: str, old: str, new: str) -> Callable[[Shop], None]:
    return lambda shop: _replace(shop.item(item_id), "description", old, new)


def _set(item_id: str, field: str, value: object) -> Callable[[Shop], None]:
    return lambda shop: shop.item(item_id).__setitem__(field, value)


def _draw(source: str) -> Callable[[Shop], None]:
    return lambda shop: _replace(shop.images, "kettle.svg", "</svg>", f"{source}</svg>")


def _review(shop: Shop, stars: int, text: str) -> None:
    shop.item("kitchen-01")["reviews"][0].update(rating=stars, text=text)


def _swap_first_two_of(shop: Shop, shopper: str) -> None:
    first, second = [place for place, e in enumerate(shop.events) if e["shopper_id"] == shopper][:2]
    one, two = shop.events[first], shop.events[second]
    one["at"], two["at"] = two["at"], one["at"]
    shop.events[first], shop.events[second] = two, one


def _buy_late_what_is_sold_out(shop: Shop) -> None:
    _event(shop, "purchase", item_id="cycling-05")["at"] = "2026-11-10T10:00:00Z"


def _forget_the_purchase(shop: Shop) -> None:
    shop.events.remove(_event(shop, "purchase", shopper_id="s-01", item_id="outdoor-01"))


def _two_opinions(shop: Shop) -> None:
    rating = _event(shop, "rating")
    _event(shop, "comment", shopper_id=rating["shopper_id"], item_id=rating["item_id"])["rating"] = 6 - rating["rating"]
    rating["rating"] = 5 if rating["rating"] == 3 else rating["rating"]


def _crowd(shop: Shop) -> None:
    shop.events += [{**shop.events[0], "event_id": f"x-{n}"} for n in range(61)]


PLANTED: dict[str, tuple[Rule, Callable[[Shop], object], str]] = {
    "weight differs": (catalogue_rules.numbers, _describe("outdoor-01", "310 g", "390 g"), "390 g"),
    "pages differ": (catalogue_rules.numbers, _describe("books-01", "412 pages", "421 pages"), "421 pages"),
    "water column differs": (
        catalogue_rules.numbers,
        _describe("outdoor-04", "2000 mm H2O", "3000 mm H2O"),
        "3000 mm H2O",
    ),
    "number without a unit": (catalogue_rules.numbers, _describe("outdoor-01", "310 g", "310"), "no unit"),
    "review invents a number": (
        catalogue_rules.numbers,
        lambda shop: _review(shop, 4, "Holds 1.7 l, so two pots of tea."),
        "1.7 l",
    ),
    "another colour": (catalogue_rules.colours, _describe("outdoor-01", "moss green", "moss green and red"), "red"),
    "colour not named": (catalogue_rules.colours, _describe("outdoor-09", "navy blue ", ""), "not mentioned"),
    "five stars for a complaint": (
        catalogue_rules.stars,
        lambda shop: _review(shop, 5, "It leaked from the first day, and the lid is useless."),
        "5 stars",
    ),
    "one star for praise": (
        catalogue_rules.stars,
        lambda shop: _review(shop, 1, "Quiet, beautiful and a pleasure to pour from."),
        "1 stars",
    ),
    "short description": (catalogue_rules.lengths, _set("outdoor-01", "description", "A bag."), "2 words"),
    "title of another brand": (catalogue_rules.titles, _set("outdoor-01", "brand", "Skarne"), "Skarne"),
    "too few attributes": (catalogue_rules.attributes, _set("audio-01", "attributes", {"type": "speaker"}), "audio-01"),
    "second sold-out item": (catalogue_rules.categories, _set("audio-01", "stock", 0), "audio: 2"),
    "price as text": (catalogue_rules.fields, _set("audio-01", "currency", ""), "currency"),
    "picture missing": (catalogue_rules.images, _set("audio-01", "image", "/shop/images/nothing.svg"), "audio-01"),
    "script in a picture": (catalogue_rules.images, _draw("<script>0</script>"), "script"),
    "picture loads another": (catalogue_rules.images, _draw('<use href="https://example.com/a.svg#b"/>'), "href"),
    "picture with a handler": (catalogue_rules.images, _draw('<g onclick="alert(1)"/>'), "onclick"),
    "purchase forgotten": (history_rules.order, _forget_the_purchase, "without purchase"),
    "cart before view": (history_rules.order, lambda shop: _swap_first_two_of(shop, "s-01"), "without view"),
    "time runs back": (history_rules.order, lambda shop: shop.events.reverse(), "is not after"),
    "sold out yet bought": (history_rules.stock, _buy_late_what_is_sold_out, "cycling-05"),
    "two opinions": (history_rules.opinions, _two_opinions, "stars after"),
    "comment on another weight": (
        history_rules.comments,
        lambda shop: _replace(_event(shop, "comment", item_id="outdoor-01"), "comment", "310 g", "280 g"),
        "280 g",
    ),
    "more than 60 events": (history_rules.shoppers, _crowd, "events"),
    "unknown item": (history_rules.events, lambda shop: shop.events[0].update(item_id="outdoor-99"), "unknown"),
    "answer with another term": (
        service_rules.answers,
        lambda shop: _replace(shop.questions[7], "answer", "30 days", "14 days"),
        "14 days",
    ),
    "coupon for no category": (
        service_rules.coupons,
        lambda shop: shop.coupons[1].update(categories=["boats"]),
        "boats",
    ),
    "purchase without an order": (order_rules.purchases, lambda shop: shop.orders.pop(0), "no order"),
    "order nobody placed": (
        order_rules.purchases,
        lambda shop: shop.orders[0].update(placed="2026-01-03T10:00:00Z"),
        "HR-",
    ),
    "order of a stranger": (order_rules.fields, lambda shop: shop.orders[0].update(shopper_id="s-99"), "s-99"),
    "order at another price": (order_rules.fields, lambda shop: shop.orders[0]["lines"][0].update(price=1.0), "price"),
    "order of another title": (
        order_rules.fields,
        lambda shop: shop.orders[0]["lines"][0].update(title="Bag"),
        "title",
    ),
    "wrong total": (order_rules.sums, lambda shop: shop.orders[0].update(total=1.0), "total"),
    "expired coupon": (order_rules.coupons, lambda shop: shop.orders[-1].update(coupon="SUMMER12"), "SUMMER12"),
    "coupon used too often": (
        order_rules.coupons,
        lambda shop: [order.update(coupon="ROW20", shopper_id="s-01") for order in shop.orders if order["total"] > 150],
        "ROW20: use 2",
    ),
    "coupon of new shoppers": (order_rules.coupons, lambda shop: shop.orders[-3].update(coupon="WELCOME10"), "not new"),
    "arrived before it left": (
        order_rules.course,
        lambda shop: shop.orders[0].update(delivered=shop.orders[0]["placed"][:10]),
        "delivered",
    ),
    "left on a Sunday": (order_rules.course, lambda shop: shop.orders[-3].update(shipped="2026-11-22"), "weekend"),
    "tracking of nothing": (order_rules.course, lambda shop: shop.orders[-1].update(tracking="NO1"), "tracking"),
    "too long on the way": (
        order_rules.course,
        lambda shop: shop.orders[-3].update(expected="2026-12-24"),
        "working days",
    ),
    "spoken of before it came": (
        order_rules.opinions,
        lambda shop: [order.update(delivered="2026-11-15") for order in shop.orders if order["delivered"]],
        "spoke of",
    ),
    "coupon worth less": (service_rules.coupons, lambda shop: shop.coupons[0].update(value=8), "8 percent"),
}


@pytest.mark.parametrize(("rule", "plant", "told"), PLANTED.values(), ids=PLANTED.keys())
def test_planted_error_is_found(shop: Shop, rule: Rule, plant: Callable[[Shop], object], told: str) -> None:
    spoilt = copy.deepcopy(shop)
    plant(spoilt)
    assert any(told in problem for problem in rule(spoilt))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rated to 2000 mm H2O", [(2000, "mm H2O")]),
        ("1.2 kg, SPF 50, USB-C", [(50, "SPF"), (1.2, "kg")]),
        ("a 5mm lug and a 30-min run", [(5, "mm"), (30, "min")]),
        ("from 54 cm to 60 cm on MP3", [(54, "cm"), (60, "cm")]),
        ("just 12 of them", [(12, None)]),
    ],
)
def test_quantities(text: str, expected: list[tuple[float, str | None]]) -> None:
    assert list(quantities(text)) == expected


def test_negation_turns_the_tone() -> None:
    assert tone("It never leaked.") == (1, 0)
    assert tone("It leaked. Not perfect.") == (0, 2)
