"""What the nodes of the graph have in common: emitting events, saying a message, timing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from langgraph.runtime import Runtime

from agent import views
from agent.state import TurnContext, TurnState
from agent.stream import MessageReady, ReasonState, TurnEvent
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.evidence import Evidence
from retrieval.history import Trace

Node: TypeAlias = Runtime[TurnContext]


def emit(runtime: Node, event: TurnEvent) -> None:
    runtime.stream_writer(event)


def say(
    runtime: Node,
    text: str,
    evidence: tuple[Evidence, ...] = (),
    *,
    state: TurnState | None = None,
    failed: bool = False,
    how: ReasonState | None = None,
) -> TurnState:
    """Send the reply's message; what the memory has to say stands before it."""
    attended = state.get("attended") if state else None
    said = " ".join(part for part in (attended.said if attended else "", text) if part)
    message = MessageReady(said, tuple(map(views.evidence, evidence)), how)
    emit(runtime, message)
    return {"message": message, "failed": failed}


def texts(state: TurnState) -> Texts:
    return Texts.of(state["need"].language)


def items(runtime: Node, ids: tuple[str, ...]) -> tuple[Item, ...]:
    """The items of these ids that the catalogue still has."""
    catalogue = runtime.context.index.catalogue
    return tuple(catalogue[item_id] for item_id in ids if item_id in catalogue)


def history(state: TurnState, runtime: Node) -> tuple[Trace, ...]:
    """The history that counts: one that was passed, or the asking shopper's own. Blocks."""
    context, shopper_id = runtime.context, state["question"].shopper_id
    if context.history is not None:
        return tuple(context.history)
    return context.index.history(shopper_id) if shopper_id is not None else ()


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    start = time.perf_counter()
    yield lambda: round((time.perf_counter() - start) * 1000, 1)
