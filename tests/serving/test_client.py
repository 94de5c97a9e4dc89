"""The remote assistant reads the same events that the local one sends."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from agent.assistant import Question
from agent.stream import CardsReady, Done, Failed, ReasonReady
from serving import client
from serving.api import create_app
from serving.identity import Identity
from serving.settings import Settings
from serving.store import Store
from tests.fakes import CARD, REASON, FakeServices


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    store = Store(f"sqlite:///{tmp_path / 'because.sqlite'}")
    app = create_app(FakeServices(store), Settings(store=tmp_path), identity=Identity("secret"))
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
    store.close()


async def test_events_survive_the_way_over_http(address: str) -> None:
    events = [event async for event in client.RemoteAssistant(address).turn(Question("a light backpack"))]
    assert next(e for e in events if isinstance(e, CardsReady)).suggestions == (CARD,)
    assert next(e for e in events if isinstance(e, ReasonReady)) == REASON
    assert isinstance(events[-1], Done)


async def test_a_refusal_is_an_event_with_its_reason(address: str) -> None:
    (event,) = [e async for e in client.RemoteAssistant(address).turn(Question("x" * 20_000))]
    assert isinstance(event, Failed) and "20,000 characters" in event.message


def test_only_because_counts_as_answering(address: str) -> None:
    assert client.answering(address)
    assert not client.answering("http://127.0.0.1:9")


def test_an_unknown_shopper_is_refused_in_words(address: str) -> None:
    with pytest.raises(ValueError, match="no such shopper"):
        client.recommend(address, {"shopper_id": "nobody", "query": "a pen"})
