"""Write demo/orders.jsonl: one order for each purchase in demo/events.jsonl, and those that the events do not have.

    .venv/bin/python scripts/demo_orders.py

The events end on 15 November 2026 and leave out what was cancelled; NEWER and CANCELLED below are such orders. Nothing
is drawn at random: the same events give the same file. tests/demo/order_rules.py says what must hold.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

DEMO = Path(__file__).resolve().parents[1] / "demo"
sys.path.insert(0, str(DEMO.parent))

from agent.shop.coupons import Basket as CouponBasket  # noqa: E402
from agent.shop.coupons import DeliveryTerms, Goods, Standing, judge  # noqa: E402
from agent.shop.systems import Coupon  # noqa: E402

TERMS = DeliveryTerms(Decimal("3.95"), Decimal(50))
CARRIERS = ("Noordpost", "Rijnvaart Express", "Pakketlijn")
TODAY = date(2026, 11, 24)
RETURNED = {("s-01", "outdoor-09"), ("s-06", "garden-07"), ("s-24", "garden-06")}
"""Purchases that their shopper rated with two stars, and sent back."""
CANCELLED = (
    ("s-16", "2026-04-25T12:31:07Z", {"desk-and-office-02": 1}),
    ("s-06", "2026-06-12T09:10:45Z", {"garden-04": 1}),
    ("s-30", "2026-10-14T19:02:18Z", {"audio-06": 1}),
)
NEWER = (
    ("s-12", "2026-11-16T18:20:11Z", {"audio-01": 1}),
    ("s-18", "2026-11-17T08:41:52Z", {"running-01": 1}),
    ("s-32", "2026-11-18T10:05:30Z", {"desk-and-office-01": 1}),
    ("s-02", "2026-11-19T20:14:09Z", {"outdoor-06": 1, "toys-10": 2}),
    ("s-01", "2026-11-20T07:52:33Z", {"outdoor-07": 1, "photography-03": 1}),
    ("s-08", "2026-11-20T16:30:00Z", {"travel-01": 1}),
    ("s-07", "2026-11-21T09:26:14Z", {"outdoor-02": 1}),
    ("s-16", "2026-11-22T21:03:48Z", {"audio-06": 1}),
    ("s-14", "2026-11-23T15:37:20Z", {"books-07": 3}),
    ("s-23", "2026-11-24T06:18:55Z", {"books-07": 1}),
)


@dataclass
class Bought:
    """An order before its course is known. ``told`` is the day of the first opinion on what was bought."""

    shopper: str
    at: datetime
    items: dict[str, int]
    course: str = "stands"
    told: date | None = None


@dataclass
class Shop:
    """What is known of the demo shop."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    coupons: list[Coupon] = field(default_factory=list)


def main() -> None:
    shop = read()
    bought = sorted([*purchases(shop), *others()], key=lambda each: (each.at, each.shopper))
    standings: dict[str, Standing] = {}
    with (DEMO / "orders.jsonl").open("w", encoding="utf-8") as file:
        for number, each in enumerate(bought, start=1):
            row = order(shop, each, number, standings.get(each.shopper, Standing()))
            if row["status"] != "cancelled":
                standings[each.shopper] = after(standings.get(each.shopper, Standing()), row["coupon"])
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def read() -> Shop:
    shop = Shop()
    for path in sorted((DEMO / "catalogue").glob("*.jsonl")):
        shop.items |= {row["item_id"]: row for row in rows(path)}
    shop.events = list(rows(DEMO / "events.jsonl"))
    for row in rows(DEMO / "coupons.jsonl"):
        minimum = row["minimum_order"]
        shop.coupons.append(
            Coupon(
                row["code"], row["title"], row["kind"], Decimal(str(row["value"])),
                date.fromisoformat(row["starts"]), date.fromisoformat(row["ends"]), row["currency"],
                None if minimum is None else Decimal(str(minimum)), frozenset(row["categories"]),
                row["new_shoppers_only"], row["uses_per_shopper"],
            )
        )  # fmt: skip
    return shop


def rows(path: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def purchases(shop: Shop) -> Iterator[Bought]:
    opinions: dict[tuple[str, str], date] = {}
    for event in shop.events:
        if event["kind"] in {"rating", "comment"}:
            key = event["shopper_id"], event["item_id"]
            opinions.setdefault(key, moment(event["at"]).date())
    for event in shop.events:
        if event["kind"] == "purchase":
            key = event["shopper_id"], event["item_id"]
            course = "returned" if key in RETURNED else "stands"
            yield Bought(key[0], moment(event["at"]), {key[1]: 1}, course, opinions.get(key))


def others() -> Iterator[Bought]:
    for course, listed in (("cancelled", CANCELLED), ("stands", NEWER)):
        for shopper, at, items in listed:
            yield Bought(shopper, moment(at), items, course)


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def order(shop: Shop, bought: Bought, number: int, standing: Standing) -> dict[str, Any]:
    lines = [
        {"item_id": item, "title": shop.items[item]["title"], "quantity": count, "price": shop.items[item]["price"]}
        for item, count in bought.items.items()
    ]
    goods = [
        Goods(line["item_id"], shop.items[line["item_id"]]["category"], Decimal(str(line["price"])), line["quantity"])
        for line in lines
    ]
    coupon, discount, delivery = price(shop, CouponBasket(tuple(goods), "EUR"), bought, number, standing)
    total = sum((each.sum for each in goods), Decimal(0)) - discount + delivery
    money = {"coupon": coupon, "discount": float(discount), "delivery": float(delivery), "total": float(total)}
    head = {"order_id": f"HR-{26000 + 7 * number}", "shopper_id": bought.shopper,
            "placed": bought.at.strftime("%Y-%m-%dT%H:%M:%SZ")}  # fmt: skip
    return head | course(bought, number) | {"currency": "EUR", "lines": lines} | money


def price(
    shop: Shop, basket: CouponBasket, bought: Bought, number: int, standing: Standing
) -> tuple[str | None, Decimal, Decimal]:
    """Code, discount and delivery: every other order uses the first coupon that saves something."""
    judged = [judge(coupon, basket, standing, bought.at.date(), TERMS) for coupon in shop.coupons] if number % 2 else []
    for each in judged:
        if each.price and each.price.saved > 0:
            return each.coupon.code, each.price.goods_before - each.price.goods_after, each.price.delivery_after
    return None, Decimal(0), TERMS.due(basket.sum)


def course(bought: Bought, number: int) -> dict[str, Any]:
    """Status and dates as of TODAY: packed on the next working day after 15:00, two to six working days on the way."""
    row: dict[str, Any] = dict.fromkeys(("carrier", "tracking", "shipped", "expected", "delivered"))
    if bought.course == "cancelled":
        return {"status": "cancelled"} | row
    leaves = working(bought.at.date() + timedelta(days=bought.at.time() >= time(15)), 0)
    if bought.at.date() == TODAY:
        return {"status": "placed"} | row
    if leaves >= TODAY:
        return {"status": "packed"} | row
    place = int(bought.shopper.removeprefix("s-"))  # a shopper stays where they live
    expected = working(leaves, 2 + place % 5)
    arrived = working(expected, number % 7 == 3)
    row |= {
        "carrier": CARRIERS[place % 3],
        "tracking": f"{CARRIERS[place % 3][:2].upper()}{731_000_000 + 104_729 * number}",
        "shipped": leaves.isoformat(),
        "expected": expected.isoformat(),
    }
    if bought.told and arrived >= bought.told:
        raise SystemExit(f"{bought.shopper} spoke of {bought.items} on {bought.told}, before it arrived on {arrived}")
    if arrived >= TODAY:
        return {"status": "shipped"} | row
    status = "returned" if bought.course == "returned" else "delivered"
    return {"status": status} | row | {"delivered": arrived.isoformat()}


def working(day: date, count: int) -> date:
    """The working day so many after a day; 0 is the day itself or the next Monday."""
    while day.weekday() > 4 or count > 0:
        day += timedelta(days=1)
        count -= day.weekday() <= 4
    return day


def after(standing: Standing, coupon: str | None) -> Standing:
    uses = dict(standing.uses)
    if coupon:
        uses[coupon] = uses.get(coupon, 0) + 1
    return Standing(standing.orders + 1, uses)


if __name__ == "__main__":
    main()
