"""Taking off what was understood, comparing, and seeing what is remembered, in a real browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from agent.memory.remembered import Proposal
from agent.stream import CardsReady, ChipView, ComparisonReady, Done, MessageReady, RowView, SessionStarted
from retrieval.events import Event
from tests.browser.site import HOSTILE, HeldAssistant, Site
from tests.fakes import BACKPACK, CARD, NEED, Step

pytestmark = pytest.mark.browser

PRICE = ChipView("price_max", "", "up to 120 EUR")
WOOL = ChipView("memory", "m1", f"no {HOSTILE}", "memory")
SEARCH: tuple[Step, ...] = (
    SessionStarted("", ""),
    replace(NEED, chips=(PRICE, WOOL)),
    CardsReady((CARD,)),
    MessageReady("One fits."),
    Done("", 0, 0, 0),
)
WITHOUT_PRICE: tuple[Step, ...] = (SessionStarted("", ""), replace(NEED, chips=(WOOL,)), *SEARCH[2:])
ROWS = (
    RowView("type", ("backpack",) * 3, False),
    RowView("weight", ("780 g", "1.2 kg", HOSTILE), True, 0),
    RowView(
        "capacity, of which some is outside", ("28 l", "a litre more than most of its kind", "not stated"), True, 1
    ),
)
TITLES = ("Fellbrook Tarn 28 backpack", "Marlow Ridge 30 day pack for long days", HOSTILE)
COMPARED: tuple[Step, ...] = (
    SessionStarted("", ""),
    replace(NEED, intent="compare", chips=(PRICE,)),
    ComparisonReady(("a", "b", "c"), TITLES, ROWS),
    MessageReady("The Tarn is lighter."),
    Done("", 0, 0, 0),
)


@pytest.fixture
def site(site: Site) -> Site:
    """The site, where Ana has stated something and bought something."""
    site.assistant = site.services.assistant = HeldAssistant(SEARCH, WITHOUT_PRICE, COMPARED)
    site.store.memory.remember("ana", [Proposal("dislike", f"no {HOSTILE}", {"without": ["wool"]})], None)
    bought = Event("e1", "ana", "purchase", datetime(2026, 5, 14, tzinfo=UTC), BACKPACK.item_id)
    site.store.add_events([bought])
    return site


def take_off_and_compare(place: Page | Locator, page: Page, site: Site, box: Locator) -> None:
    box.fill("a light backpack")
    box.press("Enter")
    expect(place.locator(".bc-part")).to_have_count(2)
    expect(place.locator(".bc-part[data-source=memory]")).to_contain_text(f"no {HOSTILE} from memory")
    remove = place.get_by_role("button", name="Remove: up to 120 EUR")
    remove.focus()
    page.keyboard.press("Enter")
    expect(place.get_by_text("Taken off: up to 120 EUR")).to_be_visible()
    expect(place.locator(".bc-turn").last.locator(".bc-part")).to_have_count(1)
    expect(remove).to_be_hidden()
    assert [dict(part) for part in site.assistant.questions[1].removed] == [{"name": "price_max", "value": ""}]
    assert site.assistant.questions[1].session_id == site.assistant.questions[0].session_id
    box.fill("compare them")
    box.press("Enter")
    table = place.locator(".bc-compare table")
    expect(table.get_by_role("columnheader")).to_have_text(["Feature", *TITLES])
    expect(table.locator("tbody").first.get_by_role("rowheader")).to_have_text(["weight", ROWS[2].name])
    expect(table.locator(".bc-better")).to_have_text(["780 g best", f"{ROWS[2].values[1]} best"])
    expect(table.locator(".bc-same")).to_contain_text("backpack")
    expect(place.locator(".bc-turn").last.locator(".bc-part")).to_have_count(0)
    wide = place.locator(".bc-turn").last.evaluate("turn => turn.scrollWidth > turn.clientWidth")
    assert not wide  # the table scrolls by itself


def go_through_memory(place: Page | Locator, site: Site) -> None:
    expect(place.get_by_text(f"no {HOSTILE}", exact=True)).to_be_visible()
    place.get_by_role("button", name=f"Edit: no {HOSTILE}").click()
    place.get_by_role("textbox", name="Edit:").fill("no silk")
    place.get_by_role("button", name="Save").click()
    expect(place.get_by_role("button", name="Remove: no silk")).to_be_visible()
    assert [each.text for each in site.store.memory.recall("ana")] == ["no silk"]
    place.get_by_role("switch").click()
    expect(place.get_by_text("Memory is off")).to_be_visible()
    assert site.store.memory.recall("ana") == ()
    place.get_by_role("switch").click()
    place.get_by_role("button", name=f"Remove: Fellbrook {HOSTILE}").click()
    expect(place.get_by_text("Removed.")).to_be_visible()
    assert site.store.history("ana") == ()
    place.get_by_role("button", name="Erase everything").click()
    expect(place.get_by_role("button", name="Keep it")).to_be_focused()
    assert len(site.store.memory.items("ana")) == 1
    place.get_by_role("button", name="Yes, erase everything").click()
    expect(place.get_by_text("Nothing yet.")).to_have_count(2)
    assert site.store.memory.items("ana") == ()


def test_the_chat_page(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.get_by_label("Shopping as").click()
    page.get_by_role("option", name="Ana").click()
    expect(page.get_by_text("hikes at weekends", exact=True)).to_be_visible()  # a change of shopper clears the page
    take_off_and_compare(page, page, site, page.locator("#bc-box textarea"))
    opener = page.get_by_role("button", name="What is remembered")
    opener.click()
    drawer = page.get_by_role("dialog", name="What is remembered")
    go_through_memory(drawer, site)
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_widget_on_a_narrow_screen(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 380, "height": 740})
    page.goto(f"{site.address}/shop")
    page.get_by_role("button", name="Ask Because").click()
    widget = page.locator("because-chat")
    expect(widget.get_by_role("button", name="What is remembered")).to_be_hidden()
    widget.get_by_role("button", name="Close the chat").click()
    page.get_by_label("Shopping as").select_option(label="Ana")
    page.get_by_role("button", name="Ask Because").click()
    take_off_and_compare(widget, page, site, widget.get_by_label("Your message"))
    widget.get_by_role("button", name="What is remembered").click()
    go_through_memory(widget.locator(".bc-memory"), site)
    page.keyboard.press("Escape")
    expect(widget.locator(".bc-compare")).to_be_visible()


def test_a_chinese_shop_page_has_a_chinese_widget(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/shop")
    page.evaluate("""() => {
      document.querySelector('because-chat').remove();
      document.documentElement.lang = 'zh-CN';
      document.body.append(document.createElement('because-chat'));
    }""")
    page.get_by_role("button", name="问问 Because").click()
    widget = page.locator("because-chat")
    expect(widget.get_by_role("heading", name="您想找什么？")).to_be_visible()
    expect(widget.get_by_label("您的问题")).to_be_focused()
