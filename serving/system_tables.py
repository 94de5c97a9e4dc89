"""The tables of a shop's own systems where the demo shop keeps them: orders, coupons, and tickets with their outbox.

A ticket row is its own outbox entry, so that a ticket can neither be kept without its delivery nor delivered unkept.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from serving.tables import UtcDateTime, metadata, shoppers

orders = Table(
    "orders",
    metadata,
    Column("order_id", String, primary_key=True),
    Column("shopper_id", ForeignKey(shoppers.c.shopper_id, ondelete="CASCADE"), nullable=False),
    Column("placed", UtcDateTime, nullable=False),
    Column("status", String, nullable=False),
    # Item id, title, quantity and price of each line; prices as text, for a float would not be exact.
    Column("lines", JSON, nullable=False),
    Column("currency", String, nullable=False),
    Column("total", String, nullable=False),
    Column("carrier", String),
    Column("tracking", String),
    Column("shipped", Date),
    Column("expected", Date),
    Column("delivered", Date),
    Column("coupon", String),
    Index("orders_of_shopper", "shopper_id", "placed"),
)

coupons = Table(
    "coupons",
    metadata,
    Column("code", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date, nullable=False),
    Column("currency", String),
    Column("minimum", String),
    Column("categories", JSON, nullable=False),
    Column("new_shoppers_only", Boolean, nullable=False),
    Column("uses_per_shopper", Integer),
)

tickets = Table(
    "tickets",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("ticket_id", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("transcript", JSON, nullable=False),
    Column("language", String, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("shopper_id", ForeignKey(shoppers.c.shopper_id, ondelete="CASCADE")),
    Column("contact", Text),
    Column("state", String, nullable=False),
    # Of the delivery to the shop's own desk: none, waiting, sent or failed; and when it is tried next.
    Column("delivery", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try", UtcDateTime),
    Column("problem", Text, nullable=False),
    # What a person answered, in their words.
    Column("resolution", Text),
    Index("tickets_by_delivery", "delivery", "next_try"),
)

# What a person answered to a ticket, where the shop marked it as an answer for anybody. It holds staff's words alone
# and outlives the ticket, which may be erased with its shopper: so it refers to neither.
ticket_answers = Table(
    "ticket_answers",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("asks", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("item_id", String),
)

TABLES = (orders, coupons, tickets, ticket_answers)
