"""The tables of the store, for SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

if TYPE_CHECKING:
    _DateTimeType = TypeDecorator[datetime]
else:
    _DateTimeType = TypeDecorator


class UtcDateTime(_DateTimeType):
    """A moment, stored and returned in UTC. SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

shoppers = Table(
    "shoppers",
    metadata,
    Column("shopper_id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("demo", Boolean, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("event_id", String, primary_key=True),
    Column("shopper_id", ForeignKey(shoppers.c.shopper_id, ondelete="CASCADE"), nullable=False),
    Column("item_id", String),
    Column("kind", String, nullable=False),
    Column("rating", Float),
    Column("comment", Text),
    Column("at", UtcDateTime, nullable=False),
    Column("region", String),
    Index("events_of_shopper", "shopper_id", "at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", String, primary_key=True),
    Column("shopper_id", ForeignKey(shoppers.c.shopper_id, ondelete="CASCADE"), index=True),
    Column("created", UtcDateTime, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("turn_id", String, primary_key=True),
    Column("session_id", ForeignKey(sessions.c.session_id, ondelete="CASCADE"), nullable=False),
    Column("question", Text, nullable=False),
    Column("need", JSON(none_as_null=True)),
    Column("message", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("timings_ms", JSON, nullable=False),
    Column("model_calls", Integer, nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("tools", JSON(none_as_null=True)),
    Column("created", UtcDateTime, nullable=False),
    Index("turns_of_session", "session_id", "created"),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("turn_id", ForeignKey(turns.c.turn_id, ondelete="CASCADE"), primary_key=True),
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("item_id", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("propensity", Float, nullable=False, server_default="1.0"),
    Column("factors", JSON, nullable=False),
)

reasons = Table(
    "reasons",
    metadata,
    Column("turn_id", ForeignKey(turns.c.turn_id, ondelete="CASCADE"), primary_key=True),
    Column("item_id", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("claims", JSON, nullable=False),
)

drawbacks = Table(
    "drawbacks",
    metadata,
    Column("turn_id", ForeignKey(turns.c.turn_id, ondelete="CASCADE"), primary_key=True),
    Column("item_id", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("evidence_ids", JSON, nullable=False),
)

# On every claim that the model wrote, also those that were not shown.
verdicts = Table(
    "verdicts",
    metadata,
    Column("turn_id", ForeignKey(turns.c.turn_id, ondelete="CASCADE"), primary_key=True),
    Column("item_id", String, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("evidence_ids", JSON, nullable=False),
    Column("supported", Boolean, nullable=False),
    Column("cause", String, nullable=False),
    Column("problem", Text, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("turn_id", ForeignKey(turns.c.turn_id, ondelete="CASCADE"), nullable=False, index=True),
    # Empty for the evidence of the closing message, which belongs to no item.
    Column("item_id", String, nullable=True),
    Column("evidence_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("source", Text, nullable=False),
)
