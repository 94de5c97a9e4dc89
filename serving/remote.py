"""What a model server is to the rest of Because, and the kind that somebody else runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

import httpx

from serving.errors import ModelUnreachable
from serving.profiles import Profile
from serving.settings import Settings

Report: TypeAlias = Callable[[str], None]
State: TypeAlias = Literal["starting", "ready", "restarting", "stopped"]


class RunningModel(Protocol):
    """What the rest of Because knows of a model server, its own or a remote one."""

    @property
    def state(self) -> State: ...
    @property
    def restarts(self) -> int: ...
    def start(self) -> None: ...
    def wait_ready(self, report: Report, timeout: float = 180.0) -> None: ...
    def stop(self) -> None: ...


class RemoteModel:
    """A model server that somebody else runs; only its reachability is checked."""

    def __init__(self, profile: Profile, settings: Settings, *, transport: httpx.BaseTransport | None = None) -> None:
        self.profile = profile
        self._key = settings.model_key
        self._transport = transport
        self._state: State = "stopped"

    @property
    def state(self) -> State:
        return self._state

    @property
    def restarts(self) -> int:
        return 0

    def start(self) -> None:
        self._state = "starting"

    def wait_ready(self, report: Report, timeout: float = 180.0) -> None:
        """Ask the server once for its models.

        Raises:
            ModelUnreachable: it does not answer, refuses the key, or does not serve the model.
        """
        address = self.profile.address
        headers = {"Authorization": f"Bearer {self._key.get_secret_value()}"} if self._key else {}
        try:
            with httpx.Client(transport=self._transport, headers=headers, timeout=min(timeout, 15.0)) as client:
                response = client.get(f"{address}/models")
        except httpx.HTTPError as exc:
            raise ModelUnreachable(f"No answer from {address} ({exc}); check BECAUSE_MODEL_URL.") from exc
        if response.status_code in {401, 403}:
            raise ModelUnreachable(f"{address} refuses the key; check BECAUSE_MODEL_KEY.")
        if not response.is_success:
            raise ModelUnreachable(f"{address}/models answers {response.status_code}; check BECAUSE_MODEL_URL.")
        self._check_model(response)
        self._state = "ready"
        report(f"Model server reached: {self.profile.model} at {address}")

    def stop(self) -> None:
        self._state = "stopped"

    def _check_model(self, response: httpx.Response) -> None:
        try:
            served = [str(model["id"]) for model in response.json()["data"]]
        except (ValueError, KeyError, TypeError):
            return  # some servers do not list their models in OpenAI's form
        if served and self.profile.model not in served:
            raise ModelUnreachable(
                f"{self.profile.address} serves no {self.profile.model!r} but {', '.join(served[:5])}; "
                "check BECAUSE_MODEL_NAME."
            )
