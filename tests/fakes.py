"""Stand-ins for the parts that are slow or need a model. They record what they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from agent.assistant import Question
from agent.local import Compared
from agent.stream import (
    Card,
    CardsReady,
    ClaimView,
    Done,
    EvidenceView,
    FactorView,
    MessageReady,
    NeedUnderstood,
    ReasonDelta,
    ReasonReady,
    SessionStarted,
    TurnEvent,
)
from retrieval.catalogue import Attribute, Catalogue, Item, Review
from retrieval.contrast import Change, WhyNot
from retrieval.events import Event
from retrieval.need import Need
from serving.services import (
    EventReceipt,
    IndexState,
    ModelState,
    RecommendRequest,
    RecommendResult,
    WhyNotRequest,
)
from serving.store import Store

BACKPACK = Item(
    item_id="outdoor-01",
    title="Fellbrook Tarn 28 backpack",
    description="A day pack for hills.",
    category="outdoor",
    price=89.0,
    currency="EUR",
    brand="Fellbrook",
    stock=14,
    url="/shop#outdoor-01",
    image="/shop/images/backpack.svg",
    attributes=(Attribute("type", "backpack"), Attribute("colour", "slate grey"), Attribute("weight", 780, "g")),
    reviews=(Review("outdoor-01-r1", 4, "Light on my shoulders.", "2026-05-14"),),
)
KETTLE = Item("kitchen-01", "Marlow Hush kettle", "Boils quietly.", "kitchen", 45.5, "EUR", brand="Marlow", stock=0)
PEN = Item("desk-01", "Inkwell Slim pen", "Writes.", "desk and office", 9.0, "EUR")

CARD = Card(
    item_id=BACKPACK.item_id,
    rank=1,
    title=BACKPACK.title,
    brand=BACKPACK.brand,
    price=BACKPACK.price,
    currency=BACKPACK.currency,
    url=BACKPACK.url,
    image=BACKPACK.image,
    score=1.5,
    factors=(FactorView("text", "matches what you asked for", 1.5),),
)
NEED = NeedUnderstood(intent="recommend", terms="light backpack", constraints={"price_max": 120}, language="en")
REASON = ReasonReady(
    item_id=BACKPACK.item_id,
    text="It weighs 780 g [A1].",
    claims=(ClaimView("It weighs 780 g", ("A1",)),),
    evidence=(EvidenceView("A1", "attribute", "weight: 780 g", BACKPACK.title),),
    state="generated",
)

Step: TypeAlias = TurnEvent | float | Exception
"""What a scripted turn does next: send an event, pause for so many seconds, or crash."""

TURN: tuple[Step, ...] = (
    SessionStarted(session_id="", turn_id=""),
    NEED,
    CardsReady((CARD,)),
    ReasonDelta(BACKPACK.item_id, "It weighs 780 g [A1]."),
    REASON,
    MessageReady("Is a rain cover important to you? ☂"),
    Done("", model_calls=1, prompt_tokens=300, completion_tokens=20, timings_ms={"cards": 40.0, "reasons": 900.0}),
)


class ScriptedAssistant:
    """Plays one script a turn, the last one again and again; turn ids are turn-1, turn-2 and so on.

    Empty session and turn ids in a script are filled in from the question.
    """

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self._scripts = list(scripts) or [TURN]
        self.questions: list[Question] = []
        self.cancelled = 0

    async def turn(self, question: Question) -> AsyncIterator[TurnEvent]:
        self.questions.append(question)
        turn_id = f"turn-{len(self.questions)}"
        for step in self._scripts[min(len(self.questions), len(self._scripts)) - 1]:
            match step:
                case Exception():
                    raise step
                case int() | float():
                    await self._pause(step)
                case SessionStarted(session_id=""):
                    yield SessionStarted(session_id=question.session_id or "no session", turn_id=turn_id)
                case Done(turn_id=""):
                    yield replace(step, turn_id=turn_id)
                case _:
                    yield step

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


class FakeServices:
    """A small shop with a real store and a scripted assistant."""

    def __init__(self, store: Store, assistant: ScriptedAssistant | None = None) -> None:
        self.store = store
        self.assistant = assistant or ScriptedAssistant()
        self.catalogue = Catalogue([BACKPACK, KETTLE, PEN])
        self.model: ModelState = "ready"
        self.index: IndexState = "ready"
        self.requests: list[RecommendRequest] = []
        self.asked: WhyNotRequest | None = None
        self.failure: Exception | None = None

    async def recommend(self, request: RecommendRequest) -> RecommendResult:
        self.requests.append(request)
        if self.failure:
            raise self.failure
        need = NEED if request.query else None
        return RecommendResult(need, (CARD,), (REASON,), "", {"cards": 40.0}, 1, 300, 20)

    async def why_not(self, request: WhyNotRequest) -> Compared:
        self.asked = request
        item = self.catalogue[request.item_id]
        found = WhyNot(item, 4, None, (), 0.0, (), (), Change("price", "price", 3, item.price, 10.0, item.currency))
        return Compared(found, Need("", ""), f"{item.title} came fourth.")

    async def record(self, events: Sequence[Event]) -> EventReceipt:
        if self.failure:
            raise self.failure
        accepted, duplicates = await asyncio.to_thread(self.store.add_events, events)
        unknown = sum(event.item_id is not None and event.item_id not in self.catalogue for event in events)
        return EventReceipt(accepted, duplicates, unknown)

    @property
    def ranked_by(self) -> str:
        return "by hand"

    async def erase(self, shopper_id: str, event_id: str) -> bool:
        if self.failure:
            raise self.failure
        return await asyncio.to_thread(self.store.memory.erase_event, shopper_id, event_id)

    def model_state(self) -> ModelState:
        return self.model

    def index_state(self) -> IndexState:
        return self.index
