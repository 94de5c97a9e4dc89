"""The remote assistant reads the same events that the local one sends."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import uvicorn

from agent.assistant import Question
from agent.stream import CardsReady, Done, Failed, MessageDelta, ReasonReady, SessionStarted
from serving import client
from serving.api import create_app
from serving.errors import ServingError
from serving.identity import Identity
from serving.settings import Settings
from serving.store import Store
from tests.fakes import CARD, REASON, FakeServices

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[FakeServices]:
    store = Store(f"sqlite:///{tmp_path / 'because.sqlite'}")
    yield FakeServices(store)
    store.close()


@pytest.fixture
def address(services: FakeServices, tmp_path: Path) -> Iterator[str]:
    app = create_app(services, Settings(store=tmp_path), identity=Identity("secret"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(5)


@contextmanager
def other_program(status: int, body: str) -> Iterator[str]:
    """The address of a server that answers everything with this JSON."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def breaks_off() -> Iterator[str]:
    """The address of a server that stops in the middle of a turn."""

    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            event = b'event: message.delta\ndata: {"text": "Well"}\n\n'
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + event)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer, args=(listener,), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


async def test_events_survive_the_way_over_http(address: str) -> None:
    events = [event async for event in client.RemoteAssistant(address).turn(Question("a light backpack"))]
    assert next(e for e in events if isinstance(e, CardsReady)).suggestions == (CARD,)
    assert next(e for e in events if isinstance(e, ReasonReady)) == REASON
    assert isinstance(events[-1], Done)


async def test_a_refusal_is_an_event_with_its_reason(address: str) -> None:
    (event,) = [e async for e in client.RemoteAssistant(address).turn(Question("x" * 20_000))]
    assert isinstance(event, Failed) and "20,000 characters" in event.message


async def test_a_server_that_is_gone_is_an_event_of_one_line() -> None:
    (event,) = [e async for e in client.RemoteAssistant(NOBODY).turn(Question("a pen"))]
    assert isinstance(event, Failed) and event.code == "unreachable"
    assert NOBODY in event.message and "\n" not in event.message


async def test_a_turn_that_breaks_off_ends_with_a_failure() -> None:
    with breaks_off() as address:
        events = [e async for e in client.RemoteAssistant(address).turn(Question("a pen"))]
    assert events[0] == MessageDelta("Well")
    (end,) = events[1:]
    assert isinstance(end, Failed) and end.code == "unreachable"


async def test_what_is_taken_off_goes_without_a_message(address: str, services: FakeServices) -> None:
    assistant = client.RemoteAssistant(address)
    (started, *_) = [e async for e in assistant.turn(Question("a pack"))]
    assert isinstance(started, SessionStarted)
    part = {"name": "price_max", "value": ""}
    events = [e async for e in assistant.turn(Question("", started.session_id, removed=(part,)))]
    assert isinstance(events[-1], Done)
    assert services.assistant.questions[-1].message == "" and services.assistant.questions[-1].removed == (part,)


def test_because_counts_as_answering_even_without_an_index(address: str, services: FakeServices) -> None:
    assert client.answering(address)
    services.index = "missing"
    assert client.answering(address)
    assert not client.answering(NOBODY)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, '{"status": "ready"}', id="another program that is ready"),
        pytest.param(404, '{"index": "ready", "model": "ready", "degraded": false, "items": 3}', id="no success"),
        pytest.param(200, '["index", "model", "degraded", "items"]', id="no object"),
        pytest.param(503, "<html>", id="no JSON"),
    ],
)
def test_another_program_does_not_count_as_answering(status: int, body: str) -> None:
    with other_program(status, body) as address:
        assert not client.answering(address)


def test_a_server_that_is_gone_is_a_serving_error() -> None:
    with pytest.raises(ServingError, match=r"127\.0\.0\.1:9 does not answer"):
        client.recommend(NOBODY, {"query": "a pen"})
    with pytest.raises(ServingError, match="does not answer"):
        client.demo_token(NOBODY, "ana")
    with other_program(500, '{"detail": "It broke."}') as address, pytest.raises(ServingError, match="It broke"):
        client.demo_token(address, "ana")


def test_an_unknown_shopper_is_refused_in_words(address: str) -> None:
    with pytest.raises(ValueError, match="no such shopper"):
        client.recommend(address, {"shopper_id": "nobody", "query": "a pen"})


def test_an_item_is_read_and_an_unknown_one_is_an_error(address: str) -> None:
    assert client.item(address, "outdoor-01")["title"] == CARD.title
    with pytest.raises(client.ServerUnreachable, match="answers 404"):
        client.item(address, "no/such?item")
