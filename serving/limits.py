"""What holds for every request and response: how much is read, and what browsers are told."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.problems import Problem

BODY_BYTES = 256 * 1024
"""Largest body that the API reads; a thousand events with comments fit well."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""Nothing here forbids frames: a shop may embed the page."""


class SecurityHeaders:
    """Adds the headers above where the application sets none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class BodyLimit:
    """Stops reading a body that is too large, whether or not its length was declared."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > BODY_BYTES:
                # Closing spares reading the rest of a body that nobody wants.
                raise Problem(
                    413, f"The body is larger than {BODY_BYTES // 1024} KB; send less.", headers={"Connection": "close"}
                )
            return message

        await self._app(scope, limited if scope["type"] == "http" else receive, send)


async def json_only(request: Request) -> None:
    """Refuse a body that is not declared as JSON; this also keeps other sites' plain forms out.

    Raises:
        Problem: 415.
    """
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared != "application/json" and not (declared.startswith("application/") and declared.endswith("+json")):
        raise Problem(415, "Send JSON with the header Content-Type: application/json.")
