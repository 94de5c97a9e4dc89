"""The store: shoppers, what they did, and every turn with the evidence it rested on.

SQLite by default; PostgreSQL by another address. All calls block: from async code go through ``asyncio.to_thread``.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Row, Table, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from retrieval.events import Event, Shopper
from serving import tables
from serving.database import StoreError, open_database, translated
from serving.memory import MemoryStore, not_erased
from serving.turn_rows import StoredSuggestion, TurnRecord, read_turn, rows_of

__all__ = ["Session", "Store", "StoreError", "StoredSuggestion", "TurnRecord"]

T = TypeVar("T")
CHUNK = 500
"""Rows in one statement; both databases limit how many values a statement may bind."""


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation and who opened it: a shopper, or a guest (None)."""

    session_id: str
    shopper_id: str | None
    created: datetime


class Store:
    """Opens the database at ``address`` (a SQLAlchemy address) and makes its tables where they are missing.

    Raises:
        StoreError: from every method, when the database cannot do its work; one line that says what to do.
    """

    def __init__(self, address: str) -> None:
        self._engine = open_database(address)
        self.memory = MemoryStore(self._engine)

    @property
    def engine(self) -> Engine:
        """For those who keep further tables in the same database."""
        return self._engine

    def close(self) -> None:
        self._engine.dispose()

    def ping(self) -> None:
        """Raise StoreError unless the database answers."""
        with self._begin() as connection:
            connection.execute(select(1))

    # Shoppers and events

    def add_shoppers(self, shoppers: Iterable[Shopper]) -> int:
        """Add shoppers, or update those that are known; returns how many were given."""
        rows = [asdict(shopper) for shopper in shoppers]
        with self._begin() as connection:
            for chunk in _chunks(rows):
                statement = self._insert(tables.shoppers).values(chunk)
                update = {name: statement.excluded[name] for name in ("name", "about", "demo")}
                connection.execute(statement.on_conflict_do_update(index_elements=["shopper_id"], set_=update))
        return len(rows)

    def shoppers(self, demo_only: bool = False) -> tuple[Shopper, ...]:
        """All shoppers, or those of the demo, by id."""
        query = select(tables.shoppers).order_by(tables.shoppers.c.shopper_id)
        if demo_only:
            query = query.where(tables.shoppers.c.demo)
        with self._begin() as connection:
            return tuple(_shopper(row) for row in connection.execute(query))

    def shopper(self, shopper_id: str) -> Shopper | None:
        query = select(tables.shoppers).where(tables.shoppers.c.shopper_id == shopper_id)
        with self._begin() as connection:
            row = connection.execute(query).first()
        return _shopper(row) if row else None

    def event_counts(self) -> dict[str, int]:
        """How many events each shopper has, for those who have any."""
        column = tables.events.c.shopper_id
        with self._begin() as connection:
            rows = connection.execute(select(column, func.count()).group_by(column))
            return {row[0]: row[1] for row in rows}

    def add_events(self, events: Sequence[Event]) -> tuple[int, int]:
        """Add the events whose id is not known yet, and the shoppers they name.

        Returns:
            how many were new, and how many were known already (or came twice); a known event is left as it is, and one
            that its shopper has erased stays erased.
        """
        # Sorted, so that two writers never wait for each other's shoppers in a circle.
        named = sorted({each.shopper_id for each in events})
        shoppers = [{"shopper_id": each, "name": each, "about": "", "demo": False} for each in named]
        new = 0
        with self._begin() as connection:
            for chunk in _chunks(shoppers):
                connection.execute(self._insert(tables.shoppers).values(chunk).on_conflict_do_nothing())
            for given in _chunks(sorted(events, key=lambda e: e.event_id)):
                if not (chunk := [asdict(event) for event in not_erased(connection, given)]):
                    continue
                statement = self._insert(tables.events).values(chunk).on_conflict_do_nothing()
                new += len(connection.execute(statement.returning(tables.events.c.event_id)).all())
        return new, len(events) - new

    def kept(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """Those of the events that are stored under their id for their shopper: an id belongs to whom it was first."""
        columns = tables.events.c
        owners: dict[str, str] = {}
        with self._begin() as connection:
            for chunk in _chunks([{"event_id": event.event_id} for event in events]):
                query = select(columns.event_id, columns.shopper_id)
                found = connection.execute(query.where(columns.event_id.in_([row["event_id"] for row in chunk])))
                owners |= {row.event_id: row.shopper_id for row in found}
        return tuple(event for event in events if owners.get(event.event_id) == event.shopper_id)

    def history(self, shopper_id: str, limit: int | None = None) -> tuple[Event, ...]:
        """The shopper's latest events, oldest first; ``limit`` None means all."""
        columns = tables.events.c
        query = select(tables.events).where(columns.shopper_id == shopper_id)
        query = query.order_by(columns.at.desc(), columns.event_id.desc()).limit(limit)
        with self._begin() as connection:
            rows = connection.execute(query).all()
        return tuple(Event(**row._mapping) for row in reversed(rows))

    def forget(self, shopper_id: str) -> bool:
        """Erase the shopper with all events, sessions, turns and memories; False if there was no such shopper."""
        with self._begin() as connection:
            found = connection.execute(delete(tables.shoppers).where(tables.shoppers.c.shopper_id == shopper_id))
            return found.rowcount > 0

    # Sessions and turns

    def open_session(self, shopper_id: str | None) -> str:
        """A new session's id: 128 random bits, for nobody can be kept from guessing a shorter one."""
        session_id = secrets.token_hex(16)
        row = {"session_id": session_id, "shopper_id": shopper_id, "created": datetime.now(UTC)}
        with self._begin() as connection:
            connection.execute(insert(tables.sessions).values(row))
        return session_id

    def sessions_of(self, shopper_id: str) -> tuple[str, ...]:
        """The ids of all sessions that a shopper opened."""
        query = select(tables.sessions.c.session_id).where(tables.sessions.c.shopper_id == shopper_id)
        with self._begin() as connection:
            return tuple(connection.execute(query).scalars())

    def session(self, session_id: str) -> Session | None:
        query = select(tables.sessions).where(tables.sessions.c.session_id == session_id)
        with self._begin() as connection:
            row = connection.execute(query).first()
        return Session(**row._mapping) if row else None

    def save_turn(self, turn: TurnRecord) -> None:
        """Store a turn that has ended, whole or not at all."""
        with self._begin() as connection:
            for table, rows in rows_of(turn):
                if rows:
                    connection.execute(insert(table), rows)

    def explored(self, within: timedelta) -> list[tuple[str, bool]]:
        """Each item that stood in an exploring place before a known shopper, and whether they took it up.

        Args:
            within: how long after the turn an event about the item counts for it.
        """
        shown, turn, session, done = (t.c for t in (tables.suggestions, tables.turns, tables.sessions, tables.events))
        query = (
            select(turn.turn_id, shown.item_id, turn.created, done.at)
            .join(tables.turns, turn.turn_id == shown.turn_id)
            .join(tables.sessions, session.session_id == turn.session_id)
            .outerjoin(tables.events, (done.shopper_id == session.shopper_id) & (done.item_id == shown.item_id))
            .where(shown.propensity < 1.0, session.shopper_id.is_not(None))
        )
        taken: dict[tuple[str, str], bool] = {}
        with self._begin() as connection:
            for turn_id, item_id, created, at in connection.execute(query):
                after = at is not None and created <= at <= created + within
                taken[turn_id, item_id] = taken.get((turn_id, item_id), False) or after
        return [(item_id, chosen) for (_, item_id), chosen in taken.items()]

    def last_turn(self, session_id: str) -> TurnRecord | None:
        """The session's latest turn, however it ended."""
        columns = tables.turns.c
        query = select(tables.turns).where(columns.session_id == session_id).order_by(columns.created.desc()).limit(1)
        with self._begin() as connection:
            row = connection.execute(query).first()
            return read_turn(connection, row) if row else None

    def turn(self, turn_id: str) -> TurnRecord | None:
        with self._begin() as connection:
            row = connection.execute(select(tables.turns).where(tables.turns.c.turn_id == turn_id)).first()
            return read_turn(connection, row) if row else None

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with translated(self._engine.url), self._engine.begin() as connection:
            yield connection

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT, which both databases have and SQLAlchemy spells by dialect."""
        return sqlite.insert(table) if self._engine.dialect.name == "sqlite" else postgresql.insert(table)


def _chunks(rows: list[T]) -> Iterator[list[T]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _shopper(row: Row[Any]) -> Shopper:
    return Shopper(**row._mapping)
