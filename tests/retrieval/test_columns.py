"""Constraints tested on arrays mean what they mean item by item, and changes need no reading again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.catalogue import Attribute, Catalogue, Item
from retrieval.columns import Columns, fewest_dropped
from retrieval.lexical import LexicalIndex
from retrieval.need import Absence, Bound, Constraints
from retrieval.words import stems
from tests.retrieval.needs import CONSTRAINTS, SHOP
from tests.retrieval.samples import item

WORDS = ["red", "Slate Grey", "grey", "leather", "no leather", "perfume-free", "ok_leather", "Straße"]
UNITS = [None, "", "g", "kg", "KG", "ml", "stars", "STARS"]
VALUES = st.one_of(
    st.builds(Attribute, st.sampled_from(["colour", "color", "type", "upper", "scent"]), st.sampled_from(WORDS)),
    st.builds(
        Attribute, st.sampled_from(["weight", "grade"]), st.sampled_from([0, 1, 2.5, 900]), st.sampled_from(UNITS)
    ),
)
ITEMS = st.builds(
    lambda item_id, **fields: replace(item(item_id, fields.pop("title")), **fields),
    st.sampled_from([f"i{n}" for n in range(12)]),
    title=st.sampled_from(["Bag", "Leather bag", "Grey_leather thing", "A PERFUME"]),
    brand=st.sampled_from([None, "", "Kestrane", "KESTRANE", "Fellbrook"]),
    category=st.sampled_from(["outdoor", "Outdoor", "kitchen"]),
    price=st.sampled_from([0, 1, 5.0, 19.99]),
    stock=st.sampled_from([None, 0, 1]),
    attributes=st.lists(VALUES, max_size=4).map(tuple),
)
NAMES = st.frozensets(st.sampled_from(["kestrane", "Fellbrook", "kitchen", "OUTDOOR", "red", "grey", ""]), max_size=2)
ASKED = st.builds(
    Constraints,
    price_min=st.none() | st.sampled_from([1, 5]),
    price_max=st.none() | st.sampled_from([0, 5.0]),
    brands=NAMES,
    brands_excluded=NAMES,
    categories=NAMES,
    categories_excluded=NAMES,
    kinds=NAMES,
    kinds_excluded=NAMES,
    colours=NAMES,
    colours_excluded=NAMES,
    items_excluded=st.frozensets(st.sampled_from(["i1", "i2", "unknown"])),
    bounds=st.lists(
        st.builds(
            Bound,
            st.sampled_from(["weight", "grade", "colour", "none"]),
            st.sampled_from(["g", "kg", "stars", ""]),
            st.none() | st.sampled_from([0.5, 2]),
            st.none() | st.sampled_from([1, 1000]),
        ),
        max_size=2,
    ).map(tuple),
    without=st.frozensets(st.sampled_from([Absence(word, stems(word)) for word in ("leather", "perfume", "scent")])),
    in_stock=st.booleans(),
)


def broken(columns: Columns, catalogue: Catalogue, lexical: LexicalIndex, asked: Constraints) -> dict[str, set[str]]:
    """By item, the names of what it breaks."""
    found: dict[str, set[str]] = {item_id: set() for item_id in catalogue}
    for name, rows in columns.broken(asked, catalogue, lexical):
        for row in np.flatnonzero(rows & columns.here).tolist():
            thing = catalogue.at(row)
            assert thing is not None
            found[thing.item_id].add(name)
    return found


def one_by_one(catalogue: Catalogue, asked: Constraints) -> dict[str, set[str]]:
    return {item_id: set(asked.broken_by(thing)) for item_id, thing in catalogue.items()}


@settings(max_examples=200, deadline=None)
@given(st.lists(ITEMS, max_size=12), ASKED)
def test_arrays_break_what_items_break(items: list[Item], asked: Constraints) -> None:
    catalogue = Catalogue(items)
    lexical = LexicalIndex.of(list(catalogue.values()))
    assert broken(Columns.of(catalogue), catalogue, lexical, asked) == one_by_one(catalogue, asked)


@settings(max_examples=60, deadline=None)
@given(CONSTRAINTS)
def test_so_it_is_for_the_demo_shop(asked: Constraints) -> None:
    lexical = LexicalIndex.of(list(SHOP.values()))
    assert broken(Columns.of(SHOP), SHOP, lexical, asked) == one_by_one(SHOP, asked)


@settings(max_examples=200, deadline=None)
@given(st.lists(ITEMS, max_size=8), st.lists(ITEMS, max_size=8), st.sets(st.integers(0, 7)), ASKED)
def test_so_it_is_after_a_change(before: list[Item], after: list[Item], out: set[int], asked: Constraints) -> None:
    """What was worked out before the change (measures, absences) is carried over, and brought up to date."""
    old = Catalogue(before)
    columns, lexical = Columns.of(old), LexicalIndex.of(list(old.values()))
    broken(columns, old, lexical, asked)
    gone = [item_id for n, item_id in enumerate(old) if n in out]
    again = [thing for thing in after if thing.item_id not in gone]
    new = old.changed(again, gone)
    rows = [row for item_id in (*(t.item_id for t in again), *gone) if (row := new.row(item_id)) is not None]
    rows += [row for item_id in gone if (row := old.row(item_id)) is not None]
    texts = {row: (old.at(row) if row < old.size else None, new.at(row)) for row in rows}
    changed = columns.changed(rows, new)
    assert broken(changed, new, lexical.changed(texts, new.size), asked) == one_by_one(new, asked)
    assert broken(columns, old, lexical, asked) == one_by_one(old, asked), "who reads the old one is not disturbed"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sets(st.sampled_from(["a", "b:x", "b:y", "c", "never"])), max_size=6),
)
def test_as_few_groups_are_dropped_as_it_takes(rows: list[set[str]]) -> None:
    groups = {"a": 0, "b": 1, "c": 2}
    names = {name for row in rows for name in row}
    arrays = ((name, np.array([name in row for row in rows], bool)) for name in sorted(names))
    dropped, allowed = fewest_dropped(arrays, np.ones(len(rows), bool), groups)
    numbers = [{groups.get(name.partition(":")[0], -1) for name in row} for row in rows]
    possible = [sorted(found) for found in numbers if -1 not in found]
    assert list(dropped) == min(possible, key=lambda found: (len(found), found), default=[])
    assert allowed.tolist() == [found <= set(dropped) for found in numbers]
