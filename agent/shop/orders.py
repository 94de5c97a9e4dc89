"""Answers about a shopper's own orders, by rules over the shop's records; no date is said that is in none of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from agent.shop.answers import ShopAnswer, day, either, money
from agent.shop.order_questions import OrderQuestion, read_question
from agent.shop.systems import Order, OrderLine, ShopSystems, SystemUnavailable
from retrieval.catalogue import Item
from retrieval.evidence import numbered
from retrieval.words import stems

SIGN_IN = (
    "Please sign in, so that I can look at your orders. I see only those of the shopper who is signed in. As a guest "
    "you can write to customer service with your order number."
)
DOWN = "I cannot reach the shop's orders just now. Please try again in a few minutes."
NO_ORDERS = "There are no orders in your account."
_SHOWN = 5


async def about_orders(
    systems: ShopSystems,
    shopper_id: str | None,
    message: str,
    now: datetime,
    items: Mapping[str, Item] | None = None,
) -> ShopAnswer:
    """Answer a question about orders: 'where is my order', 'has the tent shipped', 'what did I order last month'.

    Args:
        shopper_id: who asks and has proved to be so; None for a guest, who is told to sign in.
        now: the present moment in the shop's time zone, from which 'last month' is counted.
        items: the catalogue, by whose words goods are recognised that their title does not name ('the tent').
    """
    if shopper_id is None:
        return ShopAnswer(SIGN_IN)
    items = items or {}
    question = read_question(message, now.date(), _nouns(items))
    try:
        if question.order_id:
            found = await systems.order(shopper_id, question.order_id)
            return _told([found], now.date()) if found else ShopAnswer(_unknown(question.order_id))
        orders = await systems.orders(shopper_id)
    except SystemUnavailable:
        return ShopAnswer(DOWN)
    latest = sorted(orders, key=lambda order: (order.placed, order.order_id), reverse=True)
    return _answer(question, latest, now.date(), items) if latest else ShopAnswer(NO_ORDERS)


def _answer(question: OrderQuestion, latest: Sequence[Order], today: date, items: Mapping[str, Item]) -> ShopAnswer:
    within = [order for order in latest if question.period is None or order.placed.date() in question.period]
    if not within and question.kind == "where":  # 'has it left today' speaks of the parcel, not of the order
        within = list(latest)
    if not within and question.period:
        return ShopAnswer(f"You ordered nothing {question.period.words}.")
    if question.goods:
        matching = _matching(within, question.goods, items)
        if not matching:
            return _not_found(question, latest, today)
        return _told(matching[:1] if question.kind == "where" else matching, today)
    if question.kind == "list":
        return _told(within, today)
    return _told([order for order in within if order.is_open] or within[:1], today)


def _matching(orders: Sequence[Order], goods: frozenset[str], items: Mapping[str, Item]) -> list[Order]:
    """The orders with the goods that share most of the words with the question, in their order."""
    shared = [max((len(goods & _line_words(line, items)) for line in order.lines), default=0) for order in orders]
    most = max(shared, default=0)
    return [order for order, count in zip(orders, shared, strict=True) if most and count == most]


def _line_words(line: OrderLine, items: Mapping[str, Item]) -> frozenset[str]:
    item = items.get(line.item_id)
    return stems(f"{line.title} {item.kind} {item.category}" if item else line.title)


def _nouns(items: Mapping[str, Item]) -> frozenset[str]:
    """The words by which goods of the catalogue are called: their kinds and titles."""
    return frozenset(stem for item in items.values() for stem in stems(f"{item.title} {item.kind}"))


def _not_found(question: OrderQuestion, latest: Sequence[Order], today: date) -> ShopAnswer:
    last = _told(latest[:1], today)
    return ShopAnswer(f"I find no order of yours with {either(question.words, 'and')}. Your latest: {last.text}",
                      last.evidence)  # fmt: skip


def _unknown(order_id: str) -> str:
    return f"I find no order {order_id} in your account. Please check the number in your order confirmation."


def _told(orders: Sequence[Order], today: date) -> ShopAnswer:
    """The orders with what has become of them; the newest come first and further ones are counted."""
    shown = orders[:_SHOWN]
    evidence = numbered(("order", record(order), f"order {order.order_id}") for order in shown)
    lines = [f"{state(order, today)} [{cited.id}]." for order, cited in zip(shown, evidence, strict=True)]
    if more := len(orders) - len(shown):
        lines.append(f"There {'is 1 more' if more == 1 else f'are {more} more'}; name a month or an item to see it.")
    return ShopAnswer(" ".join(lines), tuple(evidence))


def state(order: Order, today: date) -> str:
    """One sentence, without its stop: which order, and where it is. Its dates are the record's."""
    what = f"Order {order.order_id} of {day(order.placed.date())} ({goods(order.lines)})"
    by = f" with {order.carrier}" if order.carrier else ""
    tracking = f", tracking number {order.tracking}" if order.tracking else ""
    match order.status:
        case "placed":
            return f"{what} has been placed and is not packed yet{_expected(order, today)}"
        case "packed":
            return f"{what} is packed and has not left yet{_expected(order, today)}"
        case "shipped":
            since = f" on {day(order.shipped)}" if order.shipped else ""
            return f"{what} was shipped{since}{by}{tracking}{_expected(order, today)}"
        case "delivered":
            return f"{what} was delivered{f' on {day(order.delivered)}' if order.delivered else ''}{by}{tracking}"
        case "returned":
            return f"{what} was returned{f', after delivery on {day(order.delivered)}' if order.delivered else ''}"
        case "cancelled":
            return f"{what} was cancelled"


def _expected(order: Order, today: date) -> str:
    if order.expected is None:
        return "; the shop states no day of delivery"
    passed = ", which has passed" if order.expected < today else ""
    return f"; the shop expects delivery on {day(order.expected)}{passed}"


def goods(lines: Collection[OrderLine]) -> str:
    """``2 x Marlow Hush kettle, Inkwell Slim pen``."""
    return ", ".join(f"{line.quantity} x {line.title}" if line.quantity > 1 else line.title for line in lines)


def record(order: Order) -> str:
    """The record as evidence: every field that the shop has filled."""
    dates = {"shipped": order.shipped, "expected": order.expected, "delivered": order.delivered}
    fields = [f"placed {day(order.placed.date())}", f"status {order.status}", goods(order.lines)]
    fields += [f"{name} {day(when)}" for name, when in dates.items() if when]
    fields += [f"{name} {value}" for name, value in (("carrier", order.carrier), ("tracking", order.tracking)) if value]
    fields.append(f"total {money(order.total, order.currency)}")
    fields += [f"coupon {order.coupon}"] if order.coupon else []
    return f"{order.order_id}: {'; '.join(fields)}"
