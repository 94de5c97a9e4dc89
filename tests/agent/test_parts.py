"""Which things a wish asks for side by side."""

from __future__ import annotations

import pytest

from agent.need.parts import parts_of

SOLD = {"pan", "knife", "knives", "headphones", "tea", "backpack", "kettle", "tent"}


def sold(phrase: str) -> bool:
    return phrase.rsplit(maxsplit=1)[-1] in SOLD


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("i need a pan and a knife", ("pan", "knife")),
        ("headphones and a case for them", ("headphones", "case")),
        ("pan & knife", ("pan", "knife")),
        ("I'm looking for a kettle and mugs", ("kettle", "mugs")),
        ("a wok and a pan", ("wok", "pan")),
        ("a tent, a stove and a pan for the summer", ("tent", "stove", "pan")),
        ("a knife for bread and some headphones", ("knife", "headphones")),
    ],
)
def test_side_by_side(said: str, parts: tuple[str, ...]) -> None:
    assert parts_of(said, sold) == parts


@pytest.mark.parametrize(
    "said",
    [
        "a pan",
        "a kettle with a lid and a handle",
        "a kettle for tea and coffee",
        "a knife or a pan",
        "a black and white backpack",
        "a cheap and light tent",
        "a present for my wife, she loves tea and a good knife",
        "a tent for me and a friend",
        "a saw and a hammer",
        "a tent, perhaps",
        "a steel knife and a bread knife",
    ],
)
def test_one_thing(said: str) -> None:
    assert parts_of(said, sold) == ()
