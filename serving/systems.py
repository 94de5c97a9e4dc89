"""The shop's systems as they run: the demo shop's on the store, or a class that the shop names (docs/systems.md)."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import TypeVar, cast

import httpx
from sqlalchemy import Engine

from agent.shop.systems import (
    Coupon,
    Guarded,
    Order,
    ShopSystems,
    Stock,
    SystemUnavailable,
    Ticket,
    TicketReceipt,
    UnknownItem,
)
from retrieval.catalogue import Item
from serving.database import StoreError
from serving.errors import EnvironmentUnfit
from serving.settings import Settings
from serving.system_store import SystemStore
from serving.ticket_store import TicketStore
from serving.webhook import Outbox, Webhook

T = TypeVar("T")
METHODS = ("orders", "order", "stock", "coupons", "coupon", "hand_over")


class StoreSystems:
    """Orders, coupons and tickets from the store's database, stock from the catalogue as it was last indexed.

    Args:
        items: gives the catalogue as it is now.
        deliver: whether tickets are to be sent on by the outbox.
    """

    def __init__(self, engine: Engine, items: Callable[[], Mapping[str, Item]], *, deliver: bool = False) -> None:
        self.store = SystemStore(engine)
        self.tickets = TicketStore(engine)
        self._items = items
        self._deliver = deliver

    async def orders(self, shopper_id: str) -> tuple[Order, ...]:
        return await self._read(lambda: self.store.orders(shopper_id))

    async def order(self, shopper_id: str, order_id: str) -> Order | None:
        return await self._read(lambda: self.store.order(shopper_id, order_id))

    async def stock(self, item_id: str) -> Stock:
        item = self._items().get(item_id)
        if item is None:
            raise UnknownItem(f"The catalogue has no item {item_id}.")
        return Stock(item_id, item.stock)

    async def coupons(self, shopper_id: str | None, today: date) -> tuple[Coupon, ...]:  # noqa: ARG002
        """All that are valid today: the demo shop gives nobody coupons of their own."""
        return await self._read(lambda: self.store.coupons(today))

    async def coupon(self, code: str) -> Coupon | None:
        return await self._read(lambda: self.store.coupon(code))

    async def hand_over(self, ticket: Ticket) -> TicketReceipt:
        number = await self._read(lambda: self.tickets.add(ticket, "waiting" if self._deliver else "none"))
        return TicketReceipt(ticket.ticket_id, str(number))

    async def _read(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except StoreError as error:
            raise SystemUnavailable(str(error)) from error


def open_systems(settings: Settings, engine: Engine, items: Callable[[], Mapping[str, Item]]) -> Guarded:
    """The shop's systems, each answer limited in time: those that BECAUSE_SYSTEMS names, else the store's.

    Raises:
        EnvironmentUnfit: what BECAUSE_SYSTEMS names cannot be used.
    """
    seconds = settings.systems_timeout
    if settings.systems:
        return Guarded(_named(settings.systems), seconds)
    return Guarded(StoreSystems(engine, items, deliver=webhook_of(settings) is not None), seconds)


def webhook_of(settings: Settings) -> Webhook | None:
    """Where tickets are sent, if anywhere.

    Raises:
        EnvironmentUnfit: an address without a secret, or one that is no web address.
    """
    url = settings.handoff_webhook
    if not url:
        return None
    if not _is_web_address(url):
        raise EnvironmentUnfit(
            "BECAUSE_HANDOFF_WEBHOOK must be a web address, https:// (or http:// within your network)."
        )
    if settings.handoff_secret is None or not settings.handoff_secret.get_secret_value():
        raise EnvironmentUnfit("BECAUSE_HANDOFF_WEBHOOK needs BECAUSE_HANDOFF_SECRET, with which tickets are signed.")
    return Webhook(url, settings.handoff_secret.get_secret_value(), tries=settings.handoff_tries)


@contextmanager
def delivering(settings: Settings, engine: Engine, watched: Callable[[Mapping[str, int]], None]) -> Iterator[None]:
    """Send kept tickets to the shop's desk while the block runs, if they are to be sent anywhere."""
    webhook = webhook_of(settings)
    if webhook is None:
        yield
        return
    with Outbox(TicketStore(engine), webhook, watched=watched).running():
        yield


def _is_web_address(text: str) -> bool:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return False
    return url.scheme in {"https", "http"} and bool(url.host)


def _named(place: str) -> ShopSystems:
    """What ``module:name`` stands for, called without arguments."""
    module_name, _, name = place.partition(":")
    try:
        make = getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise EnvironmentUnfit(
            f"BECAUSE_SYSTEMS={place} cannot be loaded ({error}); write it like my_shop.systems:MySystems."
        ) from error
    made = make()
    if missing := [method for method in METHODS if not callable(getattr(made, method, None))]:
        raise EnvironmentUnfit(f"BECAUSE_SYSTEMS={place} lacks {', '.join(missing)}; see docs/systems.md.")
    return cast(ShopSystems, made)
