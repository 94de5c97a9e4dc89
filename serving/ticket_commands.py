"""`because tickets`: what waits for a person, in this terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from serving.options import StoreOption, err, out, settings_with

if TYPE_CHECKING:
    from serving.ticket_store import KeptTicket, TicketStore


def tickets(
    number: Annotated[int | None, typer.Argument(help="A ticket's number, to read it whole.")] = None,
    close: Annotated[bool, typer.Option("--close", help="Close this ticket.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Send again what the desk did not take.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="List closed tickets, too.")] = False,
    store: StoreOption = None,
) -> None:
    """List the open tickets, read one, close it, or send again what the desk did not take."""
    from serving.database import open_database
    from serving.ticket_store import TicketStore

    engine = open_database(settings_with(store=store).database_address)
    try:
        kept = TicketStore(engine)
        if retry:
            out.print(f"To be sent again: {kept.revive(datetime.now(UTC))}")
        elif number is not None:
            _one(kept, number, close)
        elif close:
            raise typer.BadParameter("say which ticket: because tickets NUMBER --close")
        else:
            _list(kept.tickets(open_only=not everything))
    finally:
        engine.dispose()


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
