"""Assertions about form: what a text contains, how long it is, how a turn ended and what it cost.

The assertions about truth are in `prompts.grounding`; docs/prompts.md shows how to add one.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field, field_validator

from prompts.outcome import Outcome
from prompts.registry import Assertion, Check, assertion


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class _Patterns(Assertion):
    """Words or, between slashes, regular expressions; letter case does not count."""

    where: Literal["text", "message", "reasons"] = Field("text", alias="in")

    def haystack(self, outcome: Outcome) -> str:
        if self.where == "reasons":
            return "\n".join(reason.text for reason in outcome.reasons)
        return outcome.message if self.where == "message" else outcome.text


def _pattern(text: str) -> re.Pattern[str]:
    is_regex = len(text) > 2 and text.startswith("/") and text.endswith("/")
    return re.compile(text[1:-1] if is_regex else re.escape(text), re.IGNORECASE | re.MULTILINE)


def _valid_patterns(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            _pattern(value)
        except re.error as error:
            raise ValueError(f"'{value}' is no regular expression: {error}") from error
    return values


@assertion("contains")
class Contains(_Patterns):
    """All of some patterns occur, and at least one of others."""

    shorthand = "all"
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    _lists = field_validator("all", "any", mode="before")(_listed)
    _patterns = field_validator("all", "any")(_valid_patterns)

    def check(self, outcome: Outcome) -> Check:
        text = self.haystack(outcome)
        missing = [value for value in self.all if not _pattern(value).search(text)]
        if missing:
            return Check(False, f"not in the {self.where}: {', '.join(missing)}")
        if self.any and not any(_pattern(value).search(text) for value in self.any):
            return Check(False, f"none in the {self.where}: {', '.join(self.any)}")
        return Check(True, f"found in the {self.where}")


@assertion("excludes")
class Excludes(_Patterns):
    """None of the patterns occurs."""

    shorthand = "patterns"
    patterns: tuple[str, ...] = Field(min_length=1)
    _lists = field_validator("patterns", mode="before")(_listed)
    _patterns = field_validator("patterns")(_valid_patterns)

    def check(self, outcome: Outcome) -> Check:
        found = [match.group() for value in self.patterns if (match := _pattern(value).search(self.haystack(outcome)))]
        return Check(False, f"in the {self.where}: {', '.join(found)}") if found else Check(True, "none found")


@assertion("words")
class Words(Assertion):
    """How many words a prompt's text, or each reason of a turn, has. Chinese and Japanese count by character."""

    min: int = Field(1, ge=0)
    max: int = Field(60, ge=1)

    def check(self, outcome: Outcome) -> Check:
        texts = [reason.text for reason in outcome.reasons if reason.state != "none"] or [outcome.text]
        counts = [len(re.findall(r"[぀-ヿ一-鿿]|[^\s぀-ヿ一-鿿]+", text)) for text in texts]
        fits = all(self.min <= count <= self.max for count in counts)
        return Check(fits, f"{', '.join(map(str, counts))} words; {self.min} to {self.max} are wanted")


@assertion("cards")
class Cards(Assertion):
    """How many cards a turn shows."""

    min: int = Field(0, ge=0)
    max: int = Field(10, ge=0)

    def check(self, outcome: Outcome) -> Check:
        count = len(outcome.items)
        return Check(self.min <= count <= self.max, f"{count} cards; {self.min} to {self.max} are wanted")


@assertion("ends")
class Ends(Assertion):
    """How the turn ended: ``done``, or ``error`` with its code."""

    shorthand = "as_"
    as_: Literal["done", "error"] = Field("done", alias="as")
    code: str | None = None

    def check(self, outcome: Outcome) -> Check:
        ended = outcome.end if outcome.code is None else f"{outcome.end} {outcome.code}"
        return Check(outcome.end == self.as_ and self.code in (None, outcome.code), f"ended as {ended}")


@assertion("state_in")
class StateIn(Assertion):
    """Every reason came to be in one of these ways, such as ``generated`` or ``extractive``."""

    shorthand = "states"
    states: tuple[str, ...] = Field(min_length=1)
    _lists = field_validator("states", mode="before")(_listed)

    def check(self, outcome: Outcome) -> Check:
        states = [reason.state for reason in outcome.reasons]
        fits = bool(states) and all(state in self.states for state in states)
        return Check(fits, f"states: {', '.join(states) or 'no reasons'}")


@assertion("budget")
class Budget(Assertion):
    """What the outcome may have cost at most."""

    model_calls: int | None = None
    prompt_tokens: int | None = None

    def check(self, outcome: Outcome) -> Check:
        calls_fit = self.model_calls is None or outcome.model_calls <= self.model_calls
        tokens_fit = self.prompt_tokens is None or outcome.prompt_tokens <= self.prompt_tokens
        return Check(calls_fit and tokens_fit, f"{outcome.model_calls} calls, {outcome.prompt_tokens} prompt tokens")


_SCRIPTS = {"zh": r"[一-鿿]", "ja": r"[぀-ヿ]", "ko": r"[가-힯]", "ru": r"[Ѐ-ӿ]", "el": r"[Ͱ-Ͽ]", "ar": r"[؀-ۿ]"}
_FUNCTION_WORDS = {
    "en": "the and is it a of for with to in you says",
    "de": "der die das und ist es ein eine mit für von nicht",
    "fr": "le la les et est un une des pour avec du que",
    "es": "el la los y es un una con para del que por",
    "nl": "de het een en is van voor met niet dat op te",
}


@assertion("language")
class Language(Assertion):
    """The text is in this language, judged by its script or, in Latin script, by its most telling small words."""

    shorthand = "code"
    code: Literal["en", "de", "fr", "es", "nl", "zh", "ja", "ko", "ru", "el", "ar"]

    def check(self, outcome: Outcome) -> Check:
        found = detect_language(outcome.text)
        return Check(found == self.code, f"the text looks like '{found}'")


def detect_language(text: str) -> str:
    """The language code of a text, or ``unknown``."""
    letters = sum(character.isalpha() for character in text)
    for code, script in sorted(_SCRIPTS.items(), key=lambda entry: entry[0] == "zh"):
        if letters and len(re.findall(script, text)) / letters > (0.1 if code == "ja" else 0.3):
            return code
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {code: sum(w in small.split() for w in words) for code, small in _FUNCTION_WORDS.items()}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else "unknown"
