"""Understand a message: what it wants, of which items it speaks, and what is wanted by now, all messages together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from agent import views
from agent.abilities.node import Node, emit, timed
from agent.assistant import Question
from agent.chinese.script import folded
from agent.cues import asks_for_goods, takes_it
from agent.deciding import HARMLESS, SERVICE_ABOVE, SURE_ABOVE, intent_of, opens, route_of
from agent.dialogue import Dialogue
from agent.intents.choosing import settled
from agent.intents.classifier import Guess, Intent
from agent.items.overview import points_only
from agent.language import READ
from agent.memory.remembered import Applied
from agent.memory.remembering import Attended, attend
from agent.naming import BY_A_NAME, only_names, which_is_open
from agent.need.asides import Parted, parted
from agent.need.leading import asks_for_the_first
from agent.need.open import names_goods
from agent.shop.handoff import Reason as HandoffReason
from agent.shop.offers import goods_in
from agent.shop.own_answers import own_answer_about
from agent.state import TurnContext, TurnState
from agent.wanting import Said, wish_of
from retrieval.need import Need
from retrieval.policies import Answer
from retrieval.words import stems

OWN_ANSWER_ABOVE = 0.7
"""Cosine from which on a question is one that the shop has answered, whatever it was guessed to want.

Of our own 427 utterances that want or ask about goods none comes nearer than 0.66 to an answer of the demo shop."""
OUTWEIGHED: frozenset[Intent] = frozenset({"recommend", "refine", "compare", "product_question", "off_topic", "about"})
SEARCHES = frozenset({"find", "ask_back"})
"""Routes on which what is understood can be taken off in parts."""


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
    stated: Need
    """The need without what comes from memory: what is kept of it for the next turn."""

    def at(self, region: str) -> Read:
        """The same of a shopper who is there."""
        return replace(self, need=replace(self.need, region=region), stated=replace(self.stated, region=region))


async def understand(state: TurnState, runtime: Node) -> TurnState:
    """Message and conversation -> need, intent, and the ability that answers."""
    context, question = runtime.context, state["question"]
    before = Dialogue.of(state.get("dialogue"))
    with timed() as spent:
        parts = _parted(context, question, before)
        question = replace(question, message=parts.asks)
        guess = await asyncio.to_thread(_guess, context, question)
        chooser = context.chooser if context.intent is None else None
        with timed() as choosing:
            guess, guessed_by = await settled(guess, question.message, chooser, context.budget)
        chose = {} if guessed_by == "classifier" else {"choose": choosing()}
        read = (await asyncio.to_thread(_read, context, question, before, guess, parts)).at(
            question.region or before.region
        )
    currency = context.index.catalogue.currency or ""
    emit(
        runtime,
        views.understood(
            read.need,
            read.intent,
            (),
            currency,
            read.applied.joined,
            parts=read.route in SEARCHES,
            guessed_by=guessed_by,
        ),
    )
    return {
        "need": read.need,
        "intent": read.intent,
        "guessed_by": guessed_by,
        "route": read.route,
        "meant": read.meant,
        "attended": read.attended,
        "leaves": read.leaves,
        "joined": read.applied.joined,
        "stated": read.stated,
        "timings": {"understand": spent()} | chose,
    }


def _guess(context: TurnContext, question: Question) -> Guess:
    message = folded(question.message)
    return context.intents.guess(message, context.index.query_vector(message))


def _parted(context: TurnContext, question: Question, before: Dialogue) -> Parted:
    """The message without what is only said before its question; as a whole where a caller states what it wants."""
    if context.intent is not None:
        return Parted(question.message)
    focus = before.about[0] if before.about else None
    return parted(question.message, lambda said: bool(context.references.of(folded(said), before.shown, focus)))


def _read(context: TurnContext, question: Question, before: Dialogue, guess: Guess, parts: Parted) -> Read:
    alone = context.parser.parse(question.message, question.language)
    whole = replace(question, message=f"{parts.aside} {parts.asks}".strip())
    attended = Attended() if opens(question.message, before) else _attended(context, whole, alone)
    if parts.aside and attended == Attended():
        attended = _attended(context, question, alone)  # a command that something was said before
    question = replace(question, message=folded(question.message))  # what follows reads simplified characters
    named = parts.items(context.references, before.shown, before.about[0] if before.about else None)
    wanted = before.need.constraints if before.need else None
    alike = () if named else context.references.alike(question.message, before.shown, wanted)
    named = alike if len(alike) == 1 else named
    intent = _intent(context, question, alone, before, named, guess=guess)
    leaves = _leaves(context, whole, before, guess)
    if intent == "coupon":
        goods = context.parser.parse(goods_in(question.message), question.language).constraints
        alone = replace(alone, constraints=goods)
    route, meant = route_of(intent, before, named, attended, leaves) if alone.language in READ else ("talk", ())
    if (
        len(alike) > 1
        and context.intent is None
        and which_is_open(context.index.catalogue, question.message, intent, alike)
    ):
        return Read(alone, intent, "which", alike, attended, leaves, Applied(alone), alone)
    if route == "coupon" and not named and (alone.constraints.kinds or alone.constraints.categories):
        meant = ()  # 'any coupon for kettles' is not about the tents shown
    if route == "find" and context.intent is None and _picks_one(context, question, before, meant):
        route, intent = ("talk", "thanks") if takes_it(question.message) else ("product_question", "product_question")
    if route != "find":
        return Read(alone, intent, route, meant, attended, leaves, Applied(alone), alone)
    if asks_for_the_first(question.message, alone):
        meant = ()  # the cheapest that there is, which may not be among those shown
    held = before.holding(attended.for_now, question.removed).held
    wish = wish_of(context, question, before, Said(alone, meant, held, refines=intent == "refine"))
    route = "ask_back" if wish.open else route
    return Read(wish.applied.need, intent, route, meant, attended, leaves, wish.applied, wish.stated)


def _intent(
    context: TurnContext, question: Question, alone: Need, before: Dialogue, meant: tuple[str, ...], *, guess: Guess
) -> Intent:
    """What the message wants, the shop's own answers taken into account."""
    intent = context.intent or intent_of(question, alone, before, meant, guess)
    if _own_answer(context, alone, meant) is not None:
        intent = "support"
    elif intent in OUTWEIGHED and context.intent is None:
        intent = "support" if _answered_already(context, alone, meant) else intent
    elif intent == "support" and asks_for_goods(question.message) and not _answered_already(context, alone, meant):
        intent = "recommend"
    if intent in BY_A_NAME and context.intent is None and only_names(context.index.catalogue, question.message, meant):
        return "product_question"  # 'Hush' tells nobody to be silent where an item is called so
    if alone.language not in READ and context.intent is None:
        return "off_topic"  # what was guessed of words that are not read says nothing
    return intent


def _picks_one(context: TurnContext, question: Question, before: Dialogue, meant: tuple[str, ...]) -> bool:
    """Whether the message points at one of the items before the shopper and says no more: 'the second please'."""
    shown = meant[:1] and meant[0] in {*before.shown, *before.about} and meant[0] in context.index.catalogue
    return len(meant) == 1 and bool(shown) and points_only(question.message, context.index.catalogue[meant[0]])


def _answered_already(context: TurnContext, alone: Need, meant: tuple[str, ...]) -> bool:
    """Whether one of the shop's own answers is to this message: near to it, and not by an item's name alone."""
    message, catalogue = alone.english or alone.message, context.index.catalogue
    vector = context.index.query_vector(message)
    asked = stems(message) - stems(" ".join(catalogue[item_id].title for item_id in meant))
    found = context.index.search_answers(vector, 1, context.now.date())
    return any(near >= OWN_ANSWER_ABOVE and asked & stems(f"{own.asks} {own.text}") for own, near in found)


def _own_answer(context: TurnContext, alone: Need, meant: tuple[str, ...]) -> Answer | None:
    """The shop's own answer about the one item that the message means, whatever it was guessed to want."""
    if context.intent is not None or len(meant) != 1 or alone.language not in READ:
        return None
    item = context.index.catalogue[meant[0]]
    return own_answer_about(context.index, alone.english or alone.message, item, context.now.date())


def _leaves(context: TurnContext, question: Question, before: Dialogue, guess: Guess) -> HandoffReason | None:
    """Why the conversation goes to a person; a word alone does not send it there ('a gift for a lawyer')."""
    if context.intent is not None:
        return None
    found = context.handoff.reason(question.message, before.failures)
    sure = guess.intent in HARMLESS and guess.probability >= (
        SURE_ABOVE if found and found.kind == "topic" else SERVICE_ABOVE
    )
    if found is not None and found.kind == "failures" and _starts_anew(context, question, guess):
        return None
    return None if found is not None and found.kind != "failures" and sure else found


def _starts_anew(context: TurnContext, question: Question, guess: Guess) -> bool:
    """Whether a message after questions that were not answered asks none: it names other goods, or takes leave."""
    if guess.intent in {"thanks", "goodbye", "greeting"}:
        return True
    return guess.intent in {"recommend", "refine"} and names_goods(context.parser.parse(question.message))


def _attended(context: TurnContext, question: Question, alone: Need) -> Attended:
    if context.memory is None or context.intent is not None or alone.language not in READ:
        return Attended()
    return attend(question.message, context.listener, context.memory, question.shopper_id, context.turn_id)
