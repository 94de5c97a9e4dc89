"""The store: shoppers, what they did, and every turn with the evidence it rested on.

SQLite by default; PostgreSQL by another address. All calls block: from async code go through ``asyncio.to_thread``.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from agent.stream import ClaimView, EvidenceView, FactorView, NeedUnderstood, ReasonReady, VerdictView
from retrieval.events import Event, Shopper
from serving import tables
from serving.database import StoreError, open_database, translated

__all__ = ["Session", "Store", "StoreError", "StoredSuggestion", "TurnRecord"]

CHUNK = 500
"""Rows in one statement; both databases limit how many values a statement may bind."""


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation and who opened it: a shopper, or a guest (None)."""

    session_id: str
    shopper_id: str | None
    created: datetime


@dataclass(frozen=True, slots=True)
class StoredSuggestion:
    """A card as it is remembered: what was shown at which rank, and the factors that put it there."""

    item_id: str
    rank: int
    score: float
    factors: tuple[FactorView, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A turn as it is remembered. ``state`` is ``done``, ``cancelled``, or the code of the error that ended it."""

    turn_id: str
    session_id: str
    question: str
    created: datetime
    state: str
    need: NeedUnderstood | None = None
    suggestions: tuple[StoredSuggestion, ...] = ()
    reasons: tuple[ReasonReady, ...] = ()
    message: str = ""
    message_evidence: tuple[EvidenceView, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Store:
    """Opens the database at ``address`` (a SQLAlchemy address) and makes its tables where they are missing.

    Raises:
        StoreError: from every method, when the database cannot do its work; one line that says what to do.
    """

    def __init__(self, address: str) -> None:
        self._engine = open_database(address)

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
            how many were new, and how many were known already (or came twice); a known event is left as it is.
        """
        # Sorted, so that two writers never wait for each other's shoppers in a circle.
        named = sorted({each.shopper_id for each in events})
        shoppers = [{"shopper_id": each, "name": each, "about": "", "demo": False} for each in named]
        new = 0
        with self._begin() as connection:
            for chunk in _chunks(shoppers):
                connection.execute(self._insert(tables.shoppers).values(chunk).on_conflict_do_nothing())
            for chunk in _chunks([asdict(e) for e in sorted(events, key=lambda e: e.event_id)]):
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
        """Erase the shopper with all events, sessions and turns; False if there was no such shopper."""
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

    def session(self, session_id: str) -> Session | None:
        query = select(tables.sessions).where(tables.sessions.c.session_id == session_id)
        with self._begin() as connection:
            row = connection.execute(query).first()
        return Session(**row._mapping) if row else None

    def save_turn(self, turn: TurnRecord) -> None:
        """Store a turn that has ended, whole or not at all."""
        with self._begin() as connection:
            connection.execute(insert(tables.turns).values(_turn_row(turn)))
            for table, rows in (
                (tables.suggestions, [{"turn_id": turn.turn_id, **asdict(each)} for each in turn.suggestions]),
                (tables.reasons, [_reason_row(turn.turn_id, each) for each in turn.reasons]),
                (tables.drawbacks, list(_drawback_rows(turn))),
                (tables.verdicts, list(_verdict_rows(turn))),
                (tables.evidence, list(_evidence_rows(turn))),
            ):
                if rows:
                    connection.execute(insert(table), rows)

    def last_turn(self, session_id: str) -> TurnRecord | None:
        """The session's latest turn, however it ended."""
        columns = tables.turns.c
        query = select(tables.turns).where(columns.session_id == session_id).order_by(columns.created.desc()).limit(1)
        with self._begin() as connection:
            row = connection.execute(query).first()
            return _turn(connection, row) if row else None

    def questions(self, session_id: str, limit: int = 6) -> tuple[str, ...]:
        """What was asked last in a session, oldest first."""
        columns = tables.turns.c
        query = select(columns.question).where(columns.session_id == session_id).order_by(columns.created.desc())
        with self._begin() as connection:
            found = connection.execute(query.limit(limit)).scalars().all()
        return tuple(reversed(found))

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with translated(self._engine.url), self._engine.begin() as connection:
            yield connection

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT, which both databases have and SQLAlchemy spells by dialect."""
        return sqlite.insert(table) if self._engine.dialect.name == "sqlite" else postgresql.insert(table)


def _chunks(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _shopper(row: Row[Any]) -> Shopper:
    return Shopper(**row._mapping)


def _turn_row(turn: TurnRecord) -> dict[str, Any]:
    row = {column.name: getattr(turn, column.name) for column in tables.turns.columns}
    return row | {"need": asdict(turn.need) if turn.need else None, "timings_ms": dict(turn.timings_ms)}


def _reason_row(turn_id: str, reason: ReasonReady) -> dict[str, Any]:
    claims = [asdict(claim) for claim in reason.claims]
    return {"turn_id": turn_id, "item_id": reason.item_id, "text": reason.text, "state": reason.state, "claims": claims}


def _evidence_rows(turn: TurnRecord) -> Iterator[dict[str, Any]]:
    cited: list[tuple[str | None, tuple[EvidenceView, ...]]] = [(r.item_id, r.evidence) for r in turn.reasons]
    for item_id, evidence in [*cited, (None, turn.message_evidence)]:
        for each in evidence:
            row = {"evidence_id": each.id, "kind": each.kind, "text": each.text, "source": each.source}
            yield {"turn_id": turn.turn_id, "item_id": item_id, **row}


def _drawback_rows(turn: TurnRecord) -> Iterator[dict[str, Any]]:
    for reason in turn.reasons:
        if reason.drawback:
            row = {"text": reason.drawback.text, "evidence_ids": list(reason.drawback.evidence_ids)}
            yield {"turn_id": turn.turn_id, "item_id": reason.item_id, **row}


def _verdict_rows(turn: TurnRecord) -> Iterator[dict[str, Any]]:
    for reason in turn.reasons:
        for position, verdict in enumerate(reason.verdicts, start=1):
            yield {
                "turn_id": turn.turn_id,
                "item_id": reason.item_id,
                "position": position,
                "text": verdict.claim.text,
                "evidence_ids": list(verdict.claim.evidence_ids),
                "supported": verdict.supported,
                "cause": verdict.cause,
                "problem": verdict.problem,
            }


def _turn(connection: Connection, row: Row[Any]) -> TurnRecord:
    found = dict(row._mapping)
    evidence: dict[str | None, list[EvidenceView]] = {}
    for each in _rows(connection, tables.evidence, row.turn_id, "row"):
        view = EvidenceView(id=each.evidence_id, kind=each.kind, text=each.text, source=each.source)
        evidence.setdefault(each.item_id, []).append(view)
    suggestions = _rows(connection, tables.suggestions, row.turn_id, "rank")
    order = {each.item_id: each.rank for each in suggestions}
    reasons = _rows(connection, tables.reasons, row.turn_id, "item_id")
    drawbacks = {
        each.item_id: ClaimView(each.text, tuple(each.evidence_ids))
        for each in _rows(connection, tables.drawbacks, row.turn_id, "item_id")
    }
    verdicts: dict[str, list[VerdictView]] = {}
    for each in _rows(connection, tables.verdicts, row.turn_id, "position"):
        claim = ClaimView(each.text, tuple(each.evidence_ids))
        verdicts.setdefault(each.item_id, []).append(VerdictView(claim, each.supported, each.cause, each.problem))
    return TurnRecord(
        **found | {"need": _need(found["need"])},
        suggestions=tuple(_suggestion(each) for each in suggestions),
        reasons=tuple(
            _reason(each, evidence.get(each.item_id, []), drawbacks.get(each.item_id), verdicts.get(each.item_id, []))
            for each in sorted(reasons, key=lambda r: order.get(r.item_id, len(order)))
        ),
        message_evidence=tuple(evidence.get(None, [])),
    )


def _rows(connection: Connection, table: Table, turn_id: str, order: str) -> Sequence[Row[Any]]:
    return connection.execute(select(table).where(table.c.turn_id == turn_id).order_by(table.c[order])).all()


def _need(stored: Mapping[str, Any] | None) -> NeedUnderstood | None:
    return NeedUnderstood(**{**stored, "relaxed": tuple(stored["relaxed"])}) if stored else None


def _suggestion(row: Row[Any]) -> StoredSuggestion:
    factors = tuple(FactorView(**factor) for factor in row.factors)
    return StoredSuggestion(item_id=row.item_id, rank=row.rank, score=row.score, factors=factors)


def _reason(
    row: Row[Any], evidence: Iterable[EvidenceView], drawback: ClaimView | None, verdicts: Iterable[VerdictView]
) -> ReasonReady:
    claims = tuple(ClaimView(text=c["text"], evidence_ids=tuple(c["evidence_ids"])) for c in row.claims)
    return ReasonReady(
        item_id=row.item_id,
        text=row.text,
        claims=claims,
        evidence=tuple(evidence),
        state=row.state,
        drawback=drawback,
        verdicts=tuple(verdicts),
    )
