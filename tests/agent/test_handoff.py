"""When a person is asked, and what they are given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from agent.intents.learning import read_utterances
from agent.shop.handoff import Exchange, Handoff, Reason, TopicsUnreadable, contact_in, hand_over, make_ticket
from agent.shop.redaction import redacted
from tests.fake_systems import NOW, FakeSystems

HANDOFF = Handoff()
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("can I speak to a human please", "asked"),
        ("我要转人工", "asked"),
        ("This is ridiculous!", "anger"),
        ("I’m furious", "anger"),
        ("你们太差了", "anger"),
        ("the stove burned my hand", "topic"),
        ("孩子被烫伤了", "topic"),
        ("I will take you to court", "topic"),
        ("I was charged twice for this", "topic"),
        ("my card was used, an unauthorised payment", "topic"),
    ],
)
def test_a_person_is_asked(message: str, kind: str) -> None:
    reason = HANDOFF.reason(message)
    assert reason is not None and reason.kind == kind


def test_what_is_grave_comes_before_what_is_asked() -> None:
    reason = HANDOFF.reason("Let me speak to a manager, the kettle burned my hand, this is ridiculous")
    assert reason == Reason("topic", "the topic 'injury'", "burned my")


def ordinary() -> list[str]:
    """What shoppers ask of goods and of service: exemplars, the shop's answers' questions, cases, lookalikes."""
    served = {"refine", "product_question", "support", "greeting", "thanks"}
    support = (ROOT / "demo" / "support.jsonl").read_text(encoding="utf-8").splitlines()
    cases = yaml.safe_load((ROOT / "prompts" / "cases" / "turn.yaml").read_text(encoding="utf-8"))["cases"]
    return [
        *(each.text for each in read_utterances() if each.intent in served),
        *(json.loads(line)["question"] for line in support),
        *(case["message"] for case in cases if "message" in case),
        "shoes for the tennis court", "The Idiot by Dostoevsky", "a book about fraud", "running shoes after an injury",
        "a toy police car", "human anatomy", "a hospital bag", "a furious pace", "manual labour gloves", "法兰绒衬衫",
    ]  # fmt: skip


@pytest.mark.parametrize("message", ordinary())
def test_nobody_is_asked_for_what_is_ordinary(message: str) -> None:
    assert HANDOFF.reason(message) is None


def test_two_failures_in_a_row_ask_for_a_person_and_one_does_not() -> None:
    assert HANDOFF.reason("and in blue?", failures=1) is None
    reason = HANDOFF.reason("and in blue?", failures=2)
    assert reason is not None and reason.kind == "failures"


def test_a_shops_own_file_counts(tmp_path: Path) -> None:
    path = tmp_path / "topics.yaml"
    path.write_text("asked: {}\nanger: {}\ntopics: {recall: {en: [recall*], zh: [召回]}}", encoding="utf-8")
    own = Handoff(path)
    for message in ("was this Recalled?", "召回了吗"):
        reason = own.reason(message)
        assert reason is not None and reason.words == "the topic 'recall'"
    assert own.reason("speak to a human") is None and own.reason("precall") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("asked: {}\nanger: {}", "topics: Field required"),
        ("asked: {en: ['*']}\nanger: {}\ntopics: {}", "asked.en.0"),
        ("asked: [", "not YAML"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, text: str | None, told: str) -> None:
    path = tmp_path / "topics.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(TopicsUnreadable, match=told):
        Handoff(path)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my card 4111 1111 1111 1111, cvv: 123", "my card [card number], cvv: [code]"),
        ("5500-0055-5555-5559", "[card number]"),
        ("卡号４１１１１１１１１１１１１１１１", "卡号[card number]"),
        ("security code is 0123.", "security code is [code]."),
        ("安全码是123", "安全码是[code]"),
        ("我的cvv是123，卡号4111111111111111", "我的cvv是[code]，卡号[card number]"),
        ("账号NL91ABNA0417164300，谢谢", "账号[account number]，谢谢"),
        ("NL91 ABNA 0417 1643 00 please", "[account number] please"),
        ("my password is hunter2!", "my password is [password]"),
        ("密码：abc123，谢谢", "密码：[password]，谢谢"),
        ("order 4111111111111112 of 2026-11-20", "order 4111111111111112 of 2026-11-20"),
        ("write to ana@example.org or +31 20 1234567", "write to ana@example.org or +31 20 1234567"),
        ("how do I change my password", "how do I change my password"),
        ("the 240 EUR tent, 3 pieces", "the 240 EUR tent, 3 pieces"),
    ],
)
def test_redaction(text: str, left: str) -> None:
    assert redacted(text) == left


EXCHANGES = (
    Exchange("a light tent", "These fit best.", "recommend", ("Torrwick Lee 2", "Skarne Dome")),
    Exchange("can I pay with 4111 1111 1111 1111?", "", "support"),
)


def test_a_ticket_says_what_was_asked_shown_wanted_and_left_open() -> None:
    ticket = make_ticket(
        Reason("asked", "the shopper asks for a person", "a human"), EXCHANGES, "get me a human", now=NOW,
        shopper_id="ana", contact="ana@example.org",
    )  # fmt: skip
    assert ticket.summary.splitlines() == [
        "Asked before: a light tent / can I pay with [card number]?",
        "Shown: Torrwick Lee 2, Skarne Dome",
        "Last intent: support",
        "Not answered: can I pay with [card number]?",
        "Open: get me a human",
    ]
    assert [line.who for line in ticket.transcript] == ["shopper", "assistant", "shopper", "shopper"]
    assert ticket.transcript[1].text == "These fit best. (showed Torrwick Lee 2, Skarne Dome)"
    assert "4111" not in str(ticket)
    assert (ticket.reason, ticket.created) == ("the shopper asks for a person: “a human”", NOW)


async def test_the_shopper_hears_the_number_and_how_they_will_be_reached() -> None:
    systems = FakeSystems()
    reason = Reason("anger", "the shopper is angry")

    async def said(**fields: str) -> str:
        return (await hand_over(systems, make_ticket(reason, EXCHANGES, "wtf", now=NOW, **fields))).text  # type: ignore[arg-type]

    assert "your ticket is T-1" in (first := await said()) and "Please leave an e-mail" in first
    assert "e-mail address of your account" in await said(shopper_id="ana")
    assert "answer to ana@example.org" in await said(contact="ana@example.org")
    assert (await said(language="zh")).startswith("我已把您的问题转给同事，您的工单号是 ")
    systems.down = True
    assert "cannot be reached just now" in await said()


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("write to ana@example.org please", "ana@example.org"),
        ("call me on +31 (0)20 123 4567.", "+31 (0)20 123 4567"),
        ("我的邮箱是ana.b@example.org", "ana.b@example.org"),
        ("call 0201234567", "0201234567"),
        ("电话0201234567", "0201234567"),
        ("order 1023456789 of 2026-11-20", None),
        ("my card is 0000 0000 0000 0000", None),
        ("a tent for 2 under 200 euros", None),
    ],
)
def test_a_contact_is_found_where_there_is_one(text: str, contact: str | None) -> None:
    assert contact_in(text) == contact


def test_a_contact_from_earlier_in_the_conversation_counts() -> None:
    earlier = (Exchange("I am bo@example.org", "Thanks."), Exchange("no, ana@example.org", "Thanks."))
    reason = Reason("asked", "the shopper asks for a person")
    assert make_ticket(reason, earlier, "a human", now=NOW).contact == "ana@example.org"
    assert make_ticket(reason, (), "a human", now=NOW).contact is None
