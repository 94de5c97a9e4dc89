"""The tables of the memory: what is remembered, who has switched it off, and which events stay erased."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, String, Table, Text

from serving.tables import UtcDateTime, metadata, shoppers

memory = Table(
    "memory",
    metadata,
    Column("memory_id", String, primary_key=True),
    Column("shopper_id", ForeignKey(shoppers.c.shopper_id, ondelete="CASCADE"), nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("effect", JSON, nullable=False),
    # No foreign key: a turn is stored when it has ended, after what it remembered.
    Column("source_turn", String),
    Column("at", UtcDateTime, nullable=False),
    Index("memory_of_shopper", "shopper_id", "at"),
)

# Only shoppers who have used the switch have a row; memory is on for all others.
memory_switch = Table(
    "memory_switch",
    metadata,
    Column("shopper_id", ForeignKey(shoppers.c.shopper_id, ondelete="CASCADE"), primary_key=True),
    Column("enabled", Boolean, nullable=False),
)

# Digests of the ids of erased events, so that a feed which is read again does not bring them back. They name nobody.
erased_events = Table("erased_events", metadata, Column("digest", String, primary_key=True))
