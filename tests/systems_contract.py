"""What every `ShopSystems` must do; a test class derives from this and gives it systems to ask.

The systems hold: orders 1001 (shipped, of ana) and 2001 (of ben), the coupons NOW10 (valid in 2026) and OLD10 (ended
2025), and 5 pieces of item tent-6.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.shop.handoff import Exchange, Reason, make_ticket
from agent.shop.systems import Order, ShopSystems, UnknownItem

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TICKET = make_ticket(Reason("asked", "the shopper asks for a person"), (Exchange("a tent", ""),), "a human", now=NOW)


class ShopSystemsContract:
    """Tests that hold for all systems."""

    @pytest.fixture
    def systems(self) -> ShopSystems:
        raise NotImplementedError

    async def test_orders_are_those_of_the_shopper(self, systems: ShopSystems) -> None:
        (order,) = await systems.orders("ana")
        assert isinstance(order, Order) and order.order_id == "1001" and order.shopper_id == "ana"
        assert isinstance(order.total, Decimal) and order.placed.tzinfo is not None
        assert await systems.orders("nobody") == ()

    async def test_a_foreign_order_is_unknown(self, systems: ShopSystems) -> None:
        assert await systems.order("ana", "2001") is None
        assert await systems.order("ana", "9999") is None
        assert (await systems.order("ben", "2001")) is not None

    async def test_stock(self, systems: ShopSystems) -> None:
        stock = await systems.stock("tent-6")
        assert stock.quantity == 5 and stock.available
        with pytest.raises(UnknownItem):
            await systems.stock("nothing")

    async def test_only_coupons_of_today_are_offered_and_old_ones_are_known(self, systems: ShopSystems) -> None:
        for shopper in ("ana", None):
            assert [coupon.code for coupon in await systems.coupons(shopper, TODAY)] == ["NOW10"]
        old = await systems.coupon("old10")
        assert old is not None and old.ends < TODAY
        assert await systems.coupon("NEVER") is None

    async def test_a_ticket_is_taken_once(self, systems: ShopSystems) -> None:
        ticket = replace(TICKET, shopper_id="ana")
        first = await systems.hand_over(ticket)
        assert first.number and first.ticket_id == ticket.ticket_id
        assert await systems.hand_over(ticket) == first
        assert (await systems.hand_over(replace(ticket, ticket_id="another"))).number != first.number
