from __future__ import annotations

import itertools
import re

import pytest

from agent.items.comparison import Comparison, Row, compare
from agent.items.comparison_text import short_name
from agent.need.parse import Parser
from retrieval.catalogue import Attribute, Catalogue, Item
from tests.retrieval.samples import demo_items, item

SHOP = Catalogue(demo_items())
PARSER = Parser(SHOP.vocabulary, SHOP.currency)
NOOK, LYS, HOMESTEAD = "outdoor-04", "outdoor-05", "outdoor-06"


def compared(*ids: str, question: str = "", language: str = "en") -> Comparison:
    found = compare([SHOP[i] for i in ids], PARSER.parse(question) if question else None, language)
    assert found is not None
    return found


def row(found: Comparison, name: str) -> Row:
    return next(row for row in found.rows if row.name == name)


def test_two_tents_in_words() -> None:
    assert compared(NOOK, HOMESTEAD).text == (
        "The Nook is 210 EUR cheaper and 6.3 kg lighter; the Homestead is rated higher (3.8 against 3.6 of 5) and has "
        "the greater water column (4000 mm H2O against 2000 mm H2O). Sleeps: two people (the Nook), four people (the "
        "Homestead)."
    )


def test_several_are_told_by_who_leads() -> None:
    text = compared(NOOK, LYS, HOMESTEAD).text
    assert text.startswith("The Nook is the cheapest (79 EUR); the Lys is rated highest (4.0 of 5) and the lightest")


def test_chinese_words_carry_the_same_numbers() -> None:
    text = compared("kitchen-01", "kitchen-02", question="a quiet kettle", language="zh").text
    assert text.startswith("Murmur 噪音低 14 分贝，评分更高（4.0 对 3.6，满分 5）；Dash 便宜 54.10 欧元，轻 710 克。")


def test_units_are_brought_together() -> None:
    assert row(compared(LYS, HOMESTEAD), "weight").values == ("0.94 kg", "9.4 kg")


def test_what_the_need_speaks_of_comes_first_and_says_what_is_better() -> None:
    found = compared("kitchen-01", "kitchen-02", question="a quiet kettle")
    assert found.rows[0] == Row("noise", ("62 dB", "76 dB"), True, 0)
    assert row(compared("kitchen-01", "kitchen-02"), "noise").better is None


def test_weight_is_better_low_only_where_light_is_wished_for() -> None:
    assert row(compared(NOOK, LYS), "weight").better is None
    assert row(compared(NOOK, LYS, question="a light tent"), "weight").better == 1


def test_price_and_rating_are_better_by_general_sense() -> None:
    found = compared(NOOK, HOMESTEAD)
    assert (row(found, "price").better, row(found, "rating").better) == (0, 1)
    assert row(found, "rating").values == ("3.6 of 5 (5 reviews)", "3.8 of 5 (5 reviews)")


def test_what_one_does_not_state_is_said_where_it_is_asked_for() -> None:
    found = compared("audio-01", "audio-03", question="headphones with long battery life")
    assert row(found, "battery life").values == ("38 h", "not stated")
    assert row(found, "battery life").better is None
    assert "Battery life: 38 h (the Hush), not stated (the Atelier)." in found.text


def test_items_of_different_kinds_compare_what_they_share() -> None:
    found = compared("outdoor-02", "kitchen-03")
    assert row(found, "type").values == ("backpack", "kettle")
    assert row(found, "capacity").values == ("28 l", "0.9 l")
    assert "spout" not in {row.name for row in found.rows}


def test_in_stock_is_better_than_out_of_stock() -> None:
    assert row(compared(NOOK, LYS), "stock") == Row("stock", ("33 in stock", "out of stock"), True, 0)


def test_of_five_the_first_four_are_compared_and_it_says_so() -> None:
    found = compared("running-08", "running-09", "running-10", "outdoor-07", "outdoor-08")
    assert len(found.items) == 4 and found.text.endswith("Only the first four are compared.")


def test_one_item_is_not_compared_with_itself() -> None:
    assert compare([SHOP[NOOK], SHOP[NOOK]], None) is None
    assert compare([], None) is None


def test_alike_items_are_said_to_be_alike() -> None:
    found = compare([item("a", "Tarn 28", price=9.0), item("b", "Tarn 28", price=9.0)], None)
    assert found is not None
    assert found.text == "They are alike in all that the shop's data states of both."
    assert row(found, "price") == Row("price", ("9 EUR", "9 EUR"), False)


def test_other_currencies_and_other_units_are_not_measured_against_each_other() -> None:
    one = item("a", "Tarn 28", price=9.0)
    other = item("b", "Fell 30", price=8.0, currency="USD")
    sizes = [
        Item(**{**_fields(each), "attributes": (Attribute("size", value, unit),)})
        for each, value, unit in ((one, 40, "l"), (other, 50, "cm"))
    ]
    found = compare(sizes, None)
    assert found is not None
    assert row(found, "price") == Row("price", ("9 EUR", "8 USD"), True)
    assert row(found, "size") == Row("size", ("40 l", "50 cm"), True)


@pytest.mark.parametrize(
    ("item_id", "name"),
    [
        (NOOK, "Nook"),
        ("books-01", "The Weighbridge Keeper"),
        ("books-07", "The Bear Who Kept the Night"),
        ("running-09", "Beacon Pro"),
        ("toys-03", "Otto"),
    ],
)
def test_short_names(item_id: str, name: str) -> None:
    assert short_name(SHOP[item_id]) == name


@pytest.mark.slow
def test_every_number_of_every_pair_stands_in_the_data_or_is_a_difference_of_two_that_do() -> None:
    by_kind: dict[str, list[Item]] = {}
    for each in SHOP.values():
        by_kind.setdefault(each.category, []).append(each)
    for group in by_kind.values():
        for pair in itertools.combinations(group, 2):
            found = compare(pair, None)
            assert found is not None
            assert len(found.rows) <= 8
            assert _numbers(found.text) <= _allowed(pair), found.text


def _allowed(pair: tuple[Item, ...]) -> set[float]:
    """The numbers of both, in any of the usual units, and their differences."""
    allowed = {5.0}
    for names in {a.name for each in pair for a in each.attributes}, {"price", "rating", "title"}:
        for name in names:
            allowed |= _of(pair, name)
    return allowed


def _of(pair: tuple[Item, ...], name: str) -> set[float]:
    if name == "title":
        return set().union(*(_numbers(each.title) for each in pair))
    if name == "price":
        return _differences([each.price for each in pair])
    if name == "rating":
        return {round(each.mean_rating or 0.0, 1) for each in pair}
    stated = [a for each in pair if (a := each.attribute(name))]
    texts = set().union(*(_numbers(a.text) for a in stated))
    values = [float(a.value) for a in stated if not isinstance(a.value, str)]
    scales = {"kg": 1000.0, "cm": 10.0, "m": 1000.0, "h": 3600.0, "min": 60.0, "l": 1000.0, "years": 12.0}
    base = [float(a.value) * scales.get(a.unit or "", 1.0) for a in stated if not isinstance(a.value, str)]
    units = {scales.get(a.unit or "", 1.0) for a in stated}
    return texts | _differences(values) | {n for unit in units for n in _differences([b / unit for b in base])}


def _differences(values: list[float]) -> set[float]:
    found = set(values) | {abs(a - b) for a in values for b in values}
    return {float(f"{value:.6g}") for value in found} | {round(value, 2) for value in found}


def _numbers(text: str) -> set[float]:
    return {float(number) for number in re.findall(r"(?<![A-Za-z])\d+(?:\.\d+)?", text)}


def _fields(each: Item) -> dict[str, object]:
    return {name: getattr(each, name) for name in each.__dataclass_fields__}
