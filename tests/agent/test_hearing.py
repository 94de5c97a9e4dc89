"""What is worth remembering is heard, in English and Chinese, and the need of one search is not."""

from __future__ import annotations

import pytest

from agent.memory.commands import command_of
from agent.memory.hearing import Heard, Listener
from agent.memory.remembered import Effect, Proposal, has_effect
from agent.need.parse import Parser

KEYBOARD = {"scope": ["keyboard"]}
QUIET = {"attribute": "noise", "direction": -1, "word": "quiet"}


def wish(attribute: str, word: str, direction: int = 1) -> dict[str, object]:
    return {"attribute": attribute, "direction": direction, "word": word}


@pytest.fixture(scope="module")
def listener(parser: Parser) -> Listener:
    return Listener(parser)


def the_one(heard: Heard) -> Proposal:
    (proposal,) = heard.proposals
    return proposal


LASTING: list[tuple[str, str, Effect]] = [
    ("I never wear wool", "dislike", {"without": ["wool"]}),
    ("I never buy anything made of plastic.", "dislike", {"without": ["plastic"]}),
    ("I don't want leather, ever", "dislike", {"without": ["leather"]}),
    ("From now on, no leather or suede please", "dislike", {"without": ["leather", "suede"]}),
    ("I hate Knottop", "dislike", {"brands_excluded": ["Knottop"]}),
    ("stop showing me Knottop", "dislike", {"brands_excluded": ["Knottop"]}),
    ("I can't stand yellow", "dislike", {"colours_excluded": ["yellow"]}),
    ("I don’t like red kettles", "dislike", {"colours_excluded": ["red"], "scope": ["kettle"]}),
    ("I hate knives", "dislike", {"kinds_excluded": ["kitchen knife"]}),
    ("I dislike heavy backpacks", "dislike", {"wishes": [wish("weight", "not heavy", -1)], "scope": ["backpack"]}),
    ("I like blue", "preference", {"wishes": [wish("colour", "blue")]}),
    ("My favourite brand is Torrwick!", "preference", {"wishes": [wish("brand", "Torrwick")]}),
    ("I always prefer quiet keyboards", "preference", {"wishes": [QUIET], **KEYBOARD}),
    ("anything but yellow from now on", "dislike", {"colours_excluded": ["yellow"]}),
    ("never recommend Optavel to me", "dislike", {"brands_excluded": ["Optavel"]}),
    ("please don't ever show me Velloe", "dislike", {"brands_excluded": ["Velloe"]}),
    ("We never use plastic in our kitchen", "dislike", {"without": ["plastic"]}),
    ("I don't do wool", "dislike", {"without": ["wool"]}),
    ("我偏爱轻便的背包", "preference", {"wishes": [wish("weight", "light", -1)], "scope": ["backpack"]}),
    (
        "I tend to prefer light backpacks",
        "preference",
        {"wishes": [wish("weight", "light", -1)], "scope": ["backpack"]},
    ),
    ("I buy a lot of toys for my nephew", "person", {"person": {"who": "nephew"}}),
    ("我每次都给我妈妈买礼物", "person", {"person": {"who": "mother"}}),
    ("I never spend more than 80 euros", "preference", {"price_max": 80.0}),
    ("in future only under 50 EUR", "preference", {"price_max": 50.0}),
    ("I'm a size 43", "size", {"wishes": [wish("size", "43")]}),
    ("I wear a medium", "size", {"wishes": [wish("size", "M")]}),
    ("I take a UK 9", "size", {"wishes": [wish("size", "UK 9")]}),
    ("I often buy for my sister, she's ten", "person", {"person": {"who": "sister", "age": 10}}),
    ("we have two sons", "person", {"person": {"who": "son"}}),
    ("Hi! My daughter is 5.", "person", {"person": {"who": "daughter", "age": 5}}),
    ("I hate wool, any socks?", "dislike", {"without": ["wool"]}),
    ("我从来不穿羊毛", "dislike", {"without": ["wool"]}),
    ("我从来不穿皮革", "dislike", {"without": ["leather"]}),
    ("以后都不要皮革", "dislike", {"without": ["leather"]}),
    ("我讨厌塑料和真皮的东西", "dislike", {"without": ["leather", "plastic"]}),
    ("别再给我推荐Knottop了", "dislike", {"brands_excluded": ["Knottop"]}),
    ("以后不要黄色", "dislike", {"colours_excluded": ["yellow"]}),
    ("我喜欢安静的键盘", "preference", {"wishes": [QUIET], **KEYBOARD}),
    ("我最喜欢的颜色是蓝色", "preference", {"wishes": [wish("colour", "blue")]}),
    ("我穿43码", "size", {"wishes": [wish("size", "43")]}),
    ("我有个十岁的妹妹", "person", {"person": {"who": "sister", "age": 10}}),
    ("我经常给女儿买东西，她今年8岁", "person", {"person": {"who": "daughter", "age": 8}}),
]


@pytest.mark.parametrize(("message", "kind", "effect"), LASTING, ids=[row[0] for row in LASTING])
def test_what_is_lasting_is_proposed(listener: Listener, message: str, kind: str, effect: Effect) -> None:
    proposal = the_one(listener.hear(message))
    assert (proposal.kind, dict(proposal.effect)) == (kind, dict(effect))
    assert proposal.text and not proposal.asked


@pytest.mark.parametrize(
    "message",
    [
        "a backpack without leather",
        "no leather",
        "not Knottop please",
        "something under 50 EUR in blue",
        "I'd like a blue tent",
        "I want a quiet keyboard",
        "I need size 43",
        "a gift for my sister, she is ten",
        "My son is 8, what toy would he like?",
        "I don't like this one",
        "I like the second one",
        "I love it",
        "What if I don't like the colour?",
        "If I hate it, can I return it?",
        "Do I look like I hate wool?",
        "I need a tent that never leaks",
        "a memory foam pillow",
        "I love cycling and need a jacket",
        "I like to travel",
        "I hate waiting for parcels",
        "不要黑色",
        "我不要皮革",
        "我不想要黑色的",
        "I don't want leather",
        "200元以下, 不要黑色",
        "给我妹妹买的, 她十岁",
        "我要一个安静的键盘",
        "我不喜欢这个",
        "如果我不喜欢可以退货吗",
    ],
)
def test_the_need_of_one_search_is_no_memory(listener: Listener, message: str) -> None:
    assert listener.hear(message) == Heard()


def test_what_is_asked_for_outright_is_kept_and_read_where_it_can_be(listener: Listener) -> None:
    asked = the_one(listener.hear("Please remember: no leather"))
    assert asked == Proposal("dislike", "no leather", {"without": ["leather"]}, asked=True)
    assert the_one(listener.hear("记住我不喜欢黑色")).effect == {"colours_excluded": ["black"]}
    note = the_one(listener.hear("Can you remember that I shop on Fridays?"))
    assert note == Proposal("note", "I shop on Fridays", {}, asked=True)
    assert listener.hear("remember?") == Heard()


def test_one_message_may_state_several_things_beside_its_search(listener: Listener) -> None:
    heard = listener.hear("I need running shoes. I'm a size 43, and I never wear leather. I like blue too")
    assert [each.text for each in heard.proposals] == ["size 43", "no leather", "likes blue too"]


def test_a_diet_is_what_it_leaves_out(listener: Listener) -> None:
    for message in (
        "I'm vegan",
        "always show vegan products",
        "I only wear vegan",
        "I am vegan by the way",
        "我是纯素食主义者",
    ):
        effect = the_one(listener.hear(message)).effect
        assert {"leather", "wool", "silk"} <= set(effect["without"]), message


@pytest.mark.parametrize(
    ("message", "topic"),
    [
        ("I'm allergic to nuts", "health"),
        ("I never eat pork because I'm Muslim", "religion"),
        ("I hate wool, my eczema gets worse", "health"),
        ("我对坚果过敏", "health"),
    ],
)
def test_what_is_sensitive_is_kept_only_on_request(listener: Listener, message: str, topic: str) -> None:
    heard = listener.hear(message)
    assert heard.proposals == () and topic in heard.withheld


def test_of_a_sensitive_request_only_what_it_means_for_products_is_kept(listener: Listener) -> None:
    heard = listener.hear("Please remember that I'm allergic to nuts")
    assert the_one(heard) == Proposal("dislike", "no nuts", {"without": ["nuts"]}, asked=True)


@pytest.mark.parametrize(
    "message",
    [
        "remember my password is hunter2",
        "Remember that my card is 4111 1111 1111 1111",
        "please remember my IBAN DE89 3704 0044 0532 0130 00",
        "记住我的密码是12345",
        "I never wear wool and remember my PIN is 1234",
    ],
)
def test_secrets_are_never_kept(listener: Listener, message: str) -> None:
    heard = listener.hear(message)
    assert heard.proposals == () and "secret" in heard.withheld


@pytest.mark.parametrize(
    ("message", "action", "about"),
    [
        ("What do you know about me?", "show", ""),
        ("show me what you remember", "show", ""),
        ("Forget that.", "forget_last", ""),
        ("please forget my size", "forget", "my size"),
        ("forget that I hate wool", "forget", "I hate wool"),
        ("forget everything you know about me", "forget_all", ""),
        ("Delete all my data please", "forget_all", ""),
        ("stop remembering things", "stop", ""),
        ("Don’t remember anything", "stop", ""),
        ("turn memory off", "stop", ""),
        ("start remembering again", "start", ""),
        ("你知道我什么？", "show", ""),
        ("忘掉", "forget_last", ""),
        ("忘掉我的尺码", "forget", "我的尺码"),
        ("全部忘掉", "forget_all", ""),
        ("别再记了", "stop", ""),
        ("重新开始记吧", "start", ""),
    ],
)
def test_commands(message: str, action: str, about: str) -> None:
    command = command_of(message)
    assert command is not None and (command.action, command.about) == (action, about)


@pytest.mark.parametrize(
    "message",
    [
        "forget that, show me tents",
        "forget the tent, show me backpacks",
        "I forgot my password",
        "delete my account",
        "remove the item from my basket",
        "don't forget the charger",
        "a memory card for my camera",
        "forget-me-not seeds",
        "what do you know about tents",
        "what do you have",
        "stop",
        "忘不了的礼物",
    ],
)
def test_what_only_sounds_like_a_command_is_none(message: str) -> None:
    assert command_of(message) is None


@pytest.mark.parametrize("message", [row[0] for row in LASTING] + ["I'm vegan", "my shoe size is 43", "我是素食主义者"])
def test_a_memory_that_is_typed_again_means_the_same(listener: Listener, message: str) -> None:
    proposal = the_one(listener.hear(message))
    again = listener.reread(proposal.text)
    assert (again.kind, dict(again.effect)) == (proposal.kind, dict(proposal.effect))


def test_a_typed_memory_that_means_nothing_for_the_ranking_is_a_note(listener: Listener) -> None:
    note = listener.reread("birthday in May")
    assert note == Proposal("note", "birthday in May", {}, asked=True) and not has_effect(note.effect)


def test_a_price_in_another_currency_is_not_taken_for_the_shops(listener: Listener) -> None:
    assert listener.hear("我从不买超过200元的").proposals == ()
    assert the_one(listener.hear("remember never more than 200元")).effect == {}
