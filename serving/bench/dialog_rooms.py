"""Where scripted conversations are held: at a running server, or in this process."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import httpx

from agent.assistant import Assistant, Question
from agent.stream import TurnEvent
from serving import client
from serving.errors import EnvironmentUnfit
from serving.indexing import index_demo
from serving.metrics import Metrics
from serving.profiles import load_profile
from serving.settings import Settings
from serving.shop import Shop
from serving.turns import Turns

NO_MODEL = "http://127.0.0.1:9/v1"
"""An address at which nothing answers: reasons are then taken from the evidence."""


class Room(Protocol):
    """Where dialogues are held: whom a shopper talks to, and in which sessions."""

    @property
    def name(self) -> str: ...

    def assistant(self, shopper_id: str | None) -> Assistant:
        """The assistant that takes its caller for this shopper, or for a guest."""
        ...

    def forget(self, shopper_id: str) -> None:
        """Empty the shopper's memory and switch it on, so that no dialogue depends on another."""
        ...


class ServerRoom:
    """A Because that runs at an address, asked over HTTP."""

    def __init__(self, address: str) -> None:
        self.name = "HTTP, model as served"
        self._address = address
        self._tokens: dict[str, str] = {}

    def assistant(self, shopper_id: str | None) -> Assistant:
        token = self._token(shopper_id) if shopper_id is not None else None
        return client.RemoteAssistant(self._address, token=token)

    def forget(self, shopper_id: str) -> None:
        headers = {"Authorization": f"Bearer {self._token(shopper_id)}"}
        with httpx.Client(base_url=self._address, headers=headers, trust_env=False) as http:
            for answer in (http.delete("/v1/memory"), http.patch("/v1/memory", json={"enabled": True})):
                if not answer.is_success:
                    raise EnvironmentUnfit(f"/v1/memory: {client.problem_detail(answer.content)}")

    def _token(self, shopper_id: str) -> str:
        if shopper_id not in self._tokens:
            token = client.demo_token(self._address, shopper_id)
            if token is None:
                raise EnvironmentUnfit(f"The server has no demo shopper {shopper_id}; run it with the demo shop.")
            self._tokens[shopper_id] = token
        return self._tokens[shopper_id]


class LocalRoom:
    """A shop in this process; its turns are bounded and stored, and end in an error, as the server's do."""

    def __init__(self, shop: Shop, settings: Settings) -> None:
        self.name = "in one process, no model: reasons from the evidence"
        self._shop = shop
        self._turns = Turns(shop, settings, Metrics())

    def assistant(self, shopper_id: str | None) -> Assistant:  # noqa: ARG002 - the question says who asks
        return self

    def turn(self, question: Question) -> AsyncIterator[TurnEvent]:
        return self._turns.run(question)

    def forget(self, shopper_id: str) -> None:
        memory = self._shop.store.memory
        memory.switch(shopper_id, True)
        memory.forget_all(shopper_id)


@contextmanager
def room(settings: Settings, report: Callable[[str], None], *, local: bool) -> Iterator[Room]:
    """Where dialogues are held: the running server, or the demo shop in a store of its own, without a model.

    Raises:
        EnvironmentUnfit: no server answers.
    """
    if not local:
        address = f"http://{settings.host}:{settings.port}"
        if not client.answering(address):
            raise EnvironmentUnfit(f"No Because answers at {address}; start it with `because run`, or use --local.")
        yield ServerRoom(address)
        return
    with local_shop(settings, report) as shop:
        yield LocalRoom(shop, settings)


@contextmanager
def local_shop(
    settings: Settings, report: Callable[[str], None], *, demo: bool = True, model: bool = False
) -> Iterator[Shop]:
    """A shop in a store that is gone afterwards; the demo shop or an empty one, without a model unless it is told."""
    logging.getLogger("agent.reasons.reason").setLevel(logging.ERROR)  # each reason would warn that no model answers
    with TemporaryDirectory(prefix="because-bench-") as folder:
        own = {"database": None, "chroma": None, "systems": None, "handoff_webhook": None}
        apart = settings.model_copy(update=own | {"store": Path(folder)})
        profile = load_profile(settings.profile, settings)
        shop = Shop.open(apart, profile if model else replace(profile, address=NO_MODEL))
        try:
            if demo:
                report("Indexing the demo shop")
                index_demo(apart, shop)
            yield shop
        finally:
            shop.close()
