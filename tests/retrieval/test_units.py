from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.units import SPELLINGS, canonical, comparable, dimension, in_base


@pytest.mark.parametrize(
    ("value", "unit", "base"),
    [(1.2, "kg", 1200), (310, "g", 310), (2, "litres", 2), (50, "cl", 0.5), (1.5, "hours", 5400), (2, "years", 24)],
)
def test_values_compare_in_one_base_unit(value: float, unit: str, base: float) -> None:
    assert in_base(value, unit) == pytest.approx(base)


@given(st.sampled_from(sorted(SPELLINGS)))
def test_every_spelling_is_known_in_any_case(spelling: str) -> None:
    short = canonical(spelling)
    assert short is not None and canonical(short) == short
    assert canonical(spelling.upper()) == short
    assert dimension(spelling) is not None


def test_unknown_units_change_nothing() -> None:
    assert canonical("parsec") is None and dimension("parsec") is None
    assert in_base(3, "parsec") == 3 == in_base(3, None)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("g", "kg", True), ("g", "ml", False), ("l", "pieces", False), ("°C", "°c", True), ("°C", "°F", False),
     (None, None, True), ("g", None, False)],
)  # fmt: skip
def test_only_like_is_compared_with_like(one: str | None, other: str | None, same: bool) -> None:
    assert comparable(one, other) is same
