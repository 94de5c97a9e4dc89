"""Understand a message: what it wants, of which items it speaks, and what is wanted by now, all messages together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from agent import views
from agent.abilities.node import Node, emit, timed
from agent.assistant import Question
from agent.dialogue import Dialogue
from agent.handoff import Reason as HandoffReason
from agent.intent import Guess, Intent
from agent.language import READ
from agent.memory import Applied, Remembered, apply
from agent.parse import Parser
from agent.refining import Shown, asks_to_change, changed, without
from agent.remembering import Attended, attend
from agent.state import TurnContext, TurnState
from retrieval.need import Constraints, Need, narrowed
from retrieval.words import stems

SERVICE_ABOVE = 0.6
"""Probability above which a question is one of service whatever limits it states."""
SERVICE: frozenset[Intent] = frozenset({"support", "order_status", "coupon", "stock", "memory_show", "memory_change"})
TALK: frozenset[Intent] = frozenset({"greeting", "thanks", "goodbye", "about", "off_topic", "abuse", "instructions"})
OF_ITEMS: frozenset[Intent] = frozenset({"compare", "product_question", "why_this", "why_not", "stock"})
_OPEN = stems(
    "gift present something anything product item thing things stuff idea ideas suggestion recommendation recommend "
    "suggest help need want look looking buy shop shopping get find show give good nice best great please browse "
    "choose birthday christmas somebody someone friend mother mum father dad sister brother wife husband colleague new "
    "i me my for a an the to some any can could you what do have would like hello hi"
)
"""Words that do not say what kind of thing is wanted."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a message was taken for."""

    need: Need
    intent: Intent
    route: str
    meant: tuple[str, ...]
    attended: Attended
    leaves: HandoffReason | None
    applied: Applied


async def understand(state: TurnState, runtime: Node) -> TurnState:
    """Message and conversation -> need, intent, and the ability that answers."""
    context, question = runtime.context, state["question"]
    before = Dialogue.of(state.get("dialogue"))
    with timed() as spent:
        read = await asyncio.to_thread(_read, context, question, before)
    currency = context.index.catalogue.currency or ""
    emit(runtime, views.understood(read.need, read.intent, (), currency, read.applied.joined))
    return {
        "need": read.need,
        "intent": read.intent,
        "route": read.route,
        "meant": read.meant,
        "attended": read.attended,
        "leaves": read.leaves,
        "joined": read.applied.joined,
        "timings": {"understand": spent()},
    }


def understood(parser: Parser, question: Question, given: Constraints | None, before: Need | None = None) -> Need:
    """The need of a message in its conversation, within what a caller states outright."""
    need = parser.going_on(before, question.message, question.language)
    return need if given is None else replace(need, constraints=narrowed(need.constraints, given))


def _read(context: TurnContext, question: Question, before: Dialogue) -> Read:
    if before.turns == 0 and question.earlier:
        before = replace(before, need=context.parser.refine(question.earlier[:-1], question.earlier[-1]))
    alone = context.parser.parse(question.message, question.language)
    attended = _attended(context, question, alone)
    leaves = context.handoff.reason(question.message, before.failures) if context.intent is None else None
    meant = context.references.of(question.message, before.shown, before.about[0] if before.about else None)
    intent = _intent(context, question, alone, before, meant)
    route, meant = _route(intent, before, meant, attended, leaves) if alone.language in READ else ("talk", ())
    need = alone
    if route == "find":
        need = _wanted(context, question, before, meant)
    applied = apply(_memories(context, question), need) if route == "find" else Applied(need)
    if route == "find" and context.intent is None and too_open(applied.need) and not before.clarified:
        route = "ask_back"
    return Read(applied.need, intent, route, meant, attended, leaves, applied)


def _attended(context: TurnContext, question: Question, alone: Need) -> Attended:
    if context.memory is None or context.intent is not None or alone.language not in READ:
        return Attended()
    return attend(question.message, context.listener, context.memory, question.shopper_id, context.turn_id)


def _memories(context: TurnContext, question: Question) -> tuple[Remembered, ...]:
    """What is remembered of the asking shopper, without what they have just taken off."""
    memory, shopper_id = context.memory, question.shopper_id
    if memory is None or shopper_id is None:
        return ()
    gone = [each.get("value", "") for each in question.removed if each["name"] == "memory"]
    if gone:
        memory.forget(shopper_id, gone)
    return memory.recall(shopper_id)


def _wanted(context: TurnContext, question: Question, before: Dialogue, meant: tuple[str, ...]) -> Need:
    """What is wanted by now: what was wanted, what was taken off it, what this message adds and changes."""
    earlier = before.need
    if earlier is not None and question.removed:
        earlier = without(earlier, question.removed)
    if earlier is not None and not question.message.strip():
        need = earlier
    else:
        need = understood(context.parser, question, None, earlier)
        catalogue = context.index.catalogue
        shown = Shown(
            tuple(catalogue[i] for i in before.shown if i in catalogue),
            tuple(catalogue[i] for i in meant if i in catalogue),
            before.seen,
        )
        need = changed(need, need.english or question.message, shown)
    if context.constraints is not None:
        need = replace(need, constraints=narrowed(need.constraints, context.constraints))
    return need


def _intent(context: TurnContext, question: Question, alone: Need, before: Dialogue, meant: tuple[str, ...]) -> Intent:
    """The classifier's guess, where what is stated and what was shown do not say otherwise.

    What earlier messages named does not count: 'thanks' after a question is thanks. Nor does a product alone make a
    question of service a wish: 'is there a warranty on headphones'.
    """
    if context.intent is not None:
        return context.intent
    if question.removed and not question.message.strip():
        return "refine"
    guess = context.intents.guess(question.message, context.index.query_vector(question.message))
    stated = alone.constraints.as_dict()
    if guess.intent in SERVICE:
        named = {"kinds", "categories", "brands", "colours"}
        sure = guess.probability >= SERVICE_ABOVE or not stated.keys() - named
        return guess.intent if sure else "recommend"
    if guess.intent in TALK and stated:
        return "recommend"
    if before.shown and guess.intent in TALK and guess.unsure and asks_to_change(question.message):
        return "refine"
    return _settled(guess, before, meant)


def _settled(guess: Guess, before: Dialogue, meant: tuple[str, ...]) -> Intent:
    """A wish where what is asked about cannot be known, and where the guess is not to be relied on."""
    if guess.unsure and guess.intent in OF_ITEMS and guess.runner_up in {"recommend", "refine"} and not meant:
        return guess.runner_up
    if guess.intent == "refine" and before.need is None:
        return "recommend"
    return guess.intent


def _route(
    intent: Intent, before: Dialogue, meant: tuple[str, ...], attended: Attended, leaves: HandoffReason | None
) -> tuple[str, tuple[str, ...]]:
    """The node that answers, and the items that it is about."""
    if leaves is not None or intent in {"handoff", "injury_or_legal"}:
        return "leave", meant
    if attended.alone or (intent in {"memory_show", "memory_change"} and attended.said):
        return "remember", ()
    if intent in {"recommend", "refine"} or intent in {"memory_show", "memory_change"}:
        return "find", meant
    if intent in OF_ITEMS:
        about = _about(intent, before, meant)
        return (intent, about) if about else ("find", meant)
    if intent == "coupon":
        return "coupon", meant or before.about or before.shown
    return {"support": "support", "order_status": "orders"}.get(intent, "talk"), meant


def _about(intent: Intent, before: Dialogue, meant: tuple[str, ...]) -> tuple[str, ...]:
    """The items that a question on items is about: those named, else those last spoken of or shown."""
    if intent == "compare":
        return meant if len(meant) > 1 else before.shown[:4] if len(before.shown) > 1 else ()
    if intent == "why_not":
        return meant[:1]
    return (meant or before.about or before.shown)[:1]


def too_open(need: Need) -> bool:
    """Whether a need says nothing of what kind of thing is wanted, nor how it should be."""
    return not need.constraints.as_dict() and not need.preferences and not stems(need.terms) - _OPEN
