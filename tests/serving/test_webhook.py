"""Tickets reach a desk that fails at first, also across a restart, once by their key; what it does not take is seen."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from serving.database import open_database
from serving.doctor import checks
from serving.metrics import Metrics
from serving.settings import Settings
from serving.systems import delivering, open_systems
from serving.ticket_store import TicketStore
from serving.webhook import Outbox, Webhook, is_signed
from tests.systems_contract import NOW, TICKET

SECRET = "a secret that only this test knows"


@dataclass
class Desk:
    """A desk on loopback that answers each status once, the last one again and again; None drops the connection."""

    answers: list[int | None]
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def status(self) -> int | None:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def keys(self) -> list[str]:
        return [each["Idempotency-Key"] for each in self.headers]


@contextmanager
def desk(*answers: int | None) -> Iterator[Desk]:
    found = Desk(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            found.headers.append(dict(self.headers.items()))
            status = found.status()
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/tickets"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Clock:
    """A clock that a test sets forward."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@contextmanager
def opened(folder: Path) -> Iterator[TicketStore]:
    """The store as one run of the program has it."""
    engine = open_database(f"sqlite:///{folder / 'because.sqlite'}")
    try:
        yield TicketStore(engine)
    finally:
        engine.dispose()


def outbox(store: TicketStore, url: str, clock: Clock, **fields: float) -> Outbox:
    return Outbox(store, Webhook(url, SECRET, **fields), clock=clock)  # type: ignore[arg-type]


def test_a_desk_that_fails_twice_then_takes_it_has_it_once_by_its_key(tmp_path: Path) -> None:
    clock = Clock()
    with desk(500, None, 202) as found, opened(tmp_path) as store:
        number = store.add(TICKET, "waiting")
        sender = outbox(store, found.url, clock)
        assert sender.send_due() == 1
        assert sender.send_due() == 0, "the pause is kept"
        clock.passes(6.1)  # 5 s, a fifth more or less
        assert sender.send_due() == 1
        kept = store.ticket(number)
        assert (
            kept is not None and (kept.delivery, kept.tries) == ("waiting", 2) and "cannot be reached" in kept.problem
        )
        clock.passes(7.9)
        assert sender.send_due() == 0, "the second pause is longer"
        clock.passes(4.2)
        assert sender.send_due() == 1
        kept = store.ticket(number)
        assert kept is not None and (kept.delivery, kept.tries, kept.problem) == ("sent", 3, "")
        clock.passes(99_999)
        assert sender.send_due() == 0
        assert found.keys == [TICKET.ticket_id] * 3


def test_a_ticket_that_waits_survives_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    with desk(503, 503, 200) as found:
        for expected in ("waiting", "waiting", "sent"):
            with opened(tmp_path) as store:  # each run of the program opens the database anew
                store.add(TICKET, "waiting")
                assert outbox(store, found.url, clock).send_due() == 1
                assert store.counts() == {expected: 1}
            clock.passes(60)
        assert len(found.keys) == 3


def test_a_sender_that_dies_while_sending_costs_only_its_lease(tmp_path: Path) -> None:
    clock = Clock()
    with desk(200) as found, opened(tmp_path) as store:
        store.add(TICKET, "waiting")
        assert store.claim(clock(), clock() + timedelta(seconds=20))  # and then nothing more is heard of it
        assert outbox(store, found.url, clock).send_due() == 0
        clock.passes(21)
        assert outbox(store, found.url, clock).send_due() == 1
        assert store.counts() == {"sent": 1}


def test_two_senders_never_take_the_same_ticket(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        for number in range(20):
            store.add(replace(TICKET, ticket_id=f"t{number}"), "waiting")
        claimed: list[int] = []

        def work() -> None:
            misses = 0
            while misses < 50:
                kept = store.claim(NOW, NOW + timedelta(seconds=60))
                misses += kept is None
                if kept:
                    claimed.append(kept.number)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(claimed) == sorted(set(claimed)) and len(claimed) == 20


def test_the_body_is_the_ticket_and_is_signed(tmp_path: Path) -> None:
    with desk(200) as found, opened(tmp_path) as store:
        number = store.add(replace(TICKET, contact="ana@example.org", language="zh", summary="转人工"), "waiting")
        outbox(store, found.url, Clock()).send_due()
        body, header = found.bodies[0], found.headers[0]["Because-Signature"]
    sent = json.loads(body)
    assert sent["number"] == number and sent["summary"] == "转人工" and sent["contact"] == "ana@example.org"
    assert sent["transcript"][0] == {"who": "shopper", "text": "a tent"} and sent["created"] == NOW.isoformat()
    moment = int(time.time())
    assert is_signed(SECRET, body, header, now=moment)
    assert not is_signed(SECRET, body + b" ", header, now=moment)
    assert not is_signed("another", body, header, now=moment)
    assert not is_signed(SECRET, body, header, now=moment + 301)
    assert not is_signed(SECRET, body, "t=now,v1=00", now=moment)


def test_what_is_given_up_is_seen_and_can_be_sent_again(tmp_path: Path) -> None:
    clock = Clock()
    with desk(404, 404, 200) as found, opened(tmp_path) as store:
        store.add(TICKET, "waiting")
        sender = outbox(store, found.url, clock, tries=2)
        for _ in range(3):
            sender.send_due()
            clock.passes(3600)
        (kept,) = store.tickets()
        assert (kept.delivery, kept.tries, kept.problem) == ("failed", 2, "the desk answered 404")
        settings = Settings(store=tmp_path, _env_file=None)  # type: ignore[call-arg]
        (check,) = [check for check in checks(settings) if check.name == "tickets"]
        assert check.state == "warn" and "1 failed" in check.detail and "--retry" in check.advice
        metrics = Metrics()
        metrics.tickets(store.counts())
        assert 'because_tickets{delivery="failed"} 1.0' in metrics.text().decode()
        assert store.revive(clock()) == 1
        sender.send_due()
        assert store.counts() == {"sent": 1}


def test_pauses_double_up_to_the_longest() -> None:
    webhook = Webhook("https://desk.example", SECRET)
    for tries, seconds in ((1, 5), (2, 10), (5, 80), (11, 3600), (4000, 3600)):
        assert 0.8 * seconds <= webhook.pause_after(tries).total_seconds() <= 1.2 * seconds


def test_the_outbox_runs_beside_the_program_and_ends_with_it(tmp_path: Path) -> None:
    told: list[dict[str, int]] = []
    with desk(200) as found, opened(tmp_path) as store:
        store.add(replace(TICKET, created=datetime.now(UTC)), "waiting")
        sender = Outbox(store, Webhook(found.url, SECRET), watched=lambda counts: told.append(dict(counts)))
        with sender.running(every=0.01):
            deadline = time.monotonic() + 20
            while {"sent": 1} not in told and time.monotonic() < deadline:
                time.sleep(0.01)
        assert told[-1] == {"sent": 1}
        assert not [thread for thread in threading.enumerate() if thread.name == "outbox"]


def test_a_doctor_finds_nothing_where_nothing_is_and_makes_nothing(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path, _env_file=None)  # type: ignore[call-arg]
    (check,) = [check for check in checks(settings) if check.name == "tickets"]
    assert check.state == "ok" and list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_because_tickets(tmp_path: Path) -> None:
    from tests.serving.test_cli import because

    with opened(tmp_path) as store:
        store.add(replace(TICKET, reason="the topic '[bold]injury'", shopper_id="ana"), "waiting")
    listed = because("tickets", store=tmp_path)
    assert listed.returncode == 0 and "'[bold]injury'" in listed.stdout and "waiting after 0 tries" in listed.stdout
    whole = because("tickets", "1", store=tmp_path)
    assert "From ana" in whole.stdout and "shopper: a human" in whole.stdout
    assert "Closed: 1" in because("tickets", "1", "--close", store=tmp_path).stdout
    assert "No open tickets" in because("tickets", store=tmp_path).stdout
    assert because("tickets", "7", store=tmp_path).returncode == 1


async def test_a_ticket_handed_over_reaches_the_desk_while_the_shop_runs(tmp_path: Path) -> None:
    import asyncio

    metrics = Metrics()
    with desk(500, 200) as found:
        settings = Settings(
            store=tmp_path,
            handoff_webhook=found.url,
            handoff_secret=SECRET,
            _env_file=None,  # type: ignore[call-arg]
        )
        engine = open_database(settings.database_address)
        systems = open_systems(settings, engine, dict)
        with delivering(settings, engine, metrics.tickets):
            receipt = await systems.hand_over(replace(TICKET, created=datetime.now(UTC)))
            for _ in range(2_000):
                if 'because_tickets{delivery="waiting"} 1.0' in metrics.text().decode() and found.keys:
                    break
                await asyncio.sleep(0.01)
        assert found.keys == [receipt.ticket_id]
        kept = TicketStore(engine).ticket(int(receipt.number))
        assert kept is not None and (kept.delivery, kept.problem) == ("waiting", "the desk answered 500")
        engine.dispose()
