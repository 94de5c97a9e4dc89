from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.history import Trace, traces
from retrieval.index import ShopIndex
from retrieval.need import Bound, Constraints, Need
from retrieval.recall import recall
from tests.embedders import WordEmbedder
from tests.retrieval.needs import NEEDS, SHOP
from tests.retrieval.samples import event, item

EMPTY = Constraints()
DROPS = {
    "price": ("price_min", "price_max"),
    "measures": ("bounds",),
    "colour": ("colours",),
    "brand": ("brands",),
    "category": ("categories",),
    "kind": ("kinds",),
}
NO_HISTORY: tuple[Trace, ...] = ()


def need(terms: str = "", **constraints: object) -> Need:
    return Need(terms, terms, Constraints(**constraints))  # type: ignore[arg-type]


def without(constraints: Constraints, names: tuple[str, ...]) -> Constraints:
    fields = [field for name in names for field in DROPS[name]]
    return replace(constraints, **{field: getattr(EMPTY, field) for field in fields})


def met(constraints: Constraints) -> set[str]:
    return {thing.item_id for thing in SHOP.values() if not constraints.broken_by(thing)}


@settings(max_examples=120, deadline=None)
@given(NEEDS, st.integers(1, 60))
def test_recall_never_breaks_a_hard_constraint(demo: ShopIndex, asked: Need, n: int) -> None:
    """Checked field by field, not by the code under test."""
    found = recall(demo, asked, NO_HISTORY, n=n)
    stated = without(asked.constraints, found.relaxed)
    assert found.need == replace(asked, constraints=stated)
    for candidate in found.candidates:
        thing = candidate.item
        assert thing.stock != 0 and thing.item_id not in stated.items_excluded
        assert stated.price_min is None or thing.price >= stated.price_min
        assert stated.price_max is None or thing.price <= stated.price_max
        assert not stated.brands or thing.brand in stated.brands
        assert thing.brand not in stated.brands_excluded
        assert not stated.categories or thing.category in stated.categories
        assert thing.category not in stated.categories_excluded
        assert not stated.kinds or thing.kind in stated.kinds
        assert thing.kind not in stated.kinds_excluded
        colours = str(thing.colour.value).split() if thing.colour else []
        assert not stated.colours_excluded & set(colours)
        assert not stated.colours or any(set(colour.split()) <= set(colours) for colour in stated.colours)


@settings(max_examples=120, deadline=None)
@given(NEEDS, st.integers(1, 60))
def test_all_that_fits_is_found_up_to_n(demo: ShopIndex, asked: Need, n: int) -> None:
    found = recall(demo, asked, NO_HISTORY, n=n)
    ids = [candidate.item.item_id for candidate in found.candidates]
    assert len(ids) == len(set(ids)) == min(n, len(met(found.need.constraints)))
    for candidate in found.candidates:
        assert all(0 <= near <= 1 for near in (candidate.semantic, candidate.passage, candidate.lexical))


@settings(max_examples=120, deadline=None)
@given(NEEDS)
def test_no_more_is_dropped_than_it_takes(demo: ShopIndex, asked: Need) -> None:
    found = recall(demo, asked, NO_HISTORY)
    fewer = [names for size in range(len(found.relaxed)) for names in combinations(DROPS, size)]
    assert not any(met(without(asked.constraints, names)) for names in fewer)
    assert bool(found.candidates) == bool(met(without(asked.constraints, tuple(DROPS))))
    assert found.candidates or not found.relaxed


@pytest.mark.parametrize(
    ("asked", "relaxed"),
    [
        (need(price_max=1, kinds=frozenset({"tent"})), ("price",)),
        (need(bounds=(Bound("weight", "g", high=1),), price_max=5000), ("measures",)),
        (need(kinds=frozenset({"kettle"}), colours=frozenset({"octarine"})), ("colour",)),
        (need(kinds=frozenset({"kettle"}), brands=frozenset({"No such brand"}), price_max=500), ("brand",)),
        (need(brands=frozenset({"?"}), colours=frozenset({"octarine"}), price_max=500), ("colour", "brand")),
        (need(categories=frozenset({"outdoor"}), in_stock=False), ()),
    ],
    ids=["price", "measures", "colour", "brand", "colour and brand but not price", "nothing"],
)
def test_what_was_dropped_is_named(demo: ShopIndex, asked: Need, relaxed: tuple[str, ...]) -> None:
    found = recall(demo, asked, NO_HISTORY)
    assert found.relaxed == relaxed and found.candidates


def test_exclusions_and_stock_are_never_dropped(index: ShopIndex) -> None:
    index.add_items([item("a", brand="Kestrane"), item("b", brand="Fellbrook", stock=0)])
    asked = need("backpack", brands_excluded=frozenset({"kestrane"}), price_max=1)
    found = recall(index, asked, NO_HISTORY)
    assert (found.candidates, found.relaxed, found.need) == ((), (), asked)


def test_words_and_meaning_put_the_right_item_first(demo: ShopIndex) -> None:
    found = recall(demo, need("trail running shoe with a wide toe box"), NO_HISTORY)
    first = found.candidates[0]
    assert first.item.item_id == "running-01" and first.lexical == 1.0 and first.semantic > 0.1


def test_a_review_alone_can_bring_an_item_in(index: ShopIndex) -> None:
    index.add_items([item(f"b{n}") for n in range(5)] + [item("b9", says=[(5, "No bunions.")])])
    found = recall(index, need("bunions"), NO_HISTORY, n=1)
    assert found.candidates[0].item.item_id == "b9" and found.candidates[0].passage > 0.4


def test_without_words_taste_decides(index: ShopIndex) -> None:
    index.add_items([item("tent", "Hill tent"), item("kettle", "Hush kettle"), item("pan", "Iron pan")])
    liked = [event("e1", "pan"), event("e2", "tent", "rating", rating=1)]
    history = traces(liked, index.catalogue, index.embedder)
    found = recall(index, need(), history)
    assert found.candidates[0].item.item_id == "pan"
    near = {candidate.item.item_id: candidate.semantic for candidate in found.candidates}
    assert near["pan"] > near["kettle"] >= near["tent"]


def test_a_guest_without_words_gets_what_is_popular(demo: ShopIndex) -> None:
    """Neither words nor taste: nothing is near to anything, and no order is made up."""
    busiest = sorted(demo.popularity, key=demo.popularity.__getitem__, reverse=True)
    expected = [item_id for item_id in busiest if item_id in met(EMPTY)][:10]
    assert [c.item.item_id for c in recall(demo, need(), NO_HISTORY, n=10).candidates] == expected


def test_an_empty_index_has_no_candidates(index: ShopIndex) -> None:
    assert recall(index, need("backpack"), NO_HISTORY).candidates == ()
    assert isinstance(index.embedder, WordEmbedder) and not index.embedder.texts
