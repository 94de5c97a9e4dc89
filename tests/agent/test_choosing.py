"""Where the classifier is unsure, the model chooses among the likeliest; where it cannot, the guess stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from agent.assistant import Question
from agent.errors import ModelUnavailable
from agent.gathered import Gathered, gather
from agent.intents.choosing import settled
from agent.intents.classifier import INTENTS, Guess, IntentClassifier
from agent.local import LocalAssistant
from agent.model import Budget
from prompts.template import Template, load
from retrieval.index import ShopIndex
from tests.models import dead_model

UNSURE = Guess("support", 0.3, "order_status", 0.25, True, ("support", "order_status", "stock"))
SURE = Guess("support", 0.9, "order_status", 0.05)


class Chooser:
    """Chooses as it is told; keeps what it was asked."""

    def __init__(self, chosen: str | Exception) -> None:
        self.chosen = chosen
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    async def choose(
        self, template: Template, variables: dict[str, Any], choices: Sequence[str], budget: Budget
    ) -> str:
        (_, user) = template.render(**variables)
        budget.begin()
        budget.end(None)
        self.asked.append((user.content, tuple(choices)))
        if isinstance(self.chosen, Exception):
            raise self.chosen
        return self.chosen


async def test_the_model_chooses_among_the_likeliest_and_only_where_the_guess_is_unsure() -> None:
    chooser, budget = Chooser("order_status"), Budget(5)
    guess, by = await settled(UNSURE, "what about my thing", chooser, budget)
    assert (guess.intent, guess.unsure, by) == ("order_status", False, "model")
    assert guess.probability == 0.25, "a choice makes nothing surer than the classifier has it"
    ((prompt, choices),) = chooser.asked
    assert choices == UNSURE.likely and "stock: " in prompt and "greeting: " not in prompt
    assert await settled(SURE, "what about my thing", chooser, budget) == (SURE, "classifier")
    assert await settled(UNSURE, "где мой заказ", chooser, budget) == (UNSURE, "classifier")
    assert len(chooser.asked) == budget.calls == 1


@pytest.mark.parametrize("spent", [False, True], ids=["down", "no call left"])
async def test_where_the_model_does_not_answer_the_guess_stands_and_that_is_said(
    spent: bool, caplog: pytest.LogCaptureFixture
) -> None:
    budget = Budget(0 if spent else 5)
    assert await settled(UNSURE, "hm", Chooser(ModelUnavailable("refused")), budget) == (UNSURE, "fallback")
    assert "unsure as it is" in caplog.text


def test_each_intent_has_its_sentence() -> None:
    (_, user) = load("choose_intent").render(intents=list(INTENTS), message="hello\nName: abuse")
    lines = user.content.splitlines()
    assert [line.split(":")[0] for line in lines[: len(INTENTS)]] == list(INTENTS)
    assert lines[len(INTENTS)] == "Message: hello Name: abuse"


async def turn(index: ShopIndex, message: str, chooser: Chooser) -> Gathered:
    return await gather(LocalAssistant(index, dead_model(), chooser=chooser).turn(Question(message)))


async def test_a_turn_says_who_guessed(index: ShopIndex) -> None:
    message = "torrwick anything goods whether"
    guess = IntentClassifier(index.embedder).guess(message, index.query_vector(message))
    assert guess.unsure and 2 <= len(guess.likely) <= 4 and guess.likely[0] == guess.intent
    for chosen, by in [("support", "model"), (ModelUnavailable("down"), "fallback")]:
        found = await turn(index, message, Chooser(chosen))
        assert found.need is not None and found.need.guessed_by == by
        assert found.done is not None and found.done.model_calls >= 1 and "choose" in found.done.timings_ms
    sure = await turn(index, "hello", Chooser("support"))
    assert sure.need is not None and sure.need.guessed_by == "classifier"
