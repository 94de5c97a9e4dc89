"""The model server as a process of its own: started, watched, restarted and stopped with everything it started."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import httpx

from serving import guard
from serving.errors import ModelServerFailed
from serving.ports import require_free
from serving.prepare import prepare_model
from serving.profiles import Profile
from serving.remote import RemoteModel, Report, RunningModel, State
from serving.settings import Settings

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
HEALTHY = 300.0
"""Seconds: pauses between restarts double from the first to the longest; after so long a health they begin anew."""

TICK = 0.2


def model_server(profile: Profile, settings: Settings) -> RunningModel:
    """The model server that a profile asks for."""
    return RemoteModel(profile, settings) if profile.server == "none" else ModelServer(profile, settings)


class ModelServer:
    """Our own model server.

    ``command`` replaces the profile's command line. All methods may be called from any thread.
    """

    def __init__(
        self, profile: Profile, settings: Settings, *, command: Sequence[str] | None = None, pause: float = FIRST_PAUSE
    ) -> None:
        self.profile = profile
        self.log = settings.logs / "model-server.log"
        self._settings = settings
        self._command = command
        self._first_pause = pause
        self._restarts = 0
        self._state: State = "stopped"
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._client = httpx.Client(trust_env=False)

    @property
    def state(self) -> State:
        return self._state

    @property
    def restarts(self) -> int:
        """How often it died after it had been ready."""
        return self._restarts

    @property
    def pid(self) -> int | None:
        """Process group of the running server, or None."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process and the thread that watches it; does not wait.

        Raises:
            PortInUse: something else listens on the profile's port.
            PreparationFailed: the model is not there.
        """
        if self._watcher is not None and self._watcher.is_alive():
            return
        require_free(self.profile.port, "the model server", ", or set `port` in a profile file of your own")
        if self._command is None:
            folder = prepare_model(self.profile, self._settings, lambda _: None)
            self._command = self.profile.command(folder or self.profile.source.name)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        self._stopping.clear()
        self._state = "starting"
        self._watcher = threading.Thread(target=self._watch, name="model-server", daemon=True)
        self._watcher.start()

    def wait_ready(self, report: Report, timeout: float = 180.0) -> None:
        """Block until the server has answered a first completion.

        Args:
            report: is told every ten seconds what is waited for, and at the end how long it took.
            timeout: seconds.
        Raises:
            ModelServerFailed: it died, or was not ready in time.
        """
        started = told = time.monotonic()
        while self._state not in {"ready", "stopped"}:
            now = time.monotonic()
            if now - started > timeout:
                raise ModelServerFailed(f"The model server was not ready after {timeout:.0f} s; see {self.log}.")
            if now - told > 10:
                told = now
                report(f"Loading {self.profile.model} ... {now - started:.0f} s")
            time.sleep(TICK)
        if self._state == "stopped":
            raise ModelServerFailed(
                f"The model server did not start: {telling_line(self._log_text())} (see {self.log})"
            )
        report(f"Model server ready: {self.profile.model} in {time.monotonic() - started:.0f} s")

    def stop(self) -> None:
        """End the server and all it started: SIGTERM, and SIGKILL to what is left after ten seconds. Idempotent."""
        self._stopping.set()
        with self._lock:
            if self._process is not None:
                _end_group(self._process)
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None

    def _watch(self) -> None:
        pause = self._first_pause
        while True:
            healthy = self._serve_once()
            # One that was never ready would die again for the same reason.
            if self._stopping.is_set() or (healthy is None and self._restarts == 0):
                break
            self._state = "restarting"
            self._restarts += 1
            pause = self._first_pause if (healthy or 0.0) >= HEALTHY else pause
            if self._stopping.wait(pause):
                break
            pause = min(2 * pause, LONGEST_PAUSE)
        self._state = "stopped"

    def _serve_once(self) -> float | None:
        """Run the server until it dies; returns for how many seconds it was ready, None if it never was."""
        with self._lock:
            if self._stopping.is_set():
                return None
            process = self._process = self._spawn()
        ready_at: float | None = None
        while process.poll() is None:
            if ready_at is None and not self._stopping.is_set() and self._answers():
                ready_at = time.monotonic()
                self._state = "ready"
            time.sleep(TICK)
        with self._lock:
            _end_group(process)
            self._process = None
        return None if ready_at is None else time.monotonic() - ready_at

    def _spawn(self) -> subprocess.Popen[bytes]:
        assert self._command is not None
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, guard.__file__, *self._command],
                env=self.profile.variables() | os.environ,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _answers(self) -> bool:
        """True once the server is healthy and has written its first tokens, which take longer than later ones."""
        address = self.profile.address
        warm_up = {"model": self.profile.model, "prompt": "Hello", "max_tokens": 4}
        try:
            if not self._client.get(f"{address.removesuffix('/v1')}/health", timeout=2).is_success:
                return False
            return self._client.post(f"{address}/completions", json=warm_up, timeout=60).is_success
        except httpx.HTTPError:
            return False

    def _log_text(self) -> str:
        try:
            return self.log.read_text(encoding="utf-8", errors="replace")[-200_000:]
        except OSError:
            return ""


def telling_line(log: str) -> str:
    """The line of a log that says why its program ended: the last error that is not about another one."""
    lines = [_LOG_PREFIX.sub("", line).strip() for line in log.splitlines()]
    errors = [line for line in lines if _ERROR.match(line) and "root cause" not in line]
    if errors:
        return errors[-1]
    return next((line for line in reversed(lines) if line), "it wrote nothing")


_LOG_PREFIX = re.compile(r"^(\(\w+[\w-]* pid=\d+\) ?)?((INFO|WARNING|ERROR) [\d-]+ [\d:]+ \[[\w.]+:\d+\] ?)?")
_ERROR = re.compile(r"(\w+\.)*\w*(Error|Exception|Exit|error)\b.*: |usage: .*error")


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a group, and the whole group with it."""
    if process.poll() is None:
        _signal_group(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(guard.GRACE)
    _signal_group(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
