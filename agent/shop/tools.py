"""The shop's systems as tools that a model may call; each is bound to one shopper when it is made.

Who the shopper is cannot be chosen by the model: no tool has an argument for it. What a tool gives is compact JSON
between ``<data>`` and ``</data>``, in which no text of the shop's or a shopper's can end the fence.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, create_model

from agent.shop.answers import money
from agent.shop.coupons import DeliveryTerms, Judgement, Standing, basket_of, judge
from agent.shop.offers import refusal, terms
from agent.shop.systems import (
    Coupon,
    MixedCurrencies,
    Order,
    ShopSystems,
    SystemUnavailable,
    Ticket,
    TicketReceipt,
    UnknownItem,
)
from prompts.tool_words import ToolWords, load_tool_words
from retrieval.catalogue import Item
from retrieval.policies import Answer

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool

Find: TypeAlias = Callable[[str, float | None], Awaitable[Sequence[Item]]]
"""Finds items by what is looked for and the highest price."""
Answers: TypeAlias = Callable[[str], Awaitable[Sequence[Answer]]]
"""Finds the shop's own answers nearest to a question."""
MakeTicket: TypeAlias = Callable[[str], Ticket]
"""Makes the ticket of the conversation, with the model's reason."""
_LATEST = 5
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Bound:
    """What the tools of one shopper and turn are bound to; ``shopper_id`` None is a guest."""

    systems: ShopSystems
    shopper_id: str | None
    today: date
    items: Mapping[str, Item]
    find: Find | None = None
    answers: Answers | None = None
    ticket: MakeTicket | None = None
    delivery: DeliveryTerms | None = None


def shop_tools(bound: Bound, words: ToolWords | None = None) -> tuple[StructuredTool, ...]:
    """The tools; ``find_items``, ``shop_answers`` and ``hand_over`` only where ``bound`` has what they need.

    None raises for what a shop or a model may do: whatever goes wrong is told in the data.
    """
    tools = _Tools(bound, words or load_tool_words())
    found = [
        tools.tool("order_status", tools.order_status, order_id=(str | None, None)),
        tools.tool("stock", tools.stock, item_id=(str, ...)),
        tools.tool("coupons", tools.coupons, code=(str | None, None), item_ids=(list[str], [])),
    ]
    if bound.find is not None:
        price: Any = (float | None, None)
        found.insert(0, tools.tool("find_items", tools.find_items, query=(str, ...), max_price=price))
    if bound.answers is not None:
        found.append(tools.tool("shop_answers", tools.shop_answers, query=(str, ...)))
    if bound.ticket is not None:
        found.append(tools.tool("hand_over", tools.hand_over, reason=(str, ...)))
    return tuple(found)


def fenced(value: Mapping[str, Any]) -> str:
    """JSON as data: no ``<`` is left in it, so nothing in it ends the fence or looks like a control token."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"<data>{text}</data>"


def failure(says: str) -> str:
    """What went wrong, as data."""
    return fenced({"error": says})


class _Tools:
    """What stands behind the tools."""

    def __init__(self, bound: Bound, words: ToolWords) -> None:
        self._bound = bound
        self._words = words
        self._receipt: TicketReceipt | None = None

    def tool(self, name: str, work: Callable[..., Awaitable[Mapping[str, Any]]], **fields: Any) -> StructuredTool:
        from langchain_core.tools import StructuredTool

        words = self._words.tools[name]

        async def run(**arguments: Any) -> str:
            try:
                return fenced(await work(**arguments))
            except SystemUnavailable:
                return failure(self._words.says("unavailable"))
            except UnknownItem:
                return failure(self._words.says("unknown_item", item_id=arguments["item_id"]))
            except MixedCurrencies:
                return failure(self._words.says("currencies"))

        described: Any = {
            argument: (kind, Field(default, description=words.arguments[argument], **_limit(kind)))
            for argument, (kind, default) in fields.items()
        }
        schema: type[BaseModel] = create_model(name, __config__=ConfigDict(extra="forbid"), **described)
        return StructuredTool.from_function(
            coroutine=run, name=name, description=words.description.strip(), args_schema=schema
        )

    async def find_items(self, query: str, max_price: float | None = None) -> Mapping[str, Any]:
        assert self._bound.find is not None
        found = await self._bound.find(query, max_price)
        return {"items": [_item(item) for item in found]}

    async def shop_answers(self, query: str) -> Mapping[str, Any]:
        assert self._bound.answers is not None
        found = await self._bound.answers(query)
        return {"answers": [{"text": answer.text, "source": answer.source} for answer in found]}

    async def order_status(self, order_id: str | None = None) -> Mapping[str, Any]:
        systems, shopper = self._bound.systems, self._bound.shopper_id
        if shopper is None:
            return {"error": self._words.says("guest")}
        if order_id is not None:
            found = await systems.order(shopper, order_id)
            if found is None or found.shopper_id != shopper:
                return {"error": self._words.says("unknown_order", order_id=order_id)}
            return {"orders": [_order(found)]}
        mine = [order for order in await systems.orders(shopper) if order.shopper_id == shopper]
        latest = sorted(mine, key=lambda order: order.placed, reverse=True)
        return {"orders": [_order(order) for order in latest[:_LATEST]], "earlier_orders": len(latest[_LATEST:])}

    async def stock(self, item_id: str) -> Mapping[str, Any]:
        found = await self._bound.systems.stock(item_id)
        restock = found.restock.isoformat() if found.restock else None
        return _stated(item_id=item_id, available=found.available, pieces=found.quantity, restock=restock)

    async def coupons(self, code: str | None = None, item_ids: Sequence[str] = ()) -> Mapping[str, Any]:
        bound, systems = self._bound, self._bound.systems
        if unknown := next((item_id for item_id in item_ids if item_id not in bound.items), None):
            return {"error": self._words.says("unknown_item", item_id=unknown)}
        if code is None:
            offered = await systems.coupons(bound.shopper_id, bound.today)
        else:
            named = await systems.coupon(code)
            if named is None:
                return {"error": self._words.says("unknown_coupon", code=code)}
            offered = (named,)
        standing = Standing.of(await systems.orders(bound.shopper_id)) if bound.shopper_id is not None else None
        return {"coupons": [self._coupon(coupon, item_ids, standing) for coupon in offered]}

    def _coupon(self, coupon: Coupon, item_ids: Sequence[str], standing: Standing | None) -> Mapping[str, Any]:
        told = {"code": coupon.code, "terms": terms(coupon)}
        if not item_ids:
            return told
        basket = basket_of((self._bound.items[item_id], 1) for item_id in item_ids)
        judged: Judgement = judge(coupon, basket, standing, self._bound.today, self._bound.delivery)
        if judged.price is None:
            return told | {"applies": False, "because": refusal(judged, basket)}
        before, after = (money(sum_, basket.currency) for sum_ in (judged.price.before, judged.price.after))
        return told | {"applies": True, "price_before": before, "price_after": after}

    async def hand_over(self, reason: str) -> Mapping[str, Any]:
        """A second call in one turn makes no second ticket."""
        assert self._bound.ticket is not None
        if self._receipt is None:
            self._receipt = await self._bound.systems.hand_over(self._bound.ticket(reason))
        return {"ticket": self._receipt.number}


def _limit(kind: Any) -> dict[str, Any]:
    """How long a text may be, and how many ids there may be: a model's own words have an end."""
    return {"max_length": 20} if kind == list[str] else {"max_length": _LONGEST} if kind in (str, str | None) else {}


def _item(item: Item) -> Mapping[str, Any]:
    return {"item_id": item.item_id, "title": item.title, "price": item.price_text}


def _order(order: Order) -> Mapping[str, Any]:
    dates = {"shipped": order.shipped, "expected": order.expected, "delivered": order.delivered}
    return _stated(
        order_id=order.order_id,
        placed=order.placed.date().isoformat(),
        status=order.status,
        lines=[{"item_id": line.item_id, "title": line.title, "quantity": line.quantity} for line in order.lines],
        total=money(order.total, order.currency),
        carrier=order.carrier,
        tracking=order.tracking,
        coupon=order.coupon,
        **{name: when.isoformat() for name, when in dates.items() if when},
    )


def _stated(**fields: Any) -> Mapping[str, Any]:
    """The fields that are known: what a shop does not say is not there, rather than null."""
    return {name: value for name, value in fields.items() if value is not None}
