"""A shop with its model, opened for one command: evaluation and benchmarks work on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from serving.indexing import index_demo
from serving.prepare import prepare_model
from serving.profiles import Profile, load_profile
from serving.settings import Settings
from serving.shop import Shop
from serving.supervisor import model_server

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Workbench:
    """An open shop and the profile of the model that answers for it."""

    shop: Shop
    profile: Profile


@contextmanager
def workbench(settings: Settings, report: Report) -> Iterator[Workbench]:
    """The shop in the store folder, with the model server running: the one that answers already, or one of our own.

    Raises:
        ServingError, RetrievalError: as for `because run`.
    """
    profile = load_profile(settings.profile, settings)
    with running_model(profile, settings, report):
        shop = Shop.open(settings, profile)
        try:
            index_demo(settings, shop)
            shop.index.require_items()
            yield Workbench(shop, profile)
        finally:
            shop.close()


@contextmanager
def running_model(profile: Profile, settings: Settings, report: Report) -> Iterator[None]:
    """The profile's model server, started and stopped here unless it answers already."""
    if model_answers(profile):
        yield
        return
    prepare_model(profile, settings, report)
    server = model_server(profile, settings)
    try:
        server.start()
        server.wait_ready(report)
        yield
    finally:
        server.stop()


def model_answers(profile: Profile) -> bool:
    """Whether a server at the profile's address serves the profile's model."""
    try:
        response = httpx.get(f"{profile.address}/models", timeout=1.0, trust_env=False)
    except httpx.HTTPError:
        return False
    return response.is_success and profile.model in response.text
