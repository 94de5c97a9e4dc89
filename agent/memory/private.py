"""What is not kept: secrets never, and what is sensitive only when a shopper asks for it."""

from __future__ import annotations

import re
from functools import lru_cache

from agent.memory.words import MemoryWords

_LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[ -]?\d){11,18}(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")


def holds_secret(text: str) -> bool:
    """Whether a text speaks of a password and the like, or holds a number that a card or an account may have."""
    return bool(_secrets().search(text) or _LONG_NUMBER.search(text) or _IBAN.search(text))


def sensitive_topics(text: str) -> tuple[str, ...]:
    """The sensitive topics (health, religion, ethnicity, politics, sexuality) that a text speaks of."""
    return tuple(topic for topic, pattern in _topics().items() if pattern.search(text))


@lru_cache(maxsize=1)
def _secrets() -> re.Pattern[str]:
    return re.compile("|".join(MemoryWords.read().secrets), re.IGNORECASE)


@lru_cache(maxsize=1)
def _topics() -> dict[str, re.Pattern[str]]:
    return {topic: _any_word(patterns) for topic, patterns in MemoryWords.read().sensitive.items()}


def _any_word(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Latin words are matched whole; Chinese ones wherever they stand."""
    bounded = (p if re.match(r"[^\x00-\x7f]", p) else rf"\b(?:{p})\b" for p in patterns)
    return re.compile("|".join(bounded), re.IGNORECASE)
