import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.chinese.limits import limits
from agent.chinese.numerals import number
from agent.chinese.script import folded


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("两百", 200), ("三百五", 350), ("三百零五", 305), ("一百五十", 150), ("十", 10), ("十五", 15), ("二十五", 25),
        ("一千二", 1200), ("一千零二十", 1020), ("一万二", 12_000), ("两万三千四百", 23_400), ("二五零", 250),
        ("半", 0.5),
        ("1千", 1000), ("1千5", 1500), ("3k", 3000), ("1.5万", 15_000), ("1,200", 1200), ("99.5", 99.5),
    ],
)  # fmt: skip
def test_numbers(written: str, value: float) -> None:
    assert number(written) == value


DIGITS = "零一二三四五六七八九"


@given(st.integers(1, 9), st.integers(0, 9), st.integers(0, 9))
def test_a_numeral_of_three_digits_is_its_value(hundreds: int, tens: int, ones: int) -> None:
    zero = "零" if not tens and ones else ""
    rest = f"{DIGITS[tens]}十" if tens else zero
    assert number(f"{DIGITS[hundreds]}百{rest}{DIGITS[ones] if ones else ''}") == 100 * hundreds + 10 * tens + ones


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("200元以下", [(None, 200, None, "CNY")]),
        ("￥200以内", [(None, 200, None, "CNY")]),
        ("人民币两百到三百", [(200, 300, None, "CNY")]),
        ("五十欧", [(None, 50, None, "EUR")]),
        ("不到200美元", [(None, 200, None, "USD")]),
        ("三四百块", [(300, 400, None, "CNY")]),
        ("三到五百块", [(300, 500, None, "CNY")]),
        ("两百多块", [(200, 300, None, "CNY")]),
        ("预算两百", [(None, 200, None, None)]),
        ("100以上", [(100, None, None, None)]),
        ("200以上的不要", [(None, 200, None, None)]),
        ("比500克轻", [(None, 500, "g", None)]),
        ("两公斤半以内", [(None, 2.5, "kg", None)]),
        ("20寸以下", [(None, 50.8, "cm", None)]),
        ("１０００毫升以上", [(1000, None, "ml", None)]),
        ("3-5岁", [(3, 5, "years", None)]),
        ("她十岁", []),
        ("三个人", []),
        ("三块巧克力", []),
        ("五人以上的帐篷", []),
        ("iPhone 15", []),
        ("一百零五欧以内，25升以上", [(None, 105, None, "EUR"), (25, None, "l", None)]),
    ],
)
def test_limits(text: str, found: list[tuple[float | None, float | None, str | None, str | None]]) -> None:
    assert [(limit.low, limit.high, limit.unit, limit.currency) for limit in limits(folded(text))] == [
        (low, pytest.approx(high) if high else high, unit, currency) for low, high, unit, currency in found
    ]


@given(
    st.integers(10, 99_999),
    st.sampled_from(["{}元以下", "不超过{}元", "最多{}块钱", "{}人民币以内", "预算{}元", "￥{}之内"]),
)
def test_a_price_cap_is_read_in_every_style(price: int, style: str) -> None:
    (limit,) = limits(folded(style.format(price)))
    assert (limit.low, limit.high, limit.currency) == (None, price, "CNY")


def test_folding_keeps_every_character_in_its_place() -> None:
    text = "輕便的雙肩包，１００元以下；Torrwick 臺灣"
    assert folded(text) == "轻便的双肩包,100元以下;Torrwick 台湾"
    assert len(folded(text)) == len(text)
    assert folded("Ｔｏｒｒｗｉｃｋ") == "Ｔｏｒｒｗｉｃｋ"  # without Chinese there is nothing to fold
