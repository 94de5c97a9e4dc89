"""What a model did with the shop's tools, as the stream tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

ToolsState: TypeAlias = Literal[
    "answered", "bounded", "empty", "unproved", "no_call", "no_ticket", "unavailable", "spent"
]
"""How answering with tools ended; after all but ``answered`` the rules answer. The calls were used up; nothing was
said; something said stands in no result; no tool told anything; a person was asked for and no ticket made; the model is
down or slow; the turn may ask it no more."""


@dataclass(frozen=True, slots=True)
class ToolCallView:
    """A tool that a model called and with which arguments; ``ok`` is False where the call could not be made."""

    name: str
    arguments: Mapping[str, Any]
    ok: bool


@dataclass(frozen=True, slots=True)
class ToolsUsed:
    """What a model did with the shop's tools before the message, for those who look after the shop."""

    name: ClassVar[str] = "tools"
    state: ToolsState
    calls: tuple[ToolCallView, ...] = ()
