"""`because tickets`: what waits for a person, in this terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from serving.options import StoreOption, err, out, settings_with

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from serving.ticket_store import KeptTicket, TicketStore


def tickets(
    number: Annotated[int | None, typer.Argument(help="A ticket's number, to read it whole.")] = None,
    *,
    close: Annotated[bool, typer.Option("--close", help="Close this ticket.")] = False,
    answer: Annotated[str | None, typer.Option(help="Close it with this answer, kept with the ticket.")] = None,
    reuse: Annotated[bool, typer.Option("--reuse", help="Give the answer to others, too; needs --asks.")] = False,
    asks: Annotated[str | None, typer.Option(help="What the answer answers, in words of your own.")] = None,
    item: Annotated[str | None, typer.Option(help="The id of the item that the answer is about.")] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Give this ticket's answer to nobody any more.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Send again what the desk did not take.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="List closed tickets, too.")] = False,
    store: StoreOption = None,
) -> None:
    """List the open tickets, read one, close it, answer it for all, or send again what the desk did not take."""
    from serving.database import open_database
    from serving.ticket_store import TicketStore

    if reuse and not (answer and asks):
        raise typer.BadParameter("--reuse needs --answer TEXT and --asks QUESTION, both in words of your own")
    engine = open_database(settings_with(store=store).database_address)
    try:
        kept = TicketStore(engine)
        if retry:
            out.print(f"To be sent again: {kept.revive(datetime.now(UTC))}")
        elif number is not None and withdraw:
            _withdraw(engine, number)
        elif number is not None and answer:
            _answer(engine, number, answer, asks if reuse else None, item)
        elif number is not None:
            _one(kept, number, close)
        elif close or answer or withdraw:
            raise typer.BadParameter("say which ticket: because tickets NUMBER, and then what to do with it")
        else:
            _list(kept.tickets(open_only=not everything))
    finally:
        engine.dispose()


def _answer(engine: Engine, number: int, answer: str, asks: str | None, item: str | None) -> None:
    """Close a ticket with an answer; with ``asks``, the answer is for others, too."""
    from serving.ticket_answers import NotReusable, TicketAnswers, reusable
    from serving.ticket_store import TicketStore

    kept = TicketStore(engine)
    found = kept.ticket(number)
    if found is None:
        err.print(f"because: there is no ticket {number}", style="red")
        raise typer.Exit(1)
    if asks is not None:
        try:
            texts = reusable(asks, found.ticket), reusable(answer, found.ticket)
        except NotReusable as error:
            err.print(f"because: {error}", style="red", markup=False)
            raise typer.Exit(1) from error
        TicketAnswers(engine).keep(number, *texts, item)
        out.print(f"Kept for others: {texts[1]}", markup=False, soft_wrap=True)
        out.print("The assistant gives it from its next start on.")
    out.print(f"Closed: {number}" if kept.close(number, answer) else f"Ticket {number} was closed before")


def _withdraw(engine: Engine, number: int) -> None:
    from serving.ticket_answers import TicketAnswers

    if not TicketAnswers(engine).drop(number):
        err.print(f"because: no answer to ticket {number} is given to others", style="red")
        raise typer.Exit(1)
    out.print(f"Withdrawn: the answer to ticket {number}, from the assistant's next start on")


def _one(kept: TicketStore, number: int, close: bool) -> None:
    found = kept.ticket(number)
    if found is None:
        err.print(f"because: there is no ticket {number}", style="red")
        raise typer.Exit(1)
    if close:
        out.print(f"Closed: {number}" if kept.close(number) else f"Ticket {number} was closed before")
        return
    ticket = found.ticket
    who = ticket.shopper_id or "a guest"
    facts = [
        f"Ticket {number}, {found.state}, {ticket.created:%Y-%m-%d %H:%M} UTC",
        f"From {who}" + (f", reached by {ticket.contact}" if ticket.contact else "") + f", language {ticket.language}",
        f"Because {ticket.reason}",
        f"Delivery to the desk: {_delivery(found)}",
        "",
        ticket.summary,
        "",
    ]
    facts += [f"Answered: {found.resolution}", ""] if found.resolution else []
    for line in [*facts, *(f"{line.who}: {line.text}" for line in ticket.transcript)]:
        out.print(line, markup=False, soft_wrap=True)


def _list(found: tuple[KeptTicket, ...]) -> None:
    if not found:
        out.print("No open tickets.")
        return
    table = Table("no", "since (UTC)", "from", "because", "delivery", box=None)
    for kept in found:
        ticket = kept.ticket
        cells = (str(kept.number), f"{ticket.created:%Y-%m-%d %H:%M}", ticket.shopper_id or "a guest")
        table.add_row(*map(_plain, (*cells, ticket.reason, _delivery(kept))))
    out.print(table)


def _delivery(kept: KeptTicket) -> str:
    if kept.delivery == "none":
        return "none"
    problem = f": {kept.problem}" if kept.problem else ""
    return f"{kept.delivery} after {kept.tries} {'try' if kept.tries == 1 else 'tries'}{problem}"


def _plain(text: str) -> str:
    """As it stands: what a shopper wrote is no markup."""
    return text.replace("[", r"\[")
