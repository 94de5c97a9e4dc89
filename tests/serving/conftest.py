"""A small shop behind a real API, with a scripted assistant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from retrieval.events import Shopper
from serving.api import create_app
from serving.identity import Identity
from serving.settings import Settings
from serving.store import Store
from tests.fakes import FakeServices
from tests.shop import Shop


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'because.sqlite'}")
    opened.add_shoppers([Shopper("ana", "Ana", "hikes", demo=True), Shopper("ben", "Ben")])
    yield opened
    opened.close()


@pytest.fixture
async def shop(store: Store) -> AsyncIterator[Shop]:
    services = FakeServices(store)
    identity = Identity("a secret that only this test knows")
    app = create_app(services, Settings(turn_deadline=20, message_limit=2000), identity=identity)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        yield Shop(app, client, services, identity)
        await app.state.turns.drain()
