"""Chat models with tools: one that says what a test tells it to, and one that is made to call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, ToolMessage


def calls(*named: tuple[str, dict[str, Any]], text: str = "") -> AIMessage:
    return AIMessage(
        text, tool_calls=[{"name": name, "args": args, "id": f"c{n}"} for n, (name, args) in enumerate(named)]
    )


class ScriptedChat:
    """Plays answers, the last one again and again; keeps the messages of each request and whether tools came along."""

    def __init__(self, *answers: AIMessage | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[tuple[bool, list[Any]]] = []

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        outer = self

        class Equipped:
            async def ainvoke(self, messages: Any, **kwargs: Any) -> AIMessage:
                return outer.play(messages, equipped=True)

        return Equipped()

    async def ainvoke(self, messages: Any, **kwargs: Any) -> AIMessage:
        return self.play(messages, equipped=False)

    def play(self, messages: Sequence[Any], *, equipped: bool) -> AIMessage:
        self.requests.append((equipped, list(messages)))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def told(self) -> list[str]:
        """What the tools told the model, as of its last request."""
        return [str(m.content) for m in self.requests[-1][1] if isinstance(m, ToolMessage)]


class MadeToCall:
    """A served chat model that must call a tool first, which the server sees to, and must answer once it has heard.

    ``first`` is a tool's name, or ``required`` for one of its own choice.
    """

    def __init__(self, chat: Any, first: str) -> None:
        self._chat = chat
        self._first = first

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        calls_first = self._chat.bind_tools(tools, tool_choice=self._first)
        answers = self._chat.bind_tools(tools, tool_choice="none")

        class Equipped:
            async def ainvoke(self, messages: Any, **kwargs: Any) -> AIMessage:
                heard = any(isinstance(message, ToolMessage) for message in messages)
                answer: AIMessage = await (answers if heard else calls_first).ainvoke(messages, **kwargs)
                return answer

        return Equipped()

    async def ainvoke(self, messages: Any, **kwargs: Any) -> Any:
        return await self._chat.ainvoke(messages, **kwargs)
