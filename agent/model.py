"""The generative model, reached through LangChain's chat model for OpenAI-compatible servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, cast

from agent.errors import BudgetSpent, ModelUnavailable
from prompts.template import Template

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one model call."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(slots=True)
class Budget:
    """What one turn may spend, and has spent. Not for more than one event loop."""

    max_calls: int
    max_prompt_tokens: int = 4000
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    expected_prompt: int = field(default=600)
    """Prompt tokens set aside for a call whose usage is not known yet."""
    _open: int = 0

    def begin(self, expecting: int = 0) -> None:
        """Raises BudgetSpent if one more call might break the limits.

        Args:
            expecting: prompt tokens that this call is known to take at least.
        """
        reserved = self.prompt_tokens + self._open * self.expected_prompt + max(self.expected_prompt, expecting)
        if self.calls >= self.max_calls or reserved > self.max_prompt_tokens:
            raise BudgetSpent(f"{self.calls} calls and {self.prompt_tokens} prompt tokens are spent")
        self.calls += 1
        self._open += 1

    def end(self, usage: Usage | None) -> None:
        self._open -= 1
        if usage is None:  # the server did not say: count what was set aside
            self.prompt_tokens += self.expected_prompt
        else:
            self.prompt_tokens += usage.prompt_tokens
            self.completion_tokens += usage.completion_tokens


class Model(Protocol):
    """Writes text for a prompt."""

    def stream(self, template: Template, variables: dict[str, Any], budget: Budget) -> AsyncIterator[str]:
        """The answer, piece by piece.

        Raises:
            ModelUnavailable: the server is down, too slow, or answered with an error.
            BudgetSpent: the turn may make no further call.
        """
        ...


class Chooser(Protocol):
    """Chooses one of a few words."""

    async def choose(
        self, template: Template, variables: dict[str, Any], choices: Sequence[str], budget: Budget
    ) -> str:
        """One of the choices.

        Raises:
            ModelUnavailable: the server is down, too slow, cannot be held to a choice, or answered with an error.
            BudgetSpent: the turn may make no further call.
        """
        ...


class ServedModel:
    """A model behind an OpenAI-compatible address, such as vLLM's.

    Args:
        timeout: seconds a whole answer may take.
        choice: seconds a choice may take; who waits for it has seen nothing yet.
    """

    def __init__(
        self, address: str, name: str, *, key: str | None = None, timeout: float = 8.0, choice: float = 2.0
    ) -> None:
        from langchain_openai import ChatOpenAI

        self.name = name
        self._timeout = timeout
        self._choice = min(choice, timeout)
        self._chat = ChatOpenAI(
            model=name,
            base_url=address,
            api_key=lambda: key or "none",
            timeout=timeout,
            max_retries=0,
            stream_usage=True,
        )

    async def stream(self, template: Template, variables: dict[str, Any], budget: Budget) -> AsyncIterator[str]:
        import openai

        messages = [(m.role, m.content) for m in template.render(**variables)]
        budget.begin()
        usage: Usage | None = None
        try:
            # Closing the stream tells the server to stop; left to the garbage collector it would write on.
            answer = self._chat.astream(messages, **template.parameters.given())
            async with asyncio.timeout(self._timeout), aclosing(cast("AsyncGenerator[AIMessageChunk, None]", answer)):
                async for chunk in answer:
                    if chunk.usage_metadata:
                        found = chunk.usage_metadata
                        usage = Usage(found["input_tokens"], found["output_tokens"])
                    if text := chunk.text:
                        yield text
        except TimeoutError as error:
            raise ModelUnavailable(f"model {self.name} took longer than {self._timeout:g} s") from error
        except openai.OpenAIError as error:
            raise ModelUnavailable(f"model {self.name}: {type(error).__name__}") from error
        finally:
            budget.end(usage)

    async def choose(
        self, template: Template, variables: dict[str, Any], choices: Sequence[str], budget: Budget
    ) -> str:
        """One of the choices, to which vLLM holds the model; another server that takes no heed is found out."""
        import openai

        messages = [(m.role, m.content) for m in template.render(**variables)]
        body = {"structured_outputs": {"choice": list(choices)}}
        budget.begin()
        usage: Usage | None = None
        try:
            async with asyncio.timeout(self._choice):
                answer = await self._chat.ainvoke(messages, extra_body=body, **template.parameters.given())
            if answer.usage_metadata:
                usage = Usage(answer.usage_metadata["input_tokens"], answer.usage_metadata["output_tokens"])
        except TimeoutError as error:
            raise ModelUnavailable(f"model {self.name} took too long to choose") from error
        except openai.OpenAIError as error:
            raise ModelUnavailable(f"model {self.name}: {type(error).__name__}") from error
        finally:
            budget.end(usage)
        chosen = answer.text.strip()
        if chosen not in choices:
            raise ModelUnavailable(f"model {self.name} was to choose one of {', '.join(choices)} and did not")
        return chosen
