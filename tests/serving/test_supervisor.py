"""The supervisor against a server that costs nothing."""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from serving.errors import ModelServerFailed, ModelUnreachable, PortInUse
from serving.profiles import Profile, load_profile
from serving.settings import Settings
from serving.supervisor import ModelServer, RemoteModel, model_server, telling_line

FAKE = Path(__file__).parent / "fake_model_server.py"
Make = Callable[..., ModelServer]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path)


@pytest.fixture
def profile(settings: Settings) -> Profile:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cpu = load_profile("cpu", settings)
    return dataclasses.replace(cpu, port=port, address=f"http://127.0.0.1:{port}/v1")


@pytest.fixture
def make(profile: Profile, settings: Settings) -> Iterator[Make]:
    made: list[ModelServer] = []

    def build(*how: str) -> ModelServer:
        server = ModelServer(profile, settings, command=[sys.executable, str(FAKE), str(profile.port), *how], pause=0.1)
        made.append(server)
        return server

    yield build
    for server in made:
        server.stop()


def eventually(condition: Callable[[], bool], seconds: float = 15.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def living(group: int) -> list[int]:
    """Processes of a group that still run (zombies wait for their reaper and run no more)."""
    found = []
    for process in psutil.process_iter(["pid", "status"]):
        with suppress(ProcessLookupError, psutil.NoSuchProcess):
            if os.getpgid(process.pid) == group and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def test_ready_then_stop_leaves_no_process(make: Make) -> None:
    server, told = make(), []
    server.start()
    assert server.state == "starting"
    server.wait_ready(told.append, timeout=20)
    group = server.pid
    assert server.state == "ready"
    assert told[-1].startswith("Model server ready")
    assert group is not None and len(living(group)) == 3, "guard, server and its stubborn child"
    server.stop()
    server.stop()
    assert (server.state, server.pid) == ("stopped", None)
    assert eventually(lambda: not living(group))


def test_can_be_started_again_after_a_stop(make: Make) -> None:
    server = make()
    for _ in range(2):
        server.start()
        server.wait_ready(lambda _: None, timeout=20)
        server.stop()


def test_restarted_when_it_dies(make: Make, profile: Profile) -> None:
    server = make()
    server.start()
    server.wait_ready(lambda _: None, timeout=20)
    first = server.pid
    with suppress(httpx.HTTPError):
        httpx.get(f"http://127.0.0.1:{profile.port}/die")
    assert eventually(lambda: server.state == "restarting")
    assert eventually(lambda: server.state == "ready")
    assert server.restarts == 1
    assert first is not None and not living(first), "the dead server's child would hold on to its memory"


def test_death_at_start_is_told_in_one_line(make: Make) -> None:
    server = make("die-at-start")
    server.start()
    with pytest.raises(ModelServerFailed, match="did not start: ValueError: the model is broken") as caught:
        server.wait_ready(lambda _: None, timeout=20)
    assert "\n" not in str(caught.value)
    assert server.restarts == 0


def test_port_in_use_is_told_before_anything_starts(make: Make, profile: Profile) -> None:
    with socket.create_server(("127.0.0.1", profile.port)), pytest.raises(PortInUse, match=str(profile.port)):
        make().start()


def test_killed_parent_takes_the_server_along(tmp_path: Path, profile: Profile) -> None:
    script = f"""
import dataclasses, sys, time
from pathlib import Path
from serving.profiles import load_profile
from serving.settings import Settings
from serving.supervisor import ModelServer
settings = Settings(store=Path({str(tmp_path)!r}))
cpu = load_profile("cpu", settings)
profile = dataclasses.replace(cpu, port={profile.port}, address={profile.address!r})
server = ModelServer(profile, settings, command=[sys.executable, {str(FAKE)!r}, "{profile.port}"])
server.start()
server.wait_ready(lambda _: None)
print(server.pid, flush=True)
time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    group = int(parent.stdout.readline())
    assert living(group)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    assert eventually(lambda: not living(group))


@pytest.mark.parametrize(
    ("log", "line"),
    [
        pytest.param("INFO 01-01 00:00:00 [a.py:1] loading\nKilled\n", "Killed", id="no-error"),
        pytest.param(
            "a\nOSError: [Errno 28] No space left on device\n", "OSError: [Errno 28] No space left on device", id="os"
        ),
        pytest.param(
            "api_server.py: error: unrecognized arguments: --x\n",
            "api_server.py: error: unrecognized arguments: --x",
            id="flag",
        ),
        pytest.param("", "it wrote nothing", id="silent"),
    ],
)
def test_telling_line(log: str, line: str) -> None:
    assert telling_line(log) == line


def remote(tmp_path: Path, answer: httpx.Response | httpx.HTTPError) -> RemoteModel:
    settings = Settings(store=tmp_path, model_url="https://models.example/v1", model_name="big", model_key="secret")

    def handle(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "Bearer secret"
        assert request.url == "https://models.example/v1/models"
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer

    return RemoteModel(load_profile("remote", settings), settings, transport=httpx.MockTransport(handle))


def test_remote_model_that_answers_is_ready(tmp_path: Path) -> None:
    model = remote(tmp_path, httpx.Response(200, json={"data": [{"id": "big"}]}))
    model.start()
    model.wait_ready(lambda _: None)
    assert (model.state, model.restarts) == ("ready", 0)


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        pytest.param(httpx.ConnectError("refused"), "check BECAUSE_MODEL_URL", id="down"),
        pytest.param(httpx.Response(404), "check BECAUSE_MODEL_URL", id="wrong-address"),
        pytest.param(httpx.Response(401), "check BECAUSE_MODEL_KEY", id="wrong-key"),
        pytest.param(
            httpx.Response(200, json={"data": [{"id": "small"}]}), "check BECAUSE_MODEL_NAME", id="wrong-name"
        ),
    ],
)
def test_remote_model_that_does_not_says_what_to_check(
    tmp_path: Path, answer: httpx.Response | httpx.HTTPError, advice: str
) -> None:
    with pytest.raises(ModelUnreachable, match=advice):
        remote(tmp_path, answer).wait_ready(lambda _: None)


def test_profile_decides_which_kind_it_is(profile: Profile, settings: Settings) -> None:
    assert isinstance(model_server(profile, settings), ModelServer)
    away = dataclasses.replace(profile, server="none")
    assert isinstance(model_server(away, settings), RemoteModel)
