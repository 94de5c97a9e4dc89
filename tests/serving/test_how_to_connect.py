"""docs/systems.md, followed to the letter."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.shop.handoff import Handoff
from agent.shop.orders import about_orders
from agent.shop.systems import ShopSystems, SystemUnavailable
from serving.order_rows import read_orders
from serving.settings import Settings
from serving.systems import METHODS
from serving.webhook import signature
from tests.fake_systems import order
from tests.systems_contract import NOW, ShopSystemsContract

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "systems.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def defined(number: int) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(blocks("python")[number], names)
    return names


class Interface:
    """The shop's HTTP interface that the page's class asks."""

    def __init__(self) -> None:
        self.tickets: dict[str, str] = {}
        self.status = 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.status != 200:
            return httpx.Response(self.status)
        found = self.answer(request.method, request.url.path.removeprefix("/internal"), dict(request.url.params))
        return httpx.Response(404) if found is None else httpx.Response(200, json=found)

    def answer(self, method: str, path: str, params: dict[str, str]) -> Any:
        _, kind, *rest = path.split("/")
        if kind == "tickets":
            return {"number": self.tickets.setdefault(rest[0], f"T{len(self.tickets) + 1}")}
        if kind == "stock":
            return {"pieces": 5} if rest == ["tent-6"] else None
        rows = {"orders": ORDERS, "coupons": COUPONS}[kind]
        if rest:
            return next((row for row in rows if rest[0] in (row.get("number"), row.get("code"))), None)
        return [row for row in rows if all(row[name] == value for name, value in params.items())]


LINE = {"sku": "tent-6", "name": "Torrwick Lee 2", "count": 1, "price": 240.0}
ORDERS: list[dict[str, Any]] = [
    {"number": number, "customer": customer, "created": "2026-11-18T09:30:00+00:00", "state": "shipped",
     "lines": [LINE], "total": 240.0, "eta": "2026-11-27"}
    for number, customer in (("1001", "ana"), ("2001", "ben"))
]  # fmt: skip
COUPONS: list[dict[str, Any]] = [
    {"code": "NOW10", "text": "10 percent off", "percent": 10, "from": "2026-01-01", "to": "2026-12-31"},
    {"code": "OLD10", "text": "10 percent off", "percent": 10, "from": "2025-01-01", "to": "2025-12-31"},
]


@pytest.fixture
def interface() -> Interface:
    return Interface()


@pytest.fixture
async def systems(interface: Interface) -> AsyncIterator[ShopSystems]:
    transport = httpx.MockTransport(interface)
    async with httpx.AsyncClient(transport=transport, base_url="https://shop.example/internal") as client:
        yield defined(0)["MySystems"](client)


class TestThePagesClass(ShopSystemsContract):
    @pytest.fixture
    def systems(self, systems: ShopSystems) -> ShopSystems:
        return systems


async def test_the_pages_class_answers_a_shopper(systems: ShopSystems) -> None:
    answer = await about_orders(systems, "ana", "has the Torrwick Lee shipped?", NOW)
    assert "expects delivery on 27 November 2026" in answer.text


async def test_the_pages_class_says_when_it_is_down(systems: ShopSystems, interface: Interface) -> None:
    interface.status = 503
    with pytest.raises(SystemUnavailable, match="503"):
        await systems.orders("ana")


def test_an_order_of_the_page_is_read(tmp_path: Path) -> None:
    feed = tmp_path / "orders.jsonl"
    feed.write_text(json.dumps(json.loads(blocks("json")[0])), encoding="utf-8")
    assert list(read_orders(feed)) == [order("1001", "ana")]


def test_the_pages_topics_count(tmp_path: Path) -> None:
    path = tmp_path / "topics.yaml"
    path.write_text(blocks("yaml")[0], encoding="utf-8")
    handoff = Handoff(path)
    found = [handoff.reason(message) for message in ("it was recalled", "产品召回", "我要人工", "a red kettle")]
    assert [reason.kind if reason else None for reason in found] == ["topic", "topic", "asked", None]


def test_a_desk_that_follows_the_page_knows_who_writes() -> None:
    check = defined(1)["comes_from_because"]
    header = signature("hush", b"{}", int(time.time()))
    assert check("hush", b"{}", header)
    assert not check("hush", b"{ }", header) and not check("loud", b"{}", header)
    assert not check("hush", b"{}", signature("hush", b"{}", int(time.time()) - 600))


def test_the_page_names_every_method_and_only_settings_that_are() -> None:
    assert set(re.findall(r"^\| `(\w+)\(", PAGE, re.MULTILINE)) == set(METHODS)
    settings = {f"BECAUSE_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"BECAUSE_[A-Z_]+", PAGE)) <= settings
