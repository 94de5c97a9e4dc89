"""Tickets in the store's database, and the outbox they are: what is to be sent, when, and what came of it.

All calls block, and raise StoreError when the database cannot do its work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, Engine, Row, func, insert, inspect, select, update

from agent.shop.systems import Line, Ticket, TicketState
from serving import tables
from serving.database import open_database, translated
from serving.settings import Settings
from serving.system_store import make_known
from serving.system_tables import TABLES, tickets

Delivery: TypeAlias = Literal["none", "waiting", "sent", "failed"]
"""Of a ticket to the shop's desk: none is wanted, still to be tried, accepted, or given up."""

_TICKET = ("ticket_id", "kind", "reason", "summary", "language", "created", "shopper_id", "contact")


@dataclass(frozen=True, slots=True)
class KeptTicket:
    """A ticket with its number and what has become of it; ``problem`` is what went wrong at the last try."""

    number: int
    ticket: Ticket
    state: TicketState
    delivery: Delivery
    tries: int
    next_try: datetime | None
    problem: str
    resolution: str | None = None
    """What a person answered when it was closed."""


class TicketStore:
    """Tickets on an engine that `serving.database.open_database` made."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with translated(engine.url):
            tables.metadata.create_all(engine, tables=list(TABLES))

    def add(self, ticket: Ticket, delivery: Literal["none", "waiting"]) -> int:
        """Keep a ticket, to be delivered if that is wanted; returns its number. The same again is not kept twice."""
        with self._begin() as connection:
            known = connection.execute(select(tickets.c.number).where(tickets.c.ticket_id == ticket.ticket_id)).scalar()
            if known is not None:
                return int(known)
            make_known(connection, [ticket.shopper_id] if ticket.shopper_id else [])
            values = {name: getattr(ticket, name) for name in _TICKET}
            values |= {"transcript": [asdict(line) for line in ticket.transcript], "state": "open"}
            values |= {"delivery": delivery, "tries": 0, "problem": ""}
            values["next_try"] = ticket.created if delivery == "waiting" else None
            return int(connection.execute(insert(tickets).values(values).returning(tickets.c.number)).scalar_one())

    def ticket(self, number: int) -> KeptTicket | None:
        with self._begin() as connection:
            row = connection.execute(select(tickets).where(tickets.c.number == number)).first()
        return _kept(row) if row else None

    def tickets(self, *, open_only: bool = True) -> tuple[KeptTicket, ...]:
        """The tickets, oldest first."""
        query = select(tickets).order_by(tickets.c.number)
        with self._begin() as connection:
            rows = connection.execute(query.where(tickets.c.state == "open") if open_only else query)
            return tuple(_kept(row) for row in rows)

    def close(self, number: int, resolution: str | None = None) -> bool:
        """Close a ticket, with what was answered if that is told; False if there is no such open one."""
        chosen = (tickets.c.number == number) & (tickets.c.state == "open")
        return self._changed(update(tickets).where(chosen).values(state="closed", resolution=resolution)) == 1

    def counts(self) -> dict[str, int]:
        """How many tickets there are by delivery."""
        query = select(tickets.c.delivery, func.count()).group_by(tickets.c.delivery)
        with self._begin() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    # The outbox

    def claim(self, now: datetime, until: datetime) -> KeptTicket | None:
        """The waiting ticket that has been due longest, taken so that nobody else sends it before ``until``.

        A sender that dies meanwhile costs only that time.
        """
        due = (tickets.c.delivery == "waiting") & (tickets.c.next_try <= now)
        with self._begin() as connection:
            row = connection.execute(select(tickets).where(due).order_by(tickets.c.next_try).limit(1)).first()
            if row is None:
                return None
            mine = (tickets.c.number == row.number) & (tickets.c.tries == row.tries) & due
            taken = connection.execute(update(tickets).where(mine).values(tries=row.tries + 1, next_try=until))
            if taken.rowcount != 1:
                return None
        kept = _kept(row)
        return KeptTicket(kept.number, kept.ticket, kept.state, "waiting", kept.tries + 1, until, kept.problem)

    def sent(self, number: int) -> None:
        self._settle(number, delivery="sent", next_try=None, problem="")

    def retry(self, number: int, at: datetime, problem: str) -> None:
        self._settle(number, next_try=at, problem=problem)

    def failed(self, number: int, problem: str) -> None:
        self._settle(number, delivery="failed", next_try=None, problem=problem)

    def revive(self, now: datetime) -> int:
        """Try again what was given up, from the start; returns how many there were."""
        again = {"delivery": "waiting", "tries": 0, "next_try": now}
        return self._changed(update(tickets).where(tickets.c.delivery == "failed").values(again))

    def next_due(self) -> datetime | None:
        """When the next waiting ticket is due."""
        with self._begin() as connection:
            query = select(func.min(tickets.c.next_try)).where(tickets.c.delivery == "waiting")
            found: datetime | None = connection.execute(query).scalar()
            return found

    def _settle(self, number: int, **values: Any) -> None:
        self._changed(update(tickets).where(tickets.c.number == number).values(values))

    def _changed(self, statement: Any) -> int:
        with self._begin() as connection:
            return int(connection.execute(statement).rowcount)

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with translated(self._engine.url), self._engine.begin() as connection:
            yield connection


def counts_in(settings: Settings) -> dict[str, int]:
    """How many tickets there are by delivery, in a database that need not be there yet and is not changed.

    Raises:
        StoreError: the database cannot be used.
    """
    if settings.database is None and not settings.database_file.is_file():
        return {}
    engine = open_database(settings.database_address, create=False)
    try:
        with translated(engine.url):
            known = inspect(engine).has_table(tickets.name)
        return TicketStore(engine).counts() if known else {}
    finally:
        engine.dispose()


def _kept(row: Row[Any]) -> KeptTicket:
    transcript = tuple(Line(**line) for line in row.transcript)
    ticket = Ticket(transcript=transcript, **{name: getattr(row, name) for name in _TICKET})
    return KeptTicket(row.number, ticket, row.state, row.delivery, row.tries, row.next_try, row.problem, row.resolution)
