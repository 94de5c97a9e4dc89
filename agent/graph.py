"""The turn as a LangGraph graph: understand -> recall -> rank (cards go out) -> reasons in parallel -> reply."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from agent import replies, views
from agent.assistant import Question
from agent.drawback import with_drawback
from agent.intent import Guess, Intent
from agent.language import READ
from agent.parse import Parser
from agent.state import ReasonTask, TurnContext, TurnState
from agent.stream import CardsReady, MessageReady, NeedUnderstood, ReasonDelta, TurnEvent
from agent.texts import Texts
from retrieval.evidence import choose_evidence, numbered
from retrieval.history import Trace
from retrieval.need import Constraints, Need, narrowed
from retrieval.recall import Recalled, recall
from retrieval.suggestion import Suggestion

SERVICE_ABOVE = 0.6
"""Probability above which a question is one of service whatever limits it states."""
SERVICE: frozenset[Intent] = frozenset(
    {"support", "order_status", "coupon", "memory_show", "memory_change", "handoff", "injury_or_legal"}
)
TALK: frozenset[Intent] = frozenset({"greeting", "thanks", "goodbye", "about", "off_topic", "abuse", "instructions"})
ANSWERS_ABOVE = 0.45
"""Cosine that a shop's own answer must have to the question to be given."""
UNRELATED_BELOW = 0.23
"""If the best candidate's cosine is below this, the question is not about the catalogue."""
UNRELATED_WITHOUT_A_WORD = 0.35
"""The same where no item shares a word with the question."""
Node = Runtime[TurnContext]


def build_graph() -> CompiledStateGraph[Any, Any, Any, Any]:
    """The compiled graph of one turn; events leave it as the custom stream."""
    graph = StateGraph(TurnState, context_schema=TurnContext)
    graph.add_node("understand", understand)
    graph.add_node("find", find)
    graph.add_node("rank", rank)
    graph.add_node("reason", reason, input_schema=ReasonTask)
    graph.add_node("close", close)
    graph.add_node("support", support)
    graph.add_node("talk", talk)
    graph.add_edge(START, "understand")
    graph.add_conditional_edges("understand", _after_understanding, ["find", "support", "talk"])
    graph.add_edge("find", "rank")
    graph.add_conditional_edges("rank", _fan_out, ["reason", "close"])
    graph.add_edge("reason", "close")
    for last in ("close", "support", "talk"):
        graph.add_edge(last, END)
    return graph.compile()


async def understand(state: TurnState, runtime: Node) -> TurnState:
    """Message and conversation -> need and intent."""
    context, question = runtime.context, state["question"]
    with _timed() as spent:
        need = understood(context.parser, question, context.constraints)
        intent = await asyncio.to_thread(_intent, context, need)
    _emit(runtime, _understood(need, intent, ()))
    return {"need": need, "intent": intent, "timings": {"understand": spent()}}


async def find(state: TurnState, runtime: Node) -> TurnState:
    """Need and history -> candidates."""
    context, question = runtime.context, state["question"]

    def work() -> tuple[tuple[Trace, ...], Recalled]:
        history = tuple(context.history) if context.history is not None else ()
        if context.history is None and question.shopper_id is not None:
            history = context.index.history(question.shopper_id)
        likely = context.ranker.taste.likely(context.index, history)
        return history, recall(context.index, state["need"], history, likely=likely)

    with _timed() as spent:
        history, recalled = await asyncio.to_thread(work)
    if recalled.relaxed:
        _emit(runtime, _understood(state["need"], state["intent"], recalled.relaxed))
    return {"history": history, "recalled": recalled, "timings": {"recall": spent()}}


async def rank(state: TurnState, runtime: Node) -> TurnState:
    """Candidates -> suggestions; the cards go out before any model is asked."""
    context, recalled = runtime.context, state["recalled"]
    with _timed() as spent:
        found = replace(recalled, candidates=()) if _unrelated(recalled) else recalled

        def work() -> tuple[Suggestion, ...]:
            ranking = context.ranker.order(found, state["need"].constraints, state["history"], context.index)
            return ranking.top(context.suggestions, context.tried)

        suggestions = await asyncio.to_thread(work)
    if suggestions:
        _emit(runtime, CardsReady(tuple(views.card(s, _texts(state)) for s in suggestions), context.ranker.taste.name))
    return {"suggestions": suggestions, "timings": {"rank": spent(), "cards_at": context.elapsed_ms()}}


async def reason(state: ReasonTask, runtime: Node) -> TurnState:
    """Evidence -> one proved reason, its claims going out as they are proved."""
    context, suggestion, need = runtime.context, state["suggestion"], state["need"]
    item = suggestion.item
    with _timed() as spent:
        evidence = await asyncio.to_thread(choose_evidence, context.index, need, suggestion)

        def show(claim: Any) -> None:
            _emit(runtime, ReasonDelta(item.item_id, f"{claim.text} "))

        written = await context.writer.write(
            item,
            need.english or need.message,
            evidence,
            context.budget,
            show,
            factors=suggestion.raised_by,
            language=need.language,
        )
        written = with_drawback(written, item, Texts.of(need.language))
    _emit(runtime, views.reason(written))
    return {"reasons": [written], "timings": {f"reason_{suggestion.rank}": spent()}}


async def close(state: TurnState, runtime: Node) -> TurnState:
    """The closing line, or one clarifying question."""
    context = runtime.context
    suggestions, recalled = state["suggestions"], state["recalled"]
    currency = context.index.catalogue.currency or ""
    if suggestions:
        text = replies.closing(recalled.need, suggestions, recalled.relaxed, state["need"].constraints, currency)
    else:
        sold = context.index.catalogue.vocabulary.categories
        text = replies.nothing_fits(sold, state["need"].notes, _texts(state))
    return _say(runtime, MessageReady(text))


async def support(state: TurnState, runtime: Node) -> TurnState:
    """The shop's own answer to a service question, in its own words, or that there is none."""
    context, need, texts = runtime.context, state["need"], _texts(state)
    with _timed() as spent:
        vector = await asyncio.to_thread(context.index.query_vector, need.english or need.message)
        found = context.index.search_answers(vector, 3, datetime.now(UTC).date())
    answers = [answer for answer, similarity in found if similarity >= ANSWERS_ABOVE][:1]
    if answers:
        evidence = numbered([("policy", answer.text, answer.source) for answer in answers])
        message = MessageReady(replies.answer(answers[0].text, texts), tuple(views.evidence(e) for e in evidence))
    else:
        message = MessageReady(texts.say("no_answer"))
    return _say(runtime, message) | {"timings": {"answer": spent()}}


async def talk(state: TurnState, runtime: Node) -> TurnState:
    """Greetings, thanks, questions about the assistant, and languages it does not read."""
    if state["need"].language not in READ:
        text = replies.unread_language(state["need"].language)
    else:
        text = replies.talk(state["intent"], _texts(state))
    return _say(runtime, MessageReady(text))


def understood(parser: Parser, question: Question, given: Constraints | None) -> Need:
    """The need of a message in its conversation, within what a caller states outright."""
    need = parser.refine(question.earlier, question.message, question.language)
    return need if given is None else replace(need, constraints=narrowed(need.constraints, given))


def _after_understanding(state: TurnState) -> str:
    if state["need"].language not in READ:
        return "talk"
    if state["intent"] in SERVICE:
        return "support"
    return "talk" if state["intent"] in TALK else "find"


def _fan_out(state: TurnState) -> list[Send] | str:
    need = state["recalled"].need
    tasks = [Send("reason", ReasonTask(need=need, suggestion=s)) for s in state["suggestions"]]
    return tasks or "close"


def _intent(context: TurnContext, need: Need) -> Intent:
    """The classifier's intent, but a message that itself states what is wanted wants suggestions.

    What earlier messages named does not count: 'thanks' after a question is thanks. Nor does a product alone make a
    question of service a wish: 'is there a warranty on headphones'.
    """
    if context.intent is not None:
        return context.intent
    guess = context.intents.guess(need.message, context.index.query_vector(need.message))
    stated = context.parser.parse(need.message).constraints.as_dict()
    if guess.intent in SERVICE:
        named = {"kinds", "categories", "brands", "colours"}
        return "recommend" if stated.keys() - named and guess.probability < SERVICE_ABOVE else guess.intent
    return "recommend" if stated or _lost(guess) else guess.intent


def _lost(guess: Guess) -> bool:
    """Whether a guess of talk is too weak to leave the shelves for."""
    return guess.unsure and guess.intent in TALK


def _understood(need: Need, intent: Intent, relaxed: tuple[str, ...]) -> NeedUnderstood:
    return NeedUnderstood(intent, need.said or need.terms, need.constraints.as_dict(), need.language, relaxed)


def _unrelated(recalled: Recalled) -> bool:
    named = recalled.need.constraints.kinds or recalled.need.constraints.categories or recalled.need.constraints.brands
    if named or not recalled.need.terms:
        return False
    shared = any(c.lexical > 0 for c in recalled.candidates)
    nearest = max((max(c.semantic, c.passage) for c in recalled.candidates), default=0.0)
    return nearest < (UNRELATED_BELOW if shared else UNRELATED_WITHOUT_A_WORD)


def _texts(state: TurnState) -> Texts:
    return Texts.of(state["need"].language)


def _say(runtime: Node, message: MessageReady) -> TurnState:
    _emit(runtime, message)
    return {"message": message}


def _emit(runtime: Node, event: TurnEvent) -> None:
    runtime.stream_writer(event)


@contextmanager
def _timed() -> Iterator[Callable[[], float]]:
    start = time.perf_counter()
    yield lambda: round((time.perf_counter() - start) * 1000, 1)
