"""What is said of coupons comes from the shop's coupons."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from agent.shop.answers import EN
from agent.shop.offers import Named, about_coupons, asks_about_coupons, basket_of_sum, codes_in, speaks_of_all, terms
from tests.fake_systems import TODAY, FakeSystems, coupon, order
from tests.models import ITEMS

D = Decimal
TENT = ITEMS[5]
COUPONS = (
    coupon("TRAIL15", categories=frozenset({"outdoor"}), uses_per_shopper=3),
    coupon("WELCOME10", value=D(10), minimum=D(40), new_shoppers_only=True, uses_per_shopper=1),
    coupon("POSTFREE", kind="free_delivery", value=D(0)),
    coupon("SUMMER12", ends=date(2026, 9, 15)),
    coupon("BOOKWORM5", kind="amount", value=D(5), categories=frozenset({"books"})),
)


@pytest.mark.parametrize(
    ("message", "codes"),
    [
        ("does TRAIL15 work on this?", (Named("TRAIL15", True),)),
        ("my code trail15 does not work", (Named("TRAIL15", True),)),
        ("is POSTFREE still valid", (Named("POSTFREE", False),)),
        ("do you have a coupon code that works", ()),
        ("any coupons for new shoppers?", ()),
        ("PLEASE give me a discount", (Named("PLEASE", False),)),
        ("is there a code for free delivery", ()),
        ("can I use ROW20", (Named("ROW20", True),)),
        ("ROW20 still valid?", (Named("ROW20", True),)),
        ("does the lamp have a PD100 charger", (Named("PD100", False),)),
    ],
)
def test_codes_in_a_message(message: str, codes: tuple[Named, ...]) -> None:
    assert codes_in(message) == codes


async def test_a_sum_that_is_said_is_what_the_coupon_is_judged_by() -> None:
    row = coupon("ROW20", kind="amount", value=D(20), minimum=D(150))
    systems, bought = FakeSystems(offered=(row, *COUPONS)), basket_of_sum(458.0, "EUR")
    enough = await about_coupons(systems, "ana", "can I use ROW20", TODAY, items=[TENT], total=bought)
    assert enough.text == "With ROW20 you pay 438 EUR instead of 458 EUR [P1]."
    little = await about_coupons(systems, "ana", "can I use ROW20", TODAY, total=basket_of_sum(90.0, "EUR"))
    assert "150 EUR" in little.text and "you pay" not in little.text


async def test_of_a_sum_of_unknown_goods_it_is_not_said_that_a_coupon_for_some_goods_applies() -> None:
    found = await about_coupons(
        FakeSystems(offered=COUPONS), "ana", "TRAIL15?", TODAY, total=basket_of_sum(90.0, "EUR")
    )
    assert "outdoor" in found.text and "you pay" not in found.text


@pytest.mark.parametrize(
    ("message", "all_of_it"),
    [
        ("my basket comes to 90 euros", True),
        ("一共458欧", True),
        ("a tent under 90 euros", False),
        ("90欧以下的", False),
    ],
)
def test_a_sum_of_all_that_is_bought_is_no_limit(message: str, all_of_it: bool) -> None:
    assert speaks_of_all(message) is all_of_it


async def test_the_price_with_a_coupon_is_said_with_its_terms_as_evidence() -> None:
    answer = await about_coupons(FakeSystems(offered=COUPONS), "ana", "does TRAIL15 work?", TODAY, items=[TENT])
    assert answer.text == "With TRAIL15 you pay 204 EUR instead of 240 EUR [P1]."
    (cited,) = answer.evidence
    assert cited.text == (
        "TRAIL15: 15 percent off, on outdoor, up to 3 times per shopper, valid from 1 January 2026 to 31 December 2026."
    )
    assert cited.source == "coupon TRAIL15"


@pytest.mark.parametrize(
    ("message", "shopper", "told"),
    [
        ("SUMMER12?", "ana", "it was valid until 15 September 2026"),
        ("WELCOME10?", "ana", "you have ordered before"),
        ("WELCOME10?", None, "please sign in"),
        ("BOOKWORM5?", "ana", "it is for books only"),
    ],
)
async def test_why_a_coupon_does_not_apply(message: str, shopper: str | None, told: str) -> None:
    systems = FakeSystems([order()], COUPONS)
    answer = await about_coupons(systems, shopper, message, TODAY, items=[TENT])
    assert "does not apply" in answer.text and told in answer.text and answer.evidence


async def test_an_unknown_code_is_said_to_be_unknown_and_nothing_else_is_said_of_it() -> None:
    systems = FakeSystems(offered=COUPONS)
    answer = await about_coupons(systems, "ana", "does MEGA50 work, or TRAIL15?", TODAY, items=[TENT])
    assert answer.text.endswith("The shop knows no coupon MEGA50.")
    assert "MEGA50" not in answer.text.removesuffix("The shop knows no coupon MEGA50.")


async def test_what_is_offered_leaves_out_what_this_shopper_cannot_have() -> None:
    systems = FakeSystems([order()], COUPONS)
    answer = await about_coupons(systems, "ana", "PLEASE, any discount?", TODAY)
    assert re.findall(r"^.*?:|(?<=\. )[A-Z\d]+(?=:)", answer.text) == ["TRAIL15:", "POSTFREE", "BOOKWORM5"]
    everything = " ".join(terms(each) for each in COUPONS)
    assert all(word in everything for word in re.sub(r"\s?\[P\d\]", "", answer.text).split())


async def test_a_shop_without_coupons_says_so_and_one_that_is_down_too() -> None:
    assert (await about_coupons(FakeSystems(), None, "any coupons?", TODAY)).text == EN.say("coupon.none")
    assert (await about_coupons(FakeSystems(down=True), "ana", "any coupons?", TODAY)).text == EN.say("coupon.down")


@pytest.mark.parametrize(
    ("message", "about"),
    [("any coupons?", True), ("does TRAIL15 work", True), ("有优惠券吗", True), ("a discount for students", True),
     ("a light tent", False), ("an MP3 player", False), ("WHERE IS IT", False)],
)  # fmt: skip
def test_asks_about_coupons(message: str, about: bool) -> None:
    assert asks_about_coupons(message) is about
