"""A small shop behind a real API, with a scripted assistant; and a PostgreSQL server, where one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
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


def _server_programs() -> Path | None:
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return found[0] if found else None


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root; then a user that comes with its package runs it."""
    return "postgres" if os.geteuid() == 0 else None


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """The address of a PostgreSQL server of our own in a folder that is gone afterwards; without a network port."""
    pytest.importorskip("psycopg", reason="no PostgreSQL driver")
    programs = _server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
    user = _server_user()
    with tempfile.TemporaryDirectory(prefix="because-pg-", ignore_cleanup_errors=True) as folder:
        try:
            if user:
                shutil.chown(folder, user)
            data = f"{folder}/data"
            subprocess.run(
                [programs / "initdb", "-D", data, "-U", "shop", "-A", "trust", "-N"],
                user=user, cwd=folder, check=True, capture_output=True,
            )  # fmt: skip
            options = f"-k {folder} -c listen_addresses= -c fsync=off -c timezone=Asia/Tokyo"
            start = [programs / "pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start"]
            subprocess.run(start, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        except (LookupError, PermissionError, subprocess.CalledProcessError) as exc:
            pytest.skip(f"no PostgreSQL server can be started here: {exc}")
        yield f"postgresql://shop@/postgres?host={folder}"
        subprocess.run([programs / "pg_ctl", "-D", data, "-m", "fast", "stop"], user=user, cwd=folder, check=True,
                       capture_output=True)  # fmt: skip
