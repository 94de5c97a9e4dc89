"""Recommend and refine: need -> candidates -> ranking (cards go out) -> reasons in parallel -> closing line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from langgraph.types import Send

from agent import replies, views
from agent.abilities.each import find_each
from agent.abilities.node import Node, emit, history, say, texts, timed
from agent.cues import names_a_size
from agent.dialogue import Dialogue
from agent.items.fitting import called_for, colour_unsaid, fitting
from agent.items.ordering import foremost, lead_said, place_of
from agent.items.side_by_side import dealt, parts_said
from agent.items.undercut import undercut, undercut_said
from agent.items.unmet import unmet, unstated
from agent.need.leading import leads_by
from agent.need.parse import Parser
from agent.need.things import asks_for_a_thing, says_what, unnamed
from agent.reasons.drawback import with_drawback
from agent.replies import constraint_words
from agent.state import ReasonTask, TurnState
from agent.stream import CardsReady, ReasonDelta
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.evidence import choose_evidence
from retrieval.history import Trace
from retrieval.index import ShopIndex
from retrieval.need import Need
from retrieval.recall import Recalled, recall
from retrieval.suggestion import Suggestion

_LOOKED_THROUGH = 200
"""Candidates without the limits among which it is looked for what the need names."""
SIZES = frozenset({"size", "sizes"})
RECALLED = 40
"""Candidates that are ranked."""
MOST_ORDERED = 5000
"""Candidates among which the cheapest or the best rated is looked for."""
UNRELATED_BELOW = 0.23
"""If the best candidate's cosine is below this, the question is not about the catalogue."""
UNRELATED_WITHOUT_A_WORD = 0.35
"""The same where no item shares a word with the question."""


async def find(state: TurnState, runtime: Node) -> TurnState:
    """Need and history -> candidates."""
    context = runtime.context

    if state["need"].parts:
        return await find_each(state, runtime, most=MOST_ORDERED if leads_by(state["need"].preferences) else RECALLED)

    def work() -> tuple[tuple[Trace, ...], Recalled]:
        done = history(state, runtime)
        likely = context.ranker.taste.likely(context.index, done)
        need = state["need"]
        n = MOST_ORDERED if leads_by(need.preferences) else RECALLED
        if shelf := _same_shelf(state, runtime):
            need = replace(need, constraints=replace(need.constraints, categories=frozenset({shelf})))
        found = recall(context.index, need, done, n=n, likely=likely)
        if kinds := _kinds_beyond(context.index, need, found):
            limits = replace(need.constraints, kinds=kinds)
            found = recall(context.index, replace(need, constraints=limits), done, n=n, likely=likely)
        return done, replace(found, candidates=fitting(found)) if found.relaxed else found

    with timed() as spent:
        done, recalled = await asyncio.to_thread(work)
    if none_cheaper := await asyncio.to_thread(
        undercut, context.index, state["need"], recalled, state["question"].message
    ):
        cheapest, recalled = none_cheaper
        before = Dialogue.of(state.get("dialogue")).need
        spoken = {"undercut": cheapest, "stated": before or state["stated"]}
        return cast(TurnState, {"history": done, "recalled": recalled, "timings": {"recall": spent()}} | spoken)
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
    recalled, parts = state["recalled"], state.get("parts", ())
    with timed() as spent:
        of_parts: tuple[str, ...] = ()
        if parts:
            suggestions, of_parts = await asyncio.to_thread(
                dealt, parts, lambda part: _best(state, runtime, part, called=True), runtime.context.suggestions
            )
        else:
            goes_on = state["intent"] == "refine" and _found_before(state)
            nothing = not goes_on and _unrelated(recalled, runtime.context.parser)
            found = () if nothing or _another_kind(state["need"], recalled) else fitting(recalled)
            called = found is not recalled.candidates
            left = replace(recalled, candidates=found)
            suggestions = await asyncio.to_thread(_best, state, runtime, left, called=called)
    if suggestions:
        taste = runtime.context.ranker.taste.name
        emit(runtime, CardsReady(tuple(views.card(s, texts(state)) for s in suggestions), taste))
    timings = {"rank": spent(), "cards_at": runtime.context.elapsed_ms()}
    return {"suggestions": suggestions, "of_parts": of_parts, "timings": timings}


def _best(state: TurnState, runtime: Node, found: Recalled, *, called: bool) -> tuple[Suggestion, ...]:
    """The best of what was found, what is to come first before the rest. Blocks.

    Args:
        called: whether all of them are what the need names.
    """
    context, lead = runtime.context, leads_by(found.need.preferences)
    popularity = context.index.popularity
    led = foremost(found, lead, popularity, n=RECALLED, called=called) if lead else found
    ranking = context.ranker.order(led, state["need"].constraints, state["history"], context.index)
    if lead:
        ranking = ranking.nearest_first(lambda item: place_of(item, lead, popularity))
    return ranking.top(context.suggestions, context.tried)


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
    currency = context.index.catalogue.currency or ""
    if none_cheaper := state.get("undercut"):
        wanted = constraint_words(replace(need.constraints, price_max=None), currency, texts(state))
        return say(runtime, undercut_said(none_cheaper, wanted, texts(state)), state=state)
    if parts := state.get("parts", ()):
        shown = list(zip(suggestions, state["of_parts"], strict=True))

        def lacking(wanted: Need, of_part: Sequence[Item]) -> str:
            found = unmet(context.index, wanted, of_part)
            return replies.lacking(found, texts(state)) if found else ""

        text = await asyncio.to_thread(parts_said, parts, shown, currency, texts(state), lacking)
        noted = texts(state).say("between_sentences").join((*need.notes, text))
        return say(runtime, noted, state=state, failed=not suggestions)
    if suggestions:
        missed = "" if recalled.relaxed else await asyncio.to_thread(_missed, state, runtime)
        met = recalled.need if recalled.relaxed else replace(recalled.need, constraints=need.constraints)
        text = replies.closing(met, suggestions, recalled.relaxed, need.constraints, currency, missed=missed)
        return say(runtime, text, state=state)
    sold = context.index.catalogue.vocabulary.categories
    if need.constraints.items_excluded:
        return say(runtime, texts(state).say("closing.no_more"), state=state, failed=True)
    return say(runtime, replies.nothing_fits(sold, need.notes, texts(state)), state=state, failed=True)


async def ask_back(state: TurnState, runtime: Node) -> TurnState:
    """One question where the need is too open to answer well."""
    sold = runtime.context.index.catalogue.vocabulary.categories
    said = texts(state)
    return say(runtime, said.say("ask_back", sold=replies.sold_here(sold, said)), state=state) | {"asked_back": True}


def fan_out(state: TurnState) -> list[Send] | str:
    """A task for each card's reason, or straight to the end without any; a part of a wish is reasoned by itself."""
    shown, whole = state["suggestions"], state["recalled"].need
    of_parts = {part.said: part.need for part in state.get("parts", ())}
    needs = [of_parts[said] for said in state.get("of_parts", ())] or [whole] * len(shown)
    tasks = zip(needs, shown, strict=True)
    return [Send("reason", ReasonTask(need=need, suggestion=suggestion)) for need, suggestion in tasks] or "close"


def _same_shelf(state: TurnState, runtime: Node) -> str | None:
    """The one category of the cards before, where a wish that names no kind goes on with no more than a limit.

    After speakers and headphones for 'music while I run', 'under 50' does not want lamps that cost less.
    """
    before, need = Dialogue.of(state.get("dialogue")), state["need"]
    limits = need.constraints
    if before.need is None or before.need.terms != need.terms or before.need.constraints == limits:
        return None
    if limits.kinds or limits.categories or limits.brands or not says_what(need.terms):
        return None
    catalogue = runtime.context.index.catalogue
    found = {catalogue[item_id].category for item_id in before.shown if item_id in catalogue}
    return found.pop() if len(found) == 1 else None


def _kinds_beyond(index: ShopIndex, need: Need, found: Recalled) -> frozenset[str]:
    """The kinds of what the need names, where none of it is within the need's limits; empty if some is.

    'A watch', then 'too expensive': not vegetables that cost less, but no cheaper watch.
    """
    limits = need.constraints
    bounded = limits.price_max is not None or limits.price_min is not None or limits.bounds or limits.items_excluded
    if limits.kinds or limits.categories or not bounded or called_for(found.candidates, need.terms):
        return frozenset()
    free = replace(limits, price_min=None, price_max=None, bounds=(), items_excluded=frozenset())
    beyond = recall(index, replace(need, constraints=free), (), n=_LOOKED_THROUGH)
    return frozenset(item.kind for item in called_for(beyond.candidates, need.terms))


def _another_kind(asked: Need, recalled: Recalled) -> bool:
    """Whether all of the kind that is wanted was shown already, so that only other kinds are left."""
    return bool(asked.constraints.items_excluded) and bool({"kind", "category"} & set(recalled.relaxed))


def _missed(state: TurnState, runtime: Node) -> str:
    """What of the wish none of the cards has, in a sentence; "" if nothing is known to be missing. Blocks."""
    recalled, said = state["recalled"], texts(state)
    parser = runtime.context.parser
    if lead := leads_by(recalled.need.preferences):
        index = runtime.context.index
        currency = index.catalogue.currency or ""
        wanted = said.say("comma").join(constraint_words(recalled.need.constraints, currency, said))
        return lead_said(lead, [each.item for each in state["suggestions"]], index.popularity, wanted, said)
    new = state["intent"] != "refine" or asks_for_a_thing(state["question"].message)
    if new and (thing := _unnamed(recalled, parser)):
        return replies.unnamed(dict(parser.unsold(recalled.need.message)).get(thing, thing), said)
    shown = [each.item for each in state["suggestions"]]
    if colour := colour_unsaid(recalled.need.terms, recalled.need.constraints, shown):
        return said.say("closing.unmet", wish=said.word(colour))
    if names_a_size(state["question"].message) and not any(SIZES & {a.name for a in item.attributes} for item in shown):
        return said.say("closing.unstated", attribute=said.word("size"))
    if measure := unstated(state["question"].message, shown):
        return said.say("closing.unstated", attribute=said.word(measure))
    found = unmet(runtime.context.index, recalled.need, shown, parser.wishes(recalled.need))
    return replies.lacking(found, said) if found else ""


def _found_before(state: TurnState) -> bool:
    """Whether the wish that goes on had cards: what found none is not answered by whatever is left of it."""
    said = Dialogue.of(state.get("dialogue")).said
    return not said or said[-1].intent not in {"recommend", "refine"} or bool(said[-1].shown)


def _unnamed(recalled: Recalled, parser: Parser) -> str | None:
    unsold = [english for english, _ in parser.unsold(recalled.need.message)]
    return unnamed(recalled.need, [each.item for each in recalled.candidates], unsold)


def _unrelated(recalled: Recalled, parser: Parser) -> bool:
    constraints = recalled.need.constraints
    if constraints.kinds or constraints.categories or constraints.brands or not says_what(recalled.need.terms):
        return False
    shared = any(c.lexical > 0 for c in recalled.candidates) and _unnamed(recalled, parser) is None
    nearest = max((max(c.semantic, c.passage) for c in recalled.candidates), default=0.0)
    return nearest < (UNRELATED_BELOW if shared else UNRELATED_WITHOUT_A_WORD)
