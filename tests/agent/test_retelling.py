"""A customer's sentence that is retold as it stands becomes a quotation."""

from __future__ import annotations

import pytest

from agent.model import Budget
from agent.reasons.claims import Claim
from agent.reasons.reason import CITED, Writer
from agent.reasons.retelling import in_their_words
from retrieval.evidence import numbered
from tests.models import ITEMS, ScriptedModel

REVIEWS = {"R1": "A game that doesn't end in tears. We play it weekly.", "R2": "It is light"}


FRAGMENT = "A reviewer says that a game that doesn't end in tears."


@pytest.mark.parametrize(
    ("text", "cited", "told"),
    [
        (FRAGMENT, "R1", "A reviewer says “A game that doesn't end in tears”."),
        ("One buyer writes, that it is light", "R2", "One buyer writes “It is light”."),
        ("A reviewer says that they play it weekly.", "R1", "A reviewer says that they play it weekly."),
        (FRAGMENT, "R2", FRAGMENT),
        ("The page states that it is light.", "R2", "The page states that it is light."),
        ("A reviewer says “It is light”.", "R2", "A reviewer says “It is light”."),
    ],
    ids=["a fragment", "a sentence", "in other words", "of another review", "the shop", "quoted already"],
)
def test_word_for_word_is_a_quotation(text: str, cited: str, told: str) -> None:
    assert in_their_words(Claim(text, (cited,)), REVIEWS) == Claim(told, (cited,))


async def test_a_reason_shows_it_so_and_it_is_proved() -> None:
    evidence = numbered([("review", REVIEWS["R1"], "review of it")])
    model = ScriptedModel("A reviewer says that a game that doesn't end in tears [R1].")
    heard: list[Claim] = []
    reason = await Writer(model, prompts=CITED).write(ITEMS[0], "a game", evidence, Budget(2), heard.append)
    assert [claim.text for claim in heard] == ["A reviewer says “A game that doesn't end in tears”."]
    assert reason.state == "generated" and list(reason.claims) == heard
