"""The assistant in this process: it runs the graph and passes on what leaves it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver

from agent import language
from agent.assistant import Question
from agent.graph import build_graph
from agent.intents.classifier import Intent, IntentClassifier
from agent.items.why import told
from agent.memory.hearing import Listener
from agent.memory.remembering import Memory
from agent.model import Budget, Chooser, Model
from agent.need.other_names import OtherNames
from agent.need.parse import Parser
from agent.need.references import References
from agent.reasons.reason import PROMPTED, Prompts, Writer
from agent.reasons.support import Entailment, Similar, Support
from agent.shop.handoff import Handoff
from agent.shop.systems import ShopSystems
from agent.shop.toolloop import ToolModel
from agent.state import TurnContext, TurnState
from agent.stream import Done, Failed, SessionStarted, TurnEvent
from agent.wanting import understood
from retrieval.catalogue import Catalogue
from retrieval.contrast import WhyNot, runner_up, why_not
from retrieval.embedding import Embedder
from retrieval.errors import RetrievalError
from retrieval.exploration import Tried
from retrieval.history import Trace
from retrieval.index import ShopIndex
from retrieval.need import Constraints, Need
from retrieval.ranking import Ranker

_RECURSION_LIMIT = 10
_SPARE_CALLS = 2


@dataclass(frozen=True, slots=True)
class Given:
    """What a caller fixes beforehand; None leaves it to the message and the store."""

    history: Sequence[Trace] | None = None
    constraints: Constraints | None = None
    intent: Intent | None = None
    suggestions: int | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of an item, for which need, and the same in words."""

    found: WhyNot
    need: Need
    text: str


class LocalAssistant:
    """Answers questions over one shop's index.

    Args:
        suggestions: how many cards a turn shows. A turn makes at most two more model calls than that.
        prompts: how the model is asked for reasons.
        writes: the languages that the model writes; in others the evidence speaks for itself.
        entailment: a model that must agree with each claim, if the profile names one.
        systems: the shop's orders, stock, coupons and desk, if it has connected any.
        handoff: when a person takes over; by the phrases that come along if not given.
        memory: where memories of shoppers are kept, if they are.
        saver: where conversations are kept between turns; in this process alone if not given.
        chooser: chooses the intent where the classifier is unsure, if the profile's model does that well.
        tool_model: answers service questions with tools, if the profile's model can.
    """

    def __init__(
        self,
        index: ShopIndex,
        model: Model,
        *,
        suggestions: int = 3,
        ranker: Ranker | None = None,
        prompts: Prompts = PROMPTED,
        entailment: Entailment | None = None,
        writes: frozenset[str] = frozenset({"en"}),
        systems: ShopSystems | None = None,
        memory: Memory | None = None,
        handoff: Handoff | None = None,
        saver: BaseCheckpointSaver[Any] | None = None,
        chooser: Chooser | None = None,
        tool_model: ToolModel | None = None,
    ) -> None:
        self.index = index
        self._model = model
        self._suggestions = suggestions
        self._prompts = prompts
        self._writes = writes
        self._support = Support(Similar(index.embedder), entailment)
        self._systems = systems
        self._chooser = chooser
        self._tool_model = tool_model
        self._memory = memory
        self.ranker = ranker or Ranker()
        self.tried = Tried()
        """What came of items in exploring places; whoever keeps the turns puts it here."""
        self._intents = IntentClassifier(index.embedder)
        language.prepare()
        self._handoff = handoff or Handoff()
        self._conversing = build_graph(saver or InMemorySaver())
        self._once = build_graph()
        self._reading: Reading | None = None

    async def turn(self, question: Question, given: Given | None = None) -> AsyncIterator[TurnEvent]:
        """See `agent.assistant`. With something ``given`` and no session, nothing is kept of the turn."""
        turn_id = secrets.token_hex(16)
        session_id = question.session_id or secrets.token_hex(16)
        context = self._context(given or Given(), turn_id)
        yield SessionStarted(session_id, turn_id)
        state = TurnState(question=question, timings={})
        keeps = question.session_id is not None or given is None
        graph = self._conversing if keeps else self._once
        timings: dict[str, float] = {}
        try:
            self.index.require_items()
            async for mode, part in graph.astream(
                state,
                config={"recursion_limit": _RECURSION_LIMIT, "configurable": {"thread_id": session_id}},
                context=context,
                stream_mode=["custom", "updates"],
                durability="exit" if keeps else None,
            ):
                if mode == "custom":
                    yield cast(TurnEvent, part)
                    continue
                for update in cast(dict[str, TurnState], part).values():
                    timings |= update.get("timings", {})
        except RetrievalError as error:
            yield Failed("index", str(error))
            return
        budget = context.budget
        yield Done(
            turn_id=turn_id,
            model_calls=budget.calls,
            prompt_tokens=budget.prompt_tokens,
            completion_tokens=budget.completion_tokens,
            timings_ms=timings | {"total": context.elapsed_ms()},
        )

    def need(self, question: Question, given: Given | None = None, before: Need | None = None) -> Need:
        """What a question asks for, by itself or going on from a need, within what the caller states. Blocks."""
        return understood(
            self._read().parser, question, (given or Given()).constraints, before, refines=before is not None
        )

    async def why_not(
        self,
        need: Need,
        item_id: str | None,
        *,
        shown: int,
        shopper_id: str | None = None,
        history: Sequence[Trace] | None = None,
    ) -> Compared | None:
        """What kept an item from being shown for a need, from the scorer that ranks the turns.

        Args:
            item_id: None for the one that comes next after those shown; the answer is None if there is none.
            shown: how many items were shown.
            history: one that is passed; None means the shopper's own.
        Raises:
            KeyError: the catalogue has no such item.
        """

        def work() -> Compared | None:
            done = history
            if done is None:
                done = self.index.history(shopper_id) if shopper_id is not None else ()
            asked = item_id or runner_up(self.ranker, self.index, need, done, shown=shown)
            if asked is None:
                return None
            found = why_not(self.ranker, self.index, need, done, asked, shown=shown)
            return Compared(found, need, told(found, need.constraints, shown=shown))

        return await asyncio.to_thread(work)

    def _context(self, given: Given, turn_id: str) -> TurnContext:
        suggestions = given.suggestions or self._suggestions
        read, brands = self._read(), self.index.catalogue.vocabulary.brands
        return TurnContext(
            index=self.index,
            parser=read.parser,
            intents=self._intents,
            ranker=self.ranker,
            writer=Writer(self._model, brands, self._prompts, self._support, self._writes),
            budget=Budget(max_calls=suggestions + _SPARE_CALLS),
            handoff=self._handoff,
            listener=read.listener,
            references=read.references,
            turn_id=turn_id,
            now=datetime.now(UTC),
            started=time.perf_counter(),
            systems=self._systems,
            chooser=self._chooser,
            tool_model=self._tool_model,
            memory=self._memory,
            suggestions=suggestions,
            tried=self.tried,
            history=given.history,
            constraints=given.constraints,
            intent=given.intent,
        )

    def _read(self) -> Reading:
        """How messages are read by the catalogue as it is now; a new catalogue has a new vocabulary."""
        catalogue = self.index.catalogue
        if self._reading is None or self._reading.catalogue is not catalogue:
            self._reading = Reading.of(catalogue, self.index.embedder)
        return self._reading


@dataclass(frozen=True, slots=True)
class Reading:
    """What reads messages by the words of one catalogue."""

    catalogue: Catalogue
    parser: Parser
    listener: Listener
    references: References

    @classmethod
    def of(cls, catalogue: Catalogue, embedder: Embedder) -> Reading:
        others = OtherNames(catalogue.values(), embedder)
        parser = Parser(catalogue.vocabulary, catalogue.currency, others=others)
        return cls(catalogue, parser, Listener(parser), References(catalogue))
