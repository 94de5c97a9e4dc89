"""One running shop: index, store and assistant put together. This is what the API and the page are given."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.assistant import Question
from agent.gathered import Gathered, gather
from agent.local import Given, LocalAssistant
from agent.model import ServedModel
from agent.reason import CITED, PROMPTED
from retrieval.catalogue import Catalogue
from retrieval.embedding import EntailmentModel, Remembering, SentenceEmbedder
from retrieval.errors import RetrievalError
from retrieval.events import Event
from retrieval.history import traces
from retrieval.index import ShopIndex
from serving.profiles import Profile
from serving.remote import RunningModel
from serving.services import EventReceipt, IndexState, ModelState, RecommendRequest, RecommendResult
from serving.settings import Settings
from serving.store import Store


@dataclass
class Shop:
    """The parts of a running shop. ``model_server`` is None where no server is run or watched by this process."""

    index: ShopIndex
    store: Store
    assistant: LocalAssistant
    model_server: RunningModel | None = None
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def open(
        cls, settings: Settings, profile: Profile, *, model_server: RunningModel | None = None, anew: bool = False
    ) -> Shop:
        """Open the shop in the store folder.

        Args:
            anew: open an index of another embedding model, too, so as to rebuild it; see `ShopIndex.open`.
        Raises:
            IndexInUse, IndexMismatch: see `retrieval.errors`.
            StoreError: the database cannot be used.
        """
        embedder = Remembering(SentenceEmbedder(profile.embedding_model))
        index = ShopIndex.open(settings.chroma_folder, embedder, address=settings.chroma, anew=anew)
        try:
            store = Store(settings.database_address)
        except BaseException:
            index.close()
            raise
        model = ServedModel(
            profile.address,
            profile.model,
            key=settings.model_key.get_secret_value() if settings.model_key else None,
            timeout=settings.model_timeout,
        )
        assistant = LocalAssistant(
            index,
            model,
            suggestions=settings.suggestions,
            prompts=CITED if profile.adapter else PROMPTED,
            entailment=EntailmentModel(profile.entailment_model) if profile.entailment_model else None,
        )
        return cls(index, store, assistant, model_server)

    def close(self) -> None:
        self.store.close()
        self.index.close()

    @property
    def catalogue(self) -> Catalogue:
        return self.index.catalogue

    def index_state(self) -> IndexState:
        return "ready" if self.catalogue else "missing"

    def model_state(self) -> ModelState:
        return self.model_server.state if self.model_server else "stopped"

    async def recommend(self, request: RecommendRequest) -> RecommendResult:
        """One turn with what the request fixes, gathered into one value."""
        history = None
        if request.history is not None:
            embedder = self.index.embedder
            history = await asyncio.to_thread(traces, request.history, self.catalogue, embedder)
        given = Given(history, request.filters, "recommend", request.k)
        question = Question(request.query or "", shopper_id=request.shopper_id)
        return _result(await gather(self.assistant.turn(question, given)))

    async def record(self, events: Sequence[Event]) -> EventReceipt:
        """Store events, then index what is new, so that the next turn knows of it."""
        unknown = sum(1 for event in events if event.item_id and event.item_id not in self.catalogue)
        async with self._writing:
            accepted, duplicates = await asyncio.to_thread(self.store.add_events, events)
            kept = await asyncio.to_thread(self.store.kept, events)
            await asyncio.to_thread(self.index.add_events, kept)
        return EventReceipt(accepted, duplicates, unknown)


def _result(turn: Gathered) -> RecommendResult:
    """A turn that is over, as /v1/recommend gives it.

    Raises:
        RetrievalError: the turn failed.
    """
    if turn.done is None:
        raise RetrievalError(turn.failed.message if turn.failed else "The turn ended without an end.")
    return RecommendResult(
        need=turn.need,
        suggestions=turn.cards,
        reasons=tuple(turn.reasons.values()),
        message=turn.message.text,
        timings_ms=turn.done.timings_ms,
        model_calls=turn.done.model_calls,
        prompt_tokens=turn.done.prompt_tokens,
        completion_tokens=turn.done.completion_tokens,
    )
