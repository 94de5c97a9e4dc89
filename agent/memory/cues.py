"""The cues of `cues.yaml`, compiled, and how messages fall into clauses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict

SOURCE = Path(__file__).with_name("cues.yaml")

Action: TypeAlias = Literal["show", "forget_last", "forget", "forget_all", "stop", "start"]
Pattern: TypeAlias = re.Pattern[str]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Clauses(_Strict):
    sentence: str
    next: str
    between: tuple[str, ...]
    greeting: tuple[str, ...]
    no_statement: tuple[str, ...]
    asks_to_keep: tuple[str, ...]


class _Command(_Strict):
    action: Action
    means: str


class _File(_Strict):
    parts: Mapping[str, str]
    cues: Mapping[str, tuple[str, ...]]
    clauses: _Clauses
    commands: tuple[_Command, ...]
    not_memory: str


class Cues:
    """All cues; a pattern that is wrong is an error when they are read."""

    def __init__(self, source: _File) -> None:
        self._parts = source.parts
        self._cues = {name: self._any(patterns) for name, patterns in source.cues.items()}
        self._diet = self._filled("|".join(source.cues["diet"]))
        clauses = source.clauses
        self._sentence = re.compile(clauses.sentence)
        self._between = self._any(tuple(each.replace("NEXT", clauses.next) for each in clauses.between))
        self._greeting = self._any(clauses.greeting)
        self._no_statement = self._any(clauses.no_statement)
        self._asks_to_keep = self._any(clauses.asks_to_keep)
        whole = "PLEASE(?:{})AGAIN|(?:请|麻烦|帮我|你)*(?:{})[\\s。！？!?.]*"
        self.commands = tuple((each.action, self._command(each.means, whole)) for each in source.commands)
        self.not_memory = re.compile(source.not_memory, re.I)

    @classmethod
    @lru_cache(maxsize=1)
    def read(cls) -> Cues:
        return cls(_File.model_validate(yaml.safe_load(SOURCE.read_text(encoding="utf-8"))))

    def __getitem__(self, name: str) -> Pattern:
        return self._cues[name]

    def object_in(self, name: str, clause: str) -> str | None:
        """What a cue at the clause's beginning is followed by: the one group that took part; None without the cue."""
        match = self[name].match(clause)
        return match[match.lastindex or 0] if match else None

    def diet(self, words: str, *, bare: bool) -> Pattern:
        """That somebody lives by a diet, of which ``words`` is a pattern; with ``bare`` its name alone will do."""
        pattern = f"{self._diet}|DIET" if bare else self._diet
        things = r"(?:\s*(?:products?|things?|stuff|items?|options?|person|者|的|产品))*"
        return re.compile(pattern.replace("DIET", f"(?:{words}){things}"), re.I)

    def clauses(self, message: str) -> tuple[list[str], bool]:
        """The clauses of a message that may state something: no questions, no conditions, no greetings.

        Returns:
            the clauses, and whether the message says nothing else.
        """
        found, others = [], 0
        for sentence in self._sentence.split(message.replace("’", "'")):
            parts = [part.strip() for part in self._between.split(sentence.strip()) if part.strip()]
            for place, part in enumerate(parts, start=1):
                asks = place == len(parts) and part.endswith(("?", "？", "吗", "呢"))
                clause = self._greeting.sub("", part, count=1) if self._greeting.match(part) else part
                clause = clause.strip(" ,.!?;:。！？；，：")
                if clause and (self._asks_to_keep.match(clause) or not (asks or self._no_statement.match(clause))):
                    found.append(clause)
                elif clause:
                    others += 1
        return found, not others

    def _command(self, means: str, whole: str) -> Pattern:
        english, _, chinese = whole.partition("|")
        return re.compile(self._filled((english if means.isascii() else chinese).format(means)), re.I)

    def _any(self, patterns: tuple[str, ...]) -> Pattern:
        return re.compile("|".join(f"(?:{self._filled(each)})" for each in patterns), re.I)

    def _filled(self, pattern: str) -> str:
        """The pattern with the parts in the places of their names, the longest names first."""
        for name in sorted(self._parts, key=len, reverse=True):
            pattern = pattern.replace(name, self._parts[name])
        return pattern.replace("WHAT", "(.+)")
