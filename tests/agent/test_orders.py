"""Which order is meant, and what is said of it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.shop import orders as said
from agent.shop.answers import EN, day
from agent.shop.order_questions import asks_about_orders, period_of, read_question
from agent.shop.orders import about_orders, record, state
from agent.shop.systems import Guarded, Order, OrderLine, OrderStatus
from tests.fake_systems import NOW, TODAY, FakeSystems, order
from tests.models import ITEMS

CATALOGUE = {item.item_id: item for item in ITEMS}
KETTLE = OrderLine("kettle-7", "Hushmere Still", 2, Decimal("35.00"))
DELIVERED = order(
    "HR-0900", placed=datetime(2026, 10, 5, 8, tzinfo=UTC), status="delivered", lines=(KETTLE,),
    shipped=date(2026, 10, 6), expected=date(2026, 10, 9), delivered=date(2026, 10, 8),
)  # fmt: skip
PACKED = order(
    "HR-1003", placed=datetime(2026, 11, 22, 8, tzinfo=UTC), status="packed", lines=(KETTLE,),
    carrier=None, tracking=None, shipped=None, expected=None,
)  # fmt: skip
MINE = (DELIVERED, order("HR-1001"), PACKED)
THEIRS = order("HR-2001", "ben")


async def ask(message: str, *kept: Order, shopper: str | None = "ana") -> said.ShopAnswer:
    return await about_orders(FakeSystems(kept or (*MINE, THEIRS)), shopper, message, NOW, CATALOGUE)


def numbers(answer: said.ShopAnswer) -> list[str]:
    return [evidence.source.removeprefix("order ") for evidence in answer.evidence]


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("where is my order?", ["HR-1003", "HR-1001"]),
        ("where is order HR-0900?", ["HR-0900"]),
        ("has the tent shipped?", ["HR-1001"]),
        ("did my kettle arrive", ["HR-1003"]),
        ("where is the Torrwick Lee", ["HR-1001"]),
        ("what did I order last month", ["HR-0900"]),
        ("what have I ordered this month?", ["HR-1003", "HR-1001"]),
        ("what did I buy in October", ["HR-0900"]),
        ("which kettles did I buy this year", ["HR-1003", "HR-0900"]),
        ("show all my orders", ["HR-1003", "HR-1001", "HR-0900"]),
        ("where's my stuff", ["HR-1003", "HR-1001"]),
        ("did my current order get lost", ["HR-1003", "HR-1001"]),
        ("has my parcel left today?", ["HR-1003", "HR-1001"]),
    ],
)
async def test_which_orders_are_meant(message: str, found: list[str]) -> None:
    assert numbers(await ask(message)) == found


async def test_an_order_on_its_way_is_told_from_its_record() -> None:
    answer = await ask("has the tent shipped?")
    assert answer.text == (
        "Order HR-1001 of 18 November 2026 (Torrwick Lee 2) was shipped on 20 November 2026 with Noordpost, tracking "
        "number NP123456789; the shop expects delivery on 27 November 2026 [O1]."
    )
    assert answer.evidence[0].id == "O1" and answer.evidence[0].kind == "order"


async def test_a_day_the_shop_does_not_state_is_not_guessed() -> None:
    assert (await ask("where is order HR-1003")).text == (
        "Order HR-1003 of 22 November 2026 (2 x Hushmere Still) is packed and has not left yet; the shop states no day "
        "of delivery [O1]."
    )


async def test_a_day_that_has_passed_is_said_to_have_passed() -> None:
    late = order(expected=TODAY - timedelta(1))
    assert "expects delivery on 23 November 2026, which has passed" in (await ask("where is my order", late)).text
    assert "passed" not in state(order(expected=TODAY), TODAY)


async def test_where_nothing_is_open_the_latest_is_told() -> None:
    assert "was delivered on 8 October 2026" in (await ask("where is my order", DELIVERED)).text


async def test_goods_that_were_never_ordered_are_not_found_elsewhere() -> None:
    answer = await ask("has my backpack shipped?")
    assert answer.text.startswith("I find no order of yours with backpack. Your latest: Order HR-1003")


async def test_an_empty_time_is_empty() -> None:
    answer = await ask("what did I order last year")
    assert answer.text == "You ordered nothing last year." and not answer.evidence


async def test_a_foreign_order_is_as_unknown_as_none() -> None:
    foreign, none = await ask("where is order HR-2001"), await ask("where is order HR-7777")
    assert foreign.text.replace("HR-2001", "HR-7777") == none.text and not foreign.evidence


async def test_orders_that_a_careless_system_hands_out_are_not_shown() -> None:
    systems = Guarded(FakeSystems((*MINE, THEIRS), careless=True))
    assert "HR-2001" not in (await about_orders(systems, "ana", "all my orders", NOW)).text
    assert "find no order" in (await about_orders(systems, "ana", "where is order HR-2001", NOW)).text


async def test_a_guest_is_told_to_sign_in_and_nothing_is_looked_up() -> None:
    systems = FakeSystems(MINE)
    answer = await about_orders(systems, None, "where is order HR-1001", NOW)
    assert answer.text == EN.say("orders.sign_in") and systems.asked == []


async def test_a_system_that_is_down_or_slow_costs_the_answer_and_says_so() -> None:
    for systems in (FakeSystems(MINE, down=True), Guarded(FakeSystems(MINE, slow=True), seconds=0.01)):
        answer = await about_orders(systems, "ana", "where is my order", NOW)
        assert answer.text == EN.say("orders.down") and not answer.evidence


async def test_many_orders_are_cut_and_counted() -> None:
    many = [order(f"HR-30{n:02d}", placed=NOW - timedelta(days=n)) for n in range(8)]
    answer = await ask("show all my orders", *many)
    assert numbers(answer) == [f"HR-30{n:02d}" for n in range(5)]
    assert "There are 3 more" in answer.text


@pytest.mark.parametrize(
    ("message", "about"),
    [
        ("where is my order", True),
        ("has the tent shipped?", True),
        ("what did I order last month", True),
        ("track my parcel", True),
        ("when will my parcel arrive", True),
        ("order HR-1001 has not come", True),
        ("did you already send the family tent?", True),
        ("I ordered a kettle, where is it", True),
        ("status of HR-1001", True),
        ("did my order get cancelled?", True),
        ("my delivery is late", True),
        ("when can I expect my parcel", True),
        ("can I cancel my order", False),
        ("I want to return my order", False),
        ("how do I track my parcel", False),
        ("what should I buy for my sister", False),
        ("which is the best tent to buy", False),
        ("how long does delivery take", False),
        ("I want to order a tent", False),
        ("a kettle under 50 euros", False),
        ("do you ship to Norway", False),
        ("can I buy a present for my sister", False),
    ],
)
def test_asks_about_orders(message: str, about: bool) -> None:
    assert asks_about_orders(message) is about


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("last month", date(2026, 10, 1), date(2026, 10, 31)),
        ("this week", date(2026, 11, 23), TODAY),
        ("last week", date(2026, 11, 16), date(2026, 11, 22)),
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("in december", date(2025, 12, 1), date(2025, 12, 31)),
        ("in February 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("since September", date(2026, 9, 1), TODAY),
    ],
)
def test_periods(words: str, first: date, last: date) -> None:
    period = period_of(f"what did I order {words}?", TODAY)
    assert period is not None and (period.first, period.last) == (first, last)


def test_last_month_in_january_is_december_of_the_year_before() -> None:
    period = period_of("last month", date(2027, 1, 31))
    assert period is not None and (period.first, period.last) == (date(2026, 12, 1), date(2026, 12, 31))


def test_a_number_is_read_whatever_its_form() -> None:
    for message, number in [("order #10423", "10423"), ("order hr-1001", "HR-1001"), ("order number 88231", "88231")]:
        assert read_question(f"where is my {message}?", TODAY).order_id == number
    assert read_question("where are my 2 tents from 2026", TODAY).order_id is None


_days = st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31))
_orders = st.builds(
    order,
    status=st.sampled_from(get_args(OrderStatus)),
    placed=st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 24), timezones=st.just(UTC)),
    shipped=_days, expected=_days, delivered=_days, carrier=st.none() | st.just("Noordpost"),
)  # fmt: skip


@given(_orders, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_no_date_is_said_that_is_not_in_the_record(kept: Order, today: date) -> None:
    known = {day(when) for when in (kept.placed.date(), kept.shipped, kept.expected, kept.delivered) if when}
    told = re.findall(r"\d{1,2} [A-Z][a-z]+ \d{4}", state(kept, today))
    assert set(told) <= known
    assert all(when in record(kept) for when in told)
