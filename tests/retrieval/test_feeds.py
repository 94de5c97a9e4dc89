"""Feeds are read row by row: what is wrong is reported with its line, and nothing else is lost."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalogue import Attribute, Item
from retrieval.errors import FeedUnreadable
from retrieval.events import Event, Shopper
from retrieval.feeds import BadRow, read_events, read_items, read_shoppers
from tests.retrieval.samples import DEMO, ROW, jsonl

XML = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>
<item><g:id>k1</g:id><g:title>Kettle bouilloire thé</g:title><g:description>Quiet.</g:description>
<g:link>https://shop.example/k1</g:link><g:image_link>https://shop.example/k1.jpg</g:image_link>
<g:price>1,049.00 EUR</g:price><g:sale_price>39.90 EUR</g:sale_price><g:availability>Out of stock</g:availability>
<g:brand>Marlow</g:brand><g:color>red</g:color><g:product_type>Kitchen &gt; Kettle</g:product_type>
<g:shipping><g:price>3.95 EUR</g:price></g:shipping></item>
<item><g:id>k2</g:id><g:title>Pan</g:title><g:price>free</g:price><g:product_type>Kitchen</g:product_type></item>
<item><g:id>k3</g:id><g:title>Pot</g:title><g:price>1,049.00 EUR</g:price><g:material></g:material>
<g:product_type>Kitchen</g:product_type></item>
</channel></rss>"""


def read(path: Path) -> tuple[list[Item], list[BadRow]]:
    rows = list(read_items(path))
    return [r for r in rows if isinstance(r, Item)], [r for r in rows if isinstance(r, BadRow)]


def test_the_demo_shop_is_read_without_a_bad_row() -> None:
    items, bad = read(DEMO / "catalogue")
    assert not bad and len({item.item_id for item in items}) == len(items) > 100
    assert all(isinstance(row, Event) for row in read_events(DEMO / "events.jsonl"))
    assert all(isinstance(row, Shopper) and row.demo for row in read_shoppers(DEMO / "shoppers.jsonl", demo=True))


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ("9" * 5000, "not JSON"),
        ("[" * 100_000, "not JSON"),
        (ROW | {"price": -1}, "price"),
        (ROW | {"price": None}, "price"),
        (ROW | {"currency": "euro"}, "currency"),
        (ROW | {"stock": -2}, "stock"),
        (ROW | {"item_id": "  "}, "item_id"),
        ({k: v for k, v in ROW.items() if k != "title"}, "title"),
        (ROW | {"reviews": [{"rating": 6, "text": "x"}]}, "reviews.0.rating"),
    ],
    ids=["broken", "list", "long number", "deep", "negative price", "no price", "currency", "stock", "blank id",
         "no title", "six stars"],
)  # fmt: skip
def test_a_bad_row_is_named_and_the_others_are_read(tmp_path: Path, bad: Any, reason: str) -> None:
    items, (row,) = read(jsonl(tmp_path / "shop.jsonl", [ROW, "", bad, ROW | {"item_id": "b2"}]))
    assert [item.item_id for item in items] == ["b1", "b2"]
    assert row.line == 3 and reason in row.reason
    assert str(row).startswith("shop.jsonl, line 3: ")


def test_an_item_keeps_all_it_says(tmp_path: Path) -> None:
    rich = ROW | {
        "brand": "", "stock": 0, "currency": "eur", "item_id": 7,
        "attributes": {"weight": {"value": 780, "unit": "g"}, "lug_depth": 5, "waterproof": True, "fit": None},
        "reviews": [{"rating": 4, "text": " Light. ", "at": "2026-05-14"}, {"rating": 2, "text": "Torn."}],
        "documents": [{"title": "Manual", "text": "Wash cold."}],
    }  # fmt: skip
    ((item,), _) = read(jsonl(tmp_path / "shop.jsonl", [rich]))
    assert (item.item_id, item.brand, item.stock, item.currency) == ("7", None, 0, "EUR")
    assert item.attributes == (
        Attribute("weight", 780, "g"),
        Attribute("lug depth", 5),
        Attribute("waterproof", "yes"),
    )
    assert [review.text for review in item.reviews] == ["Light.", "Torn."]
    assert len({review.review_id for review in item.reviews}) == 2
    assert item.documents[0].text == "Wash cold."


def test_csv_with_nested_cells_and_bad_rows(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_bytes(
        b"\xef\xbb\xbfitem_id,title,category,price,currency,attributes\r\n"
        b'a,"Pack, large",outdoor,89.5,EUR,"{""weight"": {""value"": 780, ""unit"": ""g""}}"\r\n'
        b"b,Pack,outdoor,cheap,EUR,\r\n"
        b"c,Pack,outdoor,1,EUR,,,extra\r\n"
        b"\r\n"
        b'd,"Two\r\nlines",outdoor,1,EUR,\r\n'
        b"e,Caf\xe9,outdoor,1,EUR,\r\n"
        b'f,"Half" quoted,outdoor,1,EUR,\r\n'
        b"g,Pack,outdoor,1,EUR,{oops\r\n"
        b"h,Pack,outdoor,1,EUR,\r\n"
    )
    items, bad = read(path)
    assert [item.item_id for item in items] == ["a", "d", "h"]
    assert items[0].title == "Pack, large" and items[0].attributes == (Attribute("weight", 780, "g"),)
    assert [row.line for row in bad] == [3, 4, 8, 9, 10]
    reasons = [row.reason for row in bad]
    assert reasons[0].startswith("price:") and "more values" in reasons[1] and reasons[2] == "title: not UTF-8 text"
    assert "not a table row" in reasons[3] and "not JSON" in reasons[4]


def test_a_quote_that_is_never_closed_is_reported_where_it_opens(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text('item_id,title,category,price,currency\na,A,x,1,EUR\nb,"B,x,1,EUR\nc,C,x,1,EUR\n')
    items, (row,) = read(path)
    assert [item.item_id for item in items] == ["a"] and row.line == 3


def test_a_cell_of_any_length_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(f"item_id,title,category,price,currency\na,{'x' * 200_000},x,1,EUR\nb,B,x,1,EUR\n")
    items, (row,) = read(path)
    assert [item.item_id for item in items] == ["b"] and row.line == 2


def test_google_merchant_tsv(tmp_path: Path) -> None:
    path = tmp_path / "google.tsv"
    path.write_text(
        "id\ttitle\tdescription\tlink\tprice\tsale_price\tavailability\tbrand\tproduct_type\tcolor\n"
        "k1\tKettle\tQuiet\thttps://s.example/k1\t59.00 EUR\t39,90 EUR\tout_of_stock\tMarlow\tKitchen > Kettle\tred\n"
        'k2\tKettle 13" tall\tQuiet\t\t59.00 EUR\t\tin_stock\t\tKitchen\t\n'
        "k3\tKettle\tQuiet\t\t59.00\t\tin_stock\t\tKitchen\t\n"
        "k4\tKettle\tQuiet\t\t1.059,00 EUR\t\tin_stock\t\tKitchen\t\n"
    )
    items, bad = read(path)
    on_sale, plain = items
    assert (on_sale.price, on_sale.currency, on_sale.stock) == (39.9, "EUR", 0)
    assert (on_sale.category, on_sale.kind, on_sale.url) == ("Kitchen", "kettle", "https://s.example/k1")
    assert on_sale.colour == Attribute("colour", "red")
    assert (plain.title, plain.price, plain.stock, plain.brand) == ('Kettle 13" tall', 59.0, None, None)
    assert [(row.line, row.reason.split(":")[0]) for row in bad] == [(4, "currency"), (5, "price")]


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
def test_google_merchant_xml(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "google.xml"
    path.write_bytes(XML.format(encoding=encoding).encode(encoding))
    (kettle, pot), (pan,) = read(path)
    assert kettle.title == "Kettle bouilloire thé"
    assert (kettle.price, kettle.stock, kettle.brand, kettle.kind) == (39.9, 0, "Marlow", "kettle")
    assert (kettle.url, kettle.image) == ("https://shop.example/k1", "https://shop.example/k1.jpg")
    assert pot.price == 1049.0 and pot.attributes == ()
    assert pan.line == 2 and "price" in pan.reason


def test_atom_links_are_read(tmp_path: Path) -> None:
    path = tmp_path / "google.xml"
    path.write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><entry><g:id>k1</g:id>'
        '<title>Pan</title><link href="https://s.example/k1"/><g:price>9 EUR</g:price>'
        "<g:product_type>Kitchen</g:product_type></entry></feed>"
    )
    ((item,), _) = read(path)
    assert item.url == "https://s.example/k1"


def test_broken_xml_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "google.xml"
    path.write_text(XML.format(encoding="utf-8").split("<g:title>Pot")[0] + "<g:tit")
    (kettle,), (pan, broken) = read(path)
    assert kettle.item_id == "k1" and pan.line == 2
    assert broken.line == 3 and "not well-formed XML" in broken.reason


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    jsonl(tmp_path / "b.jsonl", [ROW | {"item_id": "second"}])
    jsonl(tmp_path / "a.jsonl", [ROW | {"item_id": "first"}])
    (tmp_path / "notes.txt").write_text("no feed")
    assert [item.item_id for item in read(tmp_path)[0]] == ["first", "second"]


@pytest.mark.parametrize("name", ["missing.jsonl", "shop.xlsx", "empty"])
def test_what_is_no_feed_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "shop.xlsx").write_bytes(b"PK")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FeedUnreadable, match=r"\.jsonl, \.csv, \.tsv or \.xml"):
        read(tmp_path / name)


def test_events_come_in_utc_and_bad_ones_are_named(tmp_path: Path) -> None:
    good = {"event_id": "e1", "shopper_id": "ana", "item_id": "b1", "kind": "view", "at": "2026-05-14T12:00:00+02:00"}
    rows = [good, good | {"kind": "steal"}, good | {"rating": 9}, good | {"at": "0001-01-01T00:00:00+05:00"}]
    first, *bad = read_events(jsonl(tmp_path / "events.jsonl", rows))
    assert isinstance(first, Event) and first.at.isoformat() == "2026-05-14T10:00:00+00:00"
    assert [row.line for row in bad if isinstance(row, BadRow)] == [2, 3, 4]


@given(st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12), max_size=8))
def test_any_line_is_an_item_or_a_bad_row(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("feed") / "shop.jsonl"
    path.write_text("".join(f"{line}\n" for line in [*lines, json.dumps(ROW)]), encoding="utf-8")
    items, bad = read(path)
    assert len(items) == 1 and len(bad) == sum(1 for line in lines if line.strip())


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(str.strip))
def test_a_title_survives_csv(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    cells = io.StringIO(newline="")
    writer = csv.writer(cells)
    writer.writerows([["item_id", "title", "category", "price", "currency"], ["a", title, "outdoor", "1", "EUR"]])
    path = tmp_path_factory.mktemp("feed") / "shop.csv"
    path.write_text(cells.getvalue(), encoding="utf-8", newline="")
    ((item,), bad) = read(path)
    assert item.title == title.strip() and not bad


def test_a_json_array_is_read_object_by_object(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps([ROW, 3, ROW | {"item_id": "b2"}]), encoding="utf-8")
    first, bad, second = read_items(path)
    assert isinstance(first, Item) and isinstance(second, Item)
    assert isinstance(bad, BadRow) and (bad.line, bad.reason) == (2, "not a JSON object")


@pytest.mark.parametrize(("text", "reason"), [("[1,", "not JSON that can be read"), ("{}", "not a JSON array")])
def test_a_json_file_that_is_no_array_is_one_bad_row(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "shop.json"
    path.write_text(text, encoding="utf-8")
    (bad,) = read_items(path)
    assert isinstance(bad, BadRow) and bad.reason == reason


def test_prices_without_a_currency_take_the_one_that_is_named(tmp_path: Path) -> None:
    bare = {name: value for name, value in ROW.items() if name != "currency"}
    path = jsonl(tmp_path / "shop.jsonl", [bare, ROW])
    assert [isinstance(row, BadRow) for row in read_items(path)] == [True, False]
    assert [row.currency for row in read_items(path, currency="USD") if isinstance(row, Item)] == ["USD", "EUR"]
