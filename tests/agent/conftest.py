from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.need.parse import Parser
from retrieval.catalogue import Catalogue, Item
from retrieval.feeds import read_items
from retrieval.index import ShopIndex
from tests.models import small_shop

DEMO = Path(__file__).parents[2] / "demo" / "catalogue"


@pytest.fixture(scope="session")
def parser() -> Parser:
    """The parser of the demo shop."""
    catalogue = Catalogue(row for row in read_items(DEMO) if isinstance(row, Item))
    return Parser(catalogue.vocabulary, catalogue.currency)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopIndex]:
    opened = small_shop(tmp_path_factory.mktemp("shop"))
    yield opened
    opened.close()
