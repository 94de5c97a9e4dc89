"""The store's part that keeps what is remembered of shoppers. All calls block, as those of `serving.store` do."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from agent.memory.effects import opposed
from agent.memory.remembered import Proposal, Remembered
from retrieval.events import Event
from serving.database import translated
from serving.memory_tables import erased_events, memory, memory_switch
from serving.tables import events, shoppers

MOST = 200
"""Memories of one shopper; the oldest give way."""


class MemoryStore:
    """What is remembered of each shopper, in the store's own database. One shopper's is never another's.

    Raises:
        StoreError: from every method, when the database cannot do its work.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def recall(self, shopper_id: str) -> tuple[Remembered, ...]:
        """What counts in a turn, oldest first; nothing where the shopper has switched memory off."""
        with self._begin() as connection:
            return _items(connection, shopper_id) if _enabled(connection, shopper_id) else ()

    def items(self, shopper_id: str) -> tuple[Remembered, ...]:
        """All that is kept, oldest first, also while memory is off: what is kept can always be seen."""
        with self._begin() as connection:
            return _items(connection, shopper_id)

    def enabled(self, shopper_id: str) -> bool:
        with self._begin() as connection:
            return _enabled(connection, shopper_id)

    def switch(self, shopper_id: str, enabled: bool) -> None:
        """Switch memory on or off. Off keeps what there is and neither uses it nor adds to it."""
        with self._begin() as connection:
            _lock(connection, shopper_id)
            connection.execute(delete(memory_switch).where(memory_switch.c.shopper_id == shopper_id))
            connection.execute(insert(memory_switch).values(shopper_id=shopper_id, enabled=enabled))

    def remember(
        self, shopper_id: str, proposals: Sequence[Proposal], source_turn: str | None
    ) -> tuple[Remembered, ...]:
        """Keep what a turn stated, in place of what it says anew or contradicts; nothing where memory is off.

        Returns:
            what is kept of it now, in order; what was known word for word is not kept twice.
        """
        with self._begin() as connection:
            _lock(connection, shopper_id)
            if not _enabled(connection, shopper_id):
                return ()
            kept = []
            for proposal in proposals:
                known = _items(connection, shopper_id)
                _erase(connection, shopper_id, [each.memory_id for each in known if _gives_way(each, proposal)])
                kept.append(_add(connection, shopper_id, proposal, source_turn))
            surplus = _items(connection, shopper_id)[:-MOST]
            _erase(connection, shopper_id, [each.memory_id for each in surplus])
            return tuple(kept)

    def correct(self, shopper_id: str, memory_id: str, proposal: Proposal) -> Remembered | None:
        """Put other words in the place of a memory of this shopper; None if they have no such memory."""
        own = (memory.c.shopper_id == shopper_id) & (memory.c.memory_id == memory_id)
        changed = {"kind": proposal.kind, "text": proposal.text, "effect": dict(proposal.effect)}
        with self._begin() as connection:
            connection.execute(update(memory).where(own).values(changed))
            row = connection.execute(select(memory).where(own)).first()
            return _remembered(row) if row else None

    def forget(self, shopper_id: str, memory_ids: Sequence[str]) -> int:
        """Erase these memories of the shopper; how many there were."""
        with self._begin() as connection:
            return _erase(connection, shopper_id, memory_ids)

    def forget_all(self, shopper_id: str) -> int:
        """Erase all memories of the shopper; how many there were. The switch stays as it is."""
        with self._begin() as connection:
            return connection.execute(delete(memory).where(memory.c.shopper_id == shopper_id)).rowcount

    def erase_event(self, shopper_id: str, event_id: str) -> bool:
        """Erase one event of the shopper for good; False if they have no such event.

        A feed that brings it again does not bring it back.
        """
        own = (events.c.shopper_id == shopper_id) & (events.c.event_id == event_id)
        with self._begin() as connection:
            if not connection.execute(delete(events).where(own)).rowcount:
                return False
            mark = event_digest(event_id)
            connection.execute(delete(erased_events).where(erased_events.c.digest == mark))
            connection.execute(insert(erased_events).values(digest=mark))
            return True

    def has_event(self, shopper_id: str, event_id: str) -> bool:
        own = (events.c.shopper_id == shopper_id) & (events.c.event_id == event_id)
        with self._begin() as connection:
            return connection.execute(select(events.c.event_id).where(own)).first() is not None

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with translated(self._engine.url), self._engine.begin() as connection:
            yield connection


def event_digest(event_id: str) -> str:
    return hashlib.sha256(event_id.encode("utf-8", "surrogatepass")).hexdigest()


def not_erased(connection: Connection, chunk: Iterable[Event]) -> list[Event]:
    """The events that no shopper has erased."""
    marked = [(event_digest(event.event_id), event) for event in chunk]
    column = erased_events.c.digest
    gone = set(connection.execute(select(column).where(column.in_([mark for mark, _ in marked]))).scalars())
    return [event for mark, event in marked if mark not in gone]


def _lock(connection: Connection, shopper_id: str) -> None:
    """Let the writers of one shopper's memory wait for each other: their row is locked by writing to it."""
    own = shoppers.c.shopper_id == shopper_id
    connection.execute(update(shoppers).where(own).values(shopper_id=shopper_id))


def _enabled(connection: Connection, shopper_id: str) -> bool:
    query = select(memory_switch.c.enabled).where(memory_switch.c.shopper_id == shopper_id)
    found = connection.execute(query).scalar()
    return found is None or bool(found)


def _items(connection: Connection, shopper_id: str) -> tuple[Remembered, ...]:
    columns = memory.c
    query = select(memory).where(columns.shopper_id == shopper_id).order_by(columns.at, columns.memory_id)
    return tuple(_remembered(row) for row in connection.execute(query))


def _add(connection: Connection, shopper_id: str, proposal: Proposal, source_turn: str | None) -> Remembered:
    found = Remembered(
        memory_id=secrets.token_hex(16),
        kind=proposal.kind,
        text=proposal.text,
        effect=dict(proposal.effect),
        source_turn=source_turn,
        at=datetime.now(UTC),
    )
    connection.execute(insert(memory).values(shopper_id=shopper_id, **asdict(found)))
    return found


def _erase(connection: Connection, shopper_id: str, memory_ids: Sequence[str]) -> int:
    if not memory_ids:
        return 0
    own = (memory.c.shopper_id == shopper_id) & memory.c.memory_id.in_(list(memory_ids))
    return connection.execute(delete(memory).where(own)).rowcount


def _gives_way(known: Remembered, new: Proposal) -> bool:
    """Whether a memory is said anew or contradicted by what is stated now."""
    if not known.effect or not new.effect:
        return known.text.casefold() == new.text.casefold()
    return dict(known.effect) == dict(new.effect) or opposed(known.effect, new.effect)


def _remembered(row: Row[Any]) -> Remembered:
    return Remembered(row.memory_id, row.kind, row.text, row.effect, row.source_turn, row.at)
