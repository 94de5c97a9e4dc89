"""About items: compare them, answer questions on one, say why one was suggested or was not."""

from __future__ import annotations

import asyncio

from agent import views
from agent.abilities.desk import own_answer
from agent.abilities.node import Node, emit, history, items, say, texts, timed
from agent.dialogue import Dialogue
from agent.items.answer_writing import AnswerWriter
from agent.items.comparison import compare as compared
from agent.items.overview import asks_for_all, asks_for_faults, faults, overview
from agent.items.product_question import read
from agent.items.why import told
from agent.items.why_this import why_this as reasons_of
from agent.state import TurnState
from retrieval.contrast import placed
from retrieval.contrast import why_not as contrast
from retrieval.need import Need

_MOST = 4


OWN_ANSWER_ABOVE = 0.6
"""Cosine of a shop's own answer that is given where an item's data does not say."""


async def compare(state: TurnState, runtime: Node) -> TurnState:
    """Two to four items side by side, from their own attributes, differences first."""
    found = compared(items(runtime, state["meant"]), state["need"], state["need"].language)
    if found is None:
        return say(runtime, texts(state).say("compare_what"), state=state, failed=True)
    emit(runtime, views.comparison(found, texts(state)))
    return say(runtime, found.text, state=state) | {"about": state["meant"][:_MOST]}


async def explain(state: TurnState, runtime: Node) -> TurnState:
    """A question about one item, from its own data, reviews and documents; or that they do not say."""
    context, need = runtime.context, state["need"]
    item = items(runtime, state["meant"])[0]
    asked = need.english or need.message
    with timed() as spent:
        if asks_for_faults(need.message) or asks_for_faults(asked):
            found = faults(item, texts(state))
        elif asks_for_all(need.message) or asks_for_all(asked):
            found = overview(item, texts(state))
        else:
            message = state["question"].message
            reading = await asyncio.to_thread(read, context.index.embedder, item, asked, need.language, said=message)
            found = await AnswerWriter.beside(context.writer).write(reading, context.budget, language=need.language)
    if found.abstained and (own := await own_answer(state, runtime, OWN_ANSWER_ABOVE, beyond=(item,))):
        return own | {"about": (item.item_id,)}
    reply = say(runtime, found.text, found.evidence, state=state, failed=found.abstained, how=found.state)
    return reply | {"about": (item.item_id,), "timings": {"answer": spent()}}


async def why_this(state: TurnState, runtime: Node) -> TurnState:
    """Why an item was suggested: the factors of its score, and the deeds that spoke for it."""
    context, (item, *_) = runtime.context, items(runtime, state["meant"])
    need = _wanted(state)

    def work() -> str:
        found = placed(context.ranker, context.index, need, history(state, runtime), item.item_id)
        return reasons_of(found, state["need"].language)

    with timed() as spent:
        text = await asyncio.to_thread(work)
    return say(runtime, text, state=state) | {"about": (item.item_id,), "timings": {"answer": spent()}}


async def why_not(state: TurnState, runtime: Node) -> TurnState:
    """Why an item was not suggested, and the smallest change that would bring it in; from the scorer itself."""
    context, (item, *_) = runtime.context, items(runtime, state["meant"])
    need = _wanted(state)
    shown = max(len(Dialogue.of(state.get("dialogue")).shown), 1)

    def work() -> str:
        found = contrast(context.ranker, context.index, need, history(state, runtime), item.item_id, shown=shown)
        return told(found, need.constraints, shown=shown, texts=texts(state))

    with timed() as spent:
        text = await asyncio.to_thread(work)
    return say(runtime, text, state=state) | {"about": (item.item_id,), "timings": {"answer": spent()}}


def _wanted(state: TurnState) -> Need:
    """What the last cards were for."""
    return Dialogue.of(state.get("dialogue")).need or state["need"]
