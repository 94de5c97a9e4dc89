"""Constraints in words: what a sentence states by the rules it was made of, no suggestion breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from agent.need.parse import Parser
from retrieval.index import ShopIndex
from tests.asked import LIVELY, PLAIN, Asked, complaints, names, suggested, vectors_of
from tests.embedders import WordEmbedder
from tests.retrieval.samples import demo_items

MESSAGES = 6_000
WITH_WORDS = 0.1
"""Share of messages whose words are searched for too; constraints hold whatever they say."""
OPENINGS = ("I need {}", "{}, please", "do you have {}?", "Hello, I'm looking for {}", "show me {}")
CAPS = ("under {} euros", "up to {} EUR", "no more than {} euros", "my budget is {} euros", "€{} or less")
FLOORS = ("over {} euros", "at least {} euros", "not under {} EUR")
LIGHTER = ("under {} g", "lighter than {} g", "at most {} g")
LONGER = {"pages": "at least {} pages", "capacity": "at least {} l", "battery life": "a battery life of at least {} h"}
UNITS = {"pages": "pages", "capacity": "l", "battery life": "h"}
NO_BRAND = ("not from {}", "no {}", "but nothing from {}", "except {}")
NO_COLOUR = ("not {}", "but not in {}", "not in {}")
WITHOUT = {"leather": ("leather",), "perfume": ("fragrance", "perfume"), "steel": ("steel",), "nylon": ("nylon",)}

ALSO_A_THING = ("cream",)
"""'Something for audio in cream' is read as a question for a hand cream."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopIndex]:
    index = ShopIndex.open(tmp_path_factory.mktemp("demo") / "chroma", WordEmbedder())
    index.add_items(demo_items())
    yield index
    index.close()


def what(random: Random) -> tuple[str, Asked]:
    """The thing asked for."""
    kind, category = random.choice(names("type")), random.choice(names("category"))
    if random.random() < 0.6:
        return f"a {kind}", Asked(kinds=(kind,))
    return random.choice([(f"something for {category}", Asked(categories=(category,))), ("something", Asked())])


def sentence(random: Random) -> tuple[str, Asked]:
    """A message and what it states: a thing, and some of brand, colour, price, measure and what must not be."""
    thing, asked = what(random)
    parts = [thing]
    if random.random() < 0.25:
        brand = random.choice(names("brand"))
        parts[0] += f" from {brand}"
        asked = replace(asked, brands=(brand,))
    if random.random() < 0.3:
        colour = random.choice([colour for colour in names("colour") if colour not in ALSO_A_THING])
        parts[0] += f" in {colour}"
        asked = replace(asked, colours=(colour,))
    limits = [limit for limit in (price(random), measure(random), unwanted(random), absent(random)) if limit[0]]
    random.shuffle(limits)
    for words, stated in limits:
        parts.append(words)
        asked = replace(asked, **{name: value for name, value in vars(stated).items() if value})
    return random.choice(OPENINGS).format(", ".join(parts)), settled(asked)


def settled(asked: Asked) -> Asked:
    """Where a wish and an exclusion contradict each other, the exclusion stands and the wish is no longer one."""
    no_words = [set(colour.split()) for colour in asked.no_colours]
    return replace(
        asked,
        brands=tuple(brand for brand in asked.brands if brand not in asked.no_brands),
        colours=tuple(c for c in asked.colours if not any(no <= set(c.split()) for no in no_words)),
    )


def price(random: Random) -> tuple[str, Asked]:
    low, high = sorted(random.sample(range(5, 400), 2))
    match random.randrange(4):
        case 0:
            return random.choice(CAPS).format(high), Asked(price_max=high)
        case 1:
            return random.choice(FLOORS).format(low), Asked(price_min=low)
        case 2:
            return f"between {low} and {high} euros", Asked(price_min=low, price_max=high)
    return "", Asked()


def measure(random: Random) -> tuple[str, Asked]:
    match random.randrange(4):
        case 0:
            most = random.randint(50, 4000)
            return random.choice(LIGHTER).format(most), Asked(bounds=(("weight", "g", None, most),))
        case 1:
            attribute, least = random.choice(list(LONGER)), random.randint(2, 40)
            return LONGER[attribute].format(least), Asked(bounds=((attribute, UNITS[attribute], least, None),))
    return "", Asked()


def unwanted(random: Random) -> tuple[str, Asked]:
    brand, colour = random.choice(names("brand")), random.choice([*names("colour"), "grey", "blue", "green"])
    match random.randrange(5):
        case 0:
            return random.choice(NO_BRAND).format(brand), Asked(no_brands=(brand,))
        case 1:
            return random.choice(NO_COLOUR).format(colour), Asked(no_colours=(colour,))
    return "", Asked()


def absent(random: Random) -> tuple[str, Asked]:
    word = random.choice(list(WITHOUT))
    return (f"without {word}", Asked(without=WITHOUT[word])) if random.random() < 0.2 else ("", Asked())


@pytest.mark.slow
def test_what_a_sentence_states_is_never_broken(store: ShopIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    parser = Parser(store.catalogue.vocabulary, store.catalogue.currency)
    random, chance = Random(11), np.random.default_rng(11)
    monkeypatch.setattr(store, "item_vectors", vectors_of(store))
    met = relaxed_some = 0
    for _ in range(MESSAGES):
        message, asked = sentence(random)
        need = parser.parse(message)
        if random.random() > WITH_WORDS:
            need = replace(need, terms="")
        shown, relaxed = suggested(store, need, (), random.choice([PLAIN, LIVELY]), chance)
        assert complaints(asked, shown, relaxed) == [], (message, asked)
        met += bool(shown and not relaxed)
        relaxed_some += bool(relaxed)
    assert min(met, relaxed_some) > MESSAGES / 5
