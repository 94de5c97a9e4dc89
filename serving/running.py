"""`because run`: everything up, one line when it is ready, everything down at the end."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from serving.api import create_app
from serving.doctor import preflight
from serving.errors import ModelServerFailed
from serving.frontend import mount_frontend
from serving.identity import Identity
from serving.indexing import index_demo
from serving.logs import log_to_file
from serving.prepare import prepare_model
from serving.profiles import Profile, load_profile
from serving.remote import RunningModel
from serving.settings import Settings
from serving.shop import Shop
from serving.supervisor import model_server
from serving.systems import delivering

Report = Callable[[str], None]

READY = "Because is ready:"
GOODBYE_SECONDS = 2
"""How long open connections may hold up the end."""


def run(settings: Settings, report: Report) -> None:
    """Serve the shop until interrupted. The model loads while the index is opened or built.

    Raises:
        ServingError, RetrievalError: something keeps it from starting; nothing is left running.
    """
    began = time.monotonic()
    signal.signal(signal.SIGTERM, _interrupt)
    profile = load_profile(settings.profile, settings)
    preflight(settings, profile)
    log_to_file(settings)
    prepare_model(profile, settings, report)
    server = model_server(profile, settings)
    try:
        report(f"Starting the model server ({profile.model})")
        server.start()
        with _open_shop(settings, profile, server, report) as shop:
            _serve(settings, shop, server, report, began)
    finally:
        report("Stopping")
        server.stop()


@contextmanager
def _open_shop(settings: Settings, profile: Profile, server: RunningModel, report: Report) -> Iterator[Shop]:
    started = time.monotonic()
    report(f"Loading the embedding model ({profile.embedding_model})")
    shop = Shop.open(settings, profile, model_server=server)
    try:
        indexed = index_demo(settings, shop)
        if indexed is not None:
            report(f"Demo shop indexed: {indexed.items.added} items, {indexed.events.added} events")
        shop.index.require_items()
        report(f"Index open: {len(shop.catalogue)} items, after {time.monotonic() - started:.0f} s")
        yield shop
    finally:
        shop.close()


def _serve(settings: Settings, shop: Shop, server: RunningModel, report: Report, began: float) -> None:
    """Answer HTTP until interrupted, or until the model server turns out not to start."""
    app = create_app(shop, settings, identity=Identity.kept_in(settings.store))
    mount_frontend(app, shop, settings, run_turn=app.state.turns.run)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    http = uvicorn.Server(config)
    failures: list[ModelServerFailed] = []

    def announce() -> None:
        try:
            server.wait_ready(report)
        except ModelServerFailed as error:
            failures.append(error)
            http.should_exit = True
            return
        while not http.started and not http.should_exit:
            time.sleep(0.05)
        if http.started:
            report(f"Started in {time.monotonic() - began:.0f} s; Ctrl-C stops everything")
            report(f"{READY} http://{settings.host}:{settings.port}")

    threading.Thread(target=announce, name="announce", daemon=True).start()
    with delivering(settings, shop.store.engine, app.state.metrics.tickets):
        http.run()
    if failures:
        raise failures[0]


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
