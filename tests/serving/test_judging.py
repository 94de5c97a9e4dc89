"""Evaluation cases on the real graph: what the assistant shows becomes what assertions judge."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from agent.errors import ModelUnavailable
from prompts.casefiles import PromptCase, load_cases
from prompts.evaluation import evaluate
from prompts.template import load
from retrieval.catalogue import Attribute, Item
from serving import client
from serving.indexing import index_demo
from serving.items import detail
from serving.judging import CaseRunner, _fetched, _known
from serving.profiles import load_profile
from tests.fakes import BACKPACK, KETTLE, PEN
from tests.serving.demo_shop import open_shop, settings

CASES = """
cases:
  - name: kettle
    kind: turn
    message: a kettle under 60 euros
    expect:
      - constraint_kept: {price_max: 60}
      - cards: {min: 1}
  - name: impossible
    kind: turn
    message: a kettle under 60 euros
    expect:
      - excludes: kettle
"""


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.yaml"
    path.write_text(CASES, encoding="utf-8")
    return path


async def test_a_turn_is_judged_by_what_the_catalogue_says(tmp_path: Path, cases: Path) -> None:
    shop = open_shop(tmp_path)
    try:
        index_demo(settings(tmp_path), shop)
        profile = load_profile("cpu", settings(tmp_path))
        runner = CaseRunner(lambda _: shop.assistant, lambda item_id: _known(shop.catalogue[item_id]), profile)
        report = await evaluate(load_cases([cases]), runner)
    finally:
        shop.close()
    assert [result.passed for result in report.results] == [True, False]
    assert report.exit_code == 100


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(BACKPACK, id="type and colour"),
        pytest.param(KETTLE, id="sold out"),
        pytest.param(PEN, id="stock unknown"),
        pytest.param(Item("c", "Cup", "", "kitchen", 3.5, "EUR", attributes=(Attribute("color", "red"),)), id="color"),
    ],
)
def test_an_item_is_judged_alike_whether_it_is_read_here_or_fetched(item: Item) -> None:
    assert _fetched(json.loads(json.dumps(detail(item)))) == _known(item)


async def test_the_model_is_asked_with_its_key(tmp_path: Path) -> None:
    heads: list[str] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode().casefold())
        writer.write(b"HTTP/1.1 401 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    case = PromptCase("a", "a.yaml", (), 1.0, load("reason"), {"title": "Tarn", "need": "a tent", "evidence": []})
    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        profile = replace(load_profile("cpu", settings(tmp_path)), address=address)
        runner = CaseRunner(lambda _: client.RemoteAssistant(address), lambda _: _known(PEN), profile, "sesame")
        with pytest.raises(ModelUnavailable):
            await runner.run(case)
    assert "authorization: bearer sesame\r\n" in heads[0]
