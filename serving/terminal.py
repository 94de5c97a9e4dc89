"""The assistant in a terminal: cards as they come, then each reason with its evidence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.assistant import Assistant, Question
from agent.stream import (
    Card,
    CardsReady,
    ChipView,
    ComparisonReady,
    Failed,
    MessageReady,
    NeedUnderstood,
    ReasonReady,
    SessionStarted,
    TurnEvent,
    from_wire,
)
from serving import client
from serving.errors import ServingError
from serving.logs import log_to_file
from serving.printed import REMOVE, card_line, comparison_table, parts_line, reason_text
from serving.profiles import load_profile
from serving.services import RecommendRequest
from serving.settings import Settings
from serving.shop import Shop
from serving.turn_view import SEARCHES, side_by_side
from serving.views import result_view
from serving.words import Words

_DIGITS = 4


class UnknownShopper(ServingError):
    """No shopper has this id."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a turn leaves for the next: its session, and the parts of what it understood, which may be taken off."""

    session_id: str | None = None
    chips: tuple[ChipView, ...] = ()


async def chat(settings: Settings, shopper_id: str | None, console: Console) -> None:
    """Ask and answer until an empty line, Ctrl-D or Ctrl-C."""
    with _assistant(settings, shopper_id) as assistant:
        console.print("What are you looking for? (an empty line ends)", style="dim")
        shown = Shown()
        while message := await asyncio.to_thread(_read, console):
            question = Question(message, shown.session_id, shopper_id)
            if message.startswith(REMOVE):
                part = numbered(message, shown.chips)
                if part is None:
                    console.print(Text(_no_such_part(shown.chips), style="red"))
                    continue
                removed = ({"name": part.name, "value": part.value},)
                question = replace(question, message="", removed=removed)
            now = await show_turn(assistant.turn(question), console)
            shown = Shown(now.session_id or shown.session_id, now.chips)


def numbered(command: str, chips: Sequence[ChipView]) -> ChipView | None:
    """The part that `/remove 2` names, counted from 1; None if there is no such part."""
    number = command.removeprefix(REMOVE).strip()
    place = int(number) - 1 if number.isascii() and number.isdecimal() and len(number) < _DIGITS else -1
    return chips[place] if 0 <= place < len(chips) else None


def _no_such_part(chips: Sequence[ChipView]) -> str:
    if not chips:
        return "The last answer has nothing that can be taken off."
    return f"Say which part to take off by its number: {REMOVE} 1" + (f" to {REMOVE} {len(chips)}" * (len(chips) > 1))


async def recommend_once(
    settings: Settings, shopper_id: str | None, query: str | None, k: int, *, explain: bool = False, region: str = ""
) -> dict[str, Any]:
    """The result of one recommendation, as /v1/recommend gives it.

    Raises:
        UnknownShopper: nobody has this id.
    """
    address = f"http://{settings.host}:{settings.port}"
    if client.answering(address):
        body = {"shopper_id": shopper_id, "query": query, "k": k, "explain": explain or None, "region": region or None}
        try:
            return client.recommend(address, {name: value for name, value in body.items() if value is not None})
        except ValueError as error:
            raise ServingError(str(error)) from error
    with _local(settings) as shop:
        _require_shopper(shop, shopper_id)
        request = RecommendRequest(shopper_id=shopper_id, query=query, k=k, explain=explain, region=region)
        result = await shop.recommend(request)
        return result_view(result)


def print_result(result: dict[str, Any], console: Console) -> None:
    """A recommendation for people."""
    cards = from_wire("cards", {"suggestions": result["suggestions"]})
    assert isinstance(cards, CardsReady)
    by_id = {card.item_id: card for card in cards.suggestions}
    for card in cards.suggestions:
        console.print(card_line(card))
    for raw in result["reasons"]:
        reason = from_wire("reason", raw)
        assert isinstance(reason, ReasonReady)
        console.print(reason_text(reason, by_id.get(reason.item_id)))
    console.print(Text(result["message"]))


def print_explained(result: dict[str, Any], console: Console) -> None:
    """The factors behind each score, and what kept the next item from being shown."""
    table = Table("factor", *(f"{card['rank']}. {card['title']}" for card in result["suggestions"]), box=None)
    factors = {f["name"]: f["label"] for card in result["suggestions"] for f in card["factors"]}
    for name, label in factors.items():
        values = [{f["name"]: f["value"] for f in card["factors"]}.get(name, 0.0) for card in result["suggestions"]]
        table.add_row(label, *(f"{value:+.2f}" for value in values))
    table.add_row("score", *(f"{card['score']:+.2f}" for card in result["suggestions"]), style="bold")
    console.print(table)
    if "runner_up" in result:
        console.print(Text(result["runner_up"]["text"]))


@contextmanager
def _assistant(settings: Settings, shopper_id: str | None) -> Iterator[Assistant]:
    """The running server's assistant, or else one on the store itself."""
    address = f"http://{settings.host}:{settings.port}"
    if client.answering(address):
        token = client.demo_token(address, shopper_id) if shopper_id else None
        if shopper_id and token is None:
            raise UnknownShopper(f"The server at {address} has no demo shopper {shopper_id}; leave --shopper out.")
        yield client.RemoteAssistant(address, token=token)
        return
    with _local(settings) as shop:
        _require_shopper(shop, shopper_id)
        yield shop.assistant


@contextmanager
def _local(settings: Settings) -> Iterator[Shop]:
    log_to_file(settings)
    shop = Shop.open(settings, load_profile(settings.profile, settings))
    try:
        shop.index.require_items()
        yield shop
    finally:
        shop.close()


def _require_shopper(shop: Shop, shopper_id: str | None) -> None:
    if shopper_id is not None and shop.store.shopper(shopper_id) is None:
        raise UnknownShopper(f"No shopper {shopper_id} is known in this store; leave --shopper out, or index events.")


def _read(console: Console) -> str:
    try:
        return console.input("[bold]> [/]").strip()
    except EOFError:
        return ""


async def show_turn(events: AsyncIterator[TurnEvent], console: Console) -> Shown:
    """Print a turn as it comes; what it leaves for the next."""
    shown = Shown()
    titles: dict[str, Card] = {}
    need: NeedUnderstood | None = None
    words = Words.of(None)
    async for event in events:
        match event:
            case SessionStarted():
                shown = replace(shown, session_id=event.session_id)
            case NeedUnderstood():
                need, words = event, Words.of(event.language)
            case CardsReady():
                shown = replace(shown, chips=need.chips if need else ())
                console.print(parts_line(shown.chips, words))
                titles = {card.item_id: card for card in event.suggestions}
                for card in event.suggestions:
                    console.print(card_line(card))
            case ComparisonReady():
                console.print(comparison_table(side_by_side(event), words))
            case ReasonReady():
                console.print(reason_text(event, titles.get(event.item_id), words))
            case MessageReady():
                if need and need.intent in SEARCHES and not titles:
                    shown = replace(shown, chips=need.chips)
                    console.print(parts_line(shown.chips, words))
                console.print(Text(event.text))
                for evidence in event.evidence:
                    console.print(Text(f"  [{evidence.id}] {evidence.source}", style="dim"))
            case Failed():
                console.print(Text(event.message, style="red"))
            case _:
                pass
    return shown
