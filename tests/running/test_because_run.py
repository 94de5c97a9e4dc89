"""`because run` as a whole: the real model server, the real index, a real port, and its end."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import psutil
import pytest

from agent.model import Budget
from agent.shop.toolloop import run_tools, tool_chat
from agent.shop.tools import Bound, shop_tools
from prompts.template import load
from serving.database import open_database
from serving.profiles import FOLDER as PROFILES
from serving.systems import StoreSystems
from tests.chats import MadeToCall
from tests.shop import parse

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(420)]

DEMO_ORDERS = PROFILES.parents[1] / "demo" / "orders.jsonl"
QUESTION = "I need a light backpack for weekend hikes under 120 euros, not black"


TOOL_FLAGS = """
enable-auto-tool-choice = true
tool-call-parser = "hermes"
tool-strict-level = "parameter"
"""


class Running:
    """A `because run` in a process of its own."""

    def __init__(self, store: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.log = store / "output.txt"
        self.process = start(store, port, self.log)

    def wait_ready(self) -> None:
        deadline = time.monotonic() + 300
        while f"Because is ready: {self.address}" not in self.output():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < deadline, self.output()
            time.sleep(0.2)

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def ask(self, message: str, **fields: str) -> list[tuple[str, dict]]:  # type: ignore[type-arg]
        response = httpx.post(f"{self.address}/v1/chat", json={"message": message, **fields}, timeout=60)
        assert response.status_code == 200, response.text
        return parse(response.text)

    def metric(self, line: str) -> float:
        text = httpx.get(f"{self.address}/metrics").text
        return sum(float(found.split()[-1]) for found in text.splitlines() if found.startswith(line))


def start(store: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "serving.cli", "run", "--store", str(store), "--port", str(port)]
    command += ["--profile", str(profile_on_a_free_port(store))]
    return subprocess.Popen(command, stdout=log.open("wb"), stderr=subprocess.STDOUT, start_new_session=True)


def profile_on_a_free_port(store: Path) -> Path:
    """The cpu profile, but beside a Because that may be running on the usual ports, and with tools."""
    profile = (PROFILES / "cpu.toml").read_text(encoding="utf-8")
    profile = profile.replace('"../adapters', f'"{PROFILES.parent / "adapters"}')
    path = store / "cpu.toml"
    profile = re.sub(r"(?m)^port = \d+$", f"port = {free_port()}\ntools = true", profile)
    path.write_text(profile.replace("[flags]", f"[flags]\n{TOOL_FLAGS}"), encoding="utf-8")
    return path


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of its own, with the model that set-up has unpacked, so that it need not be unpacked twice."""
    folder = tmp_path_factory.mktemp("store")
    unpacked = Path(os.environ.get("BECAUSE_STORE", ".because")) / "models"
    if unpacked.is_dir():
        (folder / "models").symlink_to(unpacked.resolve())
    return folder


@pytest.fixture(scope="module")
def running(store: Path) -> Iterator[Running]:
    found = Running(store, free_port())
    try:
        found.wait_ready()
        yield found
    finally:
        if found.process.poll() is None:
            found.process.send_signal(signal.SIGINT)
            found.process.wait(30)


def test_a_question_brings_cards_then_proved_reasons(running: Running) -> None:
    events = running.ask(QUESTION)
    names = [name for name, _ in events]
    assert names[:3] == ["session", "need", "cards"] and names[-1] == "done"
    assert names.index("cards") < names.index("reason")
    cards = next(fields for name, fields in events if name == "cards")["suggestions"]
    assert cards and all(card["price"] <= 120 and "backpack" in card["title"].lower() for card in cards)
    reasons = [fields for name, fields in events if name == "reason"]
    assert {reason["item_id"] for reason in reasons} == {card["item_id"] for card in cards}
    for reason in reasons:
        known = {evidence["id"] for evidence in reason["evidence"]}
        assert reason["claims"] and all(set(claim["evidence_ids"]) <= known for claim in reason["claims"])
    done = events[-1][1]
    assert 1 <= done["model_calls"] <= 2 + len(cards)
    assert 0 < done["prompt_tokens"] <= 4000


def test_the_model_writes_some_reasons_itself(running: Running) -> None:
    questions = (
        "a tent for two",
        "headphones for commuting",
        "a kettle that is not loud",
        "a moisturiser for dry skin",
    )
    states = [f["state"] for q in questions for name, f in running.ask(q) if name == "reason"]
    assert {"generated", "repaired"} & set(states), states


def test_a_demo_shopper_gets_evidence_from_their_own_history(running: Running) -> None:
    shoppers = httpx.get(f"{running.address}/v1/demo/shoppers").json()
    busy = max(shoppers, key=lambda shopper: shopper["events"])
    events = running.ask("surprise me with something I would like", shopper_token=busy["token"])
    reasons = [fields for name, fields in events if name == "reason"]
    assert any(e["id"].startswith("H") for reason in reasons for e in reason["evidence"]), json.dumps(reasons)[:2000]


async def test_the_model_calls_a_tool_over_vllms_protocol_and_hears_of_it(running: Running, store: Path) -> None:
    """The server itself must make the calls (`MadeToCall`): of its own accord a model of this size makes none."""
    profile = tomllib.loads((store / "cpu.toml").read_text())
    chat = tool_chat(f"http://127.0.0.1:{profile['port']}/v1", profile["model"], timeout=60)
    engine = open_database(f"sqlite:///{store / 'because.sqlite'}", create=False)
    tools = shop_tools(Bound(StoreSystems(engine, dict), "s-01", date(2026, 11, 24), {}))
    prompt = load("assist").render(shop="this shop", today="24 November 2026", signed_in=True, known="", message="Hm?")
    parameters = {"max_tokens": 200, "temperature": 0.0}  # an argument of the longest that a tool takes
    ends = []
    for first in ("order_status", "required"):
        budget = Budget(max_calls=8, max_prompt_tokens=100_000)
        made = MadeToCall(chat, first)
        ends.append(await run_tools(made, tools, prompt, budget, seconds=90, parameters=parameters))
        assert budget.calls == 2, "one request that calls, and one that answers"
    engine.dispose()
    (named,), (chosen,) = (ended.calls for ended in ends)
    assert all(ended.state == "answered" and ended.text for ended in ends)
    assert named.ok and named.name == "order_status"
    assert chosen.ok and chosen.name in {tool.name for tool in tools}
    heard = json.loads(named.result.removeprefix("<data>").removesuffix("</data>"))
    lines = map(json.loads, DEMO_ORDERS.read_text(encoding="utf-8").splitlines())
    mine = {line["order_id"] for line in lines if line["shopper_id"] == "s-01"}
    assert "error" in heard or mine.issuperset(order["order_id"] for order in heard["orders"])


def test_a_model_that_calls_no_tool_leaves_the_answer_to_the_rules_and_says_so(running: Running) -> None:
    token = httpx.get(f"{running.address}/v1/demo/shoppers").json()[0]["token"]
    events = running.ask("where is my order?", shopper_token=token)
    (used,) = [fields for name, fields in events if name == "tools"]
    (message,) = [fields for name, fields in events if name == "message"]
    assert used["state"] != "answered", "a model of this size that does deserves a look"
    assert "HR-" in message["text"] and events[-1][0] == "done"
    assert running.metric(f'because_tool_turns_total{{state="{used["state"]}"}}') == 1


def test_pages_are_served(running: Running) -> None:
    for path in ("/", "/shop", "/widget.js", "/shop/images/backpack.svg", "/healthz", "/readyz"):
        assert httpx.get(running.address + path).status_code == 200, path


def test_a_second_process_on_the_same_store_is_refused_at_once(running: Running, store: Path) -> None:
    command = [sys.executable, "-m", "serving.cli", "recommend", "--query", "a tent", "--store", str(store)]
    environment = {**os.environ, "BECAUSE_PORT": str(free_port())}
    refused = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1
    assert f"pid {running.process.pid}" in " ".join(refused.stderr.split())
    assert "Traceback" not in refused.stderr


def test_with_the_model_server_killed_a_turn_still_ends_with_cards_and_reasons(running: Running) -> None:
    session = running.ask("a tent for two")[0][1]["session_id"]
    for process in running.descendants():
        with contextlib.suppress(psutil.NoSuchProcess):  # it went with its parent
            if "api_server" in " ".join(process.cmdline()) or process.name().startswith("VLLM"):
                process.kill()
    events = running.ask("under 400 euros", session_id=session)
    names = [name for name, _ in events]
    assert "cards" in names and names[-1] == "done"
    assert {fields["state"] for name, fields in events if name == "reason"} == {"extractive"}
    deadline = time.monotonic() + 20  # the turn is over before the next look at the model server
    while not httpx.get(f"{running.address}/readyz").json()["degraded"]:
        assert time.monotonic() < deadline, "the loss of the model server was not noticed"
        time.sleep(0.1)
    assert running.metric('because_reasons_total{state="extractive"}') >= 1


def test_the_model_server_comes_back_by_itself(running: Running) -> None:
    deadline = time.monotonic() + 180
    while httpx.get(f"{running.address}/readyz").json()["degraded"]:
        assert time.monotonic() < deadline, "the model server was not restarted"
        time.sleep(0.5)
    assert running.ask("a tent for two")[-1][1]["completion_tokens"] > 0


def test_interrupting_it_leaves_no_process_behind(running: Running) -> None:
    family = running.descendants()
    assert family
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(30) == 0
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert "Traceback" not in running.output()


def test_a_port_in_use_is_one_clear_line(store: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(store, port, tmp_path / "output.txt")
        assert process.wait(60) == 1
    said = (tmp_path / "output.txt").read_text()
    assert str(port) in said and "Traceback" not in said
    assert len([line for line in said.splitlines() if line.strip()]) <= 3
