"""Recall where several things are wanted side by side: each is looked for by itself."""

from __future__ import annotations

import asyncio
from typing import cast

from agent.abilities.node import Node, history, timed
from agent.items.side_by_side import Part, sought, together
from agent.state import TurnState
from retrieval.history import Trace
from retrieval.need import Need
from retrieval.recall import Recalled, recall


async def find_each(state: TurnState, runtime: Node, *, most: int) -> TurnState:
    """Need and history -> candidates for each of the things that are wanted side by side.

    Args:
        most: candidates of each.
    """
    context, need = runtime.context, state["need"]

    def work() -> tuple[tuple[Trace, ...], tuple[Part, ...]]:
        done = history(state, runtime)
        likely = context.ranker.taste.likely(context.index, done)

        def search(wanted: Need) -> Recalled:
            return recall(context.index, wanted, done, n=most, likely=likely)

        each = zip(need.parts, context.parser.parts(need), strict=True)
        return done, tuple(sought(said, wanted, search) for said, wanted in each)

    with timed() as spent:
        done, parts = await asyncio.to_thread(work)
    found = {"parts": parts, "recalled": together(parts, need)}
    return cast(TurnState, {"history": done, "timings": {"recall": spent()}} | found)
