"""A chat model with tools that says what a test tells it to."""

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
