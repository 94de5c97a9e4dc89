"""What the HTTP API and the page need from the running system, and the values that pass between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from agent.assistant import Assistant
from agent.local import Compared
from agent.stream import Card, NeedUnderstood, ReasonReady
from retrieval.catalogue import Catalogue
from retrieval.events import Event
from retrieval.need import Constraints, Need
from serving.store import Store

ModelState: TypeAlias = Literal["starting", "ready", "restarting", "stopped"]
"""As the model server's supervisor says it; a turn has model-written reasons only when ``ready``."""

IndexState: TypeAlias = Literal["ready", "building", "missing"]
"""Only ``ready`` can answer; ``building`` and ``missing`` make /readyz say 503."""


@dataclass(frozen=True, slots=True)
class RecommendRequest:
    """One batch recommendation: for a stored shopper, or for a history that is passed and never stored.

    At most one of ``shopper_id`` and ``history`` is given; with neither the shopper is new. ``filters`` are hard
    constraints beside those that the query states.
    """

    shopper_id: str | None = None
    history: tuple[Event, ...] | None = None
    query: str | None = None
    k: int = 3
    filters: Constraints = field(default_factory=Constraints)
    explain: bool = False
    """Whether to say as well what kept the next item from being shown."""
    region: str = ""


@dataclass(frozen=True, slots=True)
class WhyNotRequest:
    """An item that is asked about beside what was shown for a need."""

    need: Need
    item_id: str
    shown: int
    shopper_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecommendResult:
    """What a chat turn would have shown, as one value. ``need`` is None without a query."""

    need: NeedUnderstood | None
    suggestions: tuple[Card, ...]
    reasons: tuple[ReasonReady, ...]
    message: str = ""
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    runner_up: Compared | None = None
    """What kept the next item from being shown, if that was asked and there is one."""


@dataclass(frozen=True, slots=True)
class EventReceipt:
    """How a batch of events was taken. ``unknown_items`` counts events that were accepted all the same."""

    accepted: int
    duplicates: int
    unknown_items: int


class Services(Protocol):
    """The running system."""

    @property
    def assistant(self) -> Assistant: ...

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue as it is now; a new index makes a new one, so it is read anew for each request."""
        ...

    @property
    def store(self) -> Store: ...

    async def recommend(self, request: RecommendRequest) -> RecommendResult:
        """Suggestions and reasons for one request.

        The caller has checked that ``shopper_id`` is known.
        """
        ...

    async def why_not(self, request: WhyNotRequest) -> Compared:
        """What kept an item from being shown in a turn.

        Raises:
            KeyError: the catalogue has no such item.
        """
        ...

    async def record(self, events: Sequence[Event]) -> EventReceipt:
        """Store events once each (by event id) and make them count for later turns."""
        ...

    @property
    def ranked_by(self) -> str: ...

    async def erase(self, shopper_id: str, event_id: str) -> bool:
        """Erase one event of the shopper for good, so that later turns know nothing of it; False if there is none."""
        ...

    def model_state(self) -> ModelState: ...

    def index_state(self) -> IndexState: ...
