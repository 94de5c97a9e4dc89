"""The demo shop's systems on the store, on SQLite and PostgreSQL, and which systems a shop runs with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.shop.systems import Guarded, Order, ShopSystems, SystemUnavailable
from retrieval.catalogue import Item
from retrieval.feeds import BadRow
from serving import systems as module
from serving.errors import EnvironmentUnfit
from serving.indexing import index_demo
from serving.order_rows import read_coupons, read_orders
from serving.settings import Settings
from serving.store import Store
from serving.systems import StoreSystems, open_systems, webhook_of
from tests.fake_systems import coupon, order
from tests.models import ITEMS
from tests.serving.demo_shop import open_shop, settings
from tests.serving.test_store import address  # noqa: F401
from tests.systems_contract import TICKET, TODAY, ShopSystemsContract

DEMO = Path(__file__).parents[2] / "demo"
CATALOGUE: dict[str, Item] = {item.item_id: item for item in ITEMS}
NOW10 = coupon("NOW10", value=Decimal("12.5"), minimum=Decimal("0.10"), categories=frozenset({"a", "b"}))
OLD10 = coupon("OLD10", starts=date(2025, 1, 1), ends=date(2025, 12, 31))


@pytest.fixture
def store(address: str) -> Iterator[Store]:  # noqa: F811
    opened = Store(address)
    yield opened
    opened.close()


@pytest.fixture
def systems(store: Store) -> StoreSystems:
    made = StoreSystems(store.engine, lambda: CATALOGUE)
    made.store.add_orders([order("1001", "ana"), order("2001", "ben", coupon="NOW10")])
    made.store.set_coupons([NOW10, OLD10])
    return made


class TestStoreSystems(ShopSystemsContract):
    @pytest.fixture
    def systems(self, systems: StoreSystems) -> ShopSystems:
        return systems


async def test_orders_and_coupons_come_back_as_they_were_given(systems: StoreSystems) -> None:
    assert await systems.order("ben", "2001") == order("2001", "ben", coupon="NOW10")
    assert await systems.coupon("now10") == NOW10


async def test_an_order_is_updated_but_never_moves_to_another_shopper(systems: StoreSystems) -> None:
    systems.store.add_orders([order("1001", "ana", status="delivered", delivered=TODAY), order("2001", "ana")])
    (mine,) = await systems.orders("ana")
    assert (mine.status, mine.delivered) == ("delivered", TODAY)
    assert [each.order_id for each in await systems.orders("ben")] == ["2001"]


async def test_coupons_that_are_no_longer_listed_go_unless_they_are_to_stay(systems: StoreSystems) -> None:
    systems.store.set_coupons([replace(NOW10, code="NEW10")], prune=False)
    assert [each.code for each in await systems.coupons(None, TODAY)] == ["NEW10", "NOW10"]
    systems.store.set_coupons([replace(NOW10, code="NEW10")])
    assert [each.code for each in await systems.coupons(None, TODAY)] == ["NEW10"]


async def test_a_shopper_who_is_forgotten_leaves_no_order_and_no_ticket(systems: StoreSystems, store: Store) -> None:
    await systems.hand_over(replace(TICKET, shopper_id="ana"))
    await systems.hand_over(replace(TICKET, ticket_id="guest"))
    store.forget("ana")
    assert await systems.orders("ana") == ()
    assert [kept.ticket.ticket_id for kept in systems.tickets.tickets()] == ["guest"]


async def test_a_ticket_is_kept_as_it_was_given(systems: StoreSystems) -> None:
    receipt = await systems.hand_over(TICKET)
    kept = systems.tickets.ticket(int(receipt.number))
    assert kept is not None and kept.ticket == TICKET
    assert (kept.state, kept.delivery) == ("open", "none")
    assert systems.tickets.close(kept.number) and not systems.tickets.close(kept.number)
    assert systems.tickets.tickets() == () and len(systems.tickets.tickets(open_only=False)) == 1


async def test_a_database_that_is_gone_is_a_system_that_is_down(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'because.sqlite'}")
    systems = StoreSystems(store.engine, lambda: CATALOGUE)
    store.close()
    for file in tmp_path.iterdir():
        file.write_bytes(b"no database at all, " * 400)
    with pytest.raises(SystemUnavailable, match="no database"):
        await systems.orders("ana")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"status": "lost"}, "status"),
        ({"lines": []}, "lines"),
        ({"total": -1}, "total"),
        ({"total": "NaN"}, "total"),
        ({"placed": "soon"}, "placed"),
        ({"currency": "EURO"}, "currency"),
    ],
)
def test_a_bad_order_is_reported_with_its_line_and_the_others_are_read(
    tmp_path: Path, changed: dict[str, Any], told: str
) -> None:
    import json

    good = json.loads((DEMO / "orders.jsonl").read_text(encoding="utf-8").splitlines()[0])
    feed = tmp_path / "orders.jsonl"
    feed.write_text(f"{json.dumps(good)}\n{json.dumps(good | changed)}\n", encoding="utf-8")
    first, second = read_orders(feed)
    assert isinstance(first, Order) and first.total == Decimal(str(good["total"]))
    assert isinstance(second, BadRow) and second.line == 2 and told in second.reason


def test_the_demos_feeds_have_no_bad_row() -> None:
    assert not [row for row in read_orders(DEMO / "orders.jsonl") if isinstance(row, BadRow)]
    assert not [row for row in read_coupons(DEMO / "coupons.jsonl") if isinstance(row, BadRow)]


async def test_the_demo_shop_is_indexed_with_its_orders_and_coupons(tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    (demo / "catalogue").mkdir(parents=True)
    for name in ("shoppers.jsonl", "coupons.jsonl", "orders.jsonl"):
        (demo / name).write_bytes((DEMO / name).read_bytes())
    (demo / "events.jsonl").touch()
    (demo / "catalogue" / "audio.jsonl").write_bytes((DEMO / "catalogue" / "audio.jsonl").read_bytes())
    shop = open_shop(tmp_path / "store")
    try:
        report = index_demo(settings(tmp_path / "store").model_copy(update={"demo": demo}), shop)
        assert report is not None and (report.orders, report.coupons, report.bad_rows) == (221, 6, [])
        assert [each.status for each in await shop.systems.orders("s-23")][:1] == ["placed"]
        assert {each.code for each in await shop.systems.coupons(None, TODAY)} >= {"TRAIL15", "POSTFREE"}
        assert (await shop.systems.stock("audio-03")).available is False
    finally:
        shop.close()


class Own:
    """A shop's own systems, of which nothing need work here."""

    def __init__(self) -> None:
        for method in module.METHODS:
            setattr(self, method, lambda *_: None)


class Half:
    orders = order = stock = lambda *_: None


def configured(**fields: Any) -> Settings:
    return Settings(_env_file=None, **fields)


def test_systems_that_the_settings_name_are_used(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'because.sqlite'}")
    made = open_systems(configured(systems=f"{__name__}:Own", systems_timeout=1.5), store.engine, dict)
    assert isinstance(made, Guarded) and isinstance(made._systems, Own) and made._seconds == 1.5
    assert isinstance(open_systems(configured(), store.engine, dict)._systems, StoreSystems)
    store.close()


@pytest.mark.parametrize(
    ("place", "told"),
    [("nowhere.at_all:X", "No module"), (f"{__name__}:Nothing", "Nothing"), (__name__, "my_shop.systems:MySystems"),
     (f"{__name__}:Half", "lacks coupons, coupon, hand_over")],
)  # fmt: skip
def test_systems_that_cannot_be_used_say_why(tmp_path: Path, place: str, told: str) -> None:
    store = Store(f"sqlite:///{tmp_path / 'because.sqlite'}")
    with pytest.raises(EnvironmentUnfit, match=told):
        open_systems(configured(systems=place), store.engine, dict)
    store.close()


def test_a_desk_needs_a_web_address_and_a_secret() -> None:
    assert webhook_of(configured()) is None
    with pytest.raises(EnvironmentUnfit, match="BECAUSE_HANDOFF_SECRET"):
        webhook_of(configured(handoff_webhook="https://desk.example/t"))
    for wrong in ("desk.example", "http://desk:port", "https://", "ftp://desk.example"):
        with pytest.raises(EnvironmentUnfit, match="https://"):
            webhook_of(configured(handoff_webhook=wrong, handoff_secret="hush"))
    webhook = webhook_of(configured(handoff_webhook="https://desk.example/t", handoff_secret="hush", handoff_tries=3))
    assert webhook is not None and (webhook.secret, webhook.tries) == ("hush", 3)
