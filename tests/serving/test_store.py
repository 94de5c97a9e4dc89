"""The store keeps what it is given, once, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from agent.stream import ClaimView, EvidenceView, FactorView, NeedUnderstood, ReasonReady
from retrieval.events import Event, Shopper
from serving import tables
from serving.store import Store, StoredSuggestion, StoreError, TurnRecord

NOON = datetime(2026, 5, 14, 12, 0, 0, 250, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'shop' / 'because.sqlite'}"
        return
    found: str = request.getfixturevalue("postgres_address")
    yield found
    engine = create_engine(found.replace("postgresql:", "postgresql+psycopg:"))
    tables.metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    opened = Store(address)
    yield opened
    opened.close()


def event(number: int, shopper_id: str = "ana", **fields: object) -> Event:
    values = {"kind": "view", "at": NOON + timedelta(minutes=number), "item_id": f"outdoor-{number:02d}"} | fields
    return Event(event_id=f"{shopper_id}-{number}", shopper_id=shopper_id, **values)  # type: ignore[arg-type]


def turn(session_id: str, turn_id: str = "t1", minutes: int = 0) -> TurnRecord:
    facts = (
        EvidenceView("A1", "attribute", "weight: 780 g", "Fellbrook Tarn 28"),
        EvidenceView("R1", "review", "很轻", "r1"),
    )
    return TurnRecord(
        turn_id=turn_id,
        session_id=session_id,
        question="a light backpack; 'DROP TABLE turns'",
        created=NOON + timedelta(minutes=minutes),
        state="done",
        need=NeedUnderstood("recommend", "light backpack", {"price_max": 120.0}, "en", ("colours_excluded",)),
        suggestions=(
            StoredSuggestion("outdoor-02", 1, 1.25, (FactorView("text", "matches your words", 0.75),)),
            StoredSuggestion("outdoor-01", 2, 0.5),
        ),
        reasons=(
            ReasonReady(
                "outdoor-02",
                "It weighs 780 g [A1].",
                (ClaimView("It weighs 780 g", ("A1",)),),
                facts,
                "generated",
                drawback=ClaimView("2 of 5 reviewers gave 2 stars or fewer: “Wet.”", ("R1", "R2")),
            ),
            ReasonReady("outdoor-01", "", (), (), "none"),
        ),
        message="Delivery takes three days.",
        message_evidence=(EvidenceView("P1", "policy", "three days", "Delivery"),),
        timings_ms={"cards": 41.5},
        model_calls=3,
        prompt_tokens=900,
        completion_tokens=120,
    )


def test_events_are_stored_once_whatever_comes_twice(store: Store) -> None:
    assert store.add_events([event(1), event(2), event(1)]) == (2, 1)
    assert store.add_events([event(2, kind="purchase"), event(3)]) == (1, 1)
    assert [e.kind for e in store.history("ana")] == ["view", "view", "view"]
    assert store.add_events([]) == (0, 0)


def test_a_large_batch_is_stored_whole(store: Store) -> None:
    batch = [event(n) for n in range(1201)]
    assert store.add_events(batch) == (1201, 0)
    assert store.history("ana") == tuple(batch)
    assert store.event_counts() == {"ana": 1201}


def test_history_is_the_latest_events_newest_last_and_of_one_shopper_only(store: Store) -> None:
    store.add_events([event(n) for n in (3, 1, 2)] + [event(9, "ben")])
    assert [e.event_id for e in store.history("ana", 2)] == ["ana-2", "ana-3"]
    assert store.history("nobody", 2) == ()


def test_times_come_back_in_utc(store: Store) -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    store.add_events([event(1, at=tokyo, kind="rating", rating=4.5, comment="très bien ☂")])
    (found,) = store.history("ana")
    assert found.at == NOON and found.at.utcoffset() == timedelta(0)
    assert (found.rating, found.comment) == (4.5, "très bien ☂")


def test_an_event_makes_its_shopper_known_and_keeps_a_name_that_is_known(store: Store) -> None:
    ana = Shopper("ana", "Ana", "hikes", demo=True)
    store.add_shoppers([ana])
    store.add_events([event(1), event(1, "ben")])
    assert store.shopper("ana") == ana
    assert store.shopper("ben") == Shopper("ben", "ben")
    assert store.shopper("nobody") is None
    assert store.shoppers(demo_only=True) == (ana,)
    store.add_shoppers([Shopper("ana", "Ana M.", "hikes and cooks", demo=True)])
    assert store.shoppers() == (Shopper("ana", "Ana M.", "hikes and cooks", demo=True), Shopper("ben", "ben"))


def test_a_turn_comes_back_as_it_was_saved(store: Store) -> None:
    session_id = store.open_session(None)
    saved = turn(session_id)
    store.save_turn(saved)
    assert store.last_turn(session_id) == saved


def test_the_last_turn_is_the_latest_of_its_own_session(store: Store) -> None:
    first, second = store.open_session(None), store.open_session(None)
    store.save_turn(turn(first, "t2", minutes=2))
    store.save_turn(turn(first, "t1", minutes=1))
    store.save_turn(turn(second, "t3", minutes=3))
    found = store.last_turn(first)
    assert found is not None and found.turn_id == "t2"
    assert store.last_turn(store.open_session(None)) is None


def test_a_turn_that_cannot_be_stored_whole_leaves_nothing(store: Store) -> None:
    session_id = store.open_session(None)
    store.save_turn(turn(session_id))
    with pytest.raises(StoreError, match="refused"):
        store.save_turn(turn(session_id))
    twice = turn(session_id, "t2", minutes=1)
    with pytest.raises(StoreError):
        store.save_turn(TurnRecord("t2", session_id, "", NOON, "done", suggestions=twice.suggestions[:1] * 2))
    found = store.last_turn(session_id)
    assert found is not None and found.turn_id == "t1"


def test_sessions_know_their_owner_and_cannot_be_guessed(store: Store) -> None:
    store.add_shoppers([Shopper("ana", "Ana")])
    ids = {store.open_session("ana") for _ in range(20)}
    assert len(ids) == 20 and all(len(each) == 32 for each in ids)
    session = store.session(ids.pop())
    assert session is not None and session.shopper_id == "ana"
    assert store.session("made-up") is None


def test_forgetting_a_shopper_erases_everything_about_them_and_nobody_else(store: Store) -> None:
    store.add_events([event(1), event(1, "ben")])
    mine, other = store.open_session("ana"), store.open_session("ben")
    store.save_turn(turn(mine))
    store.save_turn(turn(other, "t2"))
    assert store.forget("ana")
    assert not store.forget("ana")
    assert store.shopper("ana") is None and store.history("ana") == ()
    assert store.session(mine) is None and store.last_turn(mine) is None
    assert len(store.history("ben")) == 1 and store.last_turn(other) is not None
    with store._begin() as connection:
        assert {row.turn_id for row in connection.execute(tables.evidence.select())} == {"t2"}
        assert {row.turn_id for row in connection.execute(tables.drawbacks.select())} == {"t2"}


def test_what_is_stored_is_there_after_a_restart(address: str) -> None:
    first = Store(address)
    first.add_events([event(1)])
    first.close()
    second = Store(address)
    assert len(second.history("ana")) == 1
    second.close()


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'shop.sqlite'}")
    store.add_events([event(1)])
    writer = sqlite3.connect(tmp_path / "shop.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert len(store.history("ana")) == 1
    writer.close()
    store.close()


def test_a_locked_database_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.database.BUSY_SECONDS", 0)
    store = Store(f"sqlite:///{tmp_path / 'shop.sqlite'}")
    writer = sqlite3.connect(tmp_path / "shop.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"shop\.sqlite cannot be used: another process") as caught:
        store.add_events([event(1)])
    assert "\n" not in str(caught.value)
    writer.close()
    store.close()


def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'shop.sqlite'}")
    store.add_events([event(1)])
    with store._begin() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreError, match="the disk is full; free some space"):
        store.add_events([event(n, comment="x" * 500) for n in range(2, 400)])
    assert len(store.history("ana")) == 1
    store.close()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        pytest.param("not an address", "not a database address", id="no address"),
        pytest.param("mysql://shop@localhost/shop", "SQLite or PostgreSQL, not on mysql", id="another database"),
        pytest.param("sqlite://", "needs a file", id="memory"),
        pytest.param("sqlite:////proc/none/shop.sqlite", "cannot be made", id="folder that cannot be made"),
        pytest.param("sqlite:////etc/hostname", "is no database", id="file that is no database"),
    ],
)
def test_an_unusable_address_is_one_clear_line(address: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        Store(address)
    assert "\n" not in str(caught.value)


def test_an_unreachable_server_is_one_clear_line_without_the_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="does not answer; start it") as caught:
        Store("postgresql://shop:secret@127.0.0.1:9/because")
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)


def test_what_came_of_an_exploring_place_is_told_for_known_shoppers(store: Store) -> None:
    store.add_shoppers([Shopper("ana", "Ana"), Shopper("ben", "Ben")])
    for shopper_id, turn_id in (("ana", "t1"), ("ben", "t2"), (None, "t3")):
        session_id = store.open_session(shopper_id)
        sure, tried = StoredSuggestion("a", 1, 1.0), StoredSuggestion("b", 2, 0.5, propensity=0.04)
        store.save_turn(TurnRecord(turn_id, session_id, "", NOON, "done", suggestions=(sure, tried)))
    taken = Event("e1", "ana", "view", NOON + timedelta(hours=1), "b")
    late = Event("e2", "ben", "purchase", NOON + timedelta(days=30), "b")
    store.add_events([taken, late, Event("e3", "ana", "view", NOON + timedelta(hours=1), "a")])
    assert sorted(store.explored(timedelta(days=7))) == [("b", False), ("b", True)]
    kept = store.turn("t1")
    assert kept is not None and [s.propensity for s in kept.suggestions] == [1.0, 0.04]


def test_a_store_of_an_earlier_version_gets_the_columns_it_lacks(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'old.sqlite'}"
    before = Store(address)
    session_id = before.open_session(None)
    before.save_turn(TurnRecord("t1", session_id, "", NOON, "done", suggestions=(StoredSuggestion("a", 1, 1.0),)))
    before.close()
    with create_engine(address).begin() as connection:
        connection.execute(text("ALTER TABLE suggestions DROP COLUMN propensity"))
        connection.execute(text("ALTER TABLE events DROP COLUMN region"))
    after = Store(address)
    found = after.turn("t1")
    after.add_events([event(1), replace(event(2), region="Bavaria")])
    regions = [each.region for each in after.history("ana")]
    after.close()
    assert found is not None and found.suggestions[0].propensity == 1.0
    assert regions == [None, "Bavaria"]
