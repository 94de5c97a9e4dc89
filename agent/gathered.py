"""A turn's stream as one value, for those who want its outcome and not its course."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from agent.shop.tools_used import ToolsUsed
from agent.stream import (
    Card,
    CardsReady,
    ComparisonReady,
    Done,
    Failed,
    MessageDelta,
    MessageReady,
    NeedUnderstood,
    ReasonReady,
    SessionStarted,
    TurnEvent,
)


@dataclass(slots=True)
class Gathered:
    """What a turn has brought so far. It is over once ``done`` or ``failed`` is there."""

    session: SessionStarted | None = None
    need: NeedUnderstood | None = None
    cards: tuple[Card, ...] = ()
    comparison: ComparisonReady | None = None
    reasons: dict[str, ReasonReady] = field(default_factory=dict)
    """By item id."""
    tools: ToolsUsed | None = None
    message: MessageReady = field(default_factory=lambda: MessageReady(""))
    done: Done | None = None
    failed: Failed | None = None

    def add(self, event: TurnEvent) -> None:
        match event:
            case SessionStarted():
                self.session = event
            case NeedUnderstood():
                self.need = event
            case ComparisonReady():
                self.comparison = event
            case CardsReady():
                self.cards = event.suggestions
            case ReasonReady():
                self.reasons[event.item_id] = event
            case ToolsUsed():
                self.tools = event
            case MessageDelta():
                self.message = MessageReady(self.message.text + event.text)
            case MessageReady():
                self.message = event
            case Done():
                self.done = event
            case Failed():
                self.failed = event


async def gather(events: AsyncIterator[TurnEvent]) -> Gathered:
    """The whole stream."""
    gathered = Gathered()
    async for event in events:
        gathered.add(event)
    return gathered
