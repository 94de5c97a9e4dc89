"""Orders, coupons, handing over and comparisons in Chinese: understood as in English, and the same facts said."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import get_args

import pytest

from agent.items.comparison import compare
from agent.items.why_this import why_this
from agent.shop.coupons import Judgement, Refusal, basket_of
from agent.shop.handoff import Reason, hand_over, make_ticket
from agent.shop.offers import about_coupons, codes_in, refusal
from agent.shop.order_questions import Period, read_question
from agent.shop.orders import about_orders, period_words, state
from agent.shop.systems import OrderLine, OrderStatus
from agent.texts import Texts
from retrieval.catalogue import Catalogue
from retrieval.suggestion import Factor, Suggestion
from tests.fake_systems import NOW, TODAY, FakeSystems, coupon, order
from tests.models import ITEMS
from tests.retrieval.samples import demo_items

ZH = Texts.of("zh")
NOUNS = frozenset({"tent", "kettl"})
TENT = next(item for item in ITEMS if item.category == "outdoor")
ENGLISH = re.compile(r"[a-z]{4,}")
OCTOBER = order(
    "10423", placed=datetime(2026, 10, 5, 8, tzinfo=UTC), status="delivered", delivered=date(2026, 10, 8),
    lines=(OrderLine("kettle-7", "Hushmere Still", 2, Decimal("35.00")),), total=Decimal("63.00"), coupon="TRAIL15",
)  # fmt: skip


@pytest.mark.parametrize(
    ("message", "kind", "order_id", "first", "last"),
    [
        ("上周的订单", "list", None, date(2026, 11, 16), date(2026, 11, 22)),
        ("上周的订单到哪了？", "where", None, date(2026, 11, 16), date(2026, 11, 22)),
        ("上個月我買了什麼", "list", None, date(2026, 10, 1), date(2026, 10, 31)),
        ("十月份我买了哪些东西", "list", None, date(2026, 10, 1), date(2026, 10, 31)),
        ("去年12月的订单", "list", None, date(2025, 12, 1), date(2025, 12, 31)),
        ("十二月买的东西到了吗", "where", None, date(2025, 12, 1), date(2025, 12, 31)),
        ("2024年2月我买过什么", "list", None, date(2024, 2, 1), date(2024, 2, 29)),
        ("9月以来的订单", "list", None, date(2026, 9, 1), TODAY),
        ("2025年的订单", "list", None, date(2025, 1, 1), date(2025, 12, 31)),
        ("昨天下的单发货了吗", "where", None, date(2026, 11, 23), date(2026, 11, 23)),
        ("前天买的呢", "where", None, date(2026, 11, 22), date(2026, 11, 22)),
        ("这个星期我订了什么", "list", None, date(2026, 11, 23), TODAY),
        ("我今年一共花了多少钱", "paid", None, date(2026, 1, 1), TODAY),
        ("订单号 1042 发货了吗", "where", "1042", None, None),
        ("订单1042", "where", "1042", None, None),
        ("hr-26735这个订单送到了吗", "where", "HR-26735", None, None),
        ("订单编号是：88231，用了多少钱？", "paid", "88231", None, None),
        ("我的东西什么时候到", "where", None, None, None),
        ("列出我所有的订单", "list", None, None, None),
        ("快递单号是多少", "where", None, None, None),
    ],
)
def test_questions_about_orders_are_read(
    message: str, kind: str, order_id: str | None, first: date | None, last: date | None
) -> None:
    found = read_question(message, TODAY, NOUNS)
    assert (found.kind, found.order_id) == (kind, order_id)
    assert found.period == (None if first is None or last is None else Period(first, last, found.period.name))  # type: ignore[union-attr]


def test_goods_are_those_of_the_english_words() -> None:
    assert read_question("我买的帐篷发货了吗", TODAY, NOUNS, english="i tent delivery").words == ("tent",)


@pytest.mark.parametrize(
    ("message", "english"),
    [
        ("how much did I pay for the kettle?", ""),
        ("那个水壶花了多少钱", "that kettle how much"),
        ("我十月花了多少钱", ""),
    ],
)
async def test_what_was_paid_is_the_total_of_the_record(message: str, english: str) -> None:
    items = {"kettle-7": next(i for i in demo_items() if i.kind == "kettle")}
    systems = FakeSystems((OCTOBER, order("HR-1001")))
    texts = ZH if english or "花" in message else Texts.of("en")
    answer = await about_orders(systems, "ana", message, NOW, items, english=english, texts=texts)
    assert "63" in answer.text and "TRAIL15" in answer.text and "240" not in answer.text
    assert [each.kind for each in answer.evidence] == ["order"]


def test_a_state_has_the_same_facts_as_in_english() -> None:
    assert state(order(), TODAY, ZH) == (
        "订单 HR-1001（2026年11月18日下单：Torrwick Lee 2）已于2026年11月20日由 Noordpost 发货，快递单号 NP123456789；"
        "预计2026年11月27日送达"
    )


@pytest.mark.parametrize("status", get_args(OrderStatus))
@pytest.mark.parametrize("stated", [True, False])
def test_no_english_is_left_and_no_number_differs(status: OrderStatus, stated: bool) -> None:
    empty = {} if stated else {"carrier": None, "tracking": None, "shipped": None, "expected": None}
    kept = order(status=status, delivered=date(2026, 11, 23) if stated else None, **empty)
    english, chinese = state(kept, TODAY), state(kept, TODAY, ZH)
    assert not ENGLISH.search(chinese.replace("Torrwick Lee", "").replace("Noordpost", ""))
    assert _dates(english, r"(\d{1,2}) (\w+) (\d{4})") == _dates(chinese, r"(\d{4})年(\d{1,2})月(\d{1,2})日")


async def test_the_answers_without_an_order_are_said_in_chinese() -> None:
    systems = FakeSystems((order(),))
    said = [
        await about_orders(systems, None, "我的订单呢", NOW, texts=ZH),
        await about_orders(systems, "ana", "订单号 7777 呢", NOW, texts=ZH),
        await about_orders(systems, "ana", "去年我买了什么", NOW, texts=ZH),
        await about_orders(FakeSystems(), "ana", "我的订单呢", NOW, texts=ZH),
        await about_orders(FakeSystems(down=True), "ana", "我的订单呢", NOW, texts=ZH),
    ]
    assert [re.search("登录|7777|去年|没有订单|无法查询", each.text) is not None for each in said] == [True] * 5
    assert not any(ENGLISH.search(each.text) for each in said)


@pytest.mark.parametrize(
    ("name", "chinese", "english"), [("in", "在2026年10月", "in October 2026"), ("last week", "上周", "last week")]
)
def test_a_period_is_said_in_both_languages(name: str, chinese: str, english: str) -> None:
    period = Period(date(2026, 10, 1), date(2026, 10, 31), name)
    assert (period_words(period, ZH), period_words(period)) == (chinese, english)


@pytest.mark.parametrize(
    ("message", "codes"),
    [
        ("优惠券 SUMMER10 能用吗", [("SUMMER10", True)]),
        ("SUMMER10能用吗", [("SUMMER10", True)]),
        ("优惠码trail15还有效吗", [("TRAIL15", True)]),
        ("优惠券ＴＲＡＩＬ１５能用吗", [("TRAIL15", True)]),
        ("有什么优惠券", []),
    ],
)
def test_codes_are_found_in_chinese(message: str, codes: list[tuple[str, bool]]) -> None:
    assert [(each.code, each.sure) for each in codes_in(message)] == codes


async def test_coupons_are_told_in_chinese_with_the_same_amounts() -> None:
    offered = (
        coupon(categories=frozenset({"outdoor", "cycling"}), uses_per_shopper=3, minimum=Decimal("25.5")),
        coupon("ROW20", kind="amount", value=Decimal(20), new_shoppers_only=True, ends=date(2026, 10, 1)),
    )
    systems = FakeSystems(offered=offered)
    told = await about_coupons(systems, None, "TRAIL15 有什么条件", TODAY, texts=ZH)
    assert told.text == (
        "TRAIL15：减免 15%，限骑行和户外类商品，满 25.50 欧元可用，每人最多用 3 次，"
        "有效期2026年1月1日至2026年12月31日 [P1]。"
    )
    both = await about_coupons(systems, None, "ROW20 或者 NOPE99 能用吗", TODAY, items=[TENT], texts=ZH)
    assert "有效期到2026年10月1日为止" in both.text and "本店没有优惠券 NOPE99" in both.text
    assert not ENGLISH.search(both.text + told.text)


@pytest.mark.parametrize("why", get_args(Refusal))
def test_every_refusal_has_words_in_both_languages(why: Refusal) -> None:
    judged = Judgement(coupon(categories=frozenset({"outdoor"}), uses_per_shopper=2), None, (why, "expired"))
    basket = basket_of([(TENT, 1)])
    assert "而且" in refusal(judged, basket, ZH) and not ENGLISH.search(refusal(judged, basket, ZH))
    assert " and " in refusal(judged, basket)


async def test_every_way_of_handing_over_is_said_in_chinese() -> None:
    systems = FakeSystems()
    for fields in ({}, {"shopper_id": "ana"}, {"contact": "020 123 4567"}):
        ticket = make_ticket(Reason("asked", "x"), (), "转人工", now=NOW, language="zh-Hant", **fields)
        assert "工单号是 T-" in (text := (await hand_over(systems, ticket)).text) and not ENGLISH.search(text)
    systems.down = True
    assert "暂时无法连接" in (await hand_over(systems, ticket)).text


def test_a_comparison_has_chinese_values_and_the_shops_own_names_of_rows() -> None:
    shop = Catalogue(demo_items())
    pair = [shop["outdoor-04"], shop["outdoor-05"]]
    chinese, english = compare(pair, None, "zh"), compare(pair, None)
    assert chinese is not None and english is not None
    rows = {row.name: row.values for row in chinese.rows}
    assert [row.name for row in chinese.rows] == [row.name for row in english.rows]
    assert (
        rows["price"][0] == "79 欧元" and rows["weight"][1] == "0.94 公斤" and rows["stock"] == ("有货，33 件", "缺货")
    )
    assert rows["rating"][0].startswith("3.6（满分 5") and ZH.attribute("stock") == "库存"
    assert [row.better for row in chinese.rows] == [row.better for row in english.rows]
    assert "not stated" not in chinese.text and "欧元" in chinese.text


def test_a_place_in_the_ranking_is_told_in_chinese_without_english_words() -> None:
    item = demo_items()[0]
    found = why_this(Suggestion(item, 3, 1.0, (Factor("price", "within your budget", 1.0),)), "zh")
    assert found == f"{found.partition(' ')[0]} 排在第三：“在您的预算之内”（1.00）。"


def _dates(text: str, pattern: str) -> list[date]:
    """The dates of a text, whether it writes 20 November 2026 or 2026年11月20日, sorted."""
    found = (match.groups() for match in re.finditer(pattern, text))
    return sorted(
        date(int(a), int(b), int(c)) if b.isdigit() else datetime.strptime(f"{a} {b} {c}", "%d %B %Y").date()
        for a, b, c in found
    )
