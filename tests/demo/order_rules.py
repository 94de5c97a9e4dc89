"""Rules for the orders: they are what the shoppers bought, priced and sent as the shop says it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from .history_rules import LAST
from .shop import Row, Shop

SNAPSHOT = date(2026, 11, 24)
"""The day of which the statuses tell."""
_FIELDS = """
order_id shopper_id placed status carrier tracking shipped expected delivered currency lines coupon discount delivery
total
"""
FIELDS = frozenset(_FIELDS.split())
SENT = {"shipped", "delivered", "returned"}
CENT = Decimal("0.01")


def _money(value: float) -> Decimal:
    return Decimal(str(value))


def _goods(order: Row) -> Decimal:
    return sum((_money(line["price"]) * line["quantity"] for line in order["lines"]), Decimal(0))


def fields(shop: Shop) -> Iterator[str]:
    """Unique ids in the order of time; known shoppers; items with their title and price."""
    ids = [order["order_id"] for order in shop.orders]
    if len(set(ids)) != len(ids) or shop.orders != sorted(shop.orders, key=lambda order: order["placed"]):
        yield "ids repeat, or the orders are not sorted by time"
    known, items = {shopper["shopper_id"] for shopper in shop.shoppers}, shop.by_id
    for order in shop.orders:
        name = order["order_id"]
        if set(order) != FIELDS or not order["lines"] or order["currency"] != "EUR":
            yield f"{name}: fields {sorted(order)}"
        if order["shopper_id"] not in known:
            yield f"{name}: {order['shopper_id']}"
        for line in order["lines"]:
            item = items.get(line["item_id"], {})
            wrong = [field for field in ("title", "price") if line[field] != item.get(field)]
            if wrong or line["quantity"] < 1:
                yield f"{name}: {line['item_id']} has another {wrong}"


def purchases(shop: Shop) -> Iterator[str]:
    """Each purchase is one order line of that moment, and each order a purchase, unless it is cancelled or newer."""
    bought = Counter((e["shopper_id"], e["item_id"], e["at"]) for e in shop.events if e["kind"] == "purchase")
    for order in shop.orders:
        lines = Counter((order["shopper_id"], line["item_id"], order["placed"]) for line in order["lines"])
        if order["status"] == "cancelled" or order["placed"] > LAST:
            if lines & bought:
                yield f"{order['order_id']}: is a purchase, though {order['status']} or newer than the events"
        elif lines - bought:
            yield f"{order['order_id']}: nobody bought that"
        bought -= lines
    yield from (f"no order for {key}" for key in bought)


def sums(shop: Shop) -> Iterator[str]:
    """The total is goods less discount and delivery; delivery is as the policies say."""
    free_delivery = {coupon["code"] for coupon in shop.coupons if coupon["kind"] == "free_delivery"}
    for order in shop.orders:
        goods = _goods(order) - _money(order["discount"])
        due = Decimal(0) if goods >= 50 or order["coupon"] in free_delivery else Decimal("3.95")
        if _money(order["delivery"]) != due:
            yield f"{order['order_id']}: delivery {order['delivery']} instead of {due}"
        if _money(order["total"]) != goods + due:
            yield f"{order['order_id']}: total {order['total']} instead of {goods + due}"


def _discount(coupon: Row, eligible: Decimal) -> Decimal:
    if coupon["kind"] == "percent":
        return (eligible * coupon["value"] / 100).quantize(CENT, ROUND_HALF_UP)
    return min(eligible, _money(coupon["value"]))


def coupons(shop: Shop) -> Iterator[str]:
    """A coupon was valid that day, for that shopper and those goods, and took off what it says."""
    known, items = {coupon["code"]: coupon for coupon in shop.coupons}, shop.by_id
    before: Counter[str] = Counter()
    uses: Counter[tuple[str, str]] = Counter()
    for order in shop.orders:
        name, code, shopper = order["order_id"], order["coupon"], order["shopper_id"]
        if order["status"] != "cancelled":
            before[shopper] += 1
        if code is None:
            if order["discount"]:
                yield f"{name}: a discount without a coupon"
            continue
        coupon = known[code]
        uses[shopper, code] += order["status"] != "cancelled"
        if not coupon["starts"] <= order["placed"][:10] <= coupon["ends"]:
            yield f"{name}: {code} was not valid"
        if uses[shopper, code] > coupon["uses_per_shopper"]:
            yield f"{name}: {code}: use {uses[shopper, code]}"
        if coupon["new_shoppers_only"] and before[shopper] > 1:
            yield f"{name}: {shopper} is not new"
        named = coupon["categories"] or {item["category"] for item in shop.items}
        eligible = _goods({"lines": [x for x in order["lines"] if items[x["item_id"]]["category"] in named]})
        if eligible < (coupon["minimum_order"] or 0) or _money(order["discount"]) != _discount(coupon, eligible):
            yield f"{name}: {code} on {eligible} takes off {order['discount']}"


def _working_days(first: date, last: date) -> int:
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def _course(order: Row) -> Iterator[str]:
    dates = {name: date.fromisoformat(order[name]) for name in ("shipped", "expected", "delivered") if order[name]}
    sent, arrived = order["status"] in SENT, order["status"] in {"delivered", "returned"}
    for name, wanted in (("carrier", sent), ("tracking", sent), ("shipped", sent), ("expected", sent),
                         ("delivered", arrived)):  # fmt: skip
        if bool(order[name]) != wanted:
            yield f"{order['status']}, but {name} is {order[name]}"
    yield from (f"{name} on a weekend" for name, day in dates.items() if day.weekday() > 4)
    placed = datetime.strptime(order["placed"], "%Y-%m-%dT%H:%M:%SZ").date()
    if sent and not placed <= dates["shipped"] <= placed + timedelta(days=3):
        yield f"shipped {order['shipped']}, placed {placed}"
    if sent and not 2 <= _working_days(dates["shipped"], dates["expected"]) <= 6:
        yield f"{_working_days(dates['shipped'], dates['expected'])} working days on the way"
    if arrived and not dates["shipped"] < dates["delivered"] < SNAPSHOT:
        yield f"delivered {order['delivered']}"
    if order["status"] == "shipped" and dates["expected"] < SNAPSHOT:
        yield f"expected {order['expected']} and not there on {SNAPSHOT}"


def course(shop: Shop) -> Iterator[str]:
    """An order is placed, then sent on a working day within three days, and there after 2 to 6 working days or so."""
    for order in shop.orders:
        yield from (f"{order['order_id']}: {problem}" for problem in _course(order))


def opinions(shop: Shop) -> Iterator[str]:
    """Nobody rates what has not come; what was returned was rated badly, and is no skin care."""
    told = {(e["shopper_id"], e["item_id"]): e for e in reversed(shop.events) if e["kind"] in {"rating", "comment"}}
    for order in shop.orders:
        for line in order["lines"]:
            first = told.get((order["shopper_id"], line["item_id"]))
            if order["delivered"] and first and not order["delivered"] < first["at"][:10]:
                yield f"{order['order_id']}: {order['shopper_id']} spoke of {line['item_id']} on {first['at'][:10]}"
            if order["status"] == "returned" and (first is None or first["rating"] > 2):
                yield f"{order['order_id']}: {line['item_id']} was returned, yet liked"
            if order["status"] == "returned" and shop.item(line["item_id"])["category"] == "skin care":
                yield f"{order['order_id']}: skin care was returned"


RULES = (fields, purchases, sums, coupons, course, opinions)
