"""The fixed words of the front ends, in each language: one table, that the widget's script carries too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from agent.language import language_of

FILE = Path(__file__).parent / "widget" / "words.json"
DEFAULT = "en"
_TWO = 2


@dataclass(frozen=True)
class Words:
    """The words of one language; the other languages have the same keys and placeholders as English."""

    language: str
    lines: dict[str, str]

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, language: str | None) -> Words:
        """Those of a language tag such as ``zh-Hans``; English where there are none of it."""
        primary = (language or DEFAULT).split("-")[0].casefold()
        table = read()
        primary = primary if primary in table else DEFAULT
        return cls(primary, table[primary])

    @classmethod
    def for_message(cls, message: str, otherwise: str | None) -> Words:
        """Those of the language that a message is in; of ``otherwise`` where the message is empty."""
        return cls.of(language_of(message) if message.strip() else otherwise)

    def say(self, key: str, **values: object) -> str:
        """The words of a key, with its placeholders filled in; KeyError if there is no such key or no value."""
        return self.lines[key].format(**values)

    def either(self, key: str, otherwise: str) -> str:
        """The words of a key that may be missing, such as the kind of a piece of evidence that a shop adds."""
        return self.lines.get(key, otherwise)

    def kind(self, kind: str) -> str:
        """What a kind of evidence is called."""
        return self.either(f"kind.{kind}", kind.replace("_", " ").capitalize())

    def state(self, state: str | None) -> str:
        """What is said of a reason that did not come out right at once; a generated one needs no word."""
        return self.either(f"state.{state}", "")

    def better(self, compared: int) -> str:
        """What marks the value that does best among so many."""
        return self.say("compare.best" if compared > _TWO else "compare.better")

    def relaxed(self, name: str) -> str:
        """What a group of constraints is called that nothing met, such as ``price``."""
        return self.either(f"relaxed.{name}", name.replace("_", " "))


@lru_cache(maxsize=1)
def read() -> dict[str, dict[str, str]]:
    """The table: language -> key -> words."""
    table: dict[str, dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return table
