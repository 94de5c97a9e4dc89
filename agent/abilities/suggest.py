"""Recommend and refine: need -> candidates -> ranking (cards go out) -> reasons in parallel -> closing line."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from langgraph.types import Send

from agent import replies, views
from agent.abilities.node import Node, emit, history, say, texts, timed
from agent.items.unmet import unmet
from agent.need.parse import Parser
from agent.need.things import things, unnamed
from agent.reasons.drawback import with_drawback
from agent.state import ReasonTask, TurnState
from agent.stream import CardsReady, ReasonDelta
from agent.texts import Texts
from retrieval.evidence import choose_evidence
from retrieval.history import Trace
from retrieval.need import Need
from retrieval.recall import Candidate, Recalled, recall
from retrieval.suggestion import Suggestion

UNRELATED_BELOW = 0.23
"""If the best candidate's cosine is below this, the question is not about the catalogue."""
UNRELATED_WITHOUT_A_WORD = 0.35
"""The same where no item shares a word with the question."""


async def find(state: TurnState, runtime: Node) -> TurnState:
    """Need and history -> candidates."""
    context = runtime.context

    def work() -> tuple[tuple[Trace, ...], Recalled]:
        done = history(state, runtime)
        likely = context.ranker.taste.likely(context.index, done)
        return done, recall(context.index, state["need"], done, likely=likely)

    with timed() as spent:
        done, recalled = await asyncio.to_thread(work)
    if recalled.relaxed and not _another_kind(state["need"], recalled):
        currency = context.index.catalogue.currency or ""
        emit(
            runtime,
            views.understood(
                state["need"],
                state["intent"],
                recalled.relaxed,
                currency,
                state["joined"],
                guessed_by=state["guessed_by"],
            ),
        )
    return {"history": done, "recalled": recalled, "timings": {"recall": spent()}}


async def rank(state: TurnState, runtime: Node) -> TurnState:
    """Candidates -> suggestions; the cards go out before any model is asked."""
    context, recalled = runtime.context, state["recalled"]
    with timed() as spent:
        goes_on = state["intent"] == "refine"
        nothing = (not goes_on and _unrelated(recalled, context.parser)) or _another_kind(state["need"], recalled)
        found = replace(recalled, candidates=() if nothing else _so_called(recalled))

        def work() -> tuple[Suggestion, ...]:
            ranking = context.ranker.order(found, state["need"].constraints, state["history"], context.index)
            return ranking.top(context.suggestions, context.tried)

        suggestions = await asyncio.to_thread(work)
    if suggestions:
        emit(runtime, CardsReady(tuple(views.card(s, texts(state)) for s in suggestions), context.ranker.taste.name))
    return {"suggestions": suggestions, "timings": {"rank": spent(), "cards_at": context.elapsed_ms()}}


async def reason(state: ReasonTask, runtime: Node) -> TurnState:
    """Evidence -> one proved reason, its claims going out as they are proved."""
    context, suggestion, need = runtime.context, state["suggestion"], state["need"]
    item = suggestion.item
    with timed() as spent:
        evidence = await asyncio.to_thread(choose_evidence, context.index, need, suggestion)

        def show(claim: Any) -> None:
            emit(runtime, ReasonDelta(item.item_id, f"{claim.text} "))

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
    emit(runtime, views.reason(written))
    return {"timings": {f"reason_{suggestion.rank}": spent()}}


async def close(state: TurnState, runtime: Node) -> TurnState:
    """The closing line under the cards, or what the shop sells where nothing fits."""
    context, need = runtime.context, state["need"]
    suggestions, recalled = state["suggestions"], state["recalled"]
    if suggestions:
        currency = context.index.catalogue.currency or ""
        missed = "" if recalled.relaxed else await asyncio.to_thread(_missed, state, runtime)
        text = replies.closing(recalled.need, suggestions, recalled.relaxed, need.constraints, currency, missed=missed)
        return say(runtime, text, state=state)
    sold = context.index.catalogue.vocabulary.categories
    if need.constraints.items_excluded:
        return say(runtime, texts(state).say("closing.no_more"), state=state, failed=True)
    return say(runtime, replies.nothing_fits(sold, need.notes, texts(state)), state=state, failed=True)


async def ask_back(state: TurnState, runtime: Node) -> TurnState:
    """One question where the need is too open to answer well."""
    sold = runtime.context.index.catalogue.vocabulary.categories
    said = texts(state)
    listed = said.say("comma").join(said.word(name) for name in sorted(sold))
    return say(runtime, said.say("ask_back", sold=listed), state=state) | {"asked_back": True}


def fan_out(state: TurnState) -> list[Send] | str:
    """A task for each card's reason, or straight to the end without any."""
    need = state["recalled"].need
    return [Send("reason", ReasonTask(need=need, suggestion=s)) for s in state["suggestions"]] or "close"


def _another_kind(asked: Need, recalled: Recalled) -> bool:
    """Whether all of the kind that is wanted was shown already, so that only other kinds are left."""
    return bool(asked.constraints.items_excluded) and bool({"kind", "category"} & set(recalled.relaxed))


def _so_called(recalled: Recalled) -> tuple[Candidate, ...]:
    """The candidates that are what the need names: beside a torch no book is offered. All, if none is called so."""
    limits = recalled.need.constraints
    if limits.kinds or limits.categories:
        return recalled.candidates
    named = things(recalled.need.terms, {each.item.kind for each in recalled.candidates})
    called = tuple(each for each in recalled.candidates if any(thing.names(each.item) for thing in named))
    return called or recalled.candidates


def _missed(state: TurnState, runtime: Node) -> str:
    """What of the wish none of the cards has, in a sentence; "" if nothing is known to be missing. Blocks."""
    recalled, said = state["recalled"], texts(state)
    if state["intent"] != "refine" and (thing := _unnamed(recalled, runtime.context.parser)):
        own = dict(runtime.context.parser.unsold(recalled.need.message))
        return replies.unnamed(own.get(thing, thing), said)
    wishes = runtime.context.parser.wishes(recalled.need)
    found = unmet(runtime.context.index, recalled.need, [each.item for each in state["suggestions"]], wishes)
    return replies.lacking(found, said) if found else ""


def _unnamed(recalled: Recalled, parser: Parser) -> str | None:
    unsold = [english for english, _ in parser.unsold(recalled.need.message)]
    return unnamed(recalled.need, [each.item for each in recalled.candidates], unsold)


def _unrelated(recalled: Recalled, parser: Parser) -> bool:
    constraints = recalled.need.constraints
    if constraints.kinds or constraints.categories or constraints.brands or not recalled.need.terms:
        return False
    shared = any(c.lexical > 0 for c in recalled.candidates) and _unnamed(recalled, parser) is None
    nearest = max((max(c.semantic, c.passage) for c in recalled.candidates), default=0.0)
    return nearest < (UNRELATED_BELOW if shared else UNRELATED_WITHOUT_A_WORD)
