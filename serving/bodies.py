"""What callers may send, checked and cleaned, and how it becomes the values that the rest works with."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from agent.need.unwanted import absence_of
from retrieval.events import Event, EventKind
from retrieval.need import Constraints
from retrieval.regions import checked
from serving.services import RecommendRequest

EVENT_LIMIT = 1000
"""Events in one batch, and events in a history that is passed."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def clean(text: str) -> str:
    """Text as it may be stored and shown: NFC, line ends as newlines, no control characters but newline and tab.

    Halves of surrogate pairs go too: no database and no UTF-8 stream takes them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def is_blank(text: str) -> bool:
    """Whether nothing in it can be seen: only spaces and invisible characters."""
    return all(unicodedata.category(c)[0] in "ZC" for c in text)


def _plain(identifier: str) -> str:
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in identifier) or is_blank(identifier):
        raise ValueError("an id must have visible characters and no control characters")
    return identifier


Id = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Stars = Annotated[float, Field(ge=1, le=5, allow_inf_nan=False)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$", max_length=40)]
Region = Annotated[str, AfterValidator(checked)]
Text = Annotated[str, Field(max_length=4000), AfterValidator(clean)]
Names = Annotated[frozenset[Annotated[str, Field(max_length=200)]], Field(max_length=200)]


class Body(BaseModel):
    """A request body; what it does not know it refuses, so that a misspelt field is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RemovedBody(Body):
    """A part of what was understood that the shopper takes off, as a chip of the `need` event names it."""

    name: Annotated[str, Field(max_length=40)]
    value: Annotated[str, Field(max_length=200)] = ""


class ChatBody(Body):
    message: str
    remove: Annotated[list[RemovedBody], Field(max_length=50)] = []
    session_id: Id | None = None
    shopper_token: Annotated[str, Field(max_length=1000)] | None = None
    language: Language | None = None
    region: Region = ""


class _Behaviour(Body):
    """What an event and an entry of a history have in common."""

    kind: EventKind
    rating: Stars | None = None
    comment: Text | None = None
    at: datetime | None = None
    """ISO 8601; without an offset it is read as UTC."""

    @field_validator("at", mode="before")
    @classmethod
    def _is_text(cls, value: object) -> object:
        if value is not None and not isinstance(value, str):
            raise ValueError("a time is written as ISO 8601, such as 2026-05-14T12:00:00Z")
        return value

    @field_validator("at")
    @classmethod
    def _is_plausible(cls, at: datetime | None) -> datetime | None:
        if at is None:
            return None
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        if not EARLIEST <= at <= datetime.now(UTC) + timedelta(days=1):
            raise ValueError("a time lies between 1970 and tomorrow")
        return at.astimezone(UTC)

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> _Behaviour:
        if self.kind == "rating" and self.rating is None:
            raise ValueError("a rating needs its stars in rating, 1 to 5")
        if self.kind == "thumb" and self.rating not in {1, 5}:
            raise ValueError("a thumb needs rating 1 (down) or 5 (up)")
        if self.kind == "comment" and not self.comment:
            raise ValueError("a comment needs its text in comment")
        return self


class EventBody(_Behaviour):
    event_id: Id
    shopper_id: Id
    item_id: Id | None = None
    region: Region | None = None
    """Where it was done, such as "Bavaria"."""

    def event(self, now: datetime) -> Event:
        fields: dict[str, Any] = self.model_dump(exclude={"at", "region"})
        return Event(**fields, at=self.at or now, region=self.region or None)


class HistoryEntry(_Behaviour):
    item_id: Id


class FiltersBody(Body):
    price_min: Amount | None = None
    price_max: Amount | None = None
    brands: Names = frozenset()
    brands_excluded: Names = frozenset()
    categories: Names = frozenset()
    categories_excluded: Names = frozenset()
    kinds: Names = frozenset()
    kinds_excluded: Names = frozenset()
    colours: Names = frozenset()
    colours_excluded: Names = frozenset()
    without: Names = frozenset()
    in_stock: bool = True

    @model_validator(mode="after")
    def _is_a_range(self) -> FiltersBody:
        if self.price_min is not None and self.price_max is not None and self.price_min > self.price_max:
            raise ValueError("price_min is above price_max")
        return self

    def constraints(self) -> Constraints:
        given = self.model_dump(exclude={"without"})
        return Constraints(**given, without=frozenset(map(absence_of, self.without)))


class RecommendBody(Body):
    shopper_id: Id | None = None
    history: Annotated[list[HistoryEntry], Field(max_length=EVENT_LIMIT)] | None = None
    query: Text | None = None
    k: Annotated[int, Field(ge=1, le=50)] = 3
    filters: FiltersBody = FiltersBody()
    explain: bool = False
    """Whether to say as well what kept the next item from being shown."""
    region: Region = ""
    """Where the shopper is, such as "Bavaria"."""

    @model_validator(mode="after")
    def _names_one_shopper(self) -> RecommendBody:
        if self.shopper_id is not None and self.history is not None:
            raise ValueError("give shopper_id or history, not both")
        return self

    def request(self, now: datetime) -> RecommendRequest:
        return RecommendRequest(
            shopper_id=self.shopper_id,
            history=None if self.history is None else tuple(_passed(self.history, now)),
            query=self.query or None,
            k=self.k,
            filters=self.filters.constraints(),
            explain=self.explain,
            region=self.region,
        )


class WhyNotBody(Body):
    turn_id: Id
    item_id: Id
    shopper_token: Annotated[str, Field(max_length=1000)] | None = None


def _passed(history: list[HistoryEntry], now: datetime) -> Iterable[Event]:
    """Events of a shopper without a name; entries without a time are taken as given oldest first, a minute apart."""
    for place, entry in enumerate(history):
        at = entry.at or now - timedelta(minutes=len(history) - place)
        fields: dict[str, Any] = entry.model_dump(exclude={"at"})
        yield Event(event_id=f"passed-{place}", shopper_id="passed", at=at, **fields)
