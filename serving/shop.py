"""One running shop: index, store and assistant put together. This is what the API and the page are given."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from agent.assistant import Question
from agent.gathered import Gathered, gather
from agent.local import Compared, Given, LocalAssistant
from agent.model import ServedModel
from agent.shop.handoff import TOPICS, Handoff
from agent.shop.systems import ShopSystems
from agent.shop.toolloop import ToolModel, tool_chat
from retrieval.catalogue import Catalogue
from retrieval.diversity import DiversityConfig
from retrieval.embedding import EntailmentModel, Remembering, SentenceEmbedder
from retrieval.errors import RankerMismatch, RetrievalError
from retrieval.events import Event
from retrieval.exploration import ExplorationConfig, Tried
from retrieval.history import Trace, traces
from retrieval.index import ShopIndex
from retrieval.learned_taste import LearnedTaste
from retrieval.nearness import related_above
from retrieval.ranking import Ranker, RankerConfig
from retrieval.taste import HandTaste, HandTasteConfig, Taste
from serving.checkpoints import InThreads, open_checkpoints
from serving.demo_ranker import Origin
from serving.profiles import Profile
from serving.remote import RunningModel
from serving.services import EventReceipt, IndexState, ModelState, RecommendRequest, RecommendResult, WhyNotRequest
from serving.settings import Settings
from serving.store import Store
from serving.systems import open_systems
from serving.taught import prompts_of
from serving.ticket_answers import TicketAnswers

_TAKEN_UP_WITHIN = timedelta(days=7)
"""How long after a turn an event about an item that it explored counts for the item."""

logger = logging.getLogger(__name__)


@dataclass
class Shop:
    """The parts of a running shop. ``model_server`` is None where no server is run or watched by this process."""

    index: ShopIndex
    store: Store
    assistant: LocalAssistant
    systems: ShopSystems
    model_server: RunningModel | None = None
    conversations: InThreads | None = None
    """Where conversations are kept between turns; None where they are kept in memory."""
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
            EnvironmentUnfit: the shop's own systems, or the desk for tickets, are set up wrongly.
        """
        embedder = Remembering(SentenceEmbedder(profile.embedding_model))
        index = ShopIndex.open(settings.chroma_folder, embedder, address=settings.chroma, anew=anew)
        try:
            store = Store(settings.database_address)
            systems = open_systems(settings, store.engine, lambda: index.catalogue)
            handoff = Handoff(settings.handoff_topics or TOPICS)
        except BaseException:
            index.close()
            raise
        conversations = open_checkpoints(settings.store, settings.database)
        key = settings.model_key.get_secret_value() if settings.model_key else None
        model = ServedModel(profile.address, profile.model, key=key, timeout=settings.model_timeout)
        assistant = LocalAssistant(
            index,
            model,
            suggestions=settings.suggestions,
            ranker=Ranker(_taste(settings.ranker, index), _ranker_config(settings)),
            prompts=prompts_of(profile),
            writes=profile.writes,
            systems=systems,
            memory=store.memory,
            handoff=handoff,
            saver=conversations,
            chooser=model if profile.chooses else None,
            tool_model=_tool_model(profile, key, settings) if profile.tools else None,
            entailment=EntailmentModel(profile.entailment_model) if profile.entailment_model else None,
        )
        shop = cls(index, store, assistant, systems, model_server, conversations)
        shop.learn_from_exploring()
        if not anew:
            shop.learn_from_tickets()
        return shop

    def close(self) -> None:
        if self.conversations is not None:
            self.conversations.close()
        self.store.close()
        self.index.close()

    @property
    def catalogue(self) -> Catalogue:
        return self.index.catalogue

    @property
    def ranked_by(self) -> str:
        """Whether taste was ``learned`` from events or is set ``by hand``."""
        return self.assistant.ranker.taste.name

    def read_taste(self, folder: Path) -> None:
        """Rank from now on by the learned taste in a folder, if there is one that fits this shop."""
        self.assistant.ranker = Ranker(_taste(folder, self.index), self.assistant.ranker.config)

    def index_state(self) -> IndexState:
        return "ready" if self.catalogue else "missing"

    def model_state(self) -> ModelState:
        return self.model_server.state if self.model_server else "stopped"

    def learn_from_exploring(self) -> None:
        """Read from the store what came of the items in exploring places, if any places explore."""
        if self.assistant.ranker.config.exploration.share > 0.0:
            self.assistant.tried = Tried.of(self.store.explored(_TAKEN_UP_WITHIN))

    def learn_from_tickets(self) -> None:
        """Make the answers that staff marked for others citable, and forget those withdrawn."""
        self.index.add_answers(TicketAnswers(self.store.engine).answers(), of_tickets=True)

    def forget(self, shopper_id: str) -> bool:
        """Erase all that is kept of a shopper: history, conversations, memory, turns; False if nothing was."""
        self.index.forget(shopper_id)
        if self.conversations is not None:
            for session_id in self.store.sessions_of(shopper_id):
                self.conversations.delete_thread(session_id)
        return self.store.forget(shopper_id)

    async def recommend(self, request: RecommendRequest) -> RecommendResult:
        """One turn with what the request fixes, gathered into one value."""
        given = Given(await self._traces(request.history), request.filters, "recommend", request.k)
        question = Question(request.query or "", shopper_id=request.shopper_id, region=request.region)
        result = _result(await gather(self.assistant.turn(question, given)))
        if request.explain and result.suggestions:
            shown = len(result.suggestions)
            need = await asyncio.to_thread(self.assistant.need, question, given)
            runner_up = await self.assistant.why_not(
                need, None, shown=shown, shopper_id=request.shopper_id, history=given.history
            )
            result = replace(result, runner_up=runner_up)
        return result

    async def why_not(self, request: WhyNotRequest) -> Compared:
        found = await self.assistant.why_not(
            request.need, request.item_id, shown=request.shown, shopper_id=request.shopper_id
        )
        assert found is not None, "an item is named"
        return found

    async def _traces(self, events: Sequence[Event] | None) -> tuple[Trace, ...] | None:
        if events is None:
            return None
        return await asyncio.to_thread(traces, events, self.catalogue, self.index.embedder)

    async def record(self, events: Sequence[Event]) -> EventReceipt:
        """Store events, then index what is new, so that the next turn knows of it."""
        unknown = sum(1 for event in events if event.item_id and event.item_id not in self.catalogue)
        async with self._writing:
            accepted, duplicates = await asyncio.to_thread(self.store.add_events, events)
            kept = await asyncio.to_thread(self.store.kept, events)
            await asyncio.to_thread(self.index.add_events, kept)
            await asyncio.to_thread(self.learn_from_exploring)
        return EventReceipt(accepted, duplicates, unknown)

    async def erase(self, shopper_id: str, event_id: str) -> bool:
        """Erase one event of the shopper, from the index first: while the store has it, it can be asked for again."""
        memory = self.store.memory
        async with self._writing:
            if not await asyncio.to_thread(memory.has_event, shopper_id, event_id):
                return False
            await asyncio.to_thread(self.index.forget_event, shopper_id, event_id)
            erased = await asyncio.to_thread(memory.erase_event, shopper_id, event_id)
            await asyncio.to_thread(self.learn_from_exploring)
            return erased


def _taste(folder: Path, index: ShopIndex) -> Taste:
    """The taste that was learned for this shop, or weights set by hand where none was, or where it cannot be used.

    The demo's is used only while the shop sells nothing else: another shop's items, and who buys them, it never saw.
    """
    above = related_above(index.embedder.name, HandTasteConfig().related_above)
    by_hand = HandTaste(HandTasteConfig(related_above=above))
    if not folder.exists():
        return by_hand
    try:
        origin = Origin.of_folder(folder)
        if origin and (misfit := origin.misfit(index.embedder.name, index.catalogue)):
            logger.warning("items are ranked by weights set by hand: the ranker is the demo's, and %s", misfit)
            return by_hand
        return LearnedTaste.load(folder)
    except RankerMismatch as error:
        logger.error("items are ranked by weights set by hand: %s", error)
        return by_hand


def _tool_model(profile: Profile, key: str | None, settings: Settings) -> ToolModel:
    chat = tool_chat(profile.address, profile.model, key=key, timeout=settings.model_timeout)
    return ToolModel(chat, profile.writes)


def _ranker_config(settings: Settings) -> RankerConfig:
    return RankerConfig(
        diversity=DiversityConfig(weight=settings.diversity), exploration=ExplorationConfig(share=settings.exploration)
    )


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
