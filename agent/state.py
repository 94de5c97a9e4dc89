"""What flows through the graph of one turn, and what its nodes share."""

from __future__ import annotations

import operator
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, TypedDict

from agent.assistant import Question
from agent.intent import Intent, IntentClassifier
from agent.model import Budget
from agent.parse import Parser
from agent.reason import Reason, Writer
from agent.stream import MessageReady
from retrieval.exploration import Tried
from retrieval.history import Trace
from retrieval.index import ShopIndex
from retrieval.need import Constraints, Need
from retrieval.ranking import Ranker
from retrieval.recall import Recalled
from retrieval.suggestion import Suggestion


@dataclass(slots=True)
class TurnContext:
    """What the nodes of one turn share besides the state."""

    index: ShopIndex
    parser: Parser
    intents: IntentClassifier
    ranker: Ranker
    writer: Writer
    budget: Budget
    started: float
    suggestions: int = 3
    tried: Tried = field(default_factory=Tried)
    """What came of items that stood in an exploring place."""
    history: Sequence[Trace] | None = None
    """A history that is passed and not stored; None means the asking shopper's own."""
    constraints: Constraints | None = None
    """Constraints that a caller states outright; they hold besides the message's."""
    intent: Intent | None = None
    """An intent that is known beforehand."""

    def elapsed_ms(self) -> float:
        return round((time.perf_counter() - self.started) * 1000, 1)


class TurnState(TypedDict, total=False):
    """What flows from node to node. Timings are milliseconds: since the start for marks, a length for stages."""

    question: Question
    need: Need
    intent: Intent
    history: tuple[Trace, ...]
    recalled: Recalled
    suggestions: tuple[Suggestion, ...]
    reasons: Annotated[list[Reason], operator.add]
    message: MessageReady
    timings: Annotated[dict[str, float], operator.or_]


class ReasonTask(TypedDict):
    """The input of one reason: the state of a single card."""

    need: Need
    suggestion: Suggestion
