"""A message in two parts is read by what it asks; what was only said before names the item, and no more."""

from __future__ import annotations

import pytest

from agent.need.asides import Parted, parted


def read(message: str) -> Parted:
    return parted(message, lambda said: "Calder" in said)


@pytest.mark.parametrize(
    ("aside", "asks"),
    [
        ("lol worth a try.", "is the Hartle ok in the rain?"),
        ("hmm ok.", "and what do you know about me?"),
        ("great, thank you!", "how heavy is it"),
        ("I'll take the Calder then.", "how long does delivery take?"),
        ("too heavy, let's go back to the Calder.", "can I send it back?"),
        ("Haha. never mind!", "do you sell satchels? under 80"),
    ],
)
def test_what_is_only_said_before_a_question_is_no_part_of_it(aside: str, asks: str) -> None:
    assert read(f"{aside} {asks}") == Parted(asks, aside)


@pytest.mark.parametrize(
    ("aside", "asks"),
    [
        ("太重了，还是 Calder 吧。", "几天内可以退货？"),
        ("好吧，就要那个 Calder。", "现在有货吗"),
        ("嗯嗯，谢谢。", "它防水吗"),
        ("那算了！", "充电口是啥"),
    ],
)
def test_in_chinese_too(aside: str, asks: str) -> None:
    assert read(aside + asks) == Parted(asks, aside)


@pytest.mark.parametrize(
    "message",
    [
        "I bought the Calder last week. Can I return it?",
        "My Calder broke. what now?",
        "ok I hate leather. do you have satchels?",
        "too dear. let's stay under 50. any in red?",
        "I'd rather have the Hartle. is it in stock?",
        "sorry. I need it at 3.5 kg",
        "thanks. I want a tent",
        "is it light? and is it cheap?",
        "太贵了，还是便宜点吧。有红色的吗",
        "",
    ],
)
def test_what_says_more_is_kept_whole(message: str) -> None:
    assert read(message) == Parted(message)
