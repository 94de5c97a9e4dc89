"""The service desk: the shop's own answers, orders, stock, coupons, and a person who takes over."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import numpy as np

from agent import replies
from agent.abilities.node import Node, items, say, texts, timed
from agent.dialogue import Dialogue, Said
from agent.shop.answers import ShopAnswer
from agent.shop.coupons import Basket
from agent.shop.handoff import Exchange, hand_over, make_ticket
from agent.shop.handoff import Reason as HandoffReason
from agent.shop.offers import OfKind, about_coupons, basket_of_sum, speaks_of_all
from agent.shop.orders import about_orders
from agent.shop.own_answers import own_answer_about
from agent.shop.systems import ShopSystems, SystemUnavailable, Ticket, UnknownItem
from agent.shop.topics import ABOVE, plain_question
from agent.state import TurnState
from retrieval.catalogue import Item
from retrieval.embedding import Vectors
from retrieval.evidence import EvidenceKind, numbered
from retrieval.policies import TICKET, Answer
from retrieval.words import stems

_CLAUSE = re.compile(r"[,.;!?，。；！？]|\b(?:and|but|because|so)\b", re.IGNORECASE)
_LEAST_OF_CLAUSE = 2
"""Content words of a clause that may ask for itself."""
_SHORT = 8
"""Words of a question that may lean on the one before it: 'how long do I have', 'and to Germany?'."""
_LEANS = re.compile(r"^\W*(?:and|but|so)\s+(?:what\s+)?(?:if|when|once|until|unless)\b", re.IGNORECASE)
"""How a question begins that leans on the one before it whatever its length: 'and if it never turns up, do I'."""
PLAIN_ABOVE = 0.6
"""Cosine from which on a Chinese question is answered without the one before it."""
ANSWERS_ABOVE = 0.45
"""Cosine that a shop's own answer must have to the question to be given."""


async def support(state: TurnState, runtime: Node) -> TurnState:
    """The shop's own answer to a service question, in its own words, or that there is none."""
    with timed() as spent:
        found = await own_answer(state, runtime, ANSWERS_ABOVE)
    answer = found or say(runtime, texts(state).say("no_answer"), state=state, failed=True)
    return answer | {"timings": {"answer": spent()}}


async def own_answer(state: TurnState, runtime: Node, above: float, *, beyond: Sequence[Item] = ()) -> TurnState | None:
    """Say the shop's own answer that is nearest to the message, if one is as near as a cosine of ``above``.

    Args:
        beyond: items that the message names; the answer must then share a word with the rest of it.
    """
    context, need = runtime.context, state["need"]
    if bound := await asyncio.to_thread(_about_item, state, runtime):
        return _own(state, runtime, bound)
    vector = await asyncio.to_thread(_asked_in_context, state, runtime)
    found = await asyncio.to_thread(context.index.search_answers, vector, 2, context.now.date())
    if not beyond and not any(similarity >= above for _, similarity in found):
        found = await asyncio.to_thread(_by_clauses, state, runtime)
        if not any(similarity >= above for _, similarity in found):
            found = await asyncio.to_thread(_by_topic, state, runtime)
    given = "" if need.english else _last_answer(state)
    asked = stems(need.english or need.message) - stems(" ".join(item.title for item in beyond))
    answers = [
        answer
        for answer, similarity in found
        if similarity >= above
        and answer.text not in given
        and (not beyond or asked & stems(f"{answer.asks} {answer.text}"))
    ]
    return _own(state, runtime, answers[0]) if answers else None


def _by_clauses(state: TurnState, runtime: Node) -> list[tuple[Answer, float]]:
    """What is nearest to a clause of the message: what else was said with it may lead away from every answer."""
    context, need = runtime.context, state["need"]
    clauses = [c for c in _CLAUSE.split(need.english or need.message) if len(stems(c)) >= _LEAST_OF_CLAUSE]
    vectors = [context.index.query_vector(clause) for clause in clauses] if len(clauses) > 1 else []
    found = [each for v in vectors for each in context.index.search_answers(v, 2, context.now.date())]
    return sorted(found, key=lambda each: -each[1])[:2]


def _by_topic(state: TurnState, runtime: Node) -> list[tuple[Answer, float]]:
    """What answers the plain question that the message's everyday words come to: 'send it back' asks of returns."""
    context, need = runtime.context, state["need"]
    plain = plain_question(need.english or need.message)
    if plain is None:
        return []
    found = context.index.search_answers(context.index.query_vector(plain), 2, context.now.date())
    return [(answer, near) for answer, near in found if near >= ABOVE]


def _last_answer(state: TurnState) -> str:
    """What was answered to the question before: not to be said again to the next one."""
    said = Dialogue.of(state.get("dialogue")).said
    return said[-1].answered if said and said[-1].asked != state["question"].message else ""


def _asked_in_context(state: TurnState, runtime: Node) -> Vectors:
    """The question's meaning; a short one after another service question means it in that one's light, too."""
    index, need = runtime.context.index, state["need"]
    message = need.english or need.message
    vector = index.query_vector(message)
    before = Dialogue.of(state.get("dialogue")).said
    conditional = _LEANS.match(message) is not None
    if not before or before[-1].intent != "support" or not (conditional or len(message.split()) <= _SHORT):
        return vector
    if need.english and any(
        near >= PLAIN_ABOVE for _, near in index.search_answers(vector, 1, runtime.context.now.date())
    ):
        return vector  # Chinese is terse: that it is short does not say that it leans on anything
    asked = runtime.context.parser.parse(before[-1].asked)
    answered = f" {before[-1].answered}" if conditional else ""  # what the condition is put on
    joined = index.query_vector(f"{asked.english or asked.message}.{answered} {message}")
    both: Vectors = vector + 2.0 * joined
    leaning: Vectors = both / np.linalg.norm(both)
    return leaning


def _about_item(state: TurnState, runtime: Node) -> Answer | None:
    """The shop's own answer about the one item that is meant."""
    meant, need = items(runtime, state["meant"]), state["need"]
    if len(meant) != 1:
        return None
    context = runtime.context
    return own_answer_about(context.index, need.english or need.message, meant[0], context.now.date())


def _own(state: TurnState, runtime: Node, found: Answer) -> TurnState:
    """The answer as the shop gave it, cited."""
    kind: EvidenceKind = "ticket" if found.answer_id.startswith(TICKET) else "policy"
    evidence = numbered([(kind, found.text, found.source)])
    return say(runtime, replies.answer(found.text, texts(state)), evidence, state=state)


async def orders(state: TurnState, runtime: Node) -> TurnState:
    """The asking shopper's own orders."""
    context, question = runtime.context, state["question"]
    if context.systems is None:
        return say(runtime, texts(state).say("no_systems"), state=state, failed=True)
    found = await about_orders(
        context.systems,
        question.shopper_id,
        question.message,
        context.now,
        context.index.catalogue,
        english=state["need"].english,
        texts=texts(state),
    )
    return _answered(state, runtime, found)


async def coupons(state: TurnState, runtime: Node) -> TurnState:
    """Coupons that the shop has, what they apply to and the price after; never one that it has not."""
    context, question = runtime.context, state["question"]
    if context.systems is None:
        return say(runtime, texts(state).say("no_systems"), state=state, failed=True)
    total = _total(question.message, runtime)
    goods = () if total else items(runtime, state["meant"])
    found = await about_coupons(
        context.systems,
        question.shopper_id,
        question.message,
        context.now.date(),
        items=goods,
        of_kind=None if goods or total else _of_kind(state, runtime),
        total=total,
        texts=texts(state),
    )
    return _answered(state, runtime, found) | {"about": tuple(item.item_id for item in goods)}


def _total(message: str, runtime: Node) -> Basket | None:
    """The sum of all that is to be bought, where the message names one in the shop's currency, and no item."""
    context = runtime.context
    need, currency = context.parser.parse(message), context.index.catalogue.currency
    amount = need.constraints.price_max or need.constraints.price_min
    if amount is None or currency is None or need.notes or not speaks_of_all(message):
        return None
    if context.references.of(message, ()):
        return None
    return basket_of_sum(amount, currency)


def _of_kind(state: TurnState, runtime: Node) -> OfKind | None:
    """The kind of goods that the message names, with the categories in which the shop has it."""
    limits = state["need"].constraints
    names = limits.kinds or limits.categories
    if not names:
        return None
    sold = runtime.context.index.catalogue.values()
    return OfKind(names, frozenset(item.category for item in sold if {item.kind, item.category} & names))


async def stock(state: TurnState, runtime: Node) -> TurnState:
    """How many of an item there are now, by the shop's own count."""
    context, said = runtime.context, texts(state)
    lines: list[str] = []
    rows: list[tuple[EvidenceKind, str, str]] = []
    for item in items(runtime, state["meant"]):
        try:
            found = await context.systems.stock(item.item_id) if context.systems else None
        except (SystemUnavailable, UnknownItem):
            lines.append(said.say("stock.down", title=item.title))
            continue
        quantity = found.quantity if found else item.stock
        key = "uncounted" if quantity is None else "some" if quantity > 0 else "none"
        until = said.say("stock.restock", day=said.day(found.restock)) if found and found.restock else ""
        cited = f" [A{len(rows) + 1}]"
        lines.append(said.say(f"stock.{key}", title=item.title, count=quantity or 0, restock=until) + cited)
        counted = said.say("stock.not_counted") if quantity is None else said.say("stock.count", count=quantity)
        rows.append(("attribute", counted, said.say("stock.source", title=item.title)))
    evidence = numbered(rows)
    return say(runtime, said.say("between_sentences").join(lines), evidence, state=state) | {"about": state["meant"]}


async def leave(state: TurnState, runtime: Node) -> TurnState:
    """Hand the conversation to a person, with a summary and all that was said."""
    context = runtime.context
    if context.systems is None:
        return say(runtime, texts(state).say("no_desk"), state=state)
    why = state.get("leaves") or HandoffReason("asked", "the shopper asks for a person")
    return await hand_to(context.systems, ticket_of(state, runtime, why), state, runtime)


async def hand_to(systems: ShopSystems, ticket: Ticket, state: TurnState, runtime: Node) -> TurnState:
    """Give a ticket to the shop and say so. One that it has already stays the one it is."""
    return _answered(state, runtime, await hand_over(systems, ticket))


def ticket_of(state: TurnState, runtime: Node, why: HandoffReason) -> Ticket:
    """The ticket of the conversation up to this turn's message."""
    question, before = state["question"], Dialogue.of(state.get("dialogue"))
    return make_ticket(
        why,
        [_exchange(each, runtime) for each in before.said],
        question.message,
        now=runtime.context.now,
        language=state["need"].language,
        shopper_id=question.shopper_id,
    )


def _exchange(said: Said, runtime: Node) -> Exchange:
    titles = tuple(item.title for item in items(runtime, said.shown))
    return Exchange(said.asked, said.answered, said.intent, titles)


def _answered(state: TurnState, runtime: Node, found: ShopAnswer) -> TurnState:
    return say(runtime, found.text, found.evidence, state=state)
