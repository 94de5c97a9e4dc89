"""Real Chroma in a temporary folder, with an embedder that needs no model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from retrieval.index import ShopIndex
from tests.embedders import WordEmbedder
from tests.retrieval.samples import demo_events, demo_items

OpenIndex = Callable[[], ShopIndex]


@pytest.fixture
def open_index(tmp_path: Path) -> Iterator[OpenIndex]:
    """Opens the test's index, closing it first if it was open: what stays is what was stored."""
    opened: list[ShopIndex] = []

    def reopen() -> ShopIndex:
        while opened:
            opened.pop().close()
        opened.append(ShopIndex.open(tmp_path / "chroma", WordEmbedder()))
        return opened[-1]

    yield reopen
    while opened:
        opened.pop().close()


@pytest.fixture
def index(open_index: OpenIndex) -> ShopIndex:
    """An empty index."""
    return open_index()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopIndex]:
    """The demo shop, to read only."""
    index = ShopIndex.open(tmp_path_factory.mktemp("demo") / "chroma", WordEmbedder())
    index.add_items(demo_items())
    index.add_events(demo_events())
    yield index
    index.close()
