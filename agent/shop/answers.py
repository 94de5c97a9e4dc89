"""What is said from a shop's systems: an answer with the evidence it rests on, and how money and days are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent import views
from agent.shop.coupons import rounded
from agent.stream import MessageReady
from retrieval.evidence import Evidence


@dataclass(frozen=True, slots=True)
class ShopAnswer:
    """What is said, citing evidence ids as ``[O1]``, and that evidence."""

    text: str
    evidence: tuple[Evidence, ...] = ()

    def message(self) -> MessageReady:
        """As it goes into the stream."""
        return MessageReady(self.text, tuple(views.evidence(each) for each in self.evidence))


def day(when: date) -> str:
    """``27 November 2026``."""
    return f"{when.day} {when:%B %Y}"


def money(amount: Decimal, currency: str) -> str:
    """As the cards write prices: ``89 EUR``, ``89.50 EUR``."""
    whole, _, part = str(rounded(amount, currency)).partition(".")
    return f"{whole}.{part} {currency}" if part.strip("0") else f"{whole} {currency}"


def either(names: Iterable[str], word: str = "or") -> str:
    """``a, b or c``."""
    *most, last = names
    return f"{', '.join(most)} {word} {last}" if most else last
