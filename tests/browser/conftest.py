"""A site in this process, with a scripted assistant, and a browser that opens it."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from retrieval.catalogue import Catalogue
from retrieval.events import Shopper
from serving.api import create_app
from serving.frontend import mount_frontend
from serving.identity import Identity
from serving.settings import Settings
from serving.store import Store
from tests.browser.site import HOSTILE, HeldAssistant, Site
from tests.fakes import BACKPACK, FakeServices

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    store = Store(f"sqlite:///{tmp_path / 'because.sqlite'}")
    store.add_shoppers([Shopper("ana", "Ana", "hikes at weekends", demo=True)])
    assistant = HeldAssistant()
    services = FakeServices(store, assistant)
    services.catalogue = Catalogue([replace(BACKPACK, title=f"Fellbrook {HOSTILE}")])
    app = create_app(services, Settings(), identity=Identity("a secret that only this test knows"))
    mount_frontend(app, services, Settings(), run_turn=app.state.turns.run)
    with serving(uvicorn.Config(app, log_level="warning")) as address:
        yield Site(address, assistant, services, store)
    store.close()


@contextmanager
def serving(config: uvicorn.Config) -> Iterator[str]:
    """The app on a free loopback port, in a thread of its own."""
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = server.force_exit = True
        thread.join(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page that fails the test if it asked any other host for anything, or ran what the data says."""
    outside: list[str] = []
    failures: list[str] = []
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.on("request", lambda request: outside.append(request.url))
    opened.on("pageerror", lambda error: failures.append(str(error)))
    yield opened
    assert opened.evaluate("window.hacked") is None
    opened.close()
    assert [url for url in outside if not url.startswith((site.address, "data:", "blob:"))] == []
    assert failures == []
