"""Talking to an API that runs in the test's own process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from serving.identity import Identity
from tests.fakes import FakeServices, ScriptedAssistant, Step


@dataclass
class Shop:
    """A running API and what stands behind it."""

    app: FastAPI
    client: httpx.AsyncClient
    services: FakeServices
    identity: Identity

    def plays(self, *scripts: tuple[Step, ...]) -> None:
        self.services.assistant = ScriptedAssistant(*scripts)

    def hurries(self) -> None:
        """Turns end by a deadline that a test can wait for."""
        self.app.state.turns.deadline = 0.2

    async def chat(self, message: str = "a light backpack", **fields: Any) -> httpx.Response:
        return await self.client.post("/v1/chat", json={"message": message, **fields})

    async def events(self, message: str = "a light backpack", **fields: Any) -> list[tuple[str, Any]]:
        response = await self.chat(message, **fields)
        assert response.status_code == 200, response.text
        return parse(response.text)


def parse(stream: str) -> list[tuple[str, Any]]:
    """The typed events of a stream; comments are skipped."""
    events = []
    for block in stream.removesuffix("\n\n").split("\n\n"):
        if not block.startswith(":"):
            name, data = block.split("\n")
            events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return events


def is_problem(response: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["type"] == f"urn:because:problem:{slug}"
    assert body["status"] == status and body["title"] and body["detail"]
    assert "Traceback" not in response.text
    return body


def row(number: int, **fields: Any) -> dict[str, Any]:
    """An event as it is sent, ``number`` minutes after noon."""
    moment = (datetime(2026, 5, 14, 12, tzinfo=UTC) + timedelta(minutes=number)).isoformat()
    return {
        "event_id": f"e{number}",
        "shopper_id": "ana",
        "item_id": "outdoor-01",
        "kind": "view",
        "at": moment,
    } | fields
