from dataclasses import replace

import pytest

from agent.errors import ModelUnavailable
from agent.model import Budget
from agent.reasons.claims import Claim
from agent.reasons.reason import CITED, NOTHING_FITS, Reason, Writer
from agent.reasons.verify import Verifier
from prompts.template import load
from retrieval.evidence import EvidenceKind, numbered
from tests.models import ITEMS, ScriptedModel, dead_model

ITEM = ITEMS[0]
EVIDENCE = numbered(
    [
        ("attribute", "weight: 700 g", "data"),
        ("attribute", "price: 89 EUR", "data"),
        ("review", "It is light enough for a whole week.", "review"),
    ]
)
GOOD, ALSO_GOOD = "It weighs 700 g [A1].", "A reviewer says it is light enough for a whole week [R1]."
BAD, ALSO_BAD = "It is waterproof [A1].", "It costs 12 EUR [A2]."


class Told:
    """Hears claims, and fails the test if one of them is not proved."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []

    def __call__(self, claim: Claim) -> None:
        assert Verifier.of(EVIDENCE, ITEM.title).check(claim).supported, claim
        self.claims.append(claim)


async def write(model: ScriptedModel, told: Told, *, calls: int = 5) -> Reason:
    return await Writer(model).write(ITEM, "a light backpack", EVIDENCE, Budget(max_calls=calls), told)


@pytest.mark.parametrize(
    ("answers", "state", "claims", "calls"),
    [
        ([f"{GOOD} {ALSO_GOOD}"], "generated", [GOOD, ALSO_GOOD], ["reason"]),
        ([f"{GOOD} {BAD}", ALSO_GOOD], "repaired", [GOOD, ALSO_GOOD], ["reason", "repair"]),
        ([f"{GOOD} {BAD}", ALSO_BAD], "generated", [GOOD], ["reason", "repair"]),
        ([NOTHING_FITS], "none", [], ["reason"]),
        ([f"{BAD}", NOTHING_FITS], "none", [], ["reason", "repair"]),
        ([f"{BAD} {GOOD}", ALSO_BAD], "extractive", None, ["reason", "repair"]),
        ([f"{BAD} {GOOD}", f"{GOOD}"], "repaired", [GOOD], ["reason", "repair"]),
        (["", ""], "extractive", None, ["reason"]),
        (["no citation at all.", "none here."], "extractive", None, ["reason", "repair"]),
    ],
)
async def test_a_reason_is_written_repaired_once_or_taken_from_the_evidence(
    answers: list[str], state: str, claims: list[str] | None, calls: list[str]
) -> None:
    model, told = ScriptedModel(*answers), Told()
    reason = await write(model, told)
    assert reason.state == state
    assert [name for name, _ in model.calls] == calls
    assert list(reason.claims) == told.claims
    if claims is None:
        assert {i for claim in reason.claims for i in claim.evidence_ids} == {"A1", "A2", "R1"}
        assert reason.fallback
    else:
        assert [f"{c.text[:-1]} [{c.evidence_ids[0]}]." for c in reason.claims] == claims


async def test_the_repair_is_told_what_was_wrong_and_what_is_proved_already() -> None:
    model = ScriptedModel(f"{GOOD} {BAD}", ALSO_GOOD)
    await write(model, Told())
    _, variables = model.calls[1]
    assert variables["proven"] == GOOD
    assert "waterproof" in str(variables["problem"])


async def test_writing_stops_at_the_first_claim_that_fails() -> None:
    model = ScriptedModel(f"{BAD} " + GOOD * 50, GOOD)
    await write(model, Told())
    assert model.closed == 2


async def test_with_the_model_down_the_evidence_speaks_at_once() -> None:
    model, told = dead_model(), Told()
    reason = await write(model, told)
    assert (reason.state, len(model.calls)) == ("extractive", 1)
    assert "ModelUnavailable" in (reason.fallback or "")
    assert told.claims


async def test_a_model_that_dies_at_the_repair_leaves_what_was_proved() -> None:
    reason = await write(ScriptedModel(f"{GOOD} {BAD}", ModelUnavailable("gone")), Told())
    assert (reason.state, reason.text) == ("generated", "It weighs 700 g.")


async def test_a_spent_budget_makes_no_call() -> None:
    model = ScriptedModel(GOOD)
    reason = await write(model, Told(), calls=0)
    assert (reason.state, model.calls) == ("extractive", [])


async def test_a_repeated_claim_is_said_once_and_two_are_enough() -> None:
    reason = await write(ScriptedModel(f"{GOOD} {GOOD} {ALSO_GOOD} It costs 89 EUR [A2]. It is 89 EUR [A2]."), Told())
    assert [c.evidence_ids for c in reason.claims] == [("A1",), ("R1",)]


async def test_it_is_not_taken_for_granted_that_nothing_fits() -> None:
    light = tuple(replace(each, answers=("light",) if each.id == "A1" else ()) for each in EVIDENCE)
    model = ScriptedModel(NOTHING_FITS, GOOD)
    reason = await Writer(model).write(ITEM, "a light backpack", light, Budget(5))
    assert (reason.state, reason.text) == ("repaired", "It weighs 700 g.")
    assert [(v.cause, v.problem) for v in reason.verdicts] == [("relevance", "the evidence answers: light"), ("", "")]
    mute = tuple(replace(each, answers=()) for each in EVIDENCE)
    assert (await Writer(ScriptedModel(NOTHING_FITS)).write(ITEM, "a blue one", mute, Budget(5))).state == "none"


@pytest.mark.parametrize("need", ["something for my dad", "a birthday present for my sister, please", "a backpack", ""])
async def test_silence_is_not_accepted_where_nothing_is_wished_for(need: str) -> None:
    mute = tuple(replace(each, answers=()) for each in EVIDENCE)
    reason = await Writer(ScriptedModel(NOTHING_FITS, NOTHING_FITS)).write(ITEM, need, mute, Budget(5))
    assert reason.state == "extractive" and reason.claims
    assert [v.cause for v in reason.verdicts] == ["relevance", "relevance"]


async def test_silence_is_not_accepted_where_the_history_says_why() -> None:
    told = numbered([("history", "You bought the Fell 40 backpack", "your history"), *_rows()])
    mute = tuple(replace(each, answers=()) for each in told)
    own = "You bought the Fell 40 backpack before, and this is another backpack [H1]."
    reason = await Writer(ScriptedModel(NOTHING_FITS, own)).write(ITEM, "a blue one", mute, Budget(5))
    assert (reason.state, [c.evidence_ids for c in reason.claims]) == ("repaired", [("H1",)])


def _rows() -> list[tuple[EvidenceKind, str, str]]:
    return [(each.kind, each.text, each.source) for each in EVIDENCE]


async def test_without_evidence_nothing_is_said_and_no_call_made() -> None:
    model = ScriptedModel(GOOD)
    reason = await Writer(model).write(ITEM, "", (), Budget(5))
    assert (reason.state, reason.claims, model.calls) == ("none", (), [])


async def test_every_claim_has_its_verdict_and_a_reason_with_one_left_out_says_why() -> None:
    reason = await write(ScriptedModel(f"{GOOD} {BAD}", ALSO_BAD), Told())
    assert [(v.claim.evidence_ids, v.cause) for v in reason.verdicts] == [
        (("A1",), ""),
        (("A1",), "content"),
        (("A2",), "number"),
    ]
    assert "12 EUR" in (reason.fallback or "")


async def test_a_trained_model_is_asked_again_about_the_evidence_that_is_left() -> None:
    model = ScriptedModel(f"{GOOD} {BAD}", ALSO_GOOD)
    reason = await Writer(model, prompts=CITED).write(ITEM, "light", EVIDENCE, Budget(5), factors=["fits your wishes"])
    assert [name for name, _ in model.calls] == ["cited", "cited_again"]
    prompt = load("cited_again").render(**model.calls[1][1])[-1].content
    assert "[R1]" in prompt
    assert "[A1] weight" not in prompt
    assert "waterproof" in prompt
    assert reason.state == "repaired"


async def test_a_reason_with_nothing_to_say_says_so() -> None:
    reason = await write(ScriptedModel(NOTHING_FITS), Told())
    assert (reason.state, reason.text, reason.claims) == ("none", NOTHING_FITS, ())


async def test_a_repair_that_writes_nothing_leaves_the_first_problem_to_be_seen() -> None:
    reason = await write(ScriptedModel(f"{GOOD} {BAD}", ""), Told())
    assert reason.state == "generated"
    assert "waterproof" in (reason.fallback or "")
