"""A conversation is kept between turns: over a restart, apart from others, and whole after a broken-off turn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

import psycopg
import pytest

from agent.assistant import Question
from agent.dialogue import Dialogue
from agent.gathered import Gathered, gather
from agent.local import LocalAssistant
from agent.shop.handoff import Handoff
from agent.stream import CardsReady
from retrieval.index import ShopIndex
from serving import tables
from serving.checkpoints import open_checkpoints
from serving.database import open_database
from serving.shop import Shop
from serving.store import Store
from tests.embedders import WordEmbedder
from tests.fake_systems import FakeSystems
from tests.models import dead_model
from tests.retrieval.samples import event, item

SHELF = [
    item("tarn", "Tarn backpack", kind="backpack", price=80.0, colour="red", brand="Tarn", weight=900),
    item("fell", "Fell backpack", kind="backpack", price=60.0, colour="blue", brand="Fell", weight=700),
    item("moor", "Moor backpack", kind="backpack", price=120.0, colour="green", brand="Moor", weight=1200),
    item("hush", "Hush kettle", kind="kettle", category="kitchen", price=40.0),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopIndex]:
    opened = ShopIndex.open(tmp_path_factory.mktemp("talk") / "chroma", WordEmbedder())
    opened.add_items(SHELF)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Where conversations are kept: in the store's folder, or on a server. Tests there have sessions of their own."""
    if request.param == "sqlite":
        yield None
        return
    yield request.getfixturevalue("postgres_address")
    engine = open_database(request.getfixturevalue("postgres_address"), create=False)
    tables.metadata.drop_all(engine)
    engine.dispose()


@contextmanager
def assistant(
    index: ShopIndex, folder: Path, store: Store | None = None, database: str | None = None
) -> Iterator[LocalAssistant]:
    """An assistant that keeps its conversations in the folder, as a program that starts anew would have it."""
    saver = open_checkpoints(folder, database)
    try:
        yield LocalAssistant(index, dead_model(), saver=saver, memory=store.memory if store else None)
    finally:
        saver.close()


async def ask(found: LocalAssistant, message: str, session: str = "one", **fields: object) -> Gathered:
    return await gather(found.turn(Question(message, session, **fields)))  # type: ignore[arg-type]


def shown(turn: Gathered) -> set[str]:
    return {card.item_id for card in turn.cards}


async def test_it_goes_on_after_a_restart(index: ShopIndex, tmp_path: Path, database: str | None) -> None:
    with assistant(index, tmp_path, database=database) as before:
        assert shown(await ask(before, "a backpack under 100 euros", "restarted")) == {"tarn", "fell"}
    with assistant(index, tmp_path, database=database) as after:
        turn = await ask(after, "not in red", "restarted")
        assert turn.need is not None and turn.need.constraints["price_max"] == 100
        assert shown(turn) == {"fell"}


async def test_two_conversations_do_not_mix(index: ShopIndex, tmp_path: Path, database: str | None) -> None:
    with assistant(index, tmp_path, database=database) as found:
        await asyncio.gather(ask(found, "a backpack", "one"), ask(found, "a kettle", "two"))
        one, two = await asyncio.gather(ask(found, "cheaper", "one"), ask(found, "under 50 euros", "two"))
        assert one.need is not None and one.need.constraints["kinds"] == ["backpack"]
        assert shown(two) == {"hush"}


async def test_a_turn_that_is_broken_off_leaves_it_as_it_was(
    index: ShopIndex, tmp_path: Path, database: str | None
) -> None:
    with assistant(index, tmp_path, database=database) as found:
        await ask(found, "a backpack", "broken")
        async with aclosing(found.turn(Question("a kettle", "broken"))) as events:  # type: ignore[type-var]
            async for each in events:
                if isinstance(each, CardsReady):
                    break
        turn = await ask(found, "under 70 euros", "broken")
        assert shown(turn) == {"fell"}, "the kettle was never answered"


async def test_cheaper_is_cheaper_than_what_was_shown_and_else_is_something_else(
    index: ShopIndex, tmp_path: Path
) -> None:
    with assistant(index, tmp_path) as found:
        first = await ask(found, "a backpack under 100 euros")
        cheaper = await ask(found, "something cheaper than the Tarn backpack")
        assert max(card.price for card in cheaper.cards) < 80
        await ask(found, "a backpack", "two")
        again = await ask(found, "anything else?", "two")
        assert not shown(again) & shown(first) or not again.cards


async def test_a_part_that_is_taken_off_no_longer_holds(index: ShopIndex, tmp_path: Path) -> None:
    with assistant(index, tmp_path) as found:
        await ask(found, "a blue backpack under 100 euros")
        turn = await ask(found, "", removed=({"name": "colours", "value": "blue"},))
        assert shown(turn) == {"tarn", "fell"}
        turn = await ask(found, "", removed=({"name": "price_max", "value": ""},))
        assert shown(turn) == {"tarn", "fell", "moor"}
        assert turn.need is not None and [chip.name for chip in turn.need.chips] == ["kinds"]


async def test_one_question_back_and_never_two_in_a_row(index: ShopIndex, tmp_path: Path) -> None:
    with assistant(index, tmp_path) as found:
        asked_back = await ask(found, "I need a gift")
        assert not asked_back.cards and "kitchen" in asked_back.message.text
        assert (await ask(found, "just suggest something")).cards


async def test_what_is_remembered_joins_and_stays_memory_in_the_next_turn(index: ShopIndex, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'because.sqlite'}")
    store.add_events([event("e1", "hush", "view", shopper_id="ana")])
    with assistant(index, tmp_path, store) as found:
        said = await ask(found, "I hate red, remember that", shopper_id="ana")
        assert not said.cards and said.message.text
        for message in ("a backpack under 100 euros", "under 90 euros"):
            turn = await ask(found, message, shopper_id="ana")
            assert shown(turn) == {"fell"}
            assert turn.need is not None and [c.source for c in turn.need.chips if "red" in c.label] == ["memory"]
        (chip,) = [chip for chip in turn.need.chips if chip.source == "memory"]
        off = await ask(found, "", shopper_id="ana", removed=({"name": chip.name, "value": chip.value},))
        assert shown(off) == {"tarn", "fell"} and store.memory.items("ana") == ()
    store.close()


async def test_a_hundred_turns_keep_little(index: ShopIndex, tmp_path: Path) -> None:
    with assistant(index, tmp_path) as found:
        for number in range(100):
            await ask(found, f"a backpack under {100 + number} euros")
        state = await found._conversing.aget_state({"configurable": {"thread_id": "one"}})
    kept = Dialogue.of(state.values["dialogue"])
    assert kept.turns == 100 and len(kept.said) == 20
    assert set(state.values) == {"dialogue"}
    assert kept.need is not None and kept.need.constraints.price_max == 199


async def test_who_is_forgotten_leaves_no_conversation(index: ShopIndex, tmp_path: Path, database: str | None) -> None:
    store = Store(database or f"sqlite:///{tmp_path / 'because.sqlite'}")
    store.add_events([event("e1", "hush", "view", shopper_id="ana"), event("e2", "hush", "view", shopper_id="ben")])
    sessions = {name: store.open_session(name) for name in ("ana", "ben")}
    saver = open_checkpoints(tmp_path, database)
    shop = Shop(index, store, LocalAssistant(index, dead_model(), saver=saver), FakeSystems(), conversations=saver)
    for name, session in sessions.items():
        await ask(shop.assistant, "a backpack", session, shopper_id=name)
    shop.forget("ana")
    kept = [await saver.aget_tuple({"configurable": {"thread_id": session}}) for session in sessions.values()]
    assert kept[0] is None and kept[1] is not None
    saver.close()
    store.close()


async def test_who_has_a_history_is_not_asked_back(index: ShopIndex, tmp_path: Path) -> None:
    index.add_events([event("c1", "tarn", shopper_id="cleo")])
    with assistant(index, tmp_path) as found:
        turn = await ask(found, "surprise me with something I would like", shopper_id="cleo")
    assert turn.cards


async def test_the_shops_own_topics_send_a_conversation_to_a_person(index: ShopIndex, tmp_path: Path) -> None:
    topics = tmp_path / "topics.yaml"
    topics.write_text(
        "asked: {en: [speak to a human]}\nanger: {en: [furious]}\ntopics: {recall: {en: [flux capacitor smoke]}}\n"
    )
    systems = FakeSystems()
    plain = LocalAssistant(index, dead_model(), systems=systems)
    own = LocalAssistant(index, dead_model(), systems=systems, handoff=Handoff(topics))
    message = "there is flux capacitor smoke"
    assert "ticket" not in (await ask(plain, message)).message.text
    assert "ticket" in (await ask(own, message)).message.text


async def test_with_one_item_shown_it_is_asked_what_to_compare(index: ShopIndex, tmp_path: Path) -> None:
    with assistant(index, tmp_path) as found:
        assert len((await ask(found, "a kettle")).cards) == 1
        turn = await ask(found, "compare the first two")
    assert not turn.cards and turn.comparison is None
    assert "which items to compare" in turn.message.text


async def test_a_server_that_was_restarted_costs_no_conversation(
    index: ShopIndex, tmp_path: Path, postgres_address: str
) -> None:
    with assistant(index, tmp_path, database=postgres_address) as found:
        await ask(found, "a backpack under 100 euros", "dropped")
        with psycopg.connect(postgres_address, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        turn = await ask(found, "not in red", "dropped")
    assert turn.done is not None and shown(turn) == {"fell"}
