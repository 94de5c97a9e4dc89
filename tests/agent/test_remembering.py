"""One message and the memory: what is done, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.assistant import Question
from agent.gathered import gather
from agent.local import LocalAssistant
from agent.memory.hearing import Listener
from agent.memory.remembering import Attended, Memory, attend
from agent.need.parse import Parser
from retrieval.events import Shopper
from retrieval.index import ShopIndex
from serving.store import Store
from tests.models import dead_model

Say = Callable[[str], Attended]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    store = Store(f"sqlite:///{tmp_path / 'because.sqlite'}")
    store.add_shoppers([Shopper("ana", "Ana"), Shopper("ben", "Ben")])
    yield store.memory
    store.close()


@pytest.fixture
def listener(parser: Parser) -> Listener:
    return Listener(parser)


@pytest.fixture
def say(memory: Memory, listener: Listener) -> Say:
    turns = iter(range(100))
    return lambda message: attend(message, listener, memory, "ana", f"t{next(turns)}")


def texts(memory: Memory, shopper_id: str = "ana") -> list[str]:
    return [each.text for each in memory.items(shopper_id)]


def test_what_is_kept_is_said_and_a_search_beside_it_goes_on(memory: Memory, say: Say) -> None:
    alone = say("I never wear wool")
    assert alone.said == "I will remember: no wool." and alone.alone
    beside = say("I need running shoes, I'm a size 43")
    assert beside.said == "I will remember: size 43." and not beside.alone
    assert say("a kettle under 50 EUR") == Attended()
    assert say("I'm a size 43 and I never wear wool").alone and not say("I never wear wool, show me socks").alone
    assert texts(memory) == ["size 43", "no wool"] and memory.items("ana")[0].source_turn == "t3"


def test_chinese_is_answered_in_chinese(memory: Memory, say: Say) -> None:
    assert say("我从来不穿皮革").said == "我会记住：不要皮革。"
    assert say("你知道我什么").said == "我记住的关于您的内容：不要皮革。购买记录也在记忆页面。"
    assert say("忘掉").said == "已忘掉：不要皮革。" and texts(memory) == []


def test_it_shows_and_forgets_what_it_is_told_to(memory: Memory, say: Say) -> None:
    assert "nothing" in say("what do you know about me?").said
    say("I never wear wool")
    say("I'm a size 43 and I like blue")
    assert say("what do you know about me?").said.startswith(
        "This is what I remember of you: no wool, size 43, likes blue."
    )
    assert say("forget my size").said == "Forgotten: size 43." and texts(memory) == ["no wool", "likes blue"]
    assert say("forget that I hate wool").said == "Forgotten: no wool."
    assert say("forget my love of jazz").said == "I remember nothing like that." and texts(memory) == ["likes blue"]
    assert "history" in say("forget everything").said and texts(memory) == []


def test_forget_that_is_about_what_was_just_said(memory: Memory, listener: Listener, say: Say) -> None:
    say("I never wear wool")
    say("I'm a size 43 and I like blue")
    assert {each.text for each in say("forget that").forgotten} == {"size 43", "likes blue"}
    later = datetime.now(UTC) + timedelta(hours=2)
    assert attend("forget that", listener, memory, "ana", "t9", now=later).forgotten == ()
    assert texts(memory) == ["no wool"]


def test_off_is_off_until_it_is_switched_on(memory: Memory, say: Say) -> None:
    say("I never wear wool")
    assert "not remember anything" in say("stop remembering").said
    assert say("I like blue") == Attended() and memory.recall("ana") == ()
    assert "switched off" in say("remember that I like blue").said
    say("start remembering")
    assert [e.text for e in memory.recall("ana")] == ["no wool"] and say("I like blue").kept


def test_a_guest_is_told_only_when_they_ask(memory: Memory, listener: Listener) -> None:
    assert attend("I like blue", listener, memory, None, "t0") == Attended()
    for message in ("remember that I like blue", "what do you know about me"):
        assert "signed in" in attend(message, listener, memory, None, "t0").said
    assert texts(memory) == []


def test_what_is_sensitive_or_secret_is_not_kept_and_that_is_said(memory: Memory, say: Say) -> None:
    assert "personal" in say("I'm allergic to nuts").said and texts(memory) == []
    assert say("Remember that I'm allergic to nuts").kept[0].text == "no nuts"
    secret = say("remember my password is hunter2")
    assert "never keep" in secret.said and "hunter2" not in secret.said and texts(memory) == ["no nuts"]


def test_one_shoppers_words_do_nothing_to_anothers_memory(memory: Memory, listener: Listener, say: Say) -> None:
    say("I never wear wool")
    attend("forget everything", listener, memory, "ben", "t1")
    attend("stop remembering", listener, memory, "ben", "t2")
    assert texts(memory) == ["no wool"] and memory.enabled("ana")


async def test_a_change_is_in_the_next_turn(index: ShopIndex, memory: Memory) -> None:
    assistant = LocalAssistant(index, dead_model(), memory=memory)

    async def turn(message: str) -> tuple[list[str], str]:
        turn = await gather(assistant.turn(Question(message, shopper_id="ana")))
        return [card.item_id for card in turn.cards], turn.message.text

    before, _ = await turn("a backpack")
    assert "backpack-1" in before  # the one by Torrwick
    await turn("I hate Torrwick, and I like red")
    after, _ = await turn("a backpack")
    assert after[0] == "backpack-3" != before[0] and "backpack-1" not in after
    once, said = await turn("a Torrwick backpack")
    assert once == ["backpack-1"] and said.startswith("You asked for Torrwick; your remembered “no Torrwick”")
    await turn("forget everything")
    assert (await turn("a backpack"))[0] == before
