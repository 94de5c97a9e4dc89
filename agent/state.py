"""What flows through the graph of one turn, and what its nodes share."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypedDict

from langgraph.channels import UntrackedValue

from agent.assistant import Question
from agent.intents.classifier import Intent, IntentClassifier
from agent.items.side_by_side import Part
from agent.items.undercut import Undercut
from agent.memory.hearing import Listener
from agent.memory.remembered import Joined
from agent.memory.remembering import Attended, Memory
from agent.model import Budget, Chooser
from agent.need.parse import Parser
from agent.need.references import References
from agent.reasons.reason import Writer
from agent.shop.handoff import Handoff
from agent.shop.handoff import Reason as HandoffReason
from agent.shop.systems import ShopSystems
from agent.shop.toolloop import ToolModel
from agent.shop.tools_used import ToolsUsed
from agent.stream import GuessedBy, MessageReady
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
    handoff: Handoff
    listener: Listener
    references: References
    turn_id: str
    now: datetime
    started: float
    systems: ShopSystems | None = None
    """The shop's orders, stock, coupons and desk; None where it has connected none."""
    chooser: Chooser | None = None
    """Chooses the intent where the classifier is unsure; None where the profile's model is not asked."""
    tool_model: ToolModel | None = None
    """Answers service questions with tools; None where the profile's model cannot."""
    memory: Memory | None = None
    """Where memories are kept; None where none are."""
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
    """What flows from node to node. Only ``dialogue`` is kept for the next turn; see `agent.dialogue`.

    Timings are milliseconds: since the start for marks, a length for stages.
    """

    dialogue: dict[str, Any]
    question: Annotated[Question, UntrackedValue]
    need: Annotated[Need, UntrackedValue]
    intent: Annotated[Intent, UntrackedValue]
    guessed_by: Annotated[GuessedBy, UntrackedValue]
    route: Annotated[str, UntrackedValue]
    meant: Annotated[tuple[str, ...], UntrackedValue]
    """The items that the message speaks of."""
    attended: Annotated[Attended, UntrackedValue]
    """What the message did to the memory."""
    stated: Annotated[Need, UntrackedValue]
    """The need without what comes from memory."""
    joined: Annotated[tuple[Joined, ...], UntrackedValue]
    """What of the need comes from memory."""
    leaves: Annotated[HandoffReason | None, UntrackedValue]
    """Why the conversation goes to a person, if it does."""
    history: Annotated[tuple[Trace, ...], UntrackedValue]
    recalled: Annotated[Recalled, UntrackedValue]
    suggestions: Annotated[tuple[Suggestion, ...], UntrackedValue]
    undercut: Annotated[Undercut | None, UntrackedValue]
    """The cheapest of what is wanted, where something cheaper was asked for and there is nothing."""
    parts: Annotated[tuple[Part, ...], UntrackedValue]
    """What was found of each thing, where several were asked for side by side."""
    of_parts: Annotated[tuple[str, ...], UntrackedValue]
    """Of which of them each suggestion is."""
    tools: Annotated[ToolsUsed, UntrackedValue]
    """Which tools a model called, with which arguments, and how that ended."""
    message: Annotated[MessageReady, UntrackedValue]
    failed: Annotated[bool, UntrackedValue]
    """Whether the turn brought no answer."""
    asked_back: Annotated[bool, UntrackedValue]
    about: Annotated[tuple[str, ...], UntrackedValue]
    """The items that the reply speaks of."""
    timings: Annotated[dict[str, float], UntrackedValue(dict, guard=False)]


class ReasonTask(TypedDict):
    """The input of one reason: the state of a single card."""

    need: Need
    suggestion: Suggestion
