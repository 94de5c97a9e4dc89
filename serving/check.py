"""A finding of `because doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

State: TypeAlias = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: ``fail`` keeps Because from running as set up, ``warn`` does not. ``advice`` says what to do."""

    name: str
    state: State
    detail: str
    advice: str = ""
