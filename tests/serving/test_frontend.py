from __future__ import annotations

import json
import re

import pytest

from agent.texts import placeholders
from serving.frontend import mount_frontend
from serving.scripts import TEMPLATES, WIDGET
from serving.settings import Settings
from serving.words import read
from tests.shop import Shop, is_problem


@pytest.fixture
def site(shop: Shop) -> Shop:
    mount_frontend(shop.app, shop.services, Settings(), run_turn=shop.app.state.turns.run)
    return shop


async def test_the_page_is_at_the_root_and_loads_nothing_from_elsewhere(site: Shop) -> None:
    page = await site.client.get("/")
    assert (page.status_code == 200 and "<title>Because</title>" in page.text) or '"title":"Because"' in page.text
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="([^"]+)"', page.text)
    assert loaded and not [address for address in loaded if re.match(r"(https?:)?//", address)]
    assert (await site.client.get("/page.css")).headers["content-type"].startswith("text/css")


async def test_the_api_keeps_its_own_errors_beside_the_page(site: Shop) -> None:
    is_problem(await site.client.get("/v1/nothing"), 404, "not-found")
    is_problem(await site.client.get("/v1/chat"), 405, "method-not-allowed")
    assert (await site.client.get("/healthz")).json() == {"status": "alive"}


async def test_the_widget_is_one_script_that_writes_no_markup(site: Shop) -> None:
    script = await site.client.get("/widget.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "customElements.define('because-chat'" in script.text and "class EventParser" in script.text
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script.text)
    style = await site.client.get("/widget.css")
    assert ".bc-card" in style.text and ".bc-launcher" in style.text
    assert "http://" not in style.text.replace("http://www.w3.org/2000/svg", "") and "https://" not in style.text


async def test_the_shop_page_allows_only_scripts_of_its_own(site: Shop) -> None:
    shop = await site.client.get("/shop")
    policy = dict(part.split(" ", 1) for part in shop.headers["content-security-policy"].split("; "))
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|<style|style=", shop.text)
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', shop.text):
        assert (await site.client.get(address)).status_code == 200, address


async def test_pictures_come_from_their_folder_only(site: Shop) -> None:
    for name in ("no-such-kind.svg", "..%2F..%2Fpyproject.toml", "%2e%2e", "UPPER.SVG"):
        response = await site.client.get(f"/shop/images/{name}")
        assert response.status_code == 404 or response.headers["content-type"] == "image/svg+xml"
        assert "setuptools" not in response.text
    drawn = await site.client.get("/shop/images/no-such-kind.svg")
    assert drawn.status_code == 200 and drawn.text.startswith("<svg")
    assert "default-src 'none'" in drawn.headers["content-security-policy"]


async def test_page_and_widget_have_the_same_words(site: Shop) -> None:
    script = (await site.client.get("/widget.js")).text
    table = json.loads(re.search(r"^const WORDS = (.*);$", script, re.M)[1])  # type: ignore[index]
    assert table == read()


def test_every_language_has_the_same_words_with_the_same_placeholders() -> None:
    english = read()["en"]
    for lines in read().values():
        assert lines.keys() == english.keys()
        for key, words in lines.items():
            assert words and placeholders(words) == placeholders(english[key]), key


def test_every_word_that_a_script_or_a_template_names_is_there() -> None:
    texts = [path.read_text(encoding="utf-8") for folder in (WIDGET, TEMPLATES) for path in folder.glob("*.*")]
    named = {key for text in texts for key in re.findall(r"""say\(["']([a-z_.]+[a-z])["']""", text)}
    assert len(named) > 40 and named <= read()["en"].keys()
