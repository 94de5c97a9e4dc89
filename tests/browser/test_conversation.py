"""A conversation in the chat page and one in the widget, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.site import HOSTILE, SNIPPET, Site
from tests.fakes import BACKPACK

pytestmark = pytest.mark.browser

QUESTION = "I need a light backpack for weekend hikes under 120 euros, not black"


def follow_one_turn(place: Page | Locator, page: Page, site: Site) -> None:
    """Cards before reasons, then the reason with a chip that opens its snippet."""
    expect(place.locator(".bc-card")).to_contain_text(HOSTILE)
    expect(place.locator(".bc-skeleton")).to_be_visible()
    expect(place.locator(".bc-reason")).not_to_contain_text("780 g")
    place.locator(".bc-why summary").click()
    expect(place.locator(".bc-factors")).to_contain_text("matches what you asked for")
    site.assistant.go.set()
    expect(place.locator(".bc-message")).to_contain_text("rain cover important to you? ☂")
    expect(place.locator(".bc-factors")).to_be_visible()
    chip = place.get_by_role("button", name="Evidence R1")
    note = place.locator(".bc-evidence").filter(has_text="R1")
    expect(note).to_be_hidden()
    chip.click()
    expect(note).to_be_visible()
    expect(note.locator("blockquote")).to_have_text(f"{SNIPPET} {HOSTILE}")
    expect(chip).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(chip).to_have_attribute("aria-expanded", "false")
    expect(place.locator(".bc-turn img[onerror]")).to_have_count(0)


def test_a_conversation_in_the_chat_page(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.get_by_label("Shopping as").click()
    page.get_by_role("option", name="Ana").click()
    expect(page.get_by_text("hikes at weekends", exact=True)).to_be_visible()
    box = page.locator("#bc-box textarea")
    box.fill(QUESTION)
    box.press("Enter")
    follow_one_turn(page, page, site)
    assert [(question.message, question.shopper_id) for question in site.assistant.questions] == [(QUESTION, "ana")]
    session_id = site.assistant.questions[0].session_id
    assert session_id and site.store.last_turn(session_id)
    page.get_by_label("Your message").fill("And a lighter one?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator('.bc-turn[data-phase="done"]')).to_have_count(2)
    assert site.assistant.questions[1].session_id == session_id


def test_an_example_can_be_pressed_and_a_turn_stopped_in_the_chat_page(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.locator(".bc-example").first.click()
    expect(page.locator(".bc-card")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    page.wait_for_function("() => !document.querySelector('.bc-skeleton')")
    assert site.assistant.cancelled == 1


def test_a_conversation_in_the_widget(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/shop#{BACKPACK.item_id}")
    expect(page.locator(".item.named h2")).to_have_text(HOSTILE)
    page.get_by_label("Shopping as").select_option(label="Ana")
    page.get_by_role("button", name="Ask Because").click()
    widget = page.locator("because-chat")
    box = widget.get_by_label("Your message")
    expect(box).to_be_focused()
    box.fill(QUESTION)
    box.press("Enter")
    follow_one_turn(widget, page, site)
    box.fill("And a lighter one?")
    widget.get_by_role("button", name="Send").click()
    expect(widget.locator(".bc-message")).to_have_count(2)
    expect(widget.locator(".bc-message").last).to_contain_text("rain cover")
    first, second = site.assistant.questions
    assert (first.shopper_id, second.shopper_id) == ("ana", "ana")
    assert first.session_id and first.session_id == second.session_id
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Ask Because")).to_be_focused()


def test_the_widget_stops_a_turn_and_reads_a_problem_out(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/shop")
    page.get_by_role("button", name="Ask Because").click()
    widget = page.locator("because-chat")
    widget.get_by_label("Your message").fill(QUESTION)
    widget.get_by_role("button", name="Send").click()
    expect(widget.locator(".bc-card")).to_be_visible()
    widget.get_by_role("button", name="Stop").click()
    expect(widget.locator(".bc-state")).to_have_text("Stopped")
    page.evaluate("document.querySelector('because-chat').token = 'forged'")
    site.assistant.go.set()
    widget.get_by_label("Your message").fill(QUESTION)
    widget.get_by_role("button", name="Send").click()
    expect(widget.get_by_role("alert")).to_contain_text("token")
    page.evaluate("document.querySelector('because-chat').token = null")
    expect(widget.locator(".bc-welcome")).to_be_visible()


def test_the_widget_reads_events_however_they_are_cut(page: Page, site: Site) -> None:
    """The parser is fed one byte at a time, with each kind of line end and with characters of several bytes."""
    page.goto(f"{site.address}/shop")
    page.evaluate(
        """async () => {
          const events = [
            ['cards', { suggestions: [] }],
            ['message', { text: 'Ein schöner Schirm ☂ 雨傘 🌂', evidence: [] }],
            ['done', { turn_id: 't' }],
          ];
          const ends = ['\\n', '\\r\\n', '\\r'];
          const text = ': hello\\n\\n' + events.map(([name, data], i) =>
            `event: ${name}${ends[i]}data: ${JSON.stringify(data)}${ends[i]}${ends[i]}`).join('') + '\\n';
          const bytes = new TextEncoder().encode(text);
          window.fetch = async () => new Response(new ReadableStream({
            start(controller) {
              for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
              controller.close();
            },
          }), { headers: { 'Content-Type': 'text/event-stream' } });
        }"""
    )
    page.get_by_role("button", name="Ask Because").click()
    widget = page.locator("because-chat")
    widget.get_by_label("Your message").fill("Schirm")
    widget.get_by_role("button", name="Send").click()
    expect(widget.locator(".bc-message")).to_have_text("Ein schöner Schirm ☂ 雨傘 🌂")
    expect(widget.get_by_role("status")).to_have_text("The answer is complete.")
