"""Who calls: the shopper that a token proves."""

from __future__ import annotations

import asyncio

from fastapi import Request

from serving.identity import Identity, InvalidToken
from serving.problems import Problem
from serving.services import Services

_SCHEME = "bearer "


class Callers:
    """Reads shopper tokens and knows whom they stand for."""

    def __init__(self, services: Services, identity: Identity) -> None:
        self._services = services
        self._identity = identity

    async def caller(self, token: str | None) -> str | None:
        """The shopper that the token proves, or None for a guest.

        Raises:
            Problem: 401, the token proves nobody.
        """
        if not token:
            return None
        try:
            shopper_id = self._identity.shopper(token)
        except InvalidToken as exc:
            raise _unproved(str(exc), "invalid-token") from exc
        if await asyncio.to_thread(self._services.store.shopper, shopper_id) is None:
            raise _unproved("The shopper of this token is not known any more.", "invalid-token")
        return shopper_id

    async def shopper(self, request: Request, token: str | None = None) -> str:
        """The shopper that a request proves by its Authorization header, or else by a token in its body.

        Raises:
            Problem: 401, also for a guest.
        """
        given = request.headers.get("authorization", "")
        if given.lower().startswith(_SCHEME):
            token = given[len(_SCHEME) :].strip()
        shopper_id = await self.caller(token)
        if shopper_id is None:
            raise _unproved("Send the shopper's token: Authorization: Bearer TOKEN. A guest has no memory.", None)
        return shopper_id


def _unproved(detail: str, slug: str | None) -> Problem:
    return Problem(401, detail, slug=slug, headers={"WWW-Authenticate": "Bearer"})
