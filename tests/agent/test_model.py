import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from agent.errors import BudgetSpent, ModelUnavailable
from agent.model import Budget, ServedModel, Usage
from prompts.template import load

VARIABLES = {"title": "Tarn", "need": "a tent", "evidence": [{"id": "A1", "kind": "attribute", "text": "weight: 5 g"}]}
Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


def test_the_budget_refuses_a_call_that_might_break_its_limits() -> None:
    budget = Budget(max_calls=10, max_prompt_tokens=4000, expected_prompt=600)
    for _ in range(6):
        budget.begin()
    with pytest.raises(BudgetSpent):
        budget.begin()  # six open calls may take 3,600 tokens
    for _ in range(6):
        budget.end(Usage(300, 20))
    for _ in range(3):
        budget.begin()
    assert (budget.calls, budget.prompt_tokens, budget.completion_tokens) == (9, 1800, 120)


def test_the_budget_counts_what_it_set_aside_where_the_server_says_nothing() -> None:
    budget = Budget(max_calls=1, expected_prompt=600)
    budget.begin()
    budget.end(None)
    assert budget.prompt_tokens == 600
    with pytest.raises(BudgetSpent):
        budget.begin()


@asynccontextmanager
async def server(answer: Answering) -> AsyncIterator[str]:
    """An HTTP server on loopback that reads a request and lets ``answer`` write."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await answer(writer)
        writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        listening.close()


def chunk(**fields: object) -> bytes:
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], **fields}
    return f"data: {json.dumps(body)}\n\n".encode()


async def says_hello(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    for piece in ("Hel", "lo"):
        writer.write(chunk(choices=[{"index": 0, "delta": {"role": "assistant", "content": piece}}]))
    writer.write(chunk(usage={"prompt_tokens": 120, "completion_tokens": 2, "total_tokens": 122}))
    writer.write(b"data: [DONE]\n\n")
    await writer.drain()


async def fails(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    await writer.drain()


async def never_answers(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


async def ask(address: str, budget: Budget, timeout: float = 5.0) -> list[str]:
    model = ServedModel(address, "m", timeout=timeout)
    return [piece async for piece in model.stream(load("reason"), VARIABLES, budget)]


async def test_a_served_model_streams_its_answer_and_books_its_tokens() -> None:
    budget = Budget(2)
    async with server(says_hello) as address:
        assert await ask(address, budget) == ["Hel", "lo"]
    assert (budget.calls, budget.prompt_tokens, budget.completion_tokens) == (1, 120, 2)


@pytest.mark.parametrize(("answer", "timeout"), [(fails, 5.0), (never_answers, 0.1)], ids=["500", "too slow"])
async def test_a_server_that_fails_or_is_slow_is_unavailable(answer: Answering, timeout: float) -> None:
    budget = Budget(2)
    async with server(answer) as address:
        with pytest.raises(ModelUnavailable):
            await ask(address, budget, timeout)
    budget.begin()  # the failed call is closed: there is room for another


async def test_a_server_that_is_gone_is_unavailable() -> None:
    async with server(says_hello) as address:
        pass
    with pytest.raises(ModelUnavailable):
        await ask(address, Budget(2))
