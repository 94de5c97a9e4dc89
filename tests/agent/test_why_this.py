from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from agent.items.why_this import why_this
from retrieval.events import Event
from retrieval.history import Trace
from retrieval.snippets import history_snippet
from retrieval.suggestion import Attention, Factor, Suggestion
from tests.retrieval.samples import item

PLOVER = item("p", "Torrwick Plover packable backpack", brand="Torrwick", kind="backpack")
MATCH = Factor("text_match", "matches what you asked", 1.84)
LIKED = Factor("history", "like what you chose before", 0.88)
LIGHT = Factor("attribute_fit", "light", 0.75)
OTHERS = Factor("popularity", "liked by others", 0.2)
PRICE = Factor("price", "your usual price", -0.31)
NOTHING = Factor("budget", "within your budget", 0.001)


def deed(weight: float, title: str = "Skarne Lys tent", kind: str = "purchase") -> Attention:
    event = Event("e1", "ana", kind, datetime(2026, 3, 4, tzinfo=UTC), "t")  # type: ignore[arg-type]
    snippet = history_snippet(event, item("t", title))
    assert snippet is not None
    return Attention(Trace(event, snippet, np.zeros(3, np.float32)), weight)


def suggested(
    *factors: Factor, rank: int = 1, attention: tuple[Attention, ...] = (), chance: float = 1.0
) -> Suggestion:
    return Suggestion(PLOVER, rank, sum(f.value for f in factors), factors, attention, chance)


def test_factors_by_size_with_the_deed_that_weighed_most_and_what_is_against_it() -> None:
    found = why_this(
        suggested(LIGHT, PRICE, OTHERS, MATCH, LIKED, NOTHING, attention=(deed(0.1, "Fell mug"), deed(0.6)))
    )
    assert found == (
        "The Plover came first: matches what you asked (1.84), like what you chose before (0.88; you bought the Skarne "
        "Lys tent, 4 March 2026) and light (0.75). Against it: your usual price (-0.31)."
    )


def test_a_deed_that_hardly_weighs_is_not_told() -> None:
    assert "you bought" not in why_this(suggested(LIKED, attention=(deed(0.05),)))
    assert "you bought" not in why_this(suggested(LIKED, attention=(deed(-0.6),)))


def test_a_deed_is_told_only_where_the_history_raised_the_score() -> None:
    assert "you bought" not in why_this(suggested(MATCH, attention=(deed(0.6),)))


def test_an_item_that_nothing_speaks_for_says_so() -> None:
    assert why_this(suggested(PRICE, rank=3)) == (
        "The Plover came third; nothing in its score speaks for it. Against it: your usual price (-0.31)."
    )


def test_a_place_given_to_try_an_item_is_owned_up_to() -> None:
    assert "seldom shown" in why_this(suggested(MATCH, chance=0.2))
    assert "seldom shown" not in why_this(suggested(MATCH))


def test_chinese() -> None:
    assert why_this(suggested(MATCH, PRICE, rank=2), "zh") == (
        "Plover 排在第二：“符合您的提问”（1.84）。减分的是：“您平常的价位”（-0.31）。"
    )
