"""Chinese claims are proved against English and Chinese evidence."""

import pytest

from agent.chinese.reading import Known, in_english
from agent.model import Budget
from agent.reasons.chinese import verifier_of
from agent.reasons.claims import ClaimReader, claim_of, split_claims, written
from agent.reasons.reason import CITED, Writer
from agent.reasons.verify import Verdict
from agent.texts import Texts
from retrieval.evidence import Evidence
from tests.models import ITEMS, ScriptedModel

ENGLISH = (
    Evidence("A1", "attribute", "weight: 310 g", "", ("light",)),
    Evidence("A2", "attribute", "waterproof: no", "", ()),
    Evidence("A3", "attribute", "price: 39.00 EUR", "", ("price",)),
    Evidence("A4", "attribute", "blade material: carbon steel", "", ()),
    Evidence(
        "R1", "review", "So light I forget it is there. It has survived two winters, but the straps are too thin.", ""
    ),
    Evidence("H1", "history", "You bought the Brackwell Hush over-ear headphones, 5 of 5 stars", ""),
)
CHINESE = (
    Evidence("A1", "attribute", "重量：1.9 公斤", ""),
    Evidence("A2", "attribute", "防水：是", ""),
    Evidence("R1", "review", "下了一整夜的雨，里面还是干的。搭起来很快，十分钟就好。", ""),
)


def judged(text: str, evidence: tuple[Evidence, ...] = ENGLISH) -> Verdict:
    verifier = verifier_of(
        evidence, "Torrwick Plover packable backpack", ["Torrwick", "Hushmere"], need="我想要一个轻便的背包，50欧元以内"
    )
    return verifier.check(claim_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "它重310克[A1]。",
        "这款背包仅重0.31公斤[A1]。",
        "它不防水[A2]。",
        "您想要轻便的：它重310克[A1]。",
        "售价39欧元，在您的50欧元预算之内[A3]。",
        "售价39欧元，没有超过您的50欧元预算[A3]。",
        "您买过 Brackwell Hush，给了5星[H1]。",
        "它撑过了两个冬天[R1]。",
        "一位顾客写道：“So light I forget it is there.”[R1]",
        "顾客说肩带太薄[R1]。",
        "刀刃材质是碳钢[A4]。",
    ],
)
def test_what_the_evidence_says_may_be_said_in_chinese(text: str) -> None:
    assert judged(text).supported, judged(text).problem


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("它重301克[A1]。", "number"),
        ("它重310公斤[A1]。", "number"),
        ("它防水[A2]。", "polarity"),
        ("它重310克[A9]。", "unknown_id"),
        ("它重310克。", "uncited"),
        ("Hushmere 背包重310克[A1]。", "name"),
        ("您想要防水的：它重310克[A1]。", "request"),
        ("售价39欧元，在您的40欧元预算之内[A3]。", "request"),
        ("售价39美元[A3]。", "number"),
        ("您给 Brackwell Hush 打了 4 星[H1]。", "shopper"),
        ("您看过 Brackwell Hush[H1]。", "shopper"),
        ("一位顾客说它很重[R1]。", "content"),
        ("一位顾客说它很轻[A1]。", "source"),
        ("顾客说肩带薄[R1]。", "torn"),
        ("它撑过了三个冬天[R1]。", "number"),
        ("刀刃材质是不锈钢[A4]。", "content"),
        ("它是店里最轻的，重310克[A1]。", "content"),
        ("这很重要，它重310克[A1]。", "content"),
        ("一位顾客写道：“So light you forget it.”[R1]", "quotation"),
    ],
)
def test_what_it_does_not_say_is_refused(text: str, cause: str) -> None:
    assert judged(text).cause == cause, judged(text)


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("重量只有1900克[A1]。", True),
        ("它防水[A2]。", True),
        ("一位顾客说下了一整夜的雨，里面还是干的[R1]。", True),
        ("一位顾客写道：“搭起来很快，十分钟就好。”[R1]", True),
        ("重量只有2.9公斤[A1]。", False),
        ("它不防水[A2]。", False),
        ("一位顾客说里面湿了[R1]。", False),
    ],
)
def test_chinese_evidence_proves_and_refuses_too(text: str, supported: bool) -> None:
    assert judged(text, CHINESE).supported == supported, judged(text, CHINESE)


def test_the_verdict_is_on_the_claim_as_it_was_written() -> None:
    assert judged("它重301克[A1]。").claim.text == "它重301克。"


def test_the_sense_of_a_word_is_the_one_that_the_evidence_has() -> None:
    assert in_english("头灯", Known("head torch")) == "head torch"
    assert in_english("头灯", Known("headlamp")) == "headlamp"
    assert in_english("河马", Known("a hippopotamus")) == "hippopotamus"  # as a general dictionary has it
    assert in_english("\u3402\u3403", Known("anything")) == "\u3402\u3403"


def test_chinese_text_is_cut_into_claims() -> None:
    text = "它重310克[A1]，容量18升[A2]。一位顾客写道：“很轻。很好。”[R1]。它防水[A3]！"
    claims = split_claims(text)
    assert [(c.text, c.evidence_ids) for c in claims] == [
        ("它重310克，容量18升。", ("A1", "A2")),
        ("一位顾客写道：“很轻。很好。”。", ("R1",)),
        ("它防水！", ("A3",)),
    ]
    reader = ClaimReader()
    streamed = [claim for character in text for claim in reader.feed(character)]
    assert [*streamed, *reader.finish()] == claims
    assert written(claims[0]) == "它重310克，容量18升[A1][A2]。"


async def test_a_trained_model_is_asked_in_chinese_and_its_claims_are_proved() -> None:
    evidence = (Evidence("A1", "attribute", "weight: 700 g", ""), Evidence("A2", "attribute", "price: 89 EUR", ""))
    model = ScriptedModel("它重700克[A1]。它防水[A2]。", "价格是89欧元[A2]。")
    writer = Writer(model, prompts=CITED, writes=frozenset({"en", "zh"}))
    reason = await writer.write(ITEMS[0], "我想要一个背包", evidence, Budget(max_calls=5), language="zh")
    assert [name for name, _ in model.calls] == ["cited_zh", "cited_zh_again"]
    assert (reason.state, reason.text) == ("repaired", "它重700克。价格是89欧元。")


async def test_a_model_may_say_in_chinese_that_nothing_suits() -> None:
    silence = Texts.of("zh").say("nothing_suits")
    evidence = (Evidence("A1", "attribute", "weight: 700 g", ""),)
    writer = Writer(ScriptedModel(silence), prompts=CITED, writes=frozenset({"en", "zh"}))
    reason = await writer.write(ITEMS[0], "我想要防水的", evidence, Budget(max_calls=5), language="zh")
    assert (reason.state, reason.text) == ("none", silence)
