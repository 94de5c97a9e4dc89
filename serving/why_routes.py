"""POST /v1/why_not: what kept an item from being shown in a turn, and the smallest change that would bring it in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from retrieval.need_codec import need_of
from serving.bodies import WhyNotBody
from serving.problems import Problem
from serving.services import Services, WhyNotRequest
from serving.views import why_view

Caller = Callable[[str | None], Awaitable[str | None]]
"""The shopper that a token proves."""


class WhyRoutes:
    """Answers from the turn that is named; another's turn is as unknown as none."""

    def __init__(self, services: Services, caller: Caller) -> None:
        self._services = services
        self._caller = caller

    async def why_not(self, body: WhyNotBody) -> dict[str, Any]:
        shopper_id = await self._caller(body.shopper_token)
        store = self._services.store
        turn = await asyncio.to_thread(store.turn, body.turn_id)
        session = await asyncio.to_thread(store.session, turn.session_id) if turn else None
        if turn is None or session is None or session.shopper_id != shopper_id:
            raise Problem(404, "There is no such turn of this caller.", slug="unknown-turn")
        if not turn.suggestions:
            raise Problem(409, "That turn suggested nothing, so nothing was ranked.", slug="nothing-ranked")
        if turn.need is None or not turn.need.whole:
            raise Problem(409, "That turn was stored without what was asked for; ask again.", slug="nothing-ranked")
        request = WhyNotRequest(need_of(turn.need.whole), body.item_id, len(turn.suggestions), shopper_id)
        try:
            compared = await self._services.why_not(request)
        except KeyError as error:
            raise Problem(404, "There is no such item in the catalogue.", slug="unknown-item") from error
        return {"turn_id": turn.turn_id} | why_view(compared)
