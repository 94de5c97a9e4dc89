"""A model that says what a test tells it to, and a shop for it to speak of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from agent.errors import ModelUnavailable
from agent.model import Budget, Usage
from prompts.template import Template
from retrieval.catalogue import Attribute, Item, Review
from retrieval.index import ShopIndex
from retrieval.policies import Answer
from tests.embedders import WordEmbedder

HANGS = object()
"""A step at which the model never answers."""


class ScriptedModel:
    """Plays a queue of answers: a text is streamed piece by piece, an exception is raised, HANGS hangs.

    A function makes a text of the prompt's variables.
    ``calls`` keeps the template's name and the variables of every call; the last answer is repeated.
    """

    def __init__(self, *answers: object, piece: int = 4, prompt_tokens: int = 300) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.closed = 0
        self._piece = piece
        self._usage = Usage(prompt_tokens, 20)

    async def stream(self, template: Template, variables: dict[str, Any], budget: Budget) -> AsyncIterator[str]:
        template.render(**variables)  # the variables must be those the template asks for
        budget.begin()
        self.calls.append((template.name, variables))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        try:
            if answer is HANGS:
                await asyncio.Event().wait()
            if isinstance(answer, Exception):
                raise answer
            text = answer(variables) if callable(answer) else str(answer)
            for start in range(0, len(text), self._piece):
                await asyncio.sleep(0)
                yield text[start : start + self._piece]
        finally:
            self.closed += 1
            budget.end(self._usage)


def quotes_the_review(variables: dict[str, Any]) -> str:
    """A faithful answer about whatever item the prompt is about."""
    review = next(e for e in variables["evidence"] if e["kind"] == "review")
    sentence = review["text"].split(".")[0]
    return f"A reviewer says {sentence[0].lower()}{sentence[1:]} [{review['id']}]."


def dead_model() -> ScriptedModel:
    return ScriptedModel(ModelUnavailable("model m: connection refused"))


def item(
    number: int, kind: str, price: float, colour: str, weight: int, *, brand: str = "Torrwick", stock: int = 5
) -> Item:
    return Item(
        item_id=f"{kind}-{number}",
        title=f"{brand} {kind} {number}",
        description=f"A {colour} {kind} for long walks in the hills. The seams of this {kind} are taped by hand.",
        category="kitchen" if kind == "kettle" else "outdoor",
        price=price,
        currency="EUR",
        brand=brand,
        stock=stock,
        attributes=(Attribute("type", kind), Attribute("colour", colour), Attribute("weight", weight, "g")),
        reviews=(Review("r1", 5, f"This {kind} is light enough for a whole week. I would buy it again."),),
    )


ITEMS = (
    item(1, "backpack", 89, "green", 700),
    item(2, "backpack", 109, "black", 600, brand="Skarne"),
    item(3, "backpack", 60, "red", 1200, brand="Skarne"),
    item(4, "backpack", 40, "blue", 900, stock=0),
    item(5, "backpack", 45, "grey", 950, brand="Fennridge"),
    item(6, "tent", 240, "green", 2400),
    item(7, "kettle", 35, "white", 800, brand="Hushmere"),
)
ANSWERS = (
    Answer(
        "policy/1",
        "how much is delivery, what does delivery cost",
        "Delivery costs 3.95 EUR.",
        "shop policies, delivery",
    ),
    Answer("policy/2", "can I return an item", "You may return an item within 30 days.", "shop policies, returns"),
)


def small_shop(folder: Path) -> ShopIndex:
    """A real index of seven items and two answers, embedded by shared words."""
    index = ShopIndex.open(folder, WordEmbedder())
    index.add_items(ITEMS)
    index.add_answers(ANSWERS)
    return index
