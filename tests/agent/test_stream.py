import json
from dataclasses import fields
from typing import get_args

import pytest

from agent.shop.tools_used import ToolCallView, ToolsUsed
from agent.stream import (
    Card,
    CardsReady,
    ChipView,
    ClaimView,
    ComparisonReady,
    Done,
    EvidenceView,
    FactorView,
    Failed,
    MessageDelta,
    MessageReady,
    NeedUnderstood,
    ReasonDelta,
    ReasonReady,
    RowView,
    SessionStarted,
    TurnEvent,
    from_wire,
    wire,
)

CARD = Card("i1", 1, "Tarn", None, 89.5, "EUR", None, "/i.svg", 1.25, (FactorView("text_match", "matches", 1.25),))
EVIDENCE = (EvidenceView("A1", "attribute", "weight: 310 g", "data"),)
EVENTS = (
    SessionStarted("s", "t"),
    NeedUnderstood(
        "recommend",
        "tent",
        {"price_max": 5.0, "bounds": [{"low": None}]},
        "en",
        ("price",),
        (ChipView("price_max", "", "up to 5 EUR"),),
    ),
    CardsReady((CARD, CARD)),
    ComparisonReady(("i1", "i2"), ("Tarn", "Fell"), (RowView("weight", ("310 g", "not stated"), True, 0),)),
    ReasonDelta("i1", "It weighs 310 g. "),
    ReasonReady("i1", "It weighs 310 g.", (ClaimView("It weighs 310 g.", ("A1",)),), EVIDENCE, "generated"),
    ToolsUsed("answered", (ToolCallView("order_status", {"order_id": "HR-1001"}, True),)),
    MessageDelta("He"),
    MessageReady("Hello", EVIDENCE),
    Done("t", 3, 900, 60, {"total": 12.5}),
    Failed("index", "The index is empty."),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_comes_back_from_the_wire_as_it_was(event: TurnEvent) -> None:
    assert from_wire(event.name, json.loads(json.dumps(wire(event)))) == event


def test_a_drawback_comes_back_from_the_wire_and_may_be_missing_there() -> None:
    drawback = ClaimView("1 of 5 reviewers: “Heavy.”", ("R1",))
    event = ReasonReady("i1", "", (), EVIDENCE, "none", drawback)
    fields = json.loads(json.dumps(wire(event)))
    assert fields["drawback"] == {"text": drawback.text, "evidence_ids": ["R1"]}
    assert from_wire("reason", fields) == event
    del fields["drawback"]
    assert from_wire("reason", fields) == ReasonReady("i1", "", (), EVIDENCE, "none")


def test_every_event_type_is_covered_and_has_its_own_name() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(TurnEvent))
    assert len({event.name for event in EVENTS}) == len(EVENTS)
    assert all("name" not in {f.name for f in fields(event)} for event in EVENTS)


def test_an_unknown_event_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        from_wire("surprise", {})
