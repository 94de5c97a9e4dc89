"""Server-sent events: the turn's stream as bytes on the wire."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from starlette.responses import StreamingResponse
from starlette.types import Send

from agent.stream import TurnEvent, wire

HEARTBEAT_SECONDS = 10.0
_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\u0085\u2028\u2029"}
HEARTBEAT = b": waiting\n\n"
"""A comment: clients skip it, but proxies see that the connection lives."""


def frame(event: TurnEvent) -> bytes:
    """One event. ``data`` is always one line: JSON escapes line feeds, and this the line ends that only some know."""
    data = json.dumps(wire(event), ensure_ascii=False).translate(_LINE_ENDS)
    return f"event: {event.name}\ndata: {data}\n\n".encode()


async def frames(events: AsyncGenerator[TurnEvent | None, None]) -> AsyncIterator[bytes]:
    """The stream's events; None, which stands for a time of silence, becomes a heartbeat."""
    async with aclosing(events):
        async for event in events:
            yield HEARTBEAT if event is None else frame(event)


class EventStream(StreamingResponse):
    """A stream that is never cached or held back, and whose source is closed as soon as the client is gone."""

    def __init__(self, events: AsyncGenerator[TurnEvent | None, None]) -> None:
        headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
        self._frames = frames(events)
        super().__init__(self._frames, headers=headers, media_type="text/event-stream")

    async def stream_response(self, send: Send) -> None:
        async with aclosing(self._frames):  # type: ignore[type-var]
            await super().stream_response(send)
