from __future__ import annotations

import pytest

from retrieval.catalogue import Attribute, Catalogue
from tests.retrieval.samples import item


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        (Attribute("weight", 780, "g"), "780 g"),
        (Attribute("weight", 1.5, "kg"), "1.5 kg"),
        (Attribute("lifetime", 20_000_000.0, "h"), "20000000 h"),
        (Attribute("cotton", 60, "%"), "60%"),
        (Attribute("colour", "slate grey"), "slate grey"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_attributes_read_as_in_a_shop(attribute: Attribute, text: str) -> None:
    assert attribute.text == text


def test_prices_show_cents_only_where_there_are_any() -> None:
    assert item(price=89.0).price_text == "89 EUR"
    assert item(price=89.5).price_text == "89.50 EUR"


def test_unstated_stock_counts_as_available() -> None:
    assert item(stock=None).in_stock and item(stock=1).in_stock
    assert not item(stock=0).in_stock


def test_kind_is_the_product_noun_or_else_the_category() -> None:
    assert item(kind="backpack").kind == "backpack"
    assert item(category="outdoor").kind == "outdoor"


def test_mean_rating_needs_reviews() -> None:
    assert item(says=[(5, "Yes."), (2, "No.")]).mean_rating == 3.5
    assert item().mean_rating is None


def test_vocabulary_keeps_kinds_colours_and_units_apart() -> None:
    vocabulary = Catalogue(
        [item("a", brand="Fellbrook", kind="Backpack", colour="Red", weight=700), item("b", brand=None)]
    ).vocabulary
    assert vocabulary.brands == {"Fellbrook"}
    assert vocabulary.kinds == {"backpack"} and vocabulary.colours == {"red"}
    assert vocabulary.units == {"weight": {"g"}}
    assert not {"type", "colour", "weight"} & set(vocabulary.values)


def test_currency_is_that_of_most_items() -> None:
    assert Catalogue([item("a", currency="GBP"), item("b"), item("c")]).currency == "EUR"
    assert Catalogue().currency is None


def test_a_later_item_replaces_an_earlier_one_of_the_same_id() -> None:
    catalogue = Catalogue([item("a", "Old"), item("a", "New")])
    assert len(catalogue) == 1 and catalogue["a"].title == "New"
