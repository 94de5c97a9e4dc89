"""The assistant in this process: it runs the graph and passes on what leaves it."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import cast

from agent.assistant import Question
from agent.graph import build_graph
from agent.intent import Intent, IntentClassifier
from agent.model import Budget, Model
from agent.parse import Parser
from agent.reason import PROMPTED, Prompts, Writer
from agent.state import TurnContext, TurnState
from agent.stream import Done, Failed, SessionStarted, TurnEvent
from agent.support import Entailment, Similar, Support
from retrieval.errors import RetrievalError
from retrieval.history import Trace
from retrieval.index import ShopIndex
from retrieval.need import Constraints
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


class LocalAssistant:
    """Answers questions over one shop's index.

    Args:
        suggestions: how many cards a turn shows. A turn makes at most two more model calls than that.
        prompts: how the model is asked for reasons.
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
    ) -> None:
        self.index = index
        self._model = model
        self._suggestions = suggestions
        self._prompts = prompts
        self._support = Support(Similar(index.embedder), entailment)
        self._ranker = ranker or Ranker()
        self._intents = IntentClassifier(index.embedder)
        self._graph = build_graph()
        self._parser: Parser | None = None

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

    def _context(self, given: Given) -> TurnContext:
        suggestions = given.suggestions or self._suggestions
        return TurnContext(
            index=self.index,
            parser=self._current_parser(),
            intents=self._intents,
            ranker=self._ranker,
            writer=Writer(self._model, self.index.catalogue.vocabulary.brands, self._prompts, self._support),
            budget=Budget(max_calls=suggestions + _SPARE_CALLS),
            started=time.perf_counter(),
            suggestions=suggestions,
            history=given.history,
            constraints=given.constraints,
            intent=given.intent,
        )

    def _current_parser(self) -> Parser:
        """The parser of the catalogue's words as they are now; a new price or stock leaves them the same object."""
        vocabulary, currency = self.index.catalogue.vocabulary, self.index.catalogue.currency
        kept = self._parser
        if kept is None or kept.vocabulary is not vocabulary or kept.currency != currency:
            kept = self._parser = Parser(vocabulary, currency)
        return kept
