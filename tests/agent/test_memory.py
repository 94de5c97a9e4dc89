"""What is remembered joins a need, and the message's own words win."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agent.memory.commands import chosen
from agent.memory.effects import opposed, size
from agent.memory.hearing import Listener
from agent.memory.remembered import Applied, Effect, Remembered, apply
from agent.memory.words import MemoryWords
from agent.need.parse import Parser
from retrieval.index import ShopIndex
from retrieval.need import Need, Preference
from retrieval.ranking import Ranker
from retrieval.recall import recall

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def listener(parser: Parser) -> Listener:
    return Listener(parser)


def kept(*effects: Effect, text: str = "as said") -> tuple[Remembered, ...]:
    return tuple(Remembered(f"m{n}", "note", text, effect, None, NOON) for n, effect in enumerate(effects))


def told(listener: Listener, *texts: str) -> tuple[Remembered, ...]:
    read = [listener.reread(text) for text in texts]
    return tuple(Remembered(f"m{n}", p.kind, p.text, p.effect, "t1", NOON) for n, p in enumerate(read))


def fields(applied: Applied) -> set[tuple[str, str]]:
    return {(each.field, each.value) for each in applied.joined}


def test_without_memory_the_need_stays_as_it_is(parser: Parser) -> None:
    need = parser.parse("a light backpack under 100 EUR")
    assert apply((), need) == Applied(need)


def test_what_is_remembered_joins_and_is_marked(parser: Parser, listener: Listener) -> None:
    memory = told(listener, "no leather", "no Knottop", "no yellow", "likes blue", "never more than 200 EUR")
    applied = apply(memory, parser.parse("a backpack"))
    constraints = applied.need.constraints
    assert {a.word for a in constraints.without} == {"leather"} and constraints.price_max == 200
    assert constraints.brands_excluded == {"Knottop"} and constraints.colours_excluded == {"yellow"}
    assert applied.need.preferences == (Preference("colour", 1, "blue"),)
    assert fields(applied) == {
        ("without", "leather"),
        ("brands_excluded", "Knottop"),
        ("colours_excluded", "yellow"),
        ("preferences", "blue"),
        ("price_max", "200"),
    }
    assert {each.text for each in applied.joined} == {each.text for each in memory}
    assert not applied.aside and not applied.need.notes and constraints.kinds == {"backpack"}


def test_asking_for_it_sets_a_memory_aside_for_once_and_says_so(parser: Parser, listener: Listener) -> None:
    memory = told(listener, "no leather", "no Knottop", "no yellow", "no knives")
    leather = apply(memory, parser.parse("leather boots"))
    assert not leather.need.constraints.without and [a.asked for a in leather.aside] == ["leather"]
    assert leather.need.notes == (
        "You asked for leather; your remembered “no leather” does not count this time.",
    )  # fmt: skip
    assert leather.need.constraints.brands_excluded == {"Knottop"}
    assert not apply(memory, parser.parse("a Knottop backpack")).need.constraints.brands_excluded
    assert not apply(memory, parser.parse("something in sunflower yellow")).need.constraints.colours_excluded
    assert not apply(memory, parser.parse("a kitchen knife")).need.constraints.kinds_excluded
    assert not apply(memory, parser.parse("a good knife")).need.constraints.kinds_excluded


@pytest.mark.parametrize("message", ["boots other than leather", "boots without leather", "leather-free boots"])
def test_to_deny_it_is_not_to_ask_for_it(parser: Parser, listener: Listener, message: str) -> None:
    applied = apply(told(listener, "no leather"), parser.parse(message))
    assert {a.word for a in applied.need.constraints.without} == {"leather"} and not applied.aside


@pytest.mark.parametrize(
    "message",
    ["I can’t stand wool, show me socks", "I don't like wool and need socks", "I never wear wool. Warm socks please"],
)
def test_a_statement_does_not_set_itself_aside(parser: Parser, listener: Listener, message: str) -> None:
    memory = told(listener, *(each.text for each in listener.hear(message).proposals))
    applied = apply(memory, parser.parse(message))
    assert {a.word for a in applied.need.constraints.without} == {"wool"} and not applied.aside


def test_of_a_diet_only_what_is_asked_for_is_set_aside(parser: Parser, listener: Listener) -> None:
    applied = apply(told(listener, "vegan"), parser.parse("wool socks"))
    left = {a.word for a in applied.need.constraints.without}
    assert "wool" not in left and {"leather", "silk"} <= left
    assert [(a.text, a.asked) for a in applied.aside] == [("vegan", "wool")]


def test_what_the_message_states_on_the_same_point_stands(parser: Parser) -> None:
    cap = kept({"price_max": 50.0})
    assert apply(cap, parser.parse("a tent under 300 EUR")).need.constraints.price_max == 300
    assert apply(cap, parser.parse("a tent under 300 EUR")).aside[0].asked == "300"
    lower = apply(cap, parser.parse("a kettle under 30 EUR"))
    assert lower.need.constraints.price_max == 30 and not lower.aside
    blue = kept({"wishes": [{"attribute": "colour", "direction": 1, "word": "blue"}]})
    assert apply(blue, parser.parse("a red kettle")).need.preferences == ()
    quiet = kept({"wishes": [{"attribute": "noise", "direction": -1, "word": "quiet"}]})
    loud = apply(quiet, parser.parse("a loud keyboard"))
    assert [p.word for p in loud.need.preferences] == ["loud"] and loud.aside[0].asked == "loud"
    bound = kept({"bounds": [{"attribute": "weight", "unit": "kg", "low": None, "high": 2}]})
    (own,) = apply(bound, parser.parse("a backpack under 1 kg")).need.constraints.bounds
    assert own.high == 1


def test_the_lowest_of_two_caps_holds(parser: Parser) -> None:
    applied = apply(kept({"price_max": 50.0}, {"price_max": 90.0}), parser.parse("a kettle"))
    assert applied.need.constraints.price_max == 50


def test_what_is_about_one_kind_of_thing_counts_for_it_alone(parser: Parser, listener: Listener) -> None:
    memory = told(listener, "likes quiet keyboards", "shoe size 43")
    assert fields(apply(memory, parser.parse("a keyboard for the office"))) == {("preferences", "quiet")}
    assert fields(apply(memory, parser.parse("running shoes"))) == {("preferences", "43")}
    assert fields(apply(memory, parser.parse("a tent"))) == set()


def test_the_age_of_a_child_joins_where_the_message_names_them(parser: Parser, listener: Listener) -> None:
    memory = told(listener, "buys for: sister, 10 years old")
    assert apply(memory, parser.parse("a game for my sister")).need.terms.endswith("for a 10 year old")
    assert fields(apply(memory, parser.parse("a game for my brother"))) == set()
    assert fields(apply(memory, parser.parse("a game for my sister, she is 8"))) == set()
    assert fields(apply(memory, Need("给我妹妹的礼物", "gift", language="zh"))) == {("terms", "for a 10 year old")}


def test_chinese_asks_and_denies_in_its_own_words(listener: Listener) -> None:
    memory = told(listener, "不要皮革")
    asked = apply(memory, Need("我想要一双真皮靴子", "boots 靴子", language="zh"))
    assert not asked.need.constraints.without and "“不要皮革”" in asked.need.notes[0]
    denied = apply(memory, Need("不要皮革的靴子", "boots 靴子", language="zh"))
    assert {a.word for a in denied.need.constraints.without} == {"leather"}


def test_a_change_moves_recall_and_ranking(index: ShopIndex) -> None:
    """Green is liked, one brand is not wanted: the next ranking has neither the brand nor the same first item."""
    need = Parser(index.catalogue.vocabulary, "EUR").parse("a backpack")

    def order(*effects: Effect) -> list[str]:
        found = recall(index, apply(kept(*effects), need).need, ())
        return [s.item.item_id for s in Ranker().rank(found.need, found.candidates, (), index, n=9)]

    assert set(order()) == {"backpack-1", "backpack-2", "backpack-3", "backpack-5"}
    assert "backpack-1" not in order({"brands_excluded": ["Torrwick"]})
    for colour, first in (("green", "backpack-1"), ("red", "backpack-3"), ("grey", "backpack-5")):
        assert order({"wishes": [{"attribute": "colour", "direction": 1, "word": colour}]})[0] == first
    assert order({"wishes": [{"attribute": "brand", "direction": 1, "word": "Fennridge"}]})[0] == "backpack-5"


def test_later_statements_on_the_same_point_oppose_earlier_ones() -> None:
    likes = {"wishes": [{"attribute": "colour", "direction": 1, "word": "blue"}]}
    assert opposed(likes, {"colours_excluded": ["blue"]}) and opposed({"colours_excluded": ["blue"]}, likes)
    assert not opposed(likes, {"wishes": [{"attribute": "colour", "direction": 1, "word": "green"}]})
    assert opposed(size("43", "shoe"), size("44", "shoe")) and not opposed(size("43", "shoe"), size("M", "clothes"))
    assert opposed({"price_max": 50.0}, {"price_max": 80.0})
    assert not opposed({"without": ["wool"]}, {"without": ["silk"]})


@pytest.mark.parametrize(
    ("about", "texts"),
    [
        ("my size", ["shoe size 43"]),
        ("that I hate wool", ["no wool"]),
        ("my shoe size", ["shoe size 43"]),
        ("my sister", ["buys for: sister, 10 years old"]),
        ("my love of jazz", []),
        ("我的尺码", ["shoe size 43"]),
        ("我不喜欢羊毛", ["no wool"]),
        ("我妹妹", ["buys for: sister, 10 years old"]),
    ],
)
def test_what_is_to_be_forgotten_is_found_by_its_words(listener: Listener, about: str, texts: list[str]) -> None:
    memory = told(listener, "shoe size 43", "no wool", "no leather", "buys for: sister, 10 years old")
    assert [each.text for each in chosen(memory, about)] == texts


def test_both_languages_say_the_same_things() -> None:
    says = MemoryWords.read().says
    assert says["en"].keys() == says["zh"].keys()
    for key, english in says["en"].items():
        chinese = says["zh"][key]
        assert [n for n in ("{what}", "{text}", "{asked}", "{age}", "{value}", "{who}") if n in english] == [
            n for n in ("{what}", "{text}", "{asked}", "{age}", "{value}", "{who}") if n in chinese
        ], key
