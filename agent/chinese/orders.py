"""How Chinese asks about orders: which by its number or its time, and whether for a list, a parcel or what was paid."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Literal, TypeAlias

from agent.chinese.numerals import number

Ask: TypeAlias = Literal["where", "list", "paid"]
Span: TypeAlias = tuple[str, date, date]
"""A period by the name of its text, and its first and last day."""

ORDER_ID = r"(?:订单(?:号码?|编号)?|(?<!快递)(?<![运货])单号)(?:[是为:#]|\s)*"
"""What a plain number of an order stands behind."""
_PAID = re.compile(r"多少钱|(?:花|付|用|消费)了?多少|总价|总额|金额|合计|(?:一共|总共|总计)(?:花|付|用|是多少|多少)")
_LIST = re.compile(
    r"(?:买|订|下)(?:过|了)?的?(?:都|都有|都是|是|些)?(?:什么(?!时候)|哪些|啥|哪几)|(?:哪些|哪几个|所有|全部|列出|历史).{0,6}订单"
    r"|订单(?:记录|历史|列表)|购买记录|购物记录|(?:买|订)过.{0,12}吗|(?:查看|看看|看一下|给我看|显示).{0,6}订单"
)
_PARCEL = re.compile(r"到|送|发|寄|收|哪|物流|快递|状态|进度|呢|什么时候|何时|多久|怎么")
"""Words that ask what has become of an order."""
_MONTH = re.compile(
    r"(?P<year>20\d\d年|今年|去年)?(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?(?!内)"
    r"(?P<since>以来|以后|之后|起|至今|到现在)?"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_NAMED = (
    ("the day before yesterday", re.compile("前天")),
    ("yesterday", re.compile("昨[天日晚]")),
    ("today", re.compile("今[天日早晚]")),
    ("last week", re.compile("上(?:个)?(?:周|星期|礼拜)")),
    ("this week", re.compile("(?:本|这个?)(?:周|星期|礼拜)")),
    ("last month", re.compile("上个?月")),
    ("this month", re.compile("(?:本|这个?|当)月")),
    ("last year", re.compile("去年")),
    ("this year", re.compile("今年")),
)


def asked_for(message: str, *, timed: bool) -> Ask:
    """What a question about orders is for.

    Args:
        timed: it names a time, and so may be no more than 'the orders of last week'.
    """
    if _PAID.search(message):
        return "paid"
    if _LIST.search(message) or (timed and "订单" in message and not _PARCEL.search(message)):
        return "list"
    return "where"


def span_of(message: str, today: date) -> Span | None:
    """The time that a message names, in whole days; weeks begin on Monday, a month without a year is the last one."""
    if match := _MONTH.search(message):
        return _month(match, today)
    for name, pattern in _NAMED:
        if pattern.search(message):
            return name, *days_of(name, today)
    if match := _YEAR.search(message):
        return "in year", date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)
    return None


def _month(match: re.Match[str], today: date) -> Span:
    month, stated = int(number(match["month"])), match["year"]
    if stated is None:
        year = today.year - (month > today.month)
    else:
        year = {"今年": today.year, "去年": today.year - 1}.get(stated) or int(stated[:4])
    first = date(year, month, 1)
    if match["since"]:
        return "since", first, today
    return "in", first, first.replace(day=calendar.monthrange(year, month)[1])


def days_of(name: str, today: date) -> tuple[date, date]:
    """The first and the last day of a period such as 'last week', seen from today."""
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = first - timedelta(days=1)
    day = timedelta(days=1)
    return {
        "today": (today, today),
        "yesterday": (today - day, today - day),
        "the day before yesterday": (today - 2 * day, today - 2 * day),
        "this week": (monday, today),
        "last week": (monday - 7 * day, monday - day),
        "this month": (first, today),
        "last month": (before.replace(day=1), before),
        "this year": (today.replace(month=1, day=1), today),
        "last year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }[name]
