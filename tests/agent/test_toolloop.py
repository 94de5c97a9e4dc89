"""A model that calls tools: bounded, told of its mistakes, and heard over HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langchain_core.tools import StructuredTool, ToolException

from agent.errors import BudgetSpent, ModelUnavailable
from agent.model import Budget
from agent.shop.toolloop import ToolRun, run_tools, tool_chat
from agent.shop.tools import Bound, shop_tools
from prompts.template import Message, load
from tests.chats import ScriptedChat, calls
from tests.fake_systems import TODAY, FakeSystems, order

TOOLS = shop_tools(Bound(FakeSystems([order(), order("HR-2001", "ben")]), "ana", TODAY, {}))
PROMPT = (Message("user", "where is my order?"),)


async def run(chat: Any, tools: Sequence[Any] = TOOLS, calls_allowed: int = 20, **fields: Any) -> ToolRun:
    budget = Budget(max_calls=calls_allowed, max_prompt_tokens=100_000)
    return await run_tools(chat, tools, PROMPT, budget, **fields)


async def test_a_call_is_made_and_its_data_answers() -> None:
    chat = ScriptedChat(calls(("order_status", {})), AIMessage("It comes on 27 November 2026."))
    ended = await run(chat)
    assert (ended.text, ended.state, ended.unfounded) == ("It comes on 27 November 2026.", "answered", ())
    assert [(call.name, call.ok) for call in ended.calls] == [("order_status", True)]
    assert '"expected":"2026-11-27"' in chat.told[0]


async def test_what_the_model_makes_up_is_marked() -> None:
    chat = ScriptedChat(calls(("order_status", {})), AIMessage("It comes on 25 December."))
    assert (await run(chat)).unfounded == ("25", "25 December")
    assert (await run(ScriptedChat(AIMessage("Order HR-7777 has left.")))).unfounded == ("7777", "HR-7777")


async def test_a_model_that_never_answers_is_bounded_and_asked_once_without_tools() -> None:
    chat = ScriptedChat(*[calls(("order_status", {}))] * 6, AIMessage("I do not know."))
    ended = await run(chat)
    assert (ended.state, ended.text, len(ended.calls)) == ("bounded", "I do not know.", 6)
    assert [equipped for equipped, _ in chat.requests] == [True] * 6 + [False]


async def test_calls_past_the_bound_in_one_message_are_refused_and_all_are_answered() -> None:
    chat = ScriptedChat(calls(*[("order_status", {})] * 9), AIMessage("Done."))
    ended = await run(chat, max_calls=2)
    assert [call.ok for call in ended.calls] == [True, True] + [False] * 7
    assert len(chat.told) == 9 and "No further call" in chat.told[-1]
    assert chat.requests[-1][0] is False


async def test_calls_in_the_last_answer_are_not_made() -> None:
    ended = await run(ScriptedChat(calls(("order_status", {}))), max_calls=1)
    assert (ended.text, ended.state, len(ended.calls)) == ("", "bounded", 1)


async def test_mistakes_are_told_and_count() -> None:
    broken = AIMessage("", invalid_tool_calls=[
        {"name": "order_status", "args": "{order", "id": "x", "error": None, "type": "invalid_tool_call"}
    ])  # fmt: skip
    chat = ScriptedChat(
        calls(("refund_everything", {})), calls(("order_status", {"shopper_id": "ben"})), broken, AIMessage("Sorry.")
    )
    ended = await run(chat)
    assert [call.ok for call in ended.calls] == [False, False, False]
    unknown, wrong, no_json = chat.told
    assert "There is no tool refund_everything. There are: order_status, stock, coupons." in unknown
    assert "shopper_id" in wrong and "not permitted" in wrong
    assert "no JSON object: {order" in no_json
    assert all(told.startswith("<data>") for told in chat.told)


async def test_a_tool_that_fails_is_told_as_data() -> None:
    async def fail() -> str:
        raise ToolException("the <b>printer</b> burns")

    tool = StructuredTool.from_function(coroutine=fail, name="print", description="Prints.")
    chat = ScriptedChat(calls(("print", {})), AIMessage("It cannot be printed."))
    ended = await run(chat, [tool])
    assert not ended.calls[0].ok and "the \\u003cb>printer" in chat.told[0]


async def test_the_turns_budget_holds() -> None:
    chat = ScriptedChat(calls(("order_status", {})))
    with pytest.raises(BudgetSpent):
        await run(chat, calls_allowed=3)
    assert len(chat.requests) == 3


async def test_all_of_it_ends_in_time() -> None:
    class Slow(ScriptedChat):
        async def ainvoke(self, messages: Any, **kwargs: Any) -> AIMessage:
            await asyncio.Event().wait()
            raise AssertionError

        def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
            return self

    with pytest.raises(ModelUnavailable, match=r"longer than 0\.05 s"):
        await run(Slow(), seconds=0.05)


def test_the_prompt_says_who_is_there() -> None:
    template = load("assist")
    given = {"shop": "Halden & Row", "today": "24 November 2026", "message": "where is it?"}
    guest, _ = template.render(signed_in=False, known="", **given)
    known, user = template.render(signed_in=True, known="", **given)
    assert "is a guest" in guest.content and "is signed in" in known.content and user.content == "where is it?"
    _, user = template.render(signed_in=True, known='<data>{"items":[]}</data>', **given)
    assert user.content == '<data>{"items":[]}</data>\nwhere is it?'


class OpenAIServer:
    """An OpenAI-compatible server that calls ``order_status`` first and then tells what it heard of it."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.url = ""
        self.broken = False
        self.arguments = '{"order_id": "HR-1001"}'

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.requests.append(request)
        if self.broken:
            return 500, {"error": {"message": "out of memory", "type": "server_error"}}
        heard = [m["content"] for m in request["messages"] if m["role"] == "tool"]
        if heard:
            data = json.loads(heard[0].removeprefix("<data>").removesuffix("</data>"))
            message = {"content": f"Order {data['orders'][0]['order_id']} comes on 27 November."}
        else:
            function = {"name": "order_status", "arguments": self.arguments}
            message = {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
        usage = {"prompt_tokens": 200, "completion_tokens": 12, "total_tokens": 212}
        return 200, {"id": "r", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice],
                     "usage": usage}  # fmt: skip


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    found = OpenAIServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, answer = found.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


async def test_over_http_the_tool_call_protocol_is_spoken(openai_server: OpenAIServer) -> None:
    budget = Budget(max_calls=8)
    ended = await run_tools(
        tool_chat(openai_server.url, "m"), TOOLS, PROMPT, budget, parameters=load("assist").parameters.given()
    )
    assert (ended.text, ended.unfounded) == ("Order HR-1001 comes on 27 November.", ())
    first, second = openai_server.requests
    assert [tool["function"]["name"] for tool in first["tools"]] == ["order_status", "stock", "coupons"]
    assert first["temperature"] == 0.0
    call, result = second["messages"][1:]
    assert call["tool_calls"][0]["id"] == result["tool_call_id"] == "call_1" and result["role"] == "tool"
    assert (budget.calls, budget.prompt_tokens, budget.completion_tokens) == (2, 400, 24)


async def test_a_server_that_fails_is_a_model_that_is_away(openai_server: OpenAIServer) -> None:
    openai_server.broken = True
    with pytest.raises(ModelUnavailable, match="APIError"):
        await run(tool_chat(openai_server.url, "m"))
    with pytest.raises(ModelUnavailable, match="ConnectionError"):
        await run(tool_chat("http://127.0.0.1:9/v1", "m"))


async def test_arguments_that_are_no_object_cost_the_answer_and_not_the_turn(openai_server: OpenAIServer) -> None:
    openai_server.arguments = '"HR-1001"'
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        await run(tool_chat(openai_server.url, "m"))
