"""The turn as a LangGraph graph: understand -> the ability that answers -> keep what the conversation has come to."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.abilities import desk, products, suggest, talk
from agent.abilities.assisted import assisted
from agent.dialogue import Dialogue, Said
from agent.state import ReasonTask, TurnContext, TurnState
from agent.understanding import understand

ANSWERS = {
    "compare": products.compare,
    "product_question": products.explain,
    "which": products.which,
    "why_this": products.why_this,
    "why_not": products.why_not,
    "support": assisted(desk.support),
    "orders": assisted(desk.orders),
    "coupon": assisted(desk.coupons),
    "stock": assisted(desk.stock),
    "leave": assisted(desk.leave),
    "remember": talk.remember,
    "talk": talk.talk,
    "ask_back": suggest.ask_back,
}
"""Abilities that answer in one node, by route; suggestions take several."""


def build_graph(saver: BaseCheckpointSaver[Any] | None = None) -> CompiledStateGraph[Any, Any, Any, Any]:
    """The compiled graph of one turn; events leave it as the custom stream.

    Args:
        saver: where conversations are kept between turns, by thread; None keeps none.
    """
    graph = StateGraph(TurnState, context_schema=TurnContext)
    graph.add_node("understand", understand)
    graph.add_node("find", suggest.find)
    graph.add_node("rank", suggest.rank)
    graph.add_node("reason", suggest.reason, input_schema=ReasonTask)
    graph.add_node("close", suggest.close)
    graph.add_node("keep", keep)
    for name, ability in ANSWERS.items():
        graph.add_node(name, ability)
        graph.add_edge(name, "keep")
    graph.add_edge(START, "understand")
    graph.add_conditional_edges("understand", lambda state: state["route"], ["find", *ANSWERS])
    graph.add_edge("find", "rank")
    graph.add_conditional_edges("rank", suggest.fan_out, ["reason", "close"])
    graph.add_edge("reason", "close")
    graph.add_edge("close", "keep")
    graph.add_edge("keep", END)
    return graph.compile(checkpointer=saver)


async def keep(state: TurnState) -> TurnState:
    """The conversation with this turn; the only thing that outlives it."""
    before = Dialogue.of(state.get("dialogue"))
    suggestions = tuple(s.item.item_id for s in state.get("suggestions", ()))
    said = Said(state["question"].message, state["message"].text, state["intent"], suggestions)
    after = before.after(
        said,
        failed=state.get("failed", False),
        clarified=state.get("asked_back", False),
        about=suggestions[:1] if suggestions else state.get("about", ()),
        region=state["question"].region,
    )
    if state["route"] in {"find", "ask_back"}:
        after = after.wanting(state["stated"], suggestions)
    after = after.holding(state["attended"].for_now, state["question"].removed)
    if state["route"] == "which":
        after = after.between(state["meant"])
    return {"dialogue": after.as_json()}
