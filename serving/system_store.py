"""Orders and coupons in the store's database: what the demo shop's systems read.

All calls block, and raise StoreError when the database cannot do its work.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from agent.shop.systems import Coupon, Order
from serving import tables
from serving.database import translated
from serving.order_rows import coupon_of, coupon_row, order_of, order_row
from serving.system_tables import TABLES, coupons, orders

CHUNK = 50
"""Rows in one statement."""


class SystemStore:
    """Orders and coupons on an engine that `serving.database.open_database` made; its tables are made where missing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with translated(engine.url):
            tables.metadata.create_all(engine, tables=list(TABLES))

    def add_orders(self, given: Iterable[Order]) -> int:
        """Add orders, or update those that are known, with the shoppers they name; returns how many were given.

        An order that is known under another shopper stays theirs, as it is.
        """
        rows = [order_row(order) for order in given]
        with self._begin() as connection:
            make_known(connection, {row["shopper_id"] for row in rows})
            self._upsert(connection, orders, "order_id", rows, owner="shopper_id")
        return len(rows)

    def set_coupons(self, given: Iterable[Coupon], *, prune: bool = True) -> int:
        """Make these the shop's coupons, and with ``prune`` take out all others; returns how many were given."""
        rows = {row["code"]: row for row in map(coupon_row, given)}
        with self._begin() as connection:
            if prune:
                connection.execute(coupons.delete().where(coupons.c.code.not_in(list(rows))))
            self._upsert(connection, coupons, "code", list(rows.values()))
        return len(rows)

    def orders(self, shopper_id: str) -> tuple[Order, ...]:
        """A shopper's orders, the newest first."""
        query = select(orders).where(orders.c.shopper_id == shopper_id).order_by(orders.c.placed.desc())
        with self._begin() as connection:
            return tuple(order_of(row) for row in connection.execute(query))

    def order(self, shopper_id: str, order_id: str) -> Order | None:
        query = select(orders).where(orders.c.shopper_id == shopper_id, orders.c.order_id == order_id)
        with self._begin() as connection:
            row = connection.execute(query).first()
        return order_of(row) if row else None

    def coupons(self, today: date) -> tuple[Coupon, ...]:
        """The coupons valid on a day, by code."""
        query = select(coupons).where(coupons.c.starts <= today, coupons.c.ends >= today).order_by(coupons.c.code)
        with self._begin() as connection:
            return tuple(coupon_of(row) for row in connection.execute(query))

    def coupon(self, code: str) -> Coupon | None:
        with self._begin() as connection:
            row = connection.execute(select(coupons).where(coupons.c.code == code.upper())).first()
        return coupon_of(row) if row else None

    def _upsert(
        self, connection: Connection, table: Table, key: str, rows: list[dict[str, Any]], owner: str | None = None
    ) -> None:
        for chunk in _chunks(rows):
            statement = _insert(connection, table).values(chunk)
            update = {column.name: statement.excluded[column.name] for column in table.c if column.name != key}
            where = table.c[owner] == statement.excluded[owner] if owner else None
            connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=update, where=where))

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with translated(self._engine.url), self._engine.begin() as connection:
            yield connection


def make_known(connection: Connection, shopper_ids: Collection[str]) -> None:
    """Add the shoppers that are not known yet, by id alone."""
    rows = [{"shopper_id": each, "name": each, "about": "", "demo": False} for each in sorted(shopper_ids)]
    for chunk in _chunks(rows):
        connection.execute(_insert(connection, tables.shoppers).values(chunk).on_conflict_do_nothing())


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, which SQLAlchemy spells by dialect."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def _chunks(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
