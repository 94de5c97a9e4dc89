"""No suggestion ever breaks a hard constraint: thousands of random needs, judged by code that shares nothing."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from retrieval.index import ShopIndex
from retrieval.need import Absence, Bound, Constraints, Need, Preference
from retrieval.words import stems
from tests.asked import LIVELY, PLAIN, Asked, complaints, names, rows, shop, some, suggested, vectors_of

NEEDS = 4_000
WITH_WORDS = 0.1
"""Share of needs with words to search for, and of those of a known shopper: the store is asked for these alone."""
TERMS = ("light backpack for hikes", "quiet kettle", "gift for a child", "unicorn", "waterproof jacket", "book")
MEASURES = {
    "weight": ("g", "kg"), "capacity": ("l", "ml"), "height": ("cm", "mm"), "battery life": ("h", "min"),
    "pages": ("pages",), "cable length": ("m", "cm"), "brightness": ("lm",), "weight of nothing": ("g",),
}  # fmt: skip
SIZES = {"kg": (0.1, 12), "g": (20, 5000), "l": (0.2, 60), "ml": (100, 40_000), "h": (2, 60), "m": (0.5, 3)}
BARE = ("grey", "blue", "green", "red", "yellow", "octarine")
WORDS = ("leather", "fragrance", "steel", "cotton", "plastic", "nylon", "aluminium", "silicone")


def bound(random: Random) -> tuple[str, str, float | None, float | None]:
    attribute = random.choice(list(MEASURES))
    unit = random.choice(MEASURES[attribute])
    low, high = sorted(round(random.uniform(*SIZES.get(unit, (5, 800))), 2) for _ in range(2))
    kind = random.random()
    return attribute, unit, (low if kind < 0.6 else None), (high if kind > 0.3 else None)


def asked(random: Random) -> Asked:
    """A need of many parts, some of which contradict each other or are of another shop."""
    prices = [random.choice([random.randint(0, 400), round(random.uniform(0, 150), 2)]) for _ in range(2)]
    often = random.choice([0.1, 0.3, 0.6])
    nothing = random.random() < 0.03
    return Asked(
        price_min=prices[0] if random.random() < often else None,
        price_max=prices[1] if random.random() < 0.5 else None,
        brands=some(random, [*names("brand"), "Nobody"], 3, often),
        categories=some(random, [*names("category"), "yachts"], 3, often),
        kinds=some(random, [*names("type"), "zeppelin"], 3, often),
        colours=some(random, [*names("colour"), *BARE], 3, often),
        bounds=tuple(bound(random) for _ in range(random.choice([0, 0, 1, 2]))),
        no_brands=some(random, names("brand"), 9, often),
        no_categories=tuple(names("category")) if nothing else some(random, names("category"), 4, often),
        no_kinds=some(random, names("type"), 9, often),
        no_colours=some(random, [*names("colour"), *BARE], 4, often),
        no_items=some(random, sorted(rows()), 20, often),
        without=some(random, WORDS, 2, often),
    )


def need(wanted: Asked, random: Random) -> Need:
    """The same as the program takes it; the case of names is as it comes."""

    def named(values: tuple[str, ...]) -> frozenset[str]:
        return frozenset(random.choice([str.upper, str.title, str])(value) for value in values)

    constraints = Constraints(
        price_min=wanted.price_min,
        price_max=wanted.price_max,
        brands=named(wanted.brands),
        brands_excluded=named(wanted.no_brands),
        categories=named(wanted.categories),
        categories_excluded=named(wanted.no_categories),
        kinds=named(wanted.kinds),
        kinds_excluded=named(wanted.no_kinds),
        colours=named(wanted.colours),
        colours_excluded=named(wanted.no_colours),
        items_excluded=frozenset(wanted.no_items),
        bounds=tuple(Bound(*each) for each in wanted.bounds),
        without=frozenset(Absence(word, stems(word)) for word in wanted.without),
    )
    wishes = (Preference("weight", -1, "light"),) if random.random() < 0.2 else ()
    return Need("", random.choice(TERMS) if random.random() < WITH_WORDS else "", constraints, wishes)


@pytest.mark.slow
def test_no_suggestion_breaks_a_hard_constraint(demo: ShopIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    random, chance = Random(7), np.random.default_rng(7)
    histories = [demo.history(row["shopper_id"]) for row in shop().shoppers[:5]]
    monkeypatch.setattr(demo, "item_vectors", vectors_of(demo))
    met = relaxed_some = none_fits = 0
    for _ in range(NEEDS):
        wanted = asked(random)
        history = random.choice(histories) if random.random() < WITH_WORDS else ()
        ranker = random.choice([PLAIN, LIVELY])
        shown, relaxed = suggested(demo, need(wanted, random), history, ranker, chance)
        assert complaints(wanted, shown, relaxed) == [], wanted
        met += bool(shown and not relaxed)
        relaxed_some += bool(relaxed)
        none_fits += not shown
    assert min(met, relaxed_some) > NEEDS / 5
    assert none_fits > 0, "some needs were to be impossible"


def test_the_judge_sees_what_is_wrong() -> None:
    """The judge itself, on suggestions that break something."""
    headphones, dear = "audio-01", Asked(price_max=100.0, kinds=("headphones",))
    assert complaints(dear, [headphones], []) == ["audio-01 breaks ['price'], named are []"]
    assert "audio-01 is forbidden" in complaints(Asked(no_colours=("grey",)), [headphones], [])
    assert "audio-01 is forbidden" in complaints(Asked(without=("leather",)), [headphones], [])
    assert "audio-03 is forbidden" in complaints(Asked(), ["audio-03"], [])
    assert complaints(Asked(bounds=(("weight", "kg", None, 0.2),)), [headphones], []) != []
    assert complaints(Asked(kinds=("headphones",)), [headphones], []) == []
    assert complaints(dear, [headphones], ["price"]) == ["['price'] are relaxed where 0 would do"]
    assert complaints(Asked(), [], []) != []
