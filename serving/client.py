"""The assistant of a Because that runs elsewhere: the same stream of events, read over HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any
from urllib.parse import quote

import httpx

from agent.assistant import Question
from agent.stream import Done, Failed, TurnEvent, from_wire
from serving.errors import ServingError

TIMEOUT = httpx.Timeout(60.0, connect=2.0)
_STATE_KEYS = frozenset({"index", "model", "degraded", "items"})
"""What /readyz says in any state, and no other program's answer has all of."""


class ServerUnreachable(ServingError):
    """The Because at an address does not answer, or not as it should."""


class RemoteAssistant:
    """Asks the server at an address; ``token`` says on whose behalf."""

    def __init__(self, address: str, *, token: str | None = None) -> None:
        self.address = address
        self._token = token

    async def turn(self, question: Question) -> AsyncIterator[TurnEvent]:
        """The server's events."""
        try:
            async with aclosing(self._events(question)) as events:
                async for event in events:
                    yield event
                    if isinstance(event, Done | Failed):
                        return
        except httpx.HTTPError as error:
            yield Failed("unreachable", _unreachable(self.address, error))
            return
        yield Failed("unreachable", f"The answer of Because at {self.address} broke off; ask again.")

    async def _events(self, question: Question) -> AsyncGenerator[TurnEvent, None]:
        body = {
            "message": question.message,
            "session_id": question.session_id,
            "shopper_token": self._token,
            "language": question.language,
            "region": question.region or None,
            "remove": [dict(part) for part in question.removed],
        }
        async with (
            httpx.AsyncClient(base_url=self.address, timeout=TIMEOUT, trust_env=False) as client,
            client.stream("POST", "/v1/chat", json={k: v for k, v in body.items() if v or k == "message"}) as response,
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
    """Whether a Because answers at this address, be it ready or not yet."""
    try:
        response = httpx.get(f"{address}/readyz", timeout=1.0, trust_env=False)
        state = response.json()
    except (httpx.HTTPError, ValueError):
        return False
    states = response.is_success or response.status_code == 503
    return states and isinstance(state, dict) and state.keys() >= _STATE_KEYS


def demo_token(address: str, shopper_id: str) -> str | None:
    """The token of a demo shopper, or None if there is no such one.

    Raises:
        ServerUnreachable: the server does not answer as it should.
    """
    shoppers = _read(address, "/v1/demo/shoppers")
    return next((s["token"] for s in shoppers if s["shopper_id"] == shopper_id), None)


def item(address: str, item_id: str) -> dict[str, Any]:
    """What /v1/items/{item_id} says.

    Raises:
        ServerUnreachable: the server does not answer as it should, or has no such item.
    """
    found: dict[str, Any] = _read(address, f"/v1/items/{quote(item_id, safe='')}")
    return found


def recommend(address: str, body: dict[str, Any]) -> dict[str, Any]:
    """What /v1/recommend answers.

    Raises:
        ServerUnreachable: it does not answer.
        ValueError: it refuses; the message is the problem's detail.
    """
    response = _request("POST", address, "/v1/recommend", body)
    if not response.is_success:
        raise ValueError(problem_detail(response.content))
    found: dict[str, Any] = response.json()
    return found


def problem_detail(body: bytes) -> str:
    """The detail of a problem+json body, or the body itself."""
    try:
        problem = json.loads(body)
    except ValueError:
        return body.decode(errors="replace")[:200]
    if not isinstance(problem, dict):
        return str(problem)[:200]
    return str(problem.get("detail") or problem.get("title"))


def _read(address: str, path: str) -> Any:
    response = _request("GET", address, path)
    if not response.is_success:
        detail = problem_detail(response.content)
        raise ServerUnreachable(f"Because at {address} answers {response.status_code} to {path}: {detail}")
    return response.json()


def _request(method: str, address: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
    try:
        return httpx.request(method, f"{address}{path}", json=body, timeout=TIMEOUT, trust_env=False)
    except httpx.HTTPError as error:
        raise ServerUnreachable(_unreachable(address, error)) from error


def _unreachable(address: str, error: httpx.HTTPError) -> str:
    """One line; httpx's own words may be several, or none."""
    why = " ".join(str(error).split()) or type(error).__name__
    return f"Because at {address} does not answer ({why}); look whether it still runs there, then try again."
