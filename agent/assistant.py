"""What every front end talks to: one question in, one stream of typed events out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from agent.stream import TurnEvent


@dataclass(frozen=True, slots=True)
class Question:
    """What a shopper sent.

    ``shopper_id`` is who they proved to be, or None for a guest. ``language`` is the one asked for (a tag such as
    ``en-GB``), or None to go by the message. ``session_id`` is the conversation that it goes on from, as
    ``SessionStarted`` named it; None opens one. ``removed`` are parts of what is understood that the shopper takes off:
    each a ``name`` and, where there may be several of it, a ``value``; with them the message may be empty.
    ``region`` is where the shopper is, if that is known; a conversation keeps it until another is named.
    """

    message: str
    session_id: str | None = None
    shopper_id: str | None = None
    language: str | None = None
    removed: tuple[Mapping[str, str], ...] = ()
    region: str = ""


class Assistant(Protocol):
    """Answers questions; the local one runs the graph, a remote one reads the same events over HTTP."""

    def turn(self, question: Question) -> AsyncIterator[TurnEvent]:
        """The turn's events in order, ending with exactly one ``Done`` or ``Failed``."""
        ...
