"""The assistant in this process: it runs the graph and passes on what leaves it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import cast

from agent.assistant import Question
from agent.graph import build_graph, understood
from agent.intent import Intent, IntentClassifier
from agent.model import Budget, Model
from agent.parse import Parser
from agent.reason import PROMPTED, Prompts, Writer
from agent.state import TurnContext, TurnState
from agent.stream import Done, Failed, SessionStarted, TurnEvent
from agent.support import Entailment, Similar, Support
from agent.why import told
from retrieval.contrast import WhyNot, runner_up, why_not
from retrieval.errors import RetrievalError
from retrieval.exploration import Tried
from retrieval.history import Trace
from retrieval.index import ShopIndex
from retrieval.need import Constraints, Need
from retrieval.ranking import Ranker

_RECURSION_LIMIT = 8
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
    ) -> None:
        self.index = index
        self._model = model
        self._suggestions = suggestions
        self._prompts = prompts
        self._writes = writes
        self._support = Support(Similar(index.embedder), entailment)
        self.ranker = ranker or Ranker()
        self.tried = Tried()
        """What came of items in exploring places; whoever keeps the turns puts it here."""
        self._intents = IntentClassifier(index.embedder)
        self._graph = build_graph()
        self._parser: tuple[object, Parser] | None = None

    async def turn(self, question: Question, given: Given | None = None) -> AsyncIterator[TurnEvent]:
        context = self._context(given or Given())
        turn_id = secrets.token_hex(16)
        yield SessionStarted(question.session_id or secrets.token_hex(16), turn_id)
        state = TurnState(question=question, timings={}, reasons=[])
        timings: dict[str, float] = {}
        try:
            self.index.require_items()
            async for mode, part in self._graph.astream(
                state,
                config={"recursion_limit": _RECURSION_LIMIT},
                context=context,
                stream_mode=["custom", "updates"],
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

    async def why_not(
        self, question: Question, item_id: str | None, *, shown: int, given: Given | None = None
    ) -> Compared | None:
        """What kept an item from being shown for a question, from the scorer that ranks the turns.

        Args:
            item_id: None for the one that comes next after those shown; the answer is None if there is none.
            shown: how many items were shown.
        Raises:
            KeyError: the catalogue has no such item.
        """
        given = given or Given()

        def work() -> Compared | None:
            need = understood(self._current_parser(), question, given.constraints)
            history = given.history
            if history is None:
                history = self.index.history(question.shopper_id) if question.shopper_id is not None else ()
            asked = item_id or runner_up(self.ranker, self.index, need, history, shown=shown)
            if asked is None:
                return None
            found = why_not(self.ranker, self.index, need, history, asked, shown=shown)
            return Compared(found, need, told(found, need.constraints, shown=shown))

        return await asyncio.to_thread(work)

    def _context(self, given: Given) -> TurnContext:
        suggestions = given.suggestions or self._suggestions
        return TurnContext(
            index=self.index,
            parser=self._current_parser(),
            intents=self._intents,
            ranker=self.ranker,
            writer=Writer(
                self._model, self.index.catalogue.vocabulary.brands, self._prompts, self._support, self._writes
            ),
            budget=Budget(max_calls=suggestions + _SPARE_CALLS),
            started=time.perf_counter(),
            suggestions=suggestions,
            tried=self.tried,
            history=given.history,
            constraints=given.constraints,
            intent=given.intent,
        )

    def _current_parser(self) -> Parser:
        """The parser of the catalogue as it is now; a new catalogue has a new vocabulary."""
        catalogue = self.index.catalogue
        if self._parser is None or self._parser[0] is not catalogue:
            self._parser = (catalogue, Parser(catalogue.vocabulary, catalogue.currency))
        return self._parser[1]
