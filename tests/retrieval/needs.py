"""Random needs over the demo shop's own words, most of which some item meets."""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st

from retrieval.catalogue import Catalogue
from retrieval.need import Absence, Bound, Constraints, Need, Preference
from retrieval.words import stems
from tests.retrieval.samples import demo_items

SHOP = Catalogue(demo_items())
WORDS = SHOP.vocabulary
TERMS = ["", "light backpack for hikes", "quiet kettle", "gift for a child", "unicorn", "waterproof jacket", "book"]
UP_OR_DOWN: list[Literal[-1, 1]] = [-1, 1]


def some(values: frozenset[str], most: int = 2) -> st.SearchStrategy[frozenset[str]]:
    return st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(sorted(values)), max_size=most))


def bounds() -> st.SearchStrategy[tuple[Bound, ...]]:
    weights = st.builds(Bound, st.just("weight"), st.just("g"), st.none(), st.floats(50, 20_000))
    return st.one_of(st.just(()), weights.map(lambda bound: (bound,)))


CONSTRAINTS = st.builds(
    Constraints,
    price_min=st.none() | st.integers(0, 150),
    price_max=st.none() | st.floats(0, 400),
    brands=some(WORDS.brands),
    brands_excluded=some(WORDS.brands, 9),
    categories=some(WORDS.categories, 4),
    categories_excluded=some(WORDS.categories),
    kinds=some(WORDS.kinds, 4),
    kinds_excluded=some(WORDS.kinds),
    colours=some(WORDS.colours, 4),
    colours_excluded=some(frozenset({"red", "black", "grey", "blue"})),
    items_excluded=some(frozenset(SHOP), 9),
    bounds=bounds(),
    without=st.frozensets(st.sampled_from([Absence(word, stems(word)) for word in ("leather", "fragrance", "steel")])),
)
PREFERENCES = st.lists(
    st.builds(Preference, st.sampled_from(["price", "weight"]), st.sampled_from(UP_OR_DOWN), st.just("light")),
    max_size=2,
).map(tuple)
NEEDS = st.builds(
    Need, message=st.just(""), terms=st.sampled_from(TERMS), constraints=CONSTRAINTS, preferences=PREFERENCES
)
