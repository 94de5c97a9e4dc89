"""What is said from a shop's systems: an answer with the evidence it rests on, and how money and days are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent import views
from agent.shop.coupons import rounded
from agent.stream import MessageReady
from agent.texts import Texts
from retrieval.evidence import Evidence

EN = Texts.of("en")


@dataclass(frozen=True, slots=True)
class ShopAnswer:
    """What is said, citing evidence ids as ``[O1]``, and that evidence."""

    text: str
    evidence: tuple[Evidence, ...] = ()

    def message(self) -> MessageReady:
        """As it goes into the stream."""
        return MessageReady(self.text, tuple(views.evidence(each) for each in self.evidence))


def day(when: date, texts: Texts = EN) -> str:
    """``27 November 2026``, ``2026年11月27日``."""
    return texts.day(when)


def money(amount: Decimal, currency: str, texts: Texts = EN) -> str:
    """As the cards write amounts: ``89 EUR``, ``89.50 EUR``; the currency in the words of the language."""
    whole, _, part = str(rounded(amount, currency)).partition(".")
    return texts.say("money", amount=f"{whole}.{part}" if part.strip("0") else whole, currency=texts.currency(currency))


def cited(lines: list[str], evidence: tuple[Evidence, ...], texts: Texts) -> list[str]:
    """Each line as a sentence that names its evidence."""
    return [texts.say("cited", text=line, id=each.id) for line, each in zip(lines, evidence, strict=True)]


def together(sentences: list[str], texts: Texts) -> str:
    return texts.say("between_sentences").join(sentences)
