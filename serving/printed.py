"""What the terminal prints of a turn's events."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Column, Table
from rich.text import Text

from agent.stream import Card, ChipView, ComparisonReady, ReasonReady
from serving.words import Words

REMOVE = "/remove"
"""Takes off a part of what was understood, by its number."""


def parts_line(chips: Sequence[ChipView], words: Words) -> Text:
    """What was understood in one line, numbered for `/remove N`."""
    if not chips:
        return Text()
    line = Text(f"{words.say('turn.understood')}: ", style="dim")
    for number, chip in enumerate(chips, start=1):
        line.append(f"{number} ", style="bold").append(chip.label)
        if chip.source == "memory":
            line.append(f" ({words.say('turn.from_memory')})", style="italic")
        line.append(" · " if number < len(chips) else f"  ({REMOVE} N)")
    return line


def comparison_table(found: ComparisonReady, words: Words) -> Table:
    """Items in columns; what is the same in all comes last, dimmed."""
    table = Table(Column(), *(Column(header=Text(title)) for title in found.titles), title=words.say("compare.name"))
    for row in found.rows:
        mark = f" ✓ {words.better(len(found.titles))}"
        cells = [Text(value + mark * (place == row.better)) for place, value in enumerate(row.values)]
        table.add_row(Text(row.label or row.name), *cells, style="" if row.differs else "dim")
    return table


def card_line(card: Card) -> Text:
    """One line for a card."""
    price = f"{card.price:.2f}".removesuffix(".00")
    return Text.assemble((f"{card.rank}. ", "bold"), (card.title, "bold"), f"  {price} {card.currency}")


def reason_text(reason: ReasonReady, card: Card | None, words: Words | None = None) -> Text:
    """A reason with its citation marks, then each evidence it cites."""
    words = words or Words.of(None)
    text = Text(f"\n{card.rank}. {card.title}\n" if card else "\n", style="")
    cited: list[str] = []
    for claim in reason.claims:
        text.append(f"   {claim.text} ")
        text.append("".join(f"[{i}]" for i in claim.evidence_ids) + "\n", style="cyan")
        cited += claim.evidence_ids
    if note := words.state(reason.state):
        text.append(f"   ({note})\n", style="dim")
    if reason.drawback:
        text.append(f"   {words.say('card.drawback')}: {reason.drawback.text} ")
        text.append("".join(f"[{i}]" for i in reason.drawback.evidence_ids) + "\n", style="cyan")
        cited += reason.drawback.evidence_ids
    for evidence in reason.evidence:
        if evidence.id in cited:
            text.append(f"      {evidence.id}  {evidence.text}\n          {evidence.source}\n", style="dim")
    return text
