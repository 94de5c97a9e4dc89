"""Service questions answered by a model with the shop's tools; the rules answer where that does not stand."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Protocol

from agent.abilities.desk import hand_to, ticket_of
from agent.abilities.node import Node, emit, items, say, timed
from agent.dialogue import Dialogue
from agent.errors import BudgetSpent, ModelUnavailable
from agent.shop.answers import day
from agent.shop.handoff import Reason as HandoffReason
from agent.shop.systems import ShopSystems, Ticket
from agent.shop.tool_results import evidence_of
from agent.shop.toolloop import ToolCall, ToolModel, ToolRun, run_tools
from agent.shop.tools import Bound, fenced, shop_tools
from agent.shop.tools_used import ToolCallView, ToolsState, ToolsUsed
from agent.state import TurnContext, TurnState
from prompts.template import Message, load
from retrieval.catalogue import Item
from retrieval.need import Constraints, narrowed
from retrieval.policies import Answer
from retrieval.recall import recall

SECONDS = 15.0
"""How long the model and its tools may take; the rules then still answer within the turn's deadline."""
_FOUND = 5
_ANSWERS = 3
_BEFORE = 2
_LONGEST = 200
_log = logging.getLogger(__name__)


class Ability(Protocol):
    """A node that answers."""

    def __call__(self, state: TurnState, runtime: Node) -> Awaitable[TurnState]: ...


def assisted(ability: Ability) -> Ability:
    """The ability, asked only where no model with tools has an answer that stands."""

    @wraps(ability)
    async def node(state: TurnState, runtime: Node) -> TurnState:
        context = runtime.context
        if context.tool_model is None or context.systems is None or _grave(state):
            return await ability(state, runtime)
        if state["need"].language not in context.tool_model.writes:
            return await ability(state, runtime)
        desk = _Desk(state, runtime, context.systems)
        with timed() as spent:
            answered = await _with_tools(desk, context.tool_model)
        timings = {"tools": spent()}
        if answered is None:
            answered = await ability(state, runtime)
        return answered | {"tools": desk.used, "timings": timings | answered.get("timings", {})}

    return node


def _grave(state: TurnState) -> bool:
    """Whether someone may be hurt, or it is a matter that the shop keeps for people: no model speaks then."""
    leaves = state.get("leaves")
    return state["intent"] == "injury_or_legal" or (leaves is not None and leaves.kind == "topic")


@dataclass(slots=True)
class _Desk:
    """One turn at the service desk: what the tools are bound to, and what came of them.

    Who asks is the question's shopper, whatever the model says.
    """

    state: TurnState
    runtime: Node
    systems: ShopSystems
    ticket: Ticket | None = None
    used: ToolsUsed = field(default_factory=lambda: ToolsUsed("no_call"))

    def bound(self) -> Bound:
        context, catalogue = self.runtime.context, self.runtime.context.index.catalogue
        return Bound(
            systems=self.systems,
            shopper_id=self.state["question"].shopper_id,
            today=context.now.date(),
            items=catalogue,
            find=lambda query, max_price: asyncio.to_thread(_find, context, query, max_price),
            answers=lambda query: asyncio.to_thread(_own_answers, context, query),
            ticket=self.make_ticket,
        )

    def make_ticket(self, reason: str) -> Ticket:
        if self.ticket is None:
            leaves = self.state.get("leaves")
            kind = leaves.kind if leaves is not None else "asked"
            self.ticket = ticket_of(self.state, self.runtime, HandoffReason(kind, reason))
        return self.ticket

    def prompt(self) -> tuple[Message, ...]:
        question = self.state["question"]
        return load("assist").render(
            shop="this shop",
            today=day(self.runtime.context.now.date()),
            signed_in=question.shopper_id is not None,
            known=self._known(),
            message=question.message,
        )

    def _known(self) -> str:
        """The items meant and the last exchanges, as data."""
        meant = [{"item_id": i.item_id, "title": i.title} for i in items(self.runtime, self.state.get("meant", ()))]
        said = Dialogue.of(self.state.get("dialogue")).said[-_BEFORE:]
        before = [{"asked": each.asked[:_LONGEST], "answered": each.answered[:_LONGEST]} for each in said]
        known = {"items": meant, "before": before}
        return fenced({name: value for name, value in known.items() if value}) if meant or before else ""


async def _with_tools(desk: _Desk, model: ToolModel) -> TurnState | None:
    """What the model answered, if it stands; that a person takes over, if it only came so far; else None."""
    state, runtime = desk.state, desk.runtime
    calls: list[ToolCall] = []
    run, ended = await _run(desk, model, calls)
    desk.used = ToolsUsed(ended, tuple(ToolCallView(call.name, call.arguments, call.ok) for call in calls))
    emit(runtime, desk.used)
    if run is not None and ended == "answered":
        reply = say(runtime, run.text, evidence_of(calls), state=state)
        return reply | {"about": state.get("meant", ())}
    _log.warning("the rules answer, not the model with its tools: %s", ended)
    if desk.ticket is not None:  # the desk has it already: a second one would be a second conversation there
        return await hand_to(desk.systems, desk.ticket, state, runtime)
    return None


async def _run(desk: _Desk, model: ToolModel, calls: list[ToolCall]) -> tuple[ToolRun | None, ToolsState]:
    parameters = load("assist").parameters.given()
    tools = shop_tools(desk.bound())
    try:
        run = await run_tools(
            model.chat,
            tools,
            desk.prompt(),
            desk.runtime.context.budget,
            parameters=parameters,
            record=calls,
            seconds=SECONDS,
        )
    except ModelUnavailable:
        return None, "unavailable"
    except BudgetSpent:
        return None, "spent"
    return run, _ending(run, must_leave=desk.state["route"] == "leave")


def _ending(run: ToolRun, *, must_leave: bool) -> ToolsState:
    """Whether the answer may be given: a tool told something, and every number, day and code in it is in a result.

    Where all that was told is what went wrong, the rules say it better: whom to sign in, which code is unknown.
    """
    used = {call.name for call in run.calls if evidence_of([call])}
    if run.state == "bounded":
        return "bounded"
    if not run.text:
        return "empty"
    if not used:
        return "no_call"
    if must_leave and "hand_over" not in used:
        return "no_ticket"
    return "unproved" if run.unfounded else "answered"


def _find(context: TurnContext, query: str, max_price: float | None) -> Sequence[Item]:
    need = context.parser.parse(query)
    need = replace(need, constraints=narrowed(need.constraints, Constraints(price_max=max_price)))
    found = recall(context.index, need, (), n=_FOUND)
    return () if found.relaxed else tuple(candidate.item for candidate in found.candidates)


def _own_answers(context: TurnContext, query: str) -> Sequence[Answer]:
    found = context.index.search_answers(context.index.query_vector(query), _ANSWERS, context.now.date())
    return tuple(answer for answer, _ in found)
