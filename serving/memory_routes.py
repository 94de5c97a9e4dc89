"""GET, PATCH and DELETE /v1/memory: what is remembered of the calling shopper; to read, correct, switch off, erase."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from agent.memory.hearing import NOTE_LENGTH, Listener
from agent.memory.private import holds_secret
from agent.memory.remembered import Proposal, Remembered, has_effect
from agent.memory.words import MemoryWords, has_han
from agent.need.parse import Parser
from retrieval.catalogue import Catalogue
from retrieval.events import Event
from serving.bodies import Body, Text, is_blank
from serving.callers import Callers
from serving.limits import json_only
from serving.problems import Problem
from serving.services import Services

Token = Annotated[str, Field(max_length=1000)]


class SwitchBody(Body):
    enabled: bool | None = None
    shopper_token: Token | None = None


class CorrectionBody(Body):
    text: Text
    shopper_token: Token | None = None


class MemoryRoutes:
    """The routes. Another shopper's memory is as unknown as none; a guest has none."""

    def __init__(self, services: Services, callers: Callers) -> None:
        self._services = services
        self._callers = callers
        self._heard_by: tuple[Catalogue, Listener] | None = None

    def router(self) -> APIRouter:
        router = APIRouter(dependencies=[Depends(_unstored)])
        json = [Depends(json_only)]
        router.add_api_route("/memory", self.view)
        router.add_api_route("/memory", self.switch, methods=["PATCH"], dependencies=json)
        router.add_api_route("/memory", self.erase_all, methods=["DELETE"])
        router.add_api_route("/memory/{memory_id}", self.correct, methods=["PATCH"], dependencies=json)
        router.add_api_route("/memory/{memory_id}", self.erase, methods=["DELETE"])
        router.add_api_route("/memory/purchases/{event_id:path}", self.erase_purchase, methods=["DELETE"])
        return router

    async def view(self, request: Request) -> dict[str, Any]:
        """What is remembered, oldest first, and what was bought; all that is kept, also while memory is off."""
        return await self._view(await self._callers.shopper(request))

    async def switch(self, request: Request, body: SwitchBody) -> dict[str, Any]:
        """Switch memory on or off; the answer is the view."""
        shopper_id = await self._callers.shopper(request, body.shopper_token)
        if body.enabled is not None:
            await asyncio.to_thread(self._services.store.memory.switch, shopper_id, body.enabled)
        return await self._view(shopper_id)

    async def correct(self, request: Request, memory_id: str, body: CorrectionBody) -> dict[str, Any]:
        """Put other words in place of a memory. They are read anew; ``note`` says so where they have no effect."""
        shopper_id = await self._callers.shopper(request, body.shopper_token)
        proposal = self._read(body.text)
        memory = self._services.store.memory
        if not await asyncio.to_thread(memory.enabled, shopper_id):
            raise Problem(409, "Memory is switched off; switch it on first, or erase this.", slug="memory-off")
        found = await asyncio.to_thread(memory.correct, shopper_id, memory_id, proposal)
        if found is None:
            raise _unknown("memory")
        language = "zh" if has_han(found.text) else "en"
        note = None if has_effect(found.effect) else MemoryWords.read().say("no_effect", language)
        return {"item": _item(found), "note": note}

    async def erase(self, request: Request, memory_id: str) -> dict[str, int]:
        shopper_id = await self._callers.shopper(request)
        erased = await asyncio.to_thread(self._services.store.memory.forget, shopper_id, [memory_id])
        if not erased:
            raise _unknown("memory")
        return {"erased": erased, "purchases": 0}

    async def erase_all(self, request: Request, purchases: Annotated[bool, Query()] = False) -> dict[str, int]:
        """Erase all memories; with ``?purchases=true`` the purchases too."""
        shopper_id = await self._callers.shopper(request)
        bought = await self._purchases(shopper_id) if purchases else []
        gone = sum([await self._services.erase(shopper_id, event.event_id) for event in bought])
        return {
            "erased": await asyncio.to_thread(self._services.store.memory.forget_all, shopper_id),
            "purchases": gone,
        }

    async def erase_purchase(self, request: Request, event_id: str) -> dict[str, int]:
        """Erase a purchase from the history; the next turn ranks without it."""
        shopper_id = await self._callers.shopper(request)
        if all(event.event_id != event_id for event in await self._purchases(shopper_id)):
            raise _unknown("purchase")
        return {"erased": 0, "purchases": int(await self._services.erase(shopper_id, event_id))}

    async def _view(self, shopper_id: str) -> dict[str, Any]:
        memory = self._services.store.memory
        items = await asyncio.to_thread(memory.items, shopper_id)
        return {
            "enabled": await asyncio.to_thread(memory.enabled, shopper_id),
            "items": [_item(each) for each in items],
            "purchases": [_purchase(event, self._services.catalogue) for event in await self._purchases(shopper_id)],
        }

    async def _purchases(self, shopper_id: str) -> list[Event]:
        history = await asyncio.to_thread(self._services.store.history, shopper_id)
        return [event for event in history if event.kind == "purchase"]

    def _read(self, text: str) -> Proposal:
        reason = None
        if is_blank(text):
            reason = "it is empty; to erase a memory, DELETE it"
        elif len(text) > NOTE_LENGTH:
            reason = f"it has {len(text):,} characters; at most {NOTE_LENGTH} are kept"
        elif holds_secret(text):
            reason = "it looks like a secret, such as a card number or a password; those are never kept"
        if reason:
            raise Problem(422, f"text: {reason}.", errors=[{"field": "text", "reason": reason}])
        return self._listener().reread(text)

    def _listener(self) -> Listener:
        """The listener of the catalogue as it is now."""
        catalogue = self._services.catalogue
        if self._heard_by is None or self._heard_by[0] is not catalogue:
            self._heard_by = (catalogue, Listener(Parser(catalogue.vocabulary, catalogue.currency)))
        return self._heard_by[1]


async def _unstored(response: Response) -> None:
    """No cache on the way keeps what is personal."""
    response.headers["Cache-Control"] = "no-store"


def _unknown(what: str) -> Problem:
    return Problem(404, f"You have no such {what}.", slug=f"unknown-{what}")


def _item(each: Remembered) -> dict[str, Any]:
    return asdict(each) | {"at": each.at.isoformat(), "has_effect": has_effect(each.effect)}


def _purchase(event: Event, catalogue: Catalogue) -> dict[str, Any]:
    item = catalogue.get(event.item_id or "")
    return {
        "event_id": event.event_id,
        "item_id": event.item_id,
        "title": item.title if item else None,
        "rating": event.rating,
        "comment": event.comment,
        "at": event.at.isoformat(),
    }
