"""What one message does to the memory, and what is said about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from agent.memory.commands import Command, chosen
from agent.memory.hearing import Heard, Listener
from agent.memory.remembered import Proposal, Remembered, leaves_out
from agent.memory.words import MemoryWords, has_han

RECENT = timedelta(hours=1)
"""How long 'forget that' speaks of what was remembered last."""
_MOST_SHOWN = 20


class Memory(Protocol):
    """Where memories are kept. Calls block; one shopper's are never another's."""

    def recall(self, shopper_id: str) -> tuple[Remembered, ...]:
        """What counts in a turn, oldest first; nothing where the shopper has switched memory off."""
        ...

    def items(self, shopper_id: str) -> tuple[Remembered, ...]:
        """All that is kept, oldest first, also while memory is off."""
        ...

    def enabled(self, shopper_id: str) -> bool: ...

    def switch(self, shopper_id: str, enabled: bool) -> None: ...

    def remember(
        self, shopper_id: str, proposals: Sequence[Proposal], source_turn: str | None
    ) -> tuple[Remembered, ...]:
        """Keep these, in place of what they contradict; nothing where memory is off."""
        ...

    def forget(self, shopper_id: str, memory_ids: Sequence[str]) -> int: ...

    def forget_all(self, shopper_id: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Attended:
    """What came of a message: a sentence to say (empty for nothing), and whether it was for the memory alone.

    Where it was not, its search goes on as if nothing had been said; the sentence may stand beside the reply.
    """

    said: str = ""
    alone: bool = False
    kept: tuple[Remembered, ...] = ()
    forgotten: tuple[Remembered, ...] = ()
    for_now: tuple[Proposal, ...] = ()
    """What leaves items out in this conversation and is not remembered beyond it."""


def attend(
    message: str,
    listener: Listener,
    memory: Memory,
    shopper_id: str | None,
    turn_id: str,
    *,
    now: datetime | None = None,
) -> Attended:
    """Do what a message says to the memory: obey a command, keep what is stated as lasting. Blocks, as the memory does.

    Nothing is kept of a guest (``shopper_id`` None), nor while memory is off; both are said only to who asked for it.
    """
    heard = listener.hear(message)
    say = _Sayings("zh" if has_han(message) else "en")
    asked = heard.command is not None or any(proposal.asked for proposal in heard.proposals)
    if "secret" in heard.withheld:
        return Attended(say("secret"), heard.alone)
    if shopper_id is None:
        done = Attended(say("guest"), heard.alone) if asked else Attended()
        return _for_now((*heard.proposals, *heard.passing), heard, done, say)
    if heard.command is not None:
        return _obey(heard.command, memory, shopper_id, say, now or datetime.now(UTC))
    done = _keep(heard, memory, shopper_id, turn_id, say)
    return done if done.kept else _for_now((*heard.proposals, *heard.passing), heard, done, say)


def _for_now(stated: Sequence[Proposal], heard: Heard, done: Attended, say: _Sayings) -> Attended:
    """The same with what of it leaves items out in this conversation, which is said.

    A taste that is not remembered is no more than a wish; who eats no meat is to see none.
    """
    holding = tuple(each for each in stated if leaves_out(each.effect))
    if not holding:
        return done
    said = " ".join(filter(None, (done.said, say("for_now", holding))))
    return replace(done, said=said, alone=heard.alone, for_now=holding)


def _keep(heard: Heard, memory: Memory, shopper_id: str, turn_id: str, say: _Sayings) -> Attended:
    kept = memory.remember(shopper_id, heard.proposals, turn_id) if heard.proposals else ()
    if kept:
        return Attended(say("kept", kept), heard.alone, kept)
    if any(proposal.asked for proposal in heard.proposals):
        return Attended(say("is_off"), heard.alone)
    return Attended(say("withheld"), heard.alone) if heard.withheld and heard.alone else Attended()


def _obey(command: Command, memory: Memory, shopper_id: str, say: _Sayings, now: datetime) -> Attended:
    items = memory.items(shopper_id)
    match command.action:
        case "show":
            return Attended(say("shown", items) if items else say("shown_nothing"), True)
        case "stop" | "start":
            on = command.action == "start"
            memory.switch(shopper_id, on)
            return Attended(say("switched_on" if on else "switched_off"), True)
        case "forget_all":
            memory.forget_all(shopper_id)
            return Attended(say("forgotten_all"), True, forgotten=items)
        case "forget_last":
            return _forget(_last(items, now), memory, shopper_id, say)
        case "forget":
            return _forget(chosen(items, command.about), memory, shopper_id, say)


def _forget(gone: Sequence[Remembered], memory: Memory, shopper_id: str, say: _Sayings) -> Attended:
    memory.forget(shopper_id, [each.memory_id for each in gone])
    return Attended(say("forgotten", gone) if gone else say("nothing_to_forget"), True, forgotten=tuple(gone))


def _last(items: Sequence[Remembered], now: datetime) -> tuple[Remembered, ...]:
    """What the latest turn that kept something kept, if that was a short while ago."""
    if not items or now - items[-1].at > RECENT:
        return ()
    return tuple(each for each in items if each.source_turn == items[-1].source_turn)


class _Sayings:
    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, key: str, what: Iterable[Remembered | Proposal] = ()) -> str:
        words = MemoryWords.read()
        texts = [each.text for each in what]
        listed = words.say("joint", self._language).join(texts[-_MOST_SHOWN:])
        return words.say(key, self._language, what=listed)
