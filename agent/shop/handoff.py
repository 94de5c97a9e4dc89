"""Handing a conversation to a person: when, what they are told, and what the shopper is told."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.errors import AgentError
from agent.shop.answers import ShopAnswer, together
from agent.shop.redaction import EMAIL, TELEPHONE, redacted
from agent.shop.systems import HandoffKind, Line, ShopSystems, SystemUnavailable, Ticket
from agent.texts import Texts

TOPICS = Path(__file__).parent / "handoff.yaml"
FAILURES = 2
"""Turns in a row that brought no answer, after which a person is asked."""
_SHOWN = 6

Phrases: TypeAlias = Mapping[str, Sequence[str]]
"""Phrases by language."""


class TopicsUnreadable(AgentError):
    """The file of handoff topics is missing or not as it should be; the message says what to do."""


_Phrase: TypeAlias = Annotated[str, Field(pattern=r"\w")]


class _TopicsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    asked: dict[str, list[_Phrase]]
    anger: dict[str, list[_Phrase]]
    topics: dict[str, dict[str, list[_Phrase]]]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a conversation goes to a person; ``words`` says it, ``found`` is the phrase of the message that did."""

    kind: HandoffKind
    words: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn as the ticket tells it. ``shown`` are titles of the cards; an answer may be empty."""

    asked: str
    answered: str
    intent: str = ""
    shown: tuple[str, ...] = ()


class Handoff:
    """Says when a message calls for a person, by the phrases of a file that the shop may edit.

    Raises:
        TopicsUnreadable: there is no such file, or it is not as it should be.
    """

    def __init__(self, path: Path = TOPICS) -> None:
        file = _read(path)
        self._topics = [(topic, _pattern(phrases)) for topic, phrases in file.topics.items()]
        self._asked = _pattern(file.asked)
        self._anger = _pattern(file.anger)

    def reason(self, message: str, failures: int = 0) -> Reason | None:
        """Why this message goes to a person, or None. What is grave comes before what is asked, and that before anger.

        Args:
            failures: how many turns before this one, without a break, brought no answer.
        """
        for topic, pattern in self._topics:
            if match := pattern.search(message):
                return Reason("topic", f"the topic '{topic}'", match[0])
        if match := self._asked.search(message):
            return Reason("asked", "the shopper asks for a person", match[0])
        if match := self._anger.search(message):
            return Reason("anger", "the shopper is angry", match[0])
        if failures >= FAILURES:
            return Reason("failures", f"{failures} questions in a row were not answered")
        return None


def make_ticket(
    reason: Reason,
    exchanges: Sequence[Exchange],
    message: str,
    *,
    now: datetime,
    language: str = "en",
    shopper_id: str | None = None,
    contact: str | None = None,
) -> Ticket:
    """The ticket of a conversation: what was said before, oldest first, and the message that hands it over.

    Secrets are taken out of all of it (see `agent.shop.redaction`). The summary is put together by rules,
    without a model. Without a ``contact``, the last address or telephone number that the shopper wrote counts as one.
    """
    written = [message, *(exchange.asked for exchange in reversed(exchanges))]
    lines = [line for exchange in exchanges for line in _lines(exchange)]
    return Ticket(
        ticket_id=secrets.token_hex(16),
        kind=reason.kind,
        reason=redacted(f"{reason.words}: “{reason.found}”" if reason.found else reason.words),
        summary=redacted(_summary(exchanges, message)),
        transcript=tuple(Line(line.who, redacted(line.text)) for line in [*lines, Line("shopper", message)]),
        language=language,
        created=now,
        shopper_id=shopper_id,
        contact=contact or next(filter(None, map(contact_in, written)), None),
    )


def contact_in(text: str) -> str | None:
    """The e-mail address in a text, else the telephone number (with its + or 0), else None."""
    found = EMAIL.search(text) or TELEPHONE.search(redacted(text))
    return found[0] if found else None


async def hand_over(systems: ShopSystems, ticket: Ticket) -> ShopAnswer:
    """Give a ticket to the shop and say so, with its number; where the desk is down, say that.

    In the ticket's language where there are texts in it, else in English.
    """
    texts = Texts.of("zh" if ticket.language == "Han" else ticket.language.casefold().partition("-")[0])
    try:
        receipt = await systems.hand_over(ticket)
    except SystemUnavailable:
        return ShopAnswer(texts.say("handoff.down"))
    reach = "reached" if ticket.contact else "unreached" if ticket.shopper_id is None else "account"
    said = [
        texts.say("handoff.taken", number=receipt.number),
        texts.say(f"handoff.{reach}", **({"contact": ticket.contact} if ticket.contact else {})),
    ]
    return ShopAnswer(together(said, texts))


def _summary(exchanges: Sequence[Exchange], message: str) -> str:
    """What was asked, shown and last wanted, and what is still open: the last question."""
    asked = [exchange.asked for exchange in exchanges]
    shown = list(dict.fromkeys(title for exchange in exchanges for title in exchange.shown))
    intent = next((exchange.intent for exchange in reversed(exchanges) if exchange.intent), "")
    unanswered = [exchange.asked for exchange in exchanges if not (exchange.answered or exchange.shown)]
    parts = [
        ("Asked before", " / ".join(asked)),
        ("Shown", ", ".join(shown[:_SHOWN]) + (f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else "")),
        ("Last intent", intent),
        ("Not answered", " / ".join(unanswered)),
        ("Open", message),
    ]
    return "\n".join(f"{name}: {text}" for name, text in parts if text)


def _lines(exchange: Exchange) -> Iterable[Line]:
    yield Line("shopper", exchange.asked)
    shown = f"(showed {', '.join(exchange.shown)})" if exchange.shown else ""
    if said := " ".join(part for part in (exchange.answered, shown) if part):
        yield Line("assistant", said)


@cache
def _read(path: Path) -> _TopicsFile:
    try:
        return _TopicsFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise TopicsUnreadable(f"{path} cannot be read ({error.strerror}); name a file of handoff topics.") from error
    except yaml.YAMLError as error:
        place = str(error).replace("\n", " ")
        raise TopicsUnreadable(f"{path} is not YAML: {place}. Correct the file.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise TopicsUnreadable(f"{path}: {where}: {first['msg']}. Correct the file.") from error


def _pattern(phrases: Phrases) -> re.Pattern[str]:
    """Any of the phrases. What is spelled in letters with cases matches whole words, any other script anywhere."""
    found = [_phrase(phrase) for listed in phrases.values() for phrase in listed]
    return re.compile("|".join(found) or r"(?!)", re.IGNORECASE)


def _phrase(phrase: str) -> str:
    """Spaces match any space or a hyphen, an apostrophe any kind of it; a trailing ``*`` any ending."""
    stem = phrase.removesuffix("*").strip()
    body = r"[\s-]+".join(re.escape(word).replace("'", "['’]") for word in stem.split())
    if stem.lower() == stem.upper():
        return body
    return rf"\b{body}\w*" if phrase.endswith("*") else rf"\b{body}\b"
