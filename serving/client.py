"""The assistant of a Because that runs elsewhere: the same stream of events, read over HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx

from agent.assistant import Question
from agent.stream import Failed, TurnEvent, from_wire

TIMEOUT = httpx.Timeout(60.0, connect=2.0)


class RemoteAssistant:
    """Asks the server at an address; ``token`` says on whose behalf."""

    def __init__(self, address: str, *, token: str | None = None) -> None:
        self.address = address
        self._token = token

    async def turn(self, question: Question) -> AsyncIterator[TurnEvent]:
        body = {"message": question.message, "session_id": question.session_id, "shopper_token": self._token}
        async with (
            httpx.AsyncClient(base_url=self.address, timeout=TIMEOUT, trust_env=False) as client,
            client.stream("POST", "/v1/chat", json={k: v for k, v in body.items() if v}) as response,
        ):
            if not response.is_success:
                yield Failed("refused", problem_detail(await response.aread()))
                return
            name = ""
            async for line in response.aiter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    yield from_wire(name, json.loads(line.removeprefix("data: ")))


def answering(address: str) -> bool:
    """Whether a Because answers at this address."""
    try:
        response = httpx.get(f"{address}/readyz", timeout=1.0, trust_env=False)
    except httpx.HTTPError:
        return False
    declared: str = response.headers.get("content-type", "")
    return declared.startswith("application/json")


def demo_token(address: str, shopper_id: str) -> str | None:
    """The token of a demo shopper, or None if there is no such one."""
    shoppers = httpx.get(f"{address}/v1/demo/shoppers", timeout=TIMEOUT, trust_env=False).raise_for_status().json()
    return next((s["token"] for s in shoppers if s["shopper_id"] == shopper_id), None)


def recommend(address: str, body: dict[str, Any]) -> dict[str, Any]:
    """What /v1/recommend answers.

    Raises:
        ValueError: it refuses; the message is the problem's detail.
    """
    response = httpx.post(f"{address}/v1/recommend", json=body, timeout=TIMEOUT, trust_env=False)
    if not response.is_success:
        raise ValueError(problem_detail(response.content))
    found: dict[str, Any] = response.json()
    return found


def problem_detail(body: bytes) -> str:
    """The detail of a problem+json body, or the body itself."""
    try:
        problem = json.loads(body)
    except json.JSONDecodeError:
        return body.decode(errors="replace")[:200]
    return str(problem.get("detail") or problem.get("title"))
