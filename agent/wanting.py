"""What is wanted by now: this message, those before it, and what is remembered of the shopper, in one need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.assistant import Question
from agent.dialogue import Dialogue
from agent.memory.remembered import Applied, Proposal, Remembered, apply
from agent.need.leading import AROUND, leads_by
from agent.need.open import OPEN, PEOPLE, names_goods, too_open
from agent.need.parse import Parser
from agent.need.refining import Shown, asks_to_change, beside, beside_another, changed, left_open, undecided, without
from agent.need.things import GOES_ON
from agent.state import TurnContext
from retrieval.need import Constraints, Need, narrowed
from retrieval.words import stems

_BEGINS = re.compile("礼物|礼品|推荐|买点|买些|买东西|(?:什么|啥)(?:好|东西)")
"""What a Chinese message that wants something new has in it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a message that wants something was read as.

    Args:
        alone: the need that it states by itself.
        meant: the items it speaks of.
        held: what holds for this conversation alone.
        refines: whether it changes the last wish.
    """

    alone: Need
    meant: tuple[str, ...]
    held: Sequence[Proposal]
    refines: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted by now. ``stated`` is kept for the next turn: what comes from memory is not in it.

    ``open``: it says nothing of what is wanted, and nothing else is known of the shopper.
    """

    stated: Need
    applied: Applied
    open: bool = False


def wish_of(context: TurnContext, question: Question, before: Dialogue, said: Said) -> Wish:
    """The wish as it stands after a message."""
    goes_on = said.refines or _adds_in_chinese(context, said.alone, question.message)
    if _begins_again(before, said.alone):
        before = replace(before, need=None)
    need = _wanted(context, question, before, said.meant, refines=goes_on)
    if leads_by(need.preferences) and not stems(need.terms) - OPEN - AROUND:
        need = replace(need, terms="")
    now = [Remembered("", each.kind, each.text, each.effect, None, context.now) for each in said.held]
    applied = _without_held(apply((*_memories(context, question), *now), need))
    if too_open(applied.need) and context.intent is None and not before.clarified and not _is_known(context, question):
        return Wish(need, applied, open=True)
    return Wish(need, replace(applied, need=_said_something(applied.need)))


def understood(
    parser: Parser, question: Question, given: Constraints | None, before: Need | None = None, *, refines: bool = False
) -> Need:
    """The need of a message in its conversation, within what a caller states outright."""
    need = parser.going_on(before, question.message, question.language, refines=refines)
    need = replace(need, region=question.region)
    return need if given is None else replace(need, constraints=narrowed(need.constraints, given), parts=())


def _wanted(
    context: TurnContext, question: Question, before: Dialogue, meant: tuple[str, ...], *, refines: bool
) -> Need:
    """What is wanted by now: what was wanted, what was taken off it, what this message adds and changes."""
    earlier = before.need
    if earlier is not None:
        opened = left_open(earlier, question.message)
        said = replace(question, message="") if opened != earlier or undecided(question.message) else question
        earlier, question = without(opened, question.removed), said
    if earlier is not None and not question.message.strip():
        need = earlier
    else:
        need = understood(context.parser, question, None, earlier, refines=refines)
        catalogue = context.index.catalogue
        if meant and beside_another(question.message):
            wanted = beside(earlier or replace(need, terms="", constraints=Constraints()), catalogue[meant[0]])
            need = replace(wanted, message=question.message, language=need.language, english=need.english)
        shown = Shown(
            tuple(catalogue[i] for i in before.shown if i in catalogue),
            tuple(catalogue[i] for i in meant if i in catalogue),
            before.seen,
        )
        need = changed(need, " ".join(filter(None, (question.message, need.english))), shown)
    if context.constraints is not None:
        need = replace(need, constraints=narrowed(need.constraints, context.constraints), parts=())
    return need


def _memories(context: TurnContext, question: Question) -> tuple[Remembered, ...]:
    """What is remembered of the asking shopper, without what they have just taken off."""
    memory, shopper_id = context.memory, question.shopper_id
    if memory is None or shopper_id is None:
        return ()
    gone = [each.get("value", "") for each in question.removed if each["name"] == "memory"]
    if gone:
        memory.forget(shopper_id, gone)
    return memory.recall(shopper_id)


def _begins_again(before: Dialogue, alone: Need) -> bool:
    """Whether a message that is a word or two names another thing after one of which nothing was found."""
    last = before.said[-1] if before.said else None
    if last is None or last.shown or last.intent not in {"recommend", "refine"} or before.clarified:
        return False
    if asks_to_change(alone.message):
        return False  # 'anything else?'
    bare = not alone.constraints.as_dict() and not alone.preferences and not GOES_ON.search(alone.terms)
    return bare and 0 < len(alone.terms.split()) <= 2 and names_goods(alone)


def _adds_in_chinese(context: TurnContext, alone: Need, message: str) -> bool:
    """Whether a Chinese message adds to what is wanted: it names no thing of its own and does not begin anew.

    A Chinese sentence that goes on ('他是新手') has no word that says so.
    """
    return bool(alone.english) and not context.parser.unsold(message) and not _BEGINS.search(message)


def _is_known(context: TurnContext, question: Question) -> bool:
    """Whether the shopper's history tells what they may like, so that nothing need be asked back."""
    if context.history is not None:
        return bool(context.history)
    return question.shopper_id is not None and bool(context.index.history(question.shopper_id))


def _without_held(applied: Applied) -> Applied:
    """The same, with what comes from memory alone named as coming from it."""
    return replace(applied, joined=tuple(each for each in applied.joined if each.memory_id))


def _said_something(need: Need) -> Need:
    """A need without words that say nothing: they are not searched for, and what is popular and fits is shown."""
    nothing = too_open(need) or (need.english and not stems(need.terms) - OPEN - PEOPLE)  # 'for my teacher, under 30'
    return replace(need, terms="") if nothing else need
