"""Which things a wish asks for side by side."""

from __future__ import annotations

import pytest

from agent.abilities.suggest import fan_out
from agent.items.side_by_side import Part
from agent.need.parts import parts_of
from agent.state import TurnState
from retrieval.need import Need
from retrieval.recall import Recalled
from retrieval.suggestion import Suggestion
from tests.retrieval.samples import item

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
        ("a red pan and matching knives", ("red pan", "knives")),
        ("a tent and another tent, and a kettle", ("tent", "kettle")),
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


def test_the_reason_for_a_card_is_asked_of_its_own_part() -> None:
    whole, pan, knife = (Need(said, said) for said in ("a pan and a knife", "pan", "knife"))
    shown = tuple(Suggestion(item(item_id), rank, 1.0, ()) for rank, item_id in enumerate(("k", "p"), start=1))
    state: TurnState = {"suggestions": shown, "recalled": Recalled((), whole)}
    parts = (Part("pan", pan, Recalled((), pan)), Part("knife", knife, Recalled((), knife)))
    tasks = fan_out(state | {"parts": parts, "of_parts": ("knife", "pan")})
    assert [(each.arg["suggestion"].item.item_id, each.arg["need"]) for each in tasks] == [("k", knife), ("p", pan)]
    assert [each.arg["need"] for each in fan_out(state)] == [whole, whole]
    assert fan_out(state | {"suggestions": ()}) == "close"
