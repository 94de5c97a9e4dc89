"""Running a turn for a caller: whose session it is, when it must end, and what is kept of it.

The API and the page both go through here, so that every turn is bounded, counted and stored, however it ends.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

from agent.assistant import Assistant, Question
from agent.gathered import Gathered
from agent.stream import Done, Failed, SessionStarted, TurnEvent
from serving.database import StoreError
from serving.metrics import Metrics
from serving.problems import UnknownSession
from serving.services import Services
from serving.settings import Settings
from serving.store import StoredSuggestion, TurnRecord

logger = logging.getLogger(__name__)

SAVE_SECONDS = 1.0
"""How long the last event waits for the turn to be stored, so that the next question finds it."""


class Turns:
    """Runs questions through the assistant."""

    def __init__(self, services: Services, settings: Settings, metrics: Metrics) -> None:
        self._services = services
        self.deadline = settings.turn_deadline
        """Seconds that a turn may take."""
        self._metrics = metrics
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, question: Question) -> Question:
        """The question with its session: a new one, or the one it names if that is the asker's own.

        Raises:
            UnknownSession: there is no such session, or another shopper (or a guest) opened it.
        """
        store = self._services.store
        if question.session_id is None:
            session_id = await asyncio.to_thread(store.open_session, question.shopper_id)
            return replace(question, session_id=session_id)
        session = await asyncio.to_thread(store.session, question.session_id)
        if session is None or session.shopper_id != question.shopper_id:
            raise UnknownSession(f"No session {question.session_id} for this caller.")
        return question

    async def run(self, question: Question) -> AsyncGenerator[TurnEvent, None]:
        """`open`, then `stream`: the whole turn for a caller in this process."""
        async with aclosing(self.stream(await self.open(question))) as events:
            async for event in events:
                if event is not None:
                    yield event

    async def stream(self, question: Question, *, beat: float | None = None) -> AsyncGenerator[TurnEvent | None, None]:
        """The turn of a question that `open` returned: SessionStarted first, exactly one Done or Failed last.

        It ends by the deadline whatever the assistant does. Closing it early cancels the turn. The turn is stored
        in each case. None is sent whenever nothing came for ``beat`` seconds.
        """
        ends_at = asyncio.get_running_loop().time() + self.deadline
        record = _Recorder(question)
        queue: asyncio.Queue[TurnEvent | None] = asyncio.Queue()
        pump = self._start(_pump(self._services.assistant, question, queue))
        pump.add_done_callback(lambda _: queue.put_nowait(None))
        started = False
        try:
            while record.state is None:
                event = await self._next(queue, pump, ends_at, beat, record.turn_id)
                if event is None:
                    yield None
                    continue
                record.add(event)
                if not started and not isinstance(event, SessionStarted):
                    yield SessionStarted(session_id=record.session_id, turn_id=record.turn_id)
                started = True
                if record.state is not None:
                    await self._finish(record)
                yield event
        finally:
            pump.cancel()
            if record.state is None:
                record.cancelled = True
                self._start(self._save(record))

    async def drain(self) -> None:
        """Wait until everything that still runs, such as the storing of cancelled turns, is over."""
        while self._tasks:
            await asyncio.wait(self._tasks, timeout=SAVE_SECONDS)

    async def _next(
        self,
        queue: asyncio.Queue[TurnEvent | None],
        pump: asyncio.Task[None],
        ends_at: float,
        beat: float | None,
        turn_id: str,
    ) -> TurnEvent | None:
        """What comes next; Failed when the time is up or the assistant stopped without an end; None for silence."""
        now = asyncio.get_running_loop().time()
        wait_until = ends_at if beat is None else min(ends_at, now + beat)
        try:
            # A queue that is never empty would never be interrupted: hence the look at the clock as well.
            if now >= ends_at:
                raise TimeoutError
            async with asyncio.timeout_at(wait_until):
                event = await queue.get()
        except TimeoutError:
            if wait_until < ends_at:
                return None
            logger.warning("turn %s ended by its deadline of %g s", turn_id, self.deadline)
            return Failed(code="deadline", message="This took too long. Please try again.")
        if event is None:
            crash = None if pump.cancelled() else pump.exception()
            logger.error("turn %s ended without an end", turn_id, exc_info=crash)
            return Failed(code="internal", message="Something went wrong on our side. Please try again.")
        return event

    async def _finish(self, record: _Recorder) -> None:
        await asyncio.wait({self._start(self._save(record))}, timeout=SAVE_SECONDS)

    async def _save(self, record: _Recorder) -> None:
        """Count and store the turn. The shopper has had the answer already, so a store that fails is only logged."""
        turn = record.turn()
        self._metrics.turn(turn)
        try:
            await asyncio.to_thread(self._services.store.save_turn, turn)
        except StoreError as exc:
            logger.error("turn %s was not stored: %s", turn.turn_id, exc)

    def _start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """A task that is held until it ends; the event loop alone would let it be collected."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _pump(assistant: Assistant, question: Question, queue: asyncio.Queue[TurnEvent | None]) -> None:
    """Run the assistant's turn in one task of its own: its parts may not move between tasks."""
    stream = assistant.turn(question)
    try:
        async for event in stream:
            queue.put_nowait(event)
            if isinstance(event, Done | Failed):
                break
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()


class _Recorder:
    """Gathers a turn's events into what is stored of it."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._created = datetime.now(UTC)
        self._fallback_id = secrets.token_hex(16)
        self._gathered = Gathered()
        self.cancelled = False

    @property
    def turn_id(self) -> str:
        return self._gathered.session.turn_id if self._gathered.session else self._fallback_id

    @property
    def session_id(self) -> str:
        return self._question.session_id or ""

    @property
    def state(self) -> str | None:
        """How the turn ended, once it has."""
        if self._gathered.failed:
            return self._gathered.failed.code
        return "done" if self._gathered.done else "cancelled" if self.cancelled else None

    def add(self, event: TurnEvent) -> None:
        self._gathered.add(event)

    def turn(self) -> TurnRecord:
        found = self._gathered
        done = found.done or Done("", 0, 0, 0)
        cards = tuple(
            StoredSuggestion(card.item_id, card.rank, card.score, card.factors, card.propensity) for card in found.cards
        )
        return TurnRecord(
            turn_id=self.turn_id,
            session_id=self.session_id,
            question=self._question.message,
            created=self._created,
            state=self.state or "cancelled",
            need=found.need,
            suggestions=cards,
            reasons=tuple(found.reasons.values()),
            message=found.message.text,
            message_evidence=found.message.evidence,
            answer_state=found.message.state,
            timings_ms=done.timings_ms,
            model_calls=done.model_calls,
            prompt_tokens=done.prompt_tokens,
            completion_tokens=done.completion_tokens,
            tools=found.tools,
        )
