"""What the browser tests look at: a scripted assistant that waits, and data that would run if it were let."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.stream import CardsReady, Done, EvidenceView, MessageReady, ReasonDelta, SessionStarted
from serving.store import Store
from tests.fakes import CARD, NEED, REASON, FakeServices, ScriptedAssistant, Step

HOSTILE = 'Tarn <img src=x onerror="window.hacked=1"> 28'
SNIPPET = "Light on my shoulders after two days."
WAIT = 0.01


def hostile_turn() -> tuple[Step, ...]:
    card = replace(CARD, title=f"Fellbrook {HOSTILE}")
    review = EvidenceView("R1", "review", f"{SNIPPET} {HOSTILE}", "review of 14 May 2026")
    reason = replace(REASON, text=f"It weighs 780 g [A1]. {HOSTILE} [R1].", evidence=(*REASON.evidence, review))
    return (
        SessionStarted("", ""),
        NEED,
        CardsReady((card,)),
        WAIT,
        ReasonDelta(CARD.item_id, "It weighs 780 g [A1]."),
        reason,
        MessageReady("Is a rain cover important to you? ☂"),
        Done("", 1, 300, 20),
    )


class HeldAssistant(ScriptedAssistant):
    """Every pause in the script lasts until the test lets go."""

    def __init__(self, *scripts: Sequence[Step]) -> None:
        super().__init__(*(scripts or (hostile_turn(),)))
        self.go = threading.Event()

    async def _pause(self, seconds: float) -> None:
        try:
            while not self.go.is_set():
                await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


@dataclass
class Site:
    address: str
    assistant: HeldAssistant
    services: FakeServices
    store: Store
