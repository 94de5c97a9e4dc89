"""About items: compare them, answer questions on one, say why one was suggested or was not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from agent import views
from agent.abilities.desk import own_answer
from agent.abilities.node import Node, emit, history, items, say, texts, timed
from agent.cues import asks_opinion, asks_the_price
from agent.dialogue import Dialogue
from agent.items.answer_writing import AnswerWriter
from agent.items.comparison import compare as compared
from agent.items.of_each import apart_by, of_each
from agent.items.ordering import decided_by
from agent.items.overview import asks_for_all, asks_for_faults, faults, opinions, overview, points_only, price
from agent.items.product_question import ItemAnswer, read
from agent.items.why import told
from agent.items.why_this import why_this as reasons_of
from agent.state import TurnState
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.contrast import placed
from retrieval.contrast import why_not as contrast
from retrieval.embedding import Embedder
from retrieval.need import Need

_MOST = 4


OWN_ANSWER_ABOVE = 0.6
"""Cosine of a shop's own answer that is given where an item's data does not say."""


async def compare(state: TurnState, runtime: Node) -> TurnState:
    """Two to four items side by side, from their own attributes, differences first."""
    need, chosen = state["need"], items(runtime, state["meant"])
    found = compared(chosen, need, need.language)
    if found is None:
        return say(runtime, texts(state).say("compare_what"), state=state, failed=True)
    emit(runtime, views.comparison(found, texts(state)))
    index, chosen = runtime.context.index, chosen[:_MOST]
    about: TurnState = {"about": state["meant"][:_MOST]}
    decided = decided_by(need, chosen, index.popularity, texts(state), told=found.text)
    question = "" if decided and decided.known else apart_by(need.english or need.message, chosen)
    first = decided.text if decided else ""
    if question or asks_the_price(need.message):
        said = await asyncio.to_thread(_of_several, index.embedder, chosen, need, question)
        if not said.abstained:
            return say(runtime, said.text, said.evidence, state=state, how=said.state) | about
        first = first or said.text
    text = texts(state).say("between_sentences").join(filter(None, (first, found.text)))
    return say(runtime, text, state=state) | about


async def explain(state: TurnState, runtime: Node) -> TurnState:
    """A question about an item or several, from their own data, reviews and documents; or that they do not say."""
    context, need = runtime.context, state["need"]
    chosen = items(runtime, state["meant"])[:_MOST]
    asked = need.english or need.message
    with timed() as spent:
        found = _in_general(chosen[0], need, asked, texts(state)) if len(chosen) == 1 else None
        if len(chosen) > 1:
            found = await asyncio.to_thread(_of_several, context.index.embedder, chosen, need, asked)
        elif found is None:
            item, said = chosen[0], need.message
            reading = await asyncio.to_thread(read, context.index.embedder, item, asked, need.language, said=said)
            found = await AnswerWriter.beside(context.writer).write(reading, context.budget, language=need.language)
    if found.abstained and (own := await own_answer(state, runtime, OWN_ANSWER_ABOVE, beyond=chosen)):
        return own | {"about": state["meant"][:_MOST]}
    reply = say(runtime, found.text, found.evidence, state=state, failed=found.abstained, how=found.state)
    return reply | {"about": state["meant"][:_MOST], "timings": {"answer": spent()}}


def _in_general(item: Item, need: Need, asked: str, said: Texts) -> ItemAnswer | None:
    """The answer to what can be asked of any item: its faults, its price, opinions, all; None to any other question."""
    if asks_for_faults(need.message) or asks_for_faults(asked):
        return faults(item, said)
    if asks_the_price(need.message):
        return price(item, said)
    if asks_opinion(need.message) or asks_opinion(asked):
        return opinions(item, said)
    if asks_for_all(need.message) or asks_for_all(asked) or points_only(need.message, item):
        return overview(item, said)
    return None


def _of_several(embedder: Embedder, chosen: Sequence[Item], need: Need, asked: str) -> ItemAnswer:
    """The answers for each of several items in one. Blocks."""
    said, question = Texts.of(need.language), apart_by(asked, chosen) or asked

    def answer(item: Item) -> ItemAnswer:
        return _in_general(item, need, asked, said) or read(embedder, item, question, need.language).said

    return of_each(chosen, answer, need.language) or ItemAnswer(said.say("compare.none_says"), (), abstained=True)


async def which(state: TurnState, runtime: Node) -> TurnState:
    """Which of the items of one name is meant."""
    said = texts(state)
    named = [
        said.say("closing.part_item", title=item.title, price=item.price_text)
        for item in items(runtime, state["meant"])
    ]
    return say(runtime, said.say("which_one", items=said.listed(named, last="or")), state=state) | {"asked_back": True}


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
