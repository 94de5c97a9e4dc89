"""A shop's own systems as the assistant sees them: orders, stock, coupons, and a desk that takes conversations over.

A shop connects its own by writing a class with the methods of `ShopSystems` (docs/systems.md).

AgentError
└── ShopSystemError      root of what goes wrong with them
    ├── SystemUnavailable  down, too slow, or answered with an error: the answer says so, the turn goes on
    ├── UnknownItem        the shop's stock knows no such item
    └── MixedCurrencies    goods of two currencies cannot be added up
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol, TypeAlias, TypeVar

from agent.errors import AgentError

OrderStatus: TypeAlias = Literal["placed", "packed", "shipped", "delivered", "returned", "cancelled"]
CouponKind: TypeAlias = Literal["percent", "amount", "free_delivery"]
HandoffKind: TypeAlias = Literal["asked", "anger", "failures", "topic"]
TicketState: TypeAlias = Literal["open", "closed"]
Speaker: TypeAlias = Literal["shopper", "assistant"]
T = TypeVar("T")

OPEN: frozenset[OrderStatus] = frozenset({"placed", "packed", "shipped"})
"""Statuses of an order that is still on its way."""


class ShopSystemError(AgentError):
    """Root of what goes wrong with a shop's systems; a message may be logged, and is not shown to shoppers."""


class SystemUnavailable(ShopSystemError):
    """A system is down, too slow, or answered with an error."""


class UnknownItem(ShopSystemError):
    """The shop's stock knows no such item."""


class MixedCurrencies(ShopSystemError):
    """Goods of two currencies cannot be added up: no rate is known here."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Goods of one order, under the title they were sold by; ``price`` is that of one piece."""

    item_id: str
    title: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop has it. A date that is None is one that the shop has not stated."""

    order_id: str
    shopper_id: str
    placed: datetime
    status: OrderStatus
    lines: tuple[OrderLine, ...]
    currency: str
    total: Decimal
    """What was paid: goods less discount, and delivery."""
    carrier: str | None = None
    tracking: str | None = None
    shipped: date | None = None
    expected: date | None = None
    delivered: date | None = None
    coupon: str | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


@dataclass(frozen=True, slots=True)
class Stock:
    """How many pieces can be had. ``quantity`` None: the shop does not count; ``restock`` is a date it has stated."""

    item_id: str
    quantity: int | None
    restock: date | None = None

    @property
    def available(self) -> bool:
        return self.quantity is None or self.quantity > 0


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon and its terms. ``value`` is a percentage, an amount of ``currency``, or nothing for free delivery.

    No ``categories`` means all; ``starts`` and ``ends`` are days on which it still holds; ``uses_per_shopper`` None
    is without limit.
    """

    code: str
    title: str
    kind: CouponKind
    value: Decimal
    starts: date
    ends: date
    currency: str | None = None
    minimum: Decimal | None = None
    categories: frozenset[str] = frozenset()
    new_shoppers_only: bool = False
    uses_per_shopper: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said in a conversation."""

    who: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A conversation handed to a person. ``ticket_id`` is also the key by which a repeated delivery is recognised."""

    ticket_id: str
    kind: HandoffKind
    reason: str
    summary: str
    transcript: tuple[Line, ...]
    language: str
    created: datetime
    shopper_id: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class TicketReceipt:
    """That a ticket was taken, and the number a shopper may refer to."""

    ticket_id: str
    number: str


class ShopSystems(Protocol):
    """What the assistant asks a shop's own systems.

    Every method may raise SystemUnavailable. No other error of theirs is caught: it is a fault of the program.
    """

    async def orders(self, shopper_id: str) -> tuple[Order, ...]:
        """The shopper's orders, in any order."""
        ...

    async def order(self, shopper_id: str, order_id: str) -> Order | None:
        """An order of this shopper; one of another shopper is as unknown as one that does not exist."""
        ...

    async def stock(self, item_id: str) -> Stock:
        """How many there are now.

        Raises:
            UnknownItem: there is no such item.
        """
        ...

    async def coupons(self, shopper_id: str | None, today: date) -> tuple[Coupon, ...]:
        """The coupons that may be shown to this shopper (None: a guest) today; none that has expired."""
        ...

    async def coupon(self, code: str) -> Coupon | None:
        """The coupon of a code, whatever its case and even if it has expired, so that can be said; None: no such."""
        ...

    async def hand_over(self, ticket: Ticket) -> TicketReceipt:
        """Give a conversation to a person. The same ``ticket_id`` again makes no second ticket."""
        ...


class Guarded:
    """Shop systems that are asked with a time limit, and trusted no further than they need be.

    Args:
        seconds: how long each answer may take.
    """

    def __init__(self, systems: ShopSystems, seconds: float = 3.0) -> None:
        self._systems = systems
        self._seconds = seconds

    async def orders(self, shopper_id: str) -> tuple[Order, ...]:
        """Orders of this shopper alone, even where the system hands out more."""
        found = await self._timely(self._systems.orders(shopper_id), "orders")
        return tuple(order for order in found if order.shopper_id == shopper_id)

    async def order(self, shopper_id: str, order_id: str) -> Order | None:
        found = await self._timely(self._systems.order(shopper_id, order_id), "orders")
        return found if found is not None and found.shopper_id == shopper_id else None

    async def stock(self, item_id: str) -> Stock:
        return await self._timely(self._systems.stock(item_id), "stock")

    async def coupons(self, shopper_id: str | None, today: date) -> tuple[Coupon, ...]:
        return await self._timely(self._systems.coupons(shopper_id, today), "coupons")

    async def coupon(self, code: str) -> Coupon | None:
        return await self._timely(self._systems.coupon(code), "coupons")

    async def hand_over(self, ticket: Ticket) -> TicketReceipt:
        return await self._timely(self._systems.hand_over(ticket), "tickets")

    async def _timely(self, answer: Awaitable[T], system: str) -> T:
        try:
            async with asyncio.timeout(self._seconds):
                return await answer
        except TimeoutError as error:
            raise SystemUnavailable(f"{system}: no answer within {self._seconds:g} s") from error
