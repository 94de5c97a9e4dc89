"""Answers to past tickets, given to others: staff's words, and nothing of the shopper's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from agent.shop.systems import Line, Ticket
from retrieval.index import ShopIndex
from retrieval.policies import Answer
from serving.database import open_database
from serving.settings import Settings
from serving.store import Store
from serving.ticket_answers import NotReusable, TicketAnswers, reusable
from serving.ticket_store import TicketStore
from tests.embedders import WordEmbedder

SECRET = "my wallet was stolen in Porto on Monday and I am broke"
TICKET = Ticket(
    "t1",
    "asked",
    "the shopper asks for a person",
    f"Asked: {SECRET}",
    (Line("shopper", SECRET), Line("assistant", "I have passed this on to a colleague of mine.")),
    "en",
    datetime(2026, 11, 20, tzinfo=UTC),
    "ana",
    "ana@example.org",
)
ASKS, ANSWER = "can the delivery date be moved", "Yes: the carrier's link moves it by up to five days."


def test_secrets_and_addresses_are_taken_out_of_what_others_will_read() -> None:
    text = reusable("Write to desk@example.org or +31 10 123 4567, never with your PIN 1234.", TICKET)
    assert text == "Write to [e-mail address] or [telephone number], never with your PIN [code]."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("As Ana asked, it can be moved.", "names the shopper"),
        ("We wrote to ana@example.org.", "names the shopper"),
        ("If your WALLET was stolen in Porto on a trip, call us.", "repeats what the shopper wrote"),
    ],
    ids=["name", "contact", "words"],
)
def test_a_text_with_something_of_the_shoppers_is_refused(text: str, why: str) -> None:
    with pytest.raises(NotReusable, match=why):
        reusable(text, TICKET)


def test_what_the_assistant_said_may_be_said_again() -> None:
    assert reusable("I have passed this on to a colleague of mine.", replace(TICKET, shopper_id=None))


def test_only_staffs_words_are_indexed_and_they_outlive_the_shopper(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path, _env_file=None)  # type: ignore[call-arg]
    engine = open_database(settings.database_address)
    number = TicketStore(engine).add(TICKET, "none")
    answers = TicketAnswers(engine)
    answers.keep(number, ASKS, ANSWER)
    assert TicketStore(engine).close(number, "Dear Ana, yes.")
    index = ShopIndex.open(tmp_path / "index", WordEmbedder())
    index.add_answers([Answer("qa", "opening hours", "Nine to five.", "desk")])
    index.add_answers(answers.answers(), of_tickets=True)
    store = Store(settings.database_address)
    store.forget("ana")
    assert TicketStore(engine).ticket(number) is None
    index.add_answers([Answer("qb", "opening hours", "Ten to six.", "desk")])
    found = index.search_answers(index.query_vector("delivery date"), 9, date(2026, 11, 24))
    assert {answer.text for answer, _ in found} == {ANSWER, "Ten to six."}
    told = " ".join(f"{answer.asks} {answer.text} {answer.source}" for answer, _ in found).casefold()
    assert not {"ana", "wallet", "porto", "broke"} & set(told.replace(",", " ").split())
    assert answers.drop(number) and not answers.drop(number)
    index.add_answers(answers.answers(), of_tickets=True)
    assert index.search_answers(index.query_vector("delivery date"), 9, date(2026, 11, 24))[0][0].text == "Ten to six."
    store.close()
    index.close()
    engine.dispose()
