"""Answers about a shopper's own orders, by rules over the shop's records; no date is said that is in none of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from agent.shop.answers import EN, ShopAnswer, cited, day, money, together
from agent.shop.order_questions import OrderQuestion, Period, read_question
from agent.shop.systems import Order, OrderLine, ShopSystems, SystemUnavailable
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.evidence import numbered
from retrieval.words import stems

_SHOWN = 5


async def about_orders(
    systems: ShopSystems,
    shopper_id: str | None,
    message: str,
    now: datetime,
    items: Mapping[str, Item] | None = None,
    *,
    english: str = "",
    texts: Texts = EN,
) -> ShopAnswer:
    """Answer a question about orders: 'where is my order', 'has the tent shipped', 'what did I order last month'.

    Args:
        shopper_id: who asks and has proved to be so; None for a guest, who is told to sign in.
        now: the present moment in the shop's time zone, from which 'last month' is counted.
        items: the catalogue, by whose words goods are recognised that their title does not name ('the tent').
        english: a Chinese message in English words, by which goods are recognised.
        texts: those of the language of the answer.
    """
    if shopper_id is None:
        return ShopAnswer(texts.say("orders.sign_in"))
    items = items or {}
    question = read_question(message, now.date(), _nouns(items), english=english)
    desk = _Desk(now.date(), items, texts)
    try:
        if question.order_id:
            found = await systems.order(shopper_id, question.order_id)
            return desk.told([found], question) if found else desk.unknown(question.order_id)
        orders = await systems.orders(shopper_id)
    except SystemUnavailable:
        return ShopAnswer(texts.say("orders.down"))
    latest = sorted(orders, key=lambda order: (order.placed, order.order_id), reverse=True)
    return desk.answer(question, latest) if latest else ShopAnswer(texts.say("orders.none"))


class _Desk:
    """Which orders a question means, and what is said of them on a day, in a language."""

    def __init__(self, today: date, items: Mapping[str, Item], texts: Texts) -> None:
        self.today = today
        self.items = items
        self.texts = texts

    def answer(self, question: OrderQuestion, latest: Sequence[Order]) -> ShopAnswer:
        within = [order for order in latest if question.period is None or order.placed.date() in question.period]
        if not within and question.kind == "where":  # 'has it left today' speaks of the parcel, not of the order
            within = list(latest)
        if not within and question.period:
            return ShopAnswer(self.texts.say("orders.nothing", period=period_words(question.period, self.texts)))
        if question.goods:
            matching = _matching(within, question.goods, self.items)
            if not matching:
                return self._not_found(question, latest)
            return self.told(matching if question.kind == "list" else matching[:1], question)
        if question.kind == "list" or (question.kind == "paid" and question.period):
            return self.told(within, question)
        if question.kind == "paid":
            return self.told(within[:1], question)
        return self.told([order for order in within if order.is_open] or within[:1], question)

    def told(self, orders: Sequence[Order], question: OrderQuestion) -> ShopAnswer:
        """The orders with what has become of them; the newest come first and further ones are counted."""
        texts, shown = self.texts, orders[:_SHOWN]
        evidence = numbered(
            ("order", record(order, texts), texts.say("orders.source", number=order.order_id)) for order in shown
        )
        say = paid if question.kind == "paid" else lambda order, texts: state(order, self.today, texts)
        lines = cited([say(order, texts) for order in shown], evidence, texts)
        if more := len(orders) - len(shown):
            lines.append(texts.say("orders.more_one") if more == 1 else texts.say("orders.more", count=more))
        return ShopAnswer(together(lines, texts), evidence)

    def unknown(self, order_id: str) -> ShopAnswer:
        return ShopAnswer(self.texts.say("orders.unknown", number=order_id))

    def _not_found(self, question: OrderQuestion, latest: Sequence[Order]) -> ShopAnswer:
        last = self.told(latest[:1], question)
        named = self.texts.listed(self.texts.word(word) for word in question.words)
        return ShopAnswer(self.texts.say("orders.not_found", goods=named, latest=last.text), last.evidence)


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


def period_words(period: Period, texts: Texts = EN) -> str:
    """A period as the shopper would say it: ``last month``, ``in October 2026``."""
    month = texts.say(f"month.{period.first.month}")
    key = f"period.{period.name}"
    return texts.say(key, month=month, year=period.first.year)


def state(order: Order, today: date, texts: Texts = EN) -> str:
    """One sentence, without its stop: which order, and where it is. Its dates are the record's."""
    values = {
        "order": _which(order, texts),
        "by": texts.say("orders.by", carrier=order.carrier) if order.carrier else "",
        "tracking": texts.say("orders.tracking", number=order.tracking) if order.tracking else "",
        "expected": _expected(order, today, texts),
        "on": "",
        "after": "",
    }
    if when := {"shipped": order.shipped, "delivered": order.delivered}.get(order.status):
        values["on"] = texts.say("orders.on", day=day(when, texts))
    if order.delivered:
        values["after"] = texts.say("orders.after", day=day(order.delivered, texts))
    return texts.say(f"orders.{order.status}", **values)


def paid(order: Order, texts: Texts = EN) -> str:
    """One sentence, without its stop: what an order comes to, with the coupon that was used."""
    coupon = texts.say("orders.with_coupon", code=order.coupon) if order.coupon else ""
    total = money(order.total, order.currency, texts)
    return texts.say("orders.paid", order=_which(order, texts), total=total, coupon=coupon)


def _which(order: Order, texts: Texts) -> str:
    placed, what = day(order.placed.date(), texts), goods(order.lines, texts)
    return texts.say("orders.order", number=order.order_id, day=placed, goods=what)


def _expected(order: Order, today: date, texts: Texts) -> str:
    if order.expected is None:
        return texts.say("orders.unstated")
    key = "passed" if order.expected < today else "expected"
    return texts.say(f"orders.{key}", day=day(order.expected, texts))


def goods(lines: Collection[OrderLine], texts: Texts = EN) -> str:
    """``2 x Marlow Hush kettle, Inkwell Slim pen``."""
    pieces = (
        texts.say("orders.pieces", count=line.quantity, title=line.title) if line.quantity > 1 else line.title
        for line in lines
    )
    return texts.say("names").join(pieces)


def record(order: Order, texts: Texts = EN) -> str:
    """The record as evidence: every field that the shop has filled."""
    dates = {"shipped": order.shipped, "expected": order.expected, "delivered": order.delivered}
    values = {"placed": day(order.placed.date(), texts), "status": texts.say(f"orders.status.{order.status}")}
    named = {name: day(when, texts) for name, when in dates.items() if when}
    named |= {name: value for name, value in (("carrier", order.carrier), ("tracking", order.tracking)) if value}
    named["total"] = money(order.total, order.currency, texts)
    named |= {"coupon": order.coupon} if order.coupon else {}
    fields = [*_fields(values, texts), goods(order.lines, texts), *_fields(named, texts)]
    return texts.say("orders.record.all", number=order.order_id, fields=texts.say("orders.record.between").join(fields))


def _fields(values: Mapping[str, str], texts: Texts) -> list[str]:
    return [texts.say(f"orders.record.{name}", value=value) for name, value in values.items()]
