"""A shop's systems in memory, for those who ask them; they can be down, slow, or careless."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from agent.shop.systems import (
    Coupon,
    Order,
    OrderLine,
    Stock,
    SystemUnavailable,
    Ticket,
    TicketReceipt,
    UnknownItem,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TODAY = NOW.date()


def order(order_id: str = "HR-1001", shopper_id: str = "ana", **fields: Any) -> Order:
    """A tent, shipped on 20 November and expected on the 27th, unless said otherwise."""
    values: dict[str, Any] = {
        "placed": datetime(2026, 11, 18, 9, 30, tzinfo=UTC),
        "status": "shipped",
        "lines": (OrderLine("tent-6", "Torrwick Lee 2", 1, Decimal("240.00")),),
        "currency": "EUR",
        "total": Decimal("240.00"),
        "carrier": "Noordpost",
        "tracking": "NP123456789",
        "shipped": date(2026, 11, 20),
        "expected": date(2026, 11, 27),
    }
    return Order(order_id=order_id, shopper_id=shopper_id, **values | fields)


def coupon(code: str = "TRAIL15", **fields: Any) -> Coupon:
    """15 percent off everything in 2026, as often as one likes, unless said otherwise."""
    values: dict[str, Any] = {
        "title": code.title(),
        "kind": "percent",
        "value": Decimal(15),
        "starts": date(2026, 1, 1),
        "ends": date(2026, 12, 31),
        "currency": "EUR",
    }
    return Coupon(code=code, **values | fields)


@dataclass
class FakeSystems:
    """Holds what it is given. ``careless`` hands out everybody's orders, ``down`` raises, ``slow`` waits for ever."""

    kept: Iterable[Order] = ()
    offered: Iterable[Coupon] = ()
    pieces: Mapping[str, int | None] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    careless: bool = False
    down: bool = False
    slow: bool = False
    asked: list[str] = field(default_factory=list)

    async def _asked(self, what: str) -> None:
        self.asked.append(what)
        if self.down:
            raise SystemUnavailable(f"{what}: connection refused")
        if self.slow:
            await asyncio.Event().wait()

    async def orders(self, shopper_id: str) -> tuple[Order, ...]:
        await self._asked("orders")
        return tuple(each for each in self.kept if self.careless or each.shopper_id == shopper_id)

    async def order(self, shopper_id: str, order_id: str) -> Order | None:
        await self._asked("order")
        found = next((each for each in self.kept if each.order_id == order_id), None)
        return found if found and (self.careless or found.shopper_id == shopper_id) else None

    async def stock(self, item_id: str) -> Stock:
        await self._asked("stock")
        if item_id not in self.pieces:
            raise UnknownItem(f"no item {item_id}")
        return Stock(item_id, self.pieces[item_id])

    async def coupons(self, shopper_id: str | None, today: date) -> tuple[Coupon, ...]:
        await self._asked("coupons")
        return tuple(each for each in self.offered if each.starts <= today <= each.ends)

    async def coupon(self, code: str) -> Coupon | None:
        await self._asked("coupon")
        return next((each for each in self.offered if each.code == code.upper()), None)

    async def hand_over(self, ticket: Ticket) -> TicketReceipt:
        await self._asked("hand_over")
        self.tickets.setdefault(ticket.ticket_id, ticket)
        return TicketReceipt(ticket.ticket_id, f"T-{list(self.tickets).index(ticket.ticket_id) + 1}")
