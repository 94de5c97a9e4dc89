"""Feeds become an index; what is broken is reported, what was there stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
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


def test_pruning_takes_out_what_the_feed_no_longer_lists(tmp_path: Path, shop: Shop) -> None:
    both = feed(tmp_path, json.dumps(ROW), json.dumps(ROW | {"item_id": "b", "title": "Fell stove"}))
    index_feeds(Feeds(both), shop.index, shop.store)
    report = index_feeds(Feeds(feed(tmp_path, json.dumps(ROW)), prune=True), shop.index, shop.store)
    assert (report.removed, set(shop.catalogue)) == (1, {"a"})
    vector = shop.index.query_vector("stove")
    assert set(shop.index.search_passages(vector, 5)) <= {"a"}


def test_pruning_is_put_off_where_a_row_could_not_be_read(tmp_path: Path, shop: Shop) -> None:
    index_feeds(Feeds(feed(tmp_path, json.dumps(ROW))), shop.index, shop.store)
    report = index_feeds(
        Feeds(feed(tmp_path, "{", json.dumps(ROW | {"item_id": "b"})), prune=True), shop.index, shop.store
    )
    assert (report.removed, set(shop.catalogue)) == (0, {"a", "b"})


def test_a_folder_without_answers_is_refused_and_keeps_those_there_are(tmp_path: Path, shop: Shop) -> None:
    index_demo(settings(tmp_path), shop)
    (tmp_path / "empty").mkdir()
    with pytest.raises(FeedUnreadable, match=r"policies\.md"):
        index_feeds(Feeds(feed(tmp_path, json.dumps(ROW)), answers=tmp_path / "empty"), shop.index, shop.store)
    vector = shop.index.query_vector("how long does delivery take")
    assert shop.index.search_answers(vector, 1, date(2026, 11, 24))
