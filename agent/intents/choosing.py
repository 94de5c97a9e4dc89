"""Where the classifier is unsure of the intent, a model may choose among the likeliest."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import cast

from agent.errors import BudgetSpent, ModelUnavailable
from agent.intents.classifier import Guess, Intent
from agent.language import READ, language_of
from agent.model import Budget, Chooser
from agent.stream import GuessedBy
from prompts.template import load

_log = logging.getLogger(__name__)


async def settled(guess: Guess, message: str, chooser: Chooser | None, budget: Budget) -> tuple[Guess, GuessedBy]:
    """The guess, or what the model chose of its likeliest where it is unsure; and which of the two it is.

    One call at most, and none for a message in a language that is not read. Where the model does not answer, the guess
    stands, and that is said (``fallback``) and logged. The probabilities stay the classifier's: what must be sure to
    count does not become so by the choice.
    """
    if not guess.unsure or chooser is None or not message.strip() or language_of(message) not in READ:
        return guess, "classifier"
    variables = {"intents": list(guess.likely), "message": message}
    try:
        chosen = cast(Intent, await chooser.choose(load("choose_intent"), variables, guess.likely, budget))
    except (ModelUnavailable, BudgetSpent) as error:
        _log.warning("the classifier's guess stands, unsure as it is: %s", error)
        return guess, "fallback"
    if chosen == guess.intent:
        return replace(guess, unsure=False), "model"
    runner_up, probability = guess.intent, guess.probability
    return replace(
        guess,
        intent=chosen,
        probability=guess.runner_up_probability if chosen == guess.runner_up else 0.0,
        runner_up=runner_up,
        runner_up_probability=probability,
        unsure=False,
    ), "model"
