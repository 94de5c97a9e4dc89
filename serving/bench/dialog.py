"""Scripted conversations with the assistant: what its replies miss, and what they cost."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

from agent.assistant import Assistant, Question
from agent.gathered import Gathered
from agent.stream import CardsReady, Failed
from retrieval.catalogue import Item
from retrieval.feeds import BadRow, read_items
from serving.bench.dialog_checks import Miss, misses
from serving.bench.dialog_rooms import Room
from serving.bench.dialog_script import DIALOGUES, Part, Script, read_scripts
from serving.errors import EnvironmentUnfit
from serving.settings import Settings

Parts: TypeAlias = Literal["tune", "report", "all"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run: which dialogues, and where. ``local`` needs no server, and has no model."""

    part: Parts = "report"
    local: bool = False
    scripts: Path = DIALOGUES
    kinds: frozenset[str] = frozenset()
    """Only these, if any."""


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """One reply. Times in ms; ``cards_ms`` is None without cards."""

    says: str
    expected: tuple[str, ...]
    """The names of what was looked at."""
    misses: tuple[Miss, ...]
    cards_ms: float | None
    total_ms: float
    model_calls: int
    prompt_tokens: int
    completion_tokens: int
    reply: str = ""

    @property
    def passed(self) -> bool:
        return not self.misses


@dataclass(frozen=True, slots=True)
class DialogueOutcome:
    """A dialogue that was held."""

    name: str
    kind: str
    language: str
    part: Part
    turns: tuple[TurnOutcome, ...]

    @property
    def passed(self) -> bool:
        return all(turn.passed for turn in self.turns)


def parts(name: str) -> Parts:
    """The part of this name.

    Raises:
        EnvironmentUnfit: there is none.
    """
    if name not in get_args(Parts):
        raise EnvironmentUnfit(f"--part is {name!r}; use one of {', '.join(get_args(Parts))}.")
    return cast(Parts, name)


def chosen(plan: Plan) -> tuple[Script, ...]:
    """The scripts that a plan runs.

    Raises:
        ScriptError: a script is not as it should be.
        EnvironmentUnfit: the plan chooses none.
    """
    scripts = read_scripts(plan.scripts)
    found = [s for s in scripts if plan.part in {"all", s.dialogue.part} and (not plan.kinds or s.kind in plan.kinds)]
    if not found:
        known = ", ".join(sorted({script.kind for script in scripts}))
        raise EnvironmentUnfit(f"No dialogue is of part {plan.part} and the kinds named; the kinds are {known}.")
    return tuple(found)


async def hold(
    room: Room, scripts: Sequence[Script], items: Mapping[str, Item], report: Callable[[str], None]
) -> tuple[DialogueOutcome, ...]:
    """Hold the dialogues one after the other."""
    held = []
    for number, script in enumerate(scripts, start=1):
        dialogue = script.dialogue
        if dialogue.shopper is not None:
            room.forget(dialogue.shopper)
        turns = [turn async for turn in _turns(room, script, items)]
        if dialogue.shopper is not None:
            room.forget(dialogue.shopper)
        held.append(DialogueOutcome(dialogue.name, script.kind, dialogue.language, dialogue.part, tuple(turns)))
        right = sum(turn.passed for turn in turns)
        report(f"{number} of {len(scripts)}: {script.kind}, {right} of {len(turns)} turns as expected")
    return tuple(held)


async def _turns(room: Room, script: Script, items: Mapping[str, Item]) -> AsyncIterator[TurnOutcome]:
    """The dialogue's turns. A miss does not end it: what follows is answered in the conversation as it is."""
    dialogue = script.dialogue
    assistant = room.assistant(dialogue.shopper)
    session: str | None = None
    previous: tuple[str, ...] = ()
    for turn in dialogue.turns:
        heard, cards_ms, total_ms = await ask(assistant, Question(turn.says, session, dialogue.shopper))
        session = heard.session.session_id if heard.session else session
        done = heard.done
        yield TurnOutcome(
            says=turn.says,
            expected=tuple(sorted(turn.expect.model_fields_set)),
            misses=misses(turn.expect, heard, items, previous),
            cards_ms=cards_ms,
            total_ms=total_ms,
            model_calls=done.model_calls if done else 0,
            prompt_tokens=done.prompt_tokens if done else 0,
            completion_tokens=done.completion_tokens if done else 0,
            reply=heard.message.text,
        )
        previous = tuple(card.item_id for card in heard.cards) or previous


async def ask(assistant: Assistant, question: Question) -> tuple[Gathered, float | None, float]:
    """One turn: what came, ms to its cards if it has any, and ms in all."""
    heard, cards_ms, started = Gathered(), None, time.perf_counter()
    async for event in assistant.turn(question):
        heard.add(event)
        if isinstance(event, CardsReady):
            cards_ms = (time.perf_counter() - started) * 1000
        if isinstance(event, Failed) and event.code == "unreachable":
            raise EnvironmentUnfit(f"{event.message} `because run` starts the server; --local needs none.")
    return heard, cards_ms, (time.perf_counter() - started) * 1000


def demo_items(settings: Settings) -> dict[str, Item]:
    """The demo shop's items, from its own files.

    Raises:
        EnvironmentUnfit: a row of them is bad.
    """
    found: dict[str, Item] = {}
    for row in read_items(settings.demo / "catalogue"):
        if isinstance(row, BadRow):
            raise EnvironmentUnfit(f"The demo catalogue has a bad row: {row}. Restore the folder demo/.")
        found[row.item_id] = row
    return found
