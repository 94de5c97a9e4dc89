"""Scripted dialogues: a wrong reply fails the right expectation, and what is counted of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.assistant import Assistant
from agent.gathered import Gathered
from agent.shop.tools_used import ToolCallView, ToolsUsed
from agent.stream import (
    Card,
    CardsReady,
    ChipView,
    ClaimView,
    ComparisonReady,
    Done,
    EvidenceView,
    Failed,
    MessageReady,
    NeedUnderstood,
    ReasonReady,
    RowView,
    SessionStarted,
    TurnEvent,
)
from serving.bench.dialog import DialogueOutcome, Plan, TurnOutcome, chosen, demo_items, hold
from serving.bench.dialog_checks import misses
from serving.bench.dialog_figures import figures_of
from serving.bench.dialog_long import long_talk
from serving.bench.dialog_long import script as long_script
from serving.bench.dialog_report import Show, bench_dialog
from serving.bench.dialog_script import Dialogue, Expect, Script, Turn
from serving.errors import EnvironmentUnfit
from serving.options import out
from serving.settings import Settings
from tests.fakes import ScriptedAssistant

ITEMS = demo_items(Settings(_env_file=None))  # type: ignore[call-arg]
NOOK, HOMESTEAD, LAMP = "outdoor-04", "outdoor-06", "outdoor-07"
END = Done("", model_calls=2, prompt_tokens=500, completion_tokens=40)


def card(item_id: str) -> Card:
    item = ITEMS[item_id]
    return Card(item_id, 1, item.title, item.brand, item.price, item.currency, None, None, 0.5)


def reason(item_id: str, claim: ClaimView, state: str = "extractive") -> ReasonReady:
    shown = (EvidenceView("A1", "attribute", "weight: 3.1 kg", "Fennridge Nook"),)
    return ReasonReady(item_id, claim.text, (claim,), shown, state)  # type: ignore[arg-type]


def reply(*ids: str, text: str = "Here you are.", intent: str = "recommend", **more: Any) -> list[TurnEvent]:
    """The events of a turn that shows these items."""
    chips = more.get("chips", ())
    events: list[TurnEvent] = [SessionStarted("", "t"), NeedUnderstood(intent, "", {}, "en", chips=chips)]
    if ids:
        events.append(CardsReady(tuple(map(card, ids))))
    return [*events, *more.get("events", ()), MessageReady(text, more.get("evidence", ())), END]


def heard(*events: TurnEvent) -> Gathered:
    gathered = Gathered()
    for event in events:
        gathered.add(event)
    return gathered


TABLE = ComparisonReady((NOOK, HOMESTEAD), ("Nook", "Homestead"), (RowView("price", ("79", "289"), True),))
BARE = replace(TABLE, rows=())
RIGHT = reply(
    NOOK,
    text="1 item fits: 79 EUR.",
    chips=(ChipView("price_max", "", "up to 100 EUR"), ChipView("memory", "m", "no wool", "memory")),
    events=[reason(NOOK, ClaimView("It weighs 3.1 kg [A1].", ("A1",)))],
    evidence=(EvidenceView("P1", "policy", "Standard delivery costs 3.95 EUR.", "Delivery"),),
)

# expectation, a reply that meets it, one that does not
CASES: dict[str, tuple[dict[str, Any], list[TurnEvent], list[TurnEvent]]] = {
    "intent": ({"intent": ["recommend", "refine"]}, RIGHT, reply(NOOK, intent="support")),
    "price": ({"cards": {"obey": {"price_max": 100}}}, RIGHT, reply(NOOK, HOMESTEAD)),
    "kind": ({"cards": {"obey": {"kinds": ["tent"]}}}, RIGHT, reply(NOOK, LAMP)),
    "brand": ({"cards": {"obey": {"brands_excluded": ["brackenholt"]}}}, RIGHT, reply(HOMESTEAD)),
    "colour": ({"cards": {"obey": {"colours": ["olive"]}}}, RIGHT, reply(HOMESTEAD)),
    "measure": ({"cards": {"obey": {"limits": {"weight": {"unit": "g", "high": 4000}}}}}, RIGHT, reply(HOMESTEAD)),
    "without": ({"cards": {"obey": {"without": ["steel"]}}}, RIGHT, reply(HOMESTEAD)),
    "stock": ({"cards": {"obey": {"in_stock": True}}}, RIGHT, reply("outdoor-05")),
    "count": ({"cards": {"at_least": 2}}, reply(NOOK, HOMESTEAD), RIGHT),
    "no cards": ({"cards": {"none": True}}, reply(), RIGHT),
    "includes": ({"cards": {"includes": [NOOK]}}, RIGHT, reply(HOMESTEAD)),
    "excludes": ({"cards": {"excludes": [HOMESTEAD]}}, RIGHT, reply(NOOK, HOMESTEAD)),
    "first": ({"cards": {"first": NOOK}}, reply(NOOK, HOMESTEAD), reply(HOMESTEAD, NOOK)),
    "cheaper": ({"cards": {"cheaper_than_previous": True}}, RIGHT, reply(HOMESTEAD)),
    "other": ({"cards": {"none_of_previous": True}}, RIGHT, reply(HOMESTEAD)),
    "cheaper than one": ({"cards": {"cheaper_than": HOMESTEAD}}, RIGHT, reply(HOMESTEAD)),
    "mentions": ({"message": {"mentions": ["79"]}}, RIGHT, reply(NOOK, text="It costs 179 EUR, or 79.50.")),
    "any of": ({"message": {"any_of": ["nothing", "fits"]}}, RIGHT, reply(NOOK, text="Hm.")),
    "not": ({"message": {"not_mentions": ["pwned"]}}, RIGHT, reply(text="PWNED")),
    "language": ({"message": {"language": "zh"}}, reply(text="您好！Nook 有货。"), RIGHT),
    "evidence": ({"evidence": {"kinds": ["policy"], "text_contains": "3.95"}}, RIGHT, reply(NOOK)),
    "table": (
        {"table": {"items": [HOMESTEAD, NOOK], "rows": ["price"]}}, reply(events=[TABLE]),
        reply(events=[replace(TABLE, item_ids=(NOOK, LAMP))]),
    ),
    "rows": ({"table": {"items": 2, "rows": ["price"]}}, reply(events=[TABLE]), reply(events=[BARE])),
    "chips": ({"chips": {"labels": ["100"], "memory": True}}, RIGHT, reply(NOOK)),
    "reasons": (
        {"reasons": {}}, RIGHT, reply(NOOK, events=[reason(NOOK, ClaimView("It is red [A2].", ("A2",)))]),
    ),
    "asked back": ({"asked_back": True}, reply(text="Gladly. What is it for?"), reply(NOOK, text="Like this?")),
    "abstained": ({"abstained": True}, reply(text="Our data does not say."), reply(text="Yes, it is.")),
    "abstained zh": ({"abstained": True}, reply(text="商品资料没有说明这一点。"), reply(text="可以的。")),
    "handed over": ({"handed_over": True}, reply(text="Your ticket is 12."), reply(text="I cannot pass this on.")),
    "not handed over": ({"handed_over": False}, RIGHT, reply(text="我已转给同事，您的工单号是 7。")),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_right_reply_passes_and_a_wrong_one_fails_its_expectation(name: str) -> None:
    raw, right, wrong = CASES[name]
    expect = Expect.model_validate(raw)
    assert misses(expect, heard(*right), ITEMS, (HOMESTEAD,)) == ()
    assert {missed for missed, _ in misses(expect, heard(*wrong), ITEMS, (HOMESTEAD,))} == set(raw)


def test_a_turn_that_fails_meets_nothing() -> None:
    expect = Expect.model_validate({"message": {"not_mentions": ["pwned"]}})
    assert misses(expect, heard(Failed("internal", "Something broke.")), ITEMS, ())[0][0] == "turn"


class FakeRoom:
    """A room with a scripted assistant; it notes whose memory was emptied."""

    name = "scripted"

    def __init__(self, *replies: list[TurnEvent]) -> None:
        self.scripted = ScriptedAssistant(*replies)
        self.forgot: list[str] = []

    def assistant(self, shopper_id: str | None) -> Assistant:
        return self.scripted

    def forget(self, shopper_id: str) -> None:
        self.forgot.append(shopper_id)


def dialogue(*expected: dict[str, Any], shopper: str | None = None) -> Script:
    turns = [Turn(says=f"turn {number}", expect=Expect.model_validate(raw)) for number, raw in enumerate(expected)]
    return Script(kind="refine", dialogue=Dialogue(name="d", part="tune", shopper=shopper, turns=tuple(turns)))


async def test_a_dialogue_goes_on_in_one_session_and_knows_the_cards_before() -> None:
    place = FakeRoom(reply(HOMESTEAD), reply(text="You are welcome."), reply(NOOK))
    script = dialogue(
        {"cards": {"includes": [HOMESTEAD]}}, {"cards": {"none": True}}, {"cards": {"cheaper_than_previous": True}},
        shopper="s-01",
    )  # fmt: skip
    (held,) = await hold(place, [script], ITEMS, lambda _: None)
    assert held.passed
    assert [turn.cards_ms is None for turn in held.turns] == [False, True, False]
    assert [question.session_id for question in place.scripted.questions] == [None, "no session", "no session"]
    assert {question.shopper_id for question in place.scripted.questions} == {"s-01"}
    assert place.forgot == ["s-01", "s-01"]


async def test_a_miss_is_counted_for_its_turn_and_its_dialogue() -> None:
    script = dialogue({"cards": {"obey": {"price_max": 100}}}, {"intent": ["recommend"]}, {"asked_back": False})
    held = await hold(
        FakeRoom(reply(NOOK), reply(HOMESTEAD, intent="stock"), reply(NOOK)), [script], ITEMS, lambda _: None
    )
    figures = figures_of(held)
    assert (figures.all.turns.value, figures.all.dialogues.hits, figures.all.n_turns) == (pytest.approx(2 / 3), 0, 3)
    assert (figures.expectations["intent"].hits, figures.expectations["cards"].hits) == (0, 1)
    assert (figures.prompt_tokens.p50, figures.model_calls.p50) == (500, 2)


def test_turns_of_one_dialogue_count_together_in_the_interval() -> None:
    def outcome(right: bool) -> DialogueOutcome:
        turn = TurnOutcome("", ("intent",), () if right else (("intent", "x"),), None, 1.0, 0, 0, 0)
        return DialogueOutcome("d", "refine", "en", "tune", (turn,) * 10)

    turns = figures_of([outcome(True), outcome(False)]).all.turns
    assert (turns.low, turns.value, turns.high) == (0.0, 0.5, 1.0)


async def test_the_long_conversation_counts_turns_over_the_limit() -> None:
    dear = [*reply()[:-1], Done("", 2, 4001, 10)]
    found = await long_talk(FakeRoom(reply(), dear, reply()), 20)
    assert (found.over, found.failed, found.prompt_tokens.most) == (1, 0, 4001)
    assert list(long_script(100)) == list(long_script(100))
    assert len(set(long_script(100))) > 20


@pytest.mark.parametrize("part", ["report", "all"])
def test_failures_of_the_report_part_stay_unseen(part: Any) -> None:
    with pytest.raises(EnvironmentUnfit, match="--part tune"):
        bench_dialog(Settings(), Plan(part=part, local=True), Show(failures=True), out, None)


def test_a_plan_chooses_by_part_and_kind() -> None:
    scripts = chosen(Plan(part="tune", kinds=frozenset({"orders"})))
    assert {(script.kind, script.dialogue.part) for script in scripts} == {("orders", "tune")}
    with pytest.raises(EnvironmentUnfit, match="chinese, compare"):
        chosen(Plan(kinds=frozenset({"chat"})))


@pytest.mark.parametrize(
    ("used", "found"),
    [
        (None, ["no model had any"]),
        (ToolsUsed("answered", (ToolCallView("order_status", {"order_id": "HR-1", "x": 1}, True),)), []),
        (
            ToolsUsed("unproved", (ToolCallView("order_status", {"order_id": "HR-2"}, True),)),
            ["the rules answered: unproved", "none was called with {'order_id': 'HR-1'}"],
        ),
        (
            ToolsUsed("answered", (ToolCallView("order_status", {"order_id": "HR-1"}, False),)),
            ["order_status not called, but none", "none was called with {'order_id': 'HR-1'}"],
        ),
    ],
    ids=["no tools", "as wanted", "another order", "a call that was not made"],
)
def test_which_tools_were_called_can_be_expected(used: ToolsUsed | None, found: list[str]) -> None:
    expect = Expect.model_validate({"tools": {"called": ["order_status"], "arguments": {"order_id": "HR-1"}}})
    assert [what for _, what in misses(expect, Gathered(tools=used, done=Done("t", 2, 0, 0)), {}, ())] == found
