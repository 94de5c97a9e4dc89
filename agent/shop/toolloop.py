"""A model that calls tools until it answers, within bounds; for profiles whose model can (``tools = true``)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from pydantic import ValidationError

from agent.errors import ModelUnavailable
from agent.model import Budget, Usage
from agent.shop.tool_proof import unfounded
from agent.shop.tools import failure
from prompts.template import Message
from prompts.tool_words import ToolWords, load_tool_words

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage
    from langchain_core.tools import BaseTool

Arguments: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call as it was made. ``result`` is what the model was told; ``ok`` is False where there was no such tool,
    the arguments did not fit, the tool failed, or no further call was possible."""

    name: str
    arguments: Arguments
    result: str
    ok: bool


@dataclass(frozen=True, slots=True)
class ToolRun:
    """What came of it. ``bounded``: the calls were used up, and the answer had to be made of what was known by then.

    ``unfounded`` are the numbers, days and codes of the text that nothing bears out; a text that has any is not to be
    shown (see `agent.shop.tool_proof`).
    """

    text: str
    calls: tuple[ToolCall, ...]
    state: Literal["answered", "bounded"]
    unfounded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolModel:
    """A chat model that can call tools, and the languages that it may answer in, as ISO 639-1 codes."""

    chat: Chat
    writes: frozenset[str] = frozenset({"en"})


class Chat(Protocol):
    """The part of LangChain's chat models that is used."""

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any: ...

    async def ainvoke(self, input: Any, **kwargs: Any) -> Any: ...


def tool_chat(address: str, name: str, *, key: str | None = None, timeout: float = 8.0) -> BaseChatModel:
    """A chat model behind an OpenAI-compatible address, for `run_tools`."""
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(model=name, base_url=address, api_key=lambda: key or "none", timeout=timeout, max_retries=0)


async def run_tools(
    chat: Chat,
    tools: Sequence[BaseTool],
    prompt: Sequence[Message],
    budget: Budget,
    *,
    max_calls: int = 6,
    seconds: float = 20.0,
    parameters: Arguments | None = None,
    words: ToolWords | None = None,
    record: list[ToolCall] | None = None,
) -> ToolRun:
    """Let the model call tools until it answers in words.

    A call that goes wrong is answered with what was wrong, as data, and counts. After ``max_calls`` calls the model is
    asked once more, without tools: it makes at most ``max_calls + 1`` requests in all.

    Args:
        prompt: the messages before the first call; what the user's say may be said again.
        seconds: how long all of it may take.
        parameters: how the model is to sample, as ``Template.parameters.given()`` gives it.
        record: each call is put here once it is made, so that it is known whatever the end.
    Raises:
        ModelUnavailable: the model server is down, too slow, or answered with an error.
        BudgetSpent: the turn may make no further request.
    """
    loop = _Loop(
        chat,
        tools,
        budget=budget,
        left=max_calls,
        words=words or load_tool_words(),
        parameters=dict(parameters or {}),
        calls=record if record is not None else [],
    )
    try:
        async with asyncio.timeout(seconds):
            return await loop.run(prompt)
    except TimeoutError as error:
        raise ModelUnavailable(f"the model and its tools took longer than {seconds:g} s") from error


class _Loop:
    def __init__(
        self,
        chat: Chat,
        tools: Sequence[BaseTool],
        *,
        budget: Budget,
        left: int,
        words: ToolWords,
        parameters: dict[str, Any],
        calls: list[ToolCall],
    ) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._plain, self._equipped = chat, chat.bind_tools(list(tools))
        self._budget = budget
        self._left = left
        self._words = words
        self._parameters = parameters
        self._calls = calls
        self._last_prompt = 0

    async def run(self, prompt: Sequence[Message]) -> ToolRun:
        messages: list[Any] = [(message.role, message.content) for message in prompt]
        while True:
            bounded = self._left <= 0
            answer = await self._ask(self._plain if bounded else self._equipped, messages)
            wanted = [] if bounded else _wanted(answer)
            if not wanted:
                return self._ended(answer.text.strip(), prompt, bounded)
            messages.append(answer)
            for call_id, name, arguments in wanted:
                messages.append(await self._answer(call_id, name, arguments))

    def _ended(self, text: str, prompt: Sequence[Message], bounded: bool) -> ToolRun:
        told = [call.result for call in self._calls if call.ok] + [m.content for m in prompt if m.role != "assistant"]
        return ToolRun(text, tuple(self._calls), "bounded" if bounded else "answered", unfounded(text, told))

    async def _ask(self, chat: Any, messages: Sequence[Any]) -> AIMessage:
        import openai

        self._budget.begin(self._last_prompt)
        usage: Usage | None = None
        try:
            answer: AIMessage = await chat.ainvoke(messages, **self._parameters)
            if answer.usage_metadata:
                found = answer.usage_metadata
                usage = Usage(found["input_tokens"], found["output_tokens"])
                self._last_prompt = usage.prompt_tokens + usage.completion_tokens
            return answer
        except openai.OpenAIError as error:
            raise ModelUnavailable(f"the model that calls tools: {type(error).__name__}") from error
        except ValidationError as error:  # JSON that is no object, such as "HR-1001" alone
            raise ModelUnavailable("the model that calls tools: a call that cannot be read") from error
        finally:
            self._budget.end(usage)

    async def _answer(self, call_id: str, name: str, arguments: Arguments | str) -> BaseMessage:
        from langchain_core.messages import ToolMessage

        result, ok = await self._run(name, arguments)
        shown = arguments if isinstance(arguments, Mapping) else {"text": arguments}
        self._calls.append(ToolCall(name, shown, result, ok))
        return ToolMessage(result, tool_call_id=call_id, name=name, status="success" if ok else "error")

    async def _run(self, name: str, arguments: Arguments | str) -> tuple[str, bool]:
        """What the model is told of one call, and whether it came to be made."""
        from langchain_core.tools import ToolException

        if self._left <= 0:
            return failure(self._words.says("limit")), False
        self._left -= 1
        tool = self._tools.get(name)
        if tool is None:
            return failure(self._words.says("unknown_tool", name=name, known=", ".join(self._tools))), False
        if isinstance(arguments, str):
            return failure(self._words.says("bad_arguments", problem=f"no JSON object: {arguments[:80]}")), False
        try:
            return str(await tool.ainvoke(dict(arguments))), True
        except ValidationError as error:
            return failure(self._words.says("bad_arguments", problem=_problems(error))), False
        except ToolException as error:
            return failure(self._words.says("failed", problem=str(error))), False


def _wanted(answer: AIMessage) -> list[tuple[str, str, Arguments | str]]:
    """The calls of an answer: id, name, and arguments, or their text where that is no JSON object."""
    good: list[tuple[str, str, Arguments | str]] = [
        (call["id"] or "", call["name"], call["args"]) for call in answer.tool_calls
    ]
    bad = [(call["id"] or "", call["name"] or "", _text(call["args"])) for call in answer.invalid_tool_calls]
    return [*good, *bad]


def _text(arguments: object) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def _problems(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
