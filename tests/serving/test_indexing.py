"""Feeds become an index; what is broken is reported, what was there stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.errors import FeedUnreadable
from serving.indexing import Feeds, index_demo, index_feeds
from serving.shop import Shop
from tests.serving.demo_shop import open_shop, settings

ROW = {"item_id": "a", "title": "Fell lamp", "category": "outdoor", "price": 20, "currency": "EUR"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    found = open_shop(tmp_path)
    yield found
    found.close()


def feed(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "items.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_demo_shop_is_indexed_where_there_is_none(tmp_path: Path, shop: Shop) -> None:
    report = index_demo(settings(tmp_path), shop)
    assert report is not None and not report.bad_rows
    assert (report.items.added, len(shop.catalogue)) == (120, 120)
    assert report.events.added > 500 and len(shop.store.shoppers(demo_only=True)) == 40
    assert index_demo(settings(tmp_path), shop) is None


def test_an_interrupted_demo_is_taken_up_again(tmp_path: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(shop.index, "add_answers", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        index_demo(settings(tmp_path), shop)
    report = index_demo(settings(tmp_path), shop)
    assert report is not None
    assert report.items.unchanged == 120 and report.events.added > 500


def test_another_shop_is_never_mixed_with_the_demo(tmp_path: Path, shop: Shop) -> None:
    index_feeds(Feeds(feed(tmp_path, json.dumps(ROW))), shop.index, shop.store)
    assert index_demo(settings(tmp_path), shop) is None
    assert list(shop.catalogue) == ["a"]


def test_bad_rows_are_named_and_nothing_indexed_before_is_lost(tmp_path: Path, shop: Shop) -> None:
    index_feeds(Feeds(feed(tmp_path, json.dumps(ROW))), shop.index, shop.store)
    second = feed(
        tmp_path, '{"item_id": "b"', json.dumps(ROW | {"item_id": "c", "price": -1}), json.dumps(ROW | {"item_id": "d"})
    )
    report = index_feeds(Feeds(second), shop.index, shop.store)
    assert [bad.line for bad in report.bad_rows] == [1, 2]
    assert "not JSON" in report.bad_rows[0].reason and "price" in report.bad_rows[1].reason
    assert set(shop.catalogue) == {"a", "d"}


def test_a_missing_feed_says_what_to_do(tmp_path: Path, shop: Shop) -> None:
    with pytest.raises(FeedUnreadable, match="give the path"):
        index_feeds(Feeds(tmp_path / "none.jsonl"), shop.index, shop.store)
