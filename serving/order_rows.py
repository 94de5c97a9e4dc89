"""Feeds of orders and coupons: one row each, as pydantic checks it, and the rows of the tables that hold them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy import Row

from agent.shop.systems import Coupon, CouponKind, Order, OrderLine, OrderStatus
from retrieval.feeds import BadRow, read_rows

Id = Annotated[str, Field(min_length=1, max_length=200)]
Money = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
Currency = Annotated[str, Field(min_length=3, max_length=3), AfterValidator(str.upper)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, coerce_numbers_to_str=True)


class LineRow(_Row):
    item_id: Id
    title: str = Field(min_length=1)
    quantity: int = Field(1, ge=1)
    price: Money


class OrderRow(_Row):
    order_id: Id
    shopper_id: Id
    placed: datetime
    status: OrderStatus
    lines: list[LineRow] = Field(min_length=1)
    currency: Currency
    total: Money
    carrier: str | None = None
    tracking: str | None = None
    shipped: date | None = None
    expected: date | None = None
    delivered: date | None = None
    coupon: str | None = None

    def order(self) -> Order:
        fields = self.model_dump(exclude={"lines", "placed"})
        placed = self.placed.replace(tzinfo=UTC) if self.placed.tzinfo is None else self.placed.astimezone(UTC)
        return Order(placed=placed, lines=tuple(OrderLine(**line.model_dump()) for line in self.lines), **fields)


class CouponRow(_Row):
    code: Id
    title: str = Field(min_length=1)
    kind: CouponKind
    value: Money
    starts: date
    ends: date
    currency: Currency | None = None
    minimum_order: Money | None = None
    categories: list[str] = Field(default_factory=list)
    new_shoppers_only: bool = False
    uses_per_shopper: int | None = Field(None, ge=1)

    def coupon(self) -> Coupon:
        fields = self.model_dump(exclude={"minimum_order", "categories"})
        return Coupon(minimum=self.minimum_order, categories=frozenset(self.categories), **fields)


def read_orders(path: Path) -> Iterator[Order | BadRow]:
    """The orders of a JSONL feed.

    Raises:
        FeedUnreadable: there is no such file, or it is of no known format.
    """
    return read_rows(path, lambda record: OrderRow.model_validate(record).order())


def read_coupons(path: Path) -> Iterator[Coupon | BadRow]:
    """The coupons of a JSONL feed, such as the coupons.jsonl beside a shop's answers."""
    return read_rows(path, lambda record: CouponRow.model_validate(record).coupon())


def order_row(order: Order) -> dict[str, Any]:
    lines = [asdict(line) | {"price": str(line.price)} for line in order.lines]
    return asdict(order) | {"lines": lines, "total": str(order.total)}


def order_of(row: Row[Any]) -> Order:
    fields = dict(row._mapping)
    lines = tuple(OrderLine(**line | {"price": Decimal(line["price"])}) for line in fields.pop("lines"))
    return Order(lines=lines, total=Decimal(fields.pop("total")), **fields)


def coupon_row(coupon: Coupon) -> dict[str, Any]:
    minimum = None if coupon.minimum is None else str(coupon.minimum)
    changed = {"value": str(coupon.value), "minimum": minimum, "categories": sorted(coupon.categories)}
    return asdict(coupon) | {"code": coupon.code.upper()} | changed


def coupon_of(row: Row[Any]) -> Coupon:
    fields = dict(row._mapping)
    minimum = fields.pop("minimum")
    return Coupon(
        value=Decimal(fields.pop("value")),
        minimum=None if minimum is None else Decimal(minimum),
        categories=frozenset(fields.pop("categories")),
        **fields,
    )
