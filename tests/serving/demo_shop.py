"""The demo shop opened without any model: words stand for embeddings, and nobody writes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from agent.errors import ModelUnavailable
from agent.local import LocalAssistant
from agent.model import Budget
from prompts.template import Template
from retrieval.embedding import Embedder
from retrieval.index import ShopIndex
from serving.settings import Settings
from serving.shop import Shop
from serving.store import Store
from serving.systems import open_systems
from tests.embedders import WordEmbedder


class NoModel:
    """A model server that is down."""

    async def stream(self, template: Template, variables: dict[str, Any], budget: Budget) -> AsyncIterator[str]:
        budget.begin()
        budget.end(None)
        raise ModelUnavailable("down")
        yield ""


def settings(folder: Path) -> Settings:
    return Settings(store=folder, _env_file=None)  # type: ignore[call-arg]


def open_shop(folder: Path, embedder: Embedder | None = None) -> Shop:
    """A shop over an index in this folder, empty at first."""
    index = ShopIndex.open(folder / "chroma", embedder or WordEmbedder())
    store = Store(settings(folder).database_address)
    systems = open_systems(settings(folder), store.engine, lambda: index.catalogue)
    return Shop(index, store, LocalAssistant(index, NoModel()), systems)
