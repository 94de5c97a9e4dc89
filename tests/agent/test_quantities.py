import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.words.quantities import number, ranges

Found = tuple[float | None, float | None, str | None]


def read(message: str) -> list[Found]:
    return [(r.low, r.high, r.unit) for r in ranges(message)]


@pytest.mark.parametrize(
    ("message", "low", "high"),
    [
        ("under 120 euros", None, 120),
        ("max 50€", None, 50),
        ("below EUR 80.50", None, 80.5),
        ("less than $50", None, 50),
        ("under 1.299,99 €", None, 1299.99),
        ("under 1,299.99 euros", None, 1299.99),
        ("under 1 200 euros", None, 1200),
        ("under 1.200", None, 1200),
        ("under 1,5k", None, 1500),
        ("under a hundred euros", None, 100),
        ("a hundred and twenty euros", None, 120),
        ("up to forty euros", None, 40),
        ("40 euros or less", None, 40),
        ("50 euros and under", None, 50),
        ("my budget is 40", None, 40),
        ("budget about 100", None, 120),
        ("under 80 headphones", None, 80),
        ("no more than 60 EUR", None, 60),
        ("not more expensive than 60", None, 60),
        ("I don't want to spend more than 50 euros", None, 50),
        ("nothing over 100 euros", None, 100),
        ("it shouldn't cost more than 60", None, 60),
        ("must not exceed 100 euros", None, 100),
        ("camera <= 500 EUR", None, 500),
        ("over 100 euros", 100, None),
        ("nothing under 20 euros", 20, None),
        ("not under 100 euros", 100, None),
        ("40+ euros", 40, None),
        ("from 50€", 50, None),
        ("between 150 and 300", 150, 300),
        ("for two people between 150 and 300", 150, 300),
        ("20-40€", 20, 40),
        ("EUR20-EUR40", 20, 40),
        ("between €20 and €40", 20, 40),
        ("budget of 80 to 100 euros", 80, 100),
        ("around 50 euros", 40, 60),
        ("50 euros or so", 40, 60),
    ],
)
def test_prices_in_the_styles_that_shoppers_write(message: str, low: float | None, high: float | None) -> None:
    assert read(f"{message}, please") == [(low, high, None)]


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("under 2kg", (None, 2, "kg")),
        ("lighter than 500 grams", (None, 500, "g")),
        ("at least 30 litres", (30, None, "l")),
        ("400+ lumens", (400, None, "lm")),
        ("not heavier than 1 kg", (None, 1, "kg")),
        ("between 1 and 1.5 kg", (1, 1.5, "kg")),
    ],
)
def test_measures_carry_their_unit(message: str, found: Found) -> None:
    assert read(message) == [found]


@pytest.mark.parametrize(
    "message",
    [
        "a tent for 2",
        "puzzle for children over 8",
        "ages 3 and up",
        "a board game for at least 30 players",
        "within 30 days",
        "a 30 l backpack",
        "size 43 shoes",
        "a present for me",
    ],
)
def test_numbers_that_are_no_limit(message: str) -> None:
    assert read(message) == []


def test_several_limits_do_not_overlap() -> None:
    message = "under 1 kg and between 50 and 90 euros"
    first, second = ranges(message)
    assert (first.high, first.unit, second.low, second.high) == (1, "kg", 50, 90)
    assert first.span[1] <= second.span[0]


@given(st.text())
def test_no_text_makes_it_fail(message: str) -> None:
    assert all(0 <= r.span[0] < r.span[1] <= len(message) for r in ranges(message))


@given(st.integers(1, 999_999))
def test_thousands_may_be_written_with_commas_or_spaces(value: int) -> None:
    assert number(f"{value:,}") == number(f"{value:,}".replace(",", " ")) == number(str(value)) == value


@pytest.mark.parametrize(
    ("message", "currency", "amount", "number"),
    [
        ("under 100 dollars", "$", "100 dollars", "100"),
        ("£40", "GBP", "£40", "40"),
        ("max 50 USD", "USD", "50 USD", "50"),
        ("under 30 euros", "EUR", "30 euros", "30"),
        ("between 20 and 40 quid", "GBP", "20 to 40 quid", "20 to 40"),
        ("around a hundred bucks", "$", "a hundred bucks", "a hundred"),
        ("under 120", None, "120", "120"),
    ],
)
def test_a_price_keeps_the_currency_it_is_written_in(
    message: str, currency: str | None, amount: str, number: str
) -> None:
    (found,) = ranges(message)
    assert (found.currency, found.amount, found.number) == (currency, amount, number)


@pytest.mark.parametrize(
    ("message", "shop", "foreign"),
    [
        ("$40", "EUR", True),
        ("$40", "CAD", False),
        ("40 USD", "CAD", True),
        ("£40", "GBP", False),
        ("under 40", "EUR", False),
    ],
)
def test_dollars_are_the_shops_own_where_it_has_dollars(message: str, shop: str, foreign: bool) -> None:
    (found,) = ranges(message)
    assert found.foreign_to(shop) == foreign


@pytest.mark.parametrize(
    ("message", "low", "high", "unit"),
    [
        ("between 200 g and 2 kg", 0.2, 2.0, "kg"),
        ("between 2 kg and 500 g", 500.0, 2000.0, "g"),
        ("1 to 2 kg", 1.0, 2.0, "kg"),
    ],
)
def test_the_ends_of_a_range_may_have_units_of_their_own(message: str, low: float, high: float, unit: str) -> None:
    (found,) = ranges(message)
    assert (found.low, found.high, found.unit) == (pytest.approx(low), pytest.approx(high), unit)
