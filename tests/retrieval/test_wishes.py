"""Wishes in words: colour, brand and size."""

from __future__ import annotations

import pytest

from retrieval.catalogue import Attribute, Item, Scalar
from retrieval.need import Preference
from retrieval.ranking import standing
from retrieval.wishes import meets


def item(name: str, value: Scalar, unit: str | None = None) -> Item:
    return Item("i", "A thing", "", "things", 10, "EUR", brand="Tarnock", attributes=(Attribute(name, value, unit),))


@pytest.mark.parametrize(
    ("wished", "name", "value", "met"),
    [
        ("43", "size", "43", True),
        ("43", "sizes", "38, 40, 43, 44", True),
        ("43", "sizes", "38, 40", False),
        ("43", "sizes", "36-46", True),
        ("43.5", "sizes", "36 to 40", False),
        ("43", "size", 43, True),
        ("43", "sizes", "small, medium, large", None),
        ("M", "sizes", "small, medium, large", True),
        ("XL", "sizes", "small, medium, large", False),
        ("XS", "sizes", "extra small and small", True),
        ("S", "sizes", "extra small", False),
        ("M", "size", "43", None),
        ("UK 9", "sizes", "UK 8, 9, 10", True),
        ("UK 9", "sizes", "39, 40", None),
        ("43", "sizes", "UK 8, 9, 10", None),
        ("43", "weight", "43", None),
    ],
)
def test_a_size_is_compared_with_sizes_of_its_own_sort(wished: str, name: str, value: Scalar, met: bool | None) -> None:
    assert meets(Preference("size", 1, wished), item(name, value)) is met


def test_a_measure_is_no_size() -> None:
    assert meets(Preference("size", 1, "43"), item("size", 43, "cm")) is None


def test_colours_and_brands_are_met_by_name() -> None:
    slate = item("colour", "slate blue")
    assert meets(Preference("colour", 1, "blue"), slate) and meets(Preference("brand", 1, "tarnock"), slate)
    assert meets(Preference("colour", 1, "green"), slate) is False
    assert meets(Preference("colour", 1, "green"), item("weight", 3, "kg")) is None
    assert standing(Preference("colour", 1, "blue"), slate, []) == 1.0
