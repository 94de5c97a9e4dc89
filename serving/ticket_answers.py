"""Answers to past tickets that the shop marked as answers for anybody: staff's words, never a shopper's.

All calls block, and raise StoreError when the database cannot do its work.
"""

from __future__ import annotations

import re

from sqlalchemy import Engine, delete, insert, select

from agent.shop.redaction import EMAIL, TELEPHONE, redacted
from agent.shop.systems import Ticket
from retrieval.policies import TICKET, Answer
from serving import tables
from serving.database import translated
from serving.errors import ServingError
from serving.system_tables import ticket_answers

_ON_END = 6
"""Words on end of what a shopper wrote that make a text the shopper's."""
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_]+")


class NotReusable(ServingError):
    """A text has something of the shopper's in it; the message says what, and what to do."""


class TicketAnswers:
    """The reusable answers on an engine that `serving.database.open_database` made."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with translated(engine.url):
            tables.metadata.create_all(engine, tables=[ticket_answers])

    def keep(self, number: int, asks: str, answer: str, item_id: str | None = None) -> None:
        """Keep the answer to a ticket in place of an earlier one. Both texts come from `reusable`."""
        values = {"number": number, "asks": asks, "answer": answer, "item_id": item_id}
        with translated(self._engine.url), self._engine.begin() as connection:
            connection.execute(delete(ticket_answers).where(ticket_answers.c.number == number))
            connection.execute(insert(ticket_answers).values(values))

    def drop(self, number: int) -> bool:
        """Take an answer back; False if there was none."""
        with translated(self._engine.url), self._engine.begin() as connection:
            return connection.execute(delete(ticket_answers).where(ticket_answers.c.number == number)).rowcount == 1

    def answers(self) -> tuple[Answer, ...]:
        """As they are indexed, and cited as of a ticket."""
        with translated(self._engine.url), self._engine.begin() as connection:
            rows = connection.execute(select(ticket_answers).order_by(ticket_answers.c.number)).all()
        return tuple(
            Answer(f"{TICKET}{r.number}", r.asks, r.answer, f"customer service, ticket {r.number}", item_id=r.item_id)
            for r in rows
        )


def reusable(text: str, ticket: Ticket) -> str:
    """A text of staff's as anybody may read it: without secrets, e-mail addresses and telephone numbers.

    Raises:
        NotReusable: it names the shopper, or repeats what the shopper wrote.
    """
    names = [name for name in (ticket.shopper_id, ticket.contact) if name]
    if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names):
        raise NotReusable("The text names the shopper; write it so that it holds for anybody.")
    theirs = " ".join(_words(" \n ".join(line.text for line in ticket.transcript if line.who == "shopper")))
    said = _words(text)
    for start in range(len(said) - _ON_END + 1):
        part = " ".join(said[start : start + _ON_END])
        if f" {part} " in f" {theirs} ":
            raise NotReusable(f"The text repeats what the shopper wrote ('{part}'); say it in words of your own.")
    return TELEPHONE.sub("[telephone number]", EMAIL.sub("[e-mail address]", redacted(text)))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
