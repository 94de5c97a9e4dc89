"""What is remembered is kept in the store, per shopper, on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from agent.memory.effects import size
from agent.memory.remembered import Effect, Proposal
from retrieval.events import Event, Shopper
from serving import memory as module
from serving.memory import MemoryStore
from serving.store import Store
from tests.serving.test_store import address, store

__all__ = ["address", "store"]  # fixtures: the store on either database

NO_WOOL = Proposal("dislike", "no wool", {"without": ["wool"]})
BLUE = Proposal("preference", "likes blue", {"wishes": [{"attribute": "colour", "direction": 1, "word": "blue"}]})
NOTE = Proposal("note", "生日在五月 ☂", {}, asked=True)


@pytest.fixture
def memory(store: Store) -> MemoryStore:
    store.add_shoppers([Shopper("ana", "Ana"), Shopper("ben", "Ben")])
    return store.memory


def texts(memory: MemoryStore, shopper_id: str = "ana") -> list[str]:
    return [each.text for each in memory.items(shopper_id)]


def test_what_is_kept_comes_back_as_it_was(memory: MemoryStore) -> None:
    kept = memory.remember("ana", [NO_WOOL, BLUE, NOTE], "turn-1")
    assert memory.recall("ana") == memory.items("ana") == kept
    assert [(e.kind, e.text, e.effect, e.source_turn) for e in kept] == [
        (p.kind, p.text, p.effect, "turn-1") for p in (NO_WOOL, BLUE, NOTE)
    ]
    assert all(each.at.tzinfo is not None and len(each.memory_id) == 32 for each in kept)
    assert memory.recall("ben") == ()


def test_what_is_said_anew_or_contradicted_gives_way(memory: MemoryStore) -> None:
    memory.remember("ana", [NO_WOOL, BLUE, NOTE, Proposal("size", "shoe size 43", size("43", "shoe"))], "t1")
    memory.remember("ana", [NO_WOOL, NOTE, Proposal("size", "shoe size 44", size("44", "shoe"))], "t2")
    assert texts(memory) == ["likes blue", "no wool", NOTE.text, "shoe size 44"]
    memory.remember("ana", [Proposal("dislike", "no blue", {"colours_excluded": ["blue"]})], "t3")
    assert "likes blue" not in texts(memory)


def test_off_means_neither_read_nor_written_and_all_can_still_be_seen(memory: MemoryStore) -> None:
    memory.remember("ana", [NO_WOOL], "t1")
    assert memory.enabled("ana")
    memory.switch("ana", False)
    memory.switch("ana", False)
    assert not memory.enabled("ana") and memory.enabled("ben")
    assert memory.recall("ana") == () and memory.remember("ana", [BLUE], "t2") == ()
    assert texts(memory) == ["no wool"]
    memory.switch("ana", True)
    assert [each.text for each in memory.recall("ana")] == ["no wool"]


def test_nobody_corrects_or_erases_what_is_anothers(memory: MemoryStore) -> None:
    (kept,) = memory.remember("ana", [NO_WOOL], "t1")
    assert memory.correct("ben", kept.memory_id, BLUE) is None
    assert memory.forget("ben", [kept.memory_id]) == 0 and memory.forget_all("ben") == 0
    assert memory.recall("ana") == (kept,)
    corrected = memory.correct("ana", kept.memory_id, BLUE)
    assert corrected is not None and corrected.memory_id == kept.memory_id
    assert memory.recall("ana") == (corrected,) and corrected.effect == BLUE.effect
    assert memory.forget("ana", [kept.memory_id]) == 1 and memory.forget("ana", [kept.memory_id]) == 0


def test_all_is_erased_with_the_shopper(memory: MemoryStore, store: Store) -> None:
    memory.remember("ana", [NO_WOOL, BLUE], "t1")
    memory.remember("ben", [NO_WOOL], "t1")
    memory.switch("ana", False)
    assert memory.forget_all("ana") == 2 and memory.items("ana") == ()
    memory.switch("ana", True)
    memory.remember("ana", [BLUE], "t2")
    memory.switch("ana", False)
    assert store.forget("ana")
    assert memory.items("ana") == () and texts(memory, "ben") == ["no wool"]
    store.add_shoppers([Shopper("ana", "Ana")])
    assert memory.enabled("ana")


def test_the_oldest_gives_way_when_there_are_too_many(memory: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    memory.remember("ana", [Proposal("note", f"note {n}", {}) for n in range(5)], None)
    assert texts(memory) == ["note 2", "note 3", "note 4"]


def test_turns_at_once_keep_one_size(memory: MemoryStore) -> None:
    def say(number: int) -> None:
        memory.remember("ana", [Proposal("size", f"size {number}", size(str(number), None))], f"t{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(say, range(36, 48)))
    assert len(texts(memory)) == 1


def test_an_erased_event_stays_erased(memory: MemoryStore, store: Store) -> None:
    bought = [Event(f"e{n}", "ana", "purchase", datetime(2026, 5, n, tzinfo=UTC), f"item-{n}") for n in (1, 2)]
    store.add_events(bought)
    assert not memory.erase_event("ben", "e1") and not memory.has_event("ben", "e1")
    assert memory.has_event("ana", "e1") and memory.erase_event("ana", "e1")
    assert not memory.erase_event("ana", "e1")
    assert store.add_events(bought) == (0, 2)  # the feed is read again
    assert [event.event_id for event in store.history("ana")] == ["e2"]
    assert [event.event_id for event in store.kept(bought)] == ["e2"]


@pytest.mark.parametrize("effect", [{"bounds": [{"attribute": "weight", "unit": "g", "low": None, "high": 2.5}]}, {}])
def test_effects_survive_the_database(memory: MemoryStore, effect: Effect) -> None:
    memory.remember("ana", [Proposal("note", "x", effect)], None)
    assert memory.recall("ana")[0].effect == effect
