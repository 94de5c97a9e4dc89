"""How long a shopper waits: for the cards, for the whole turn, and for a plain retrieval chain as the yardstick."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda
from langchain_openai import ChatOpenAI
from rich.console import Console
from rich.table import Table

from agent.assistant import Question
from agent.stream import CardsReady, Done, ReasonReady
from retrieval.index import ShopIndex
from serving.bench.measures import Spread, machine
from serving.profiles import Profile
from serving.settings import Settings
from serving.workbench import Workbench, workbench

QUESTIONS = Path(__file__).parent / "questions.yaml"
_WARM_UP = 2
_RAW_TOKENS, _RAW_RUNS = 128, 5
_CHAIN_TOKENS = 180
"""As many as three reasons of at most 60 tokens."""


@dataclass(frozen=True, slots=True)
class TurnFigures:
    """What the benchmark measured: times in ms, speeds in tokens per second."""

    machine: str
    cards_ms: Spread
    turn_ms: Spread
    whole_turn_ms: Spread
    """Only of the turns that had as many cards as a turn shows at most."""
    first_claim_ms: Spread
    prompt_tokens: Spread
    model_calls: Spread
    turn_tokens_per_second: Spread
    chain_ms: Spread
    chain_prompt_tokens: Spread
    raw_tokens_per_second: Spread
    reason_states: dict[str, int]

    def ratios(self) -> dict[str, float]:
        return {
            "turn / plain chain, time": self.turn_ms.p50 / self.chain_ms.p50,
            "cards / plain chain, time": self.cards_ms.p50 / self.chain_ms.p50,
            "turn / raw server, tokens per second": self.turn_tokens_per_second.p50 / self.raw_tokens_per_second.p50,
        }


async def bench(settings: Settings, questions: int, console: Console) -> TurnFigures:
    """Ask the questions one after the other, each as a turn and then to the plain chain."""
    asked = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    key = settings.model_key.get_secret_value() if settings.model_key else None
    with workbench(settings, console.print) as bench_:
        figures = await _measure(bench_, asked, questions, key)
    console.print(_table(figures))
    return figures


async def _measure(bench_: Workbench, asked: list[dict[str, Any]], questions: int, key: str | None) -> TurnFigures:
    chain = PlainChain(bench_.shop.index, bench_.profile, key)
    for row in asked[-_WARM_UP:]:
        await _turn(bench_, row)
        await chain.ask(row["message"])
    turns, chains = [], []
    for row in (asked * (questions // len(asked) + 1))[:questions]:
        turns.append(await _turn(bench_, row))
        chains.append(await chain.ask(row["message"]))
    raw = [await chain.raw_speed() for _ in range(_RAW_RUNS)]
    with_cards = [turn for turn in turns if turn.reasons]
    most = max(len(turn.reasons) for turn in with_cards)
    return TurnFigures(
        machine=machine(),
        cards_ms=Spread.of([t.cards_ms for t in with_cards]),
        turn_ms=Spread.of([t.total_ms for t in with_cards]),
        whole_turn_ms=Spread.of([t.total_ms for t in with_cards if len(t.reasons) == most]),
        first_claim_ms=Spread.of([t.first_reason_ms for t in with_cards]),
        prompt_tokens=Spread.of([t.done.prompt_tokens for t in with_cards]),
        model_calls=Spread.of([t.done.model_calls for t in with_cards]),
        turn_tokens_per_second=Spread.of(
            [t.done.completion_tokens / (t.total_ms - t.cards_ms) * 1000 for t in with_cards]
        ),
        chain_ms=Spread.of([ms for ms, _ in chains]),
        chain_prompt_tokens=Spread.of([tokens for _, tokens in chains]),
        raw_tokens_per_second=Spread.of(raw),
        reason_states=dict(Counter(state for t in with_cards for state in t.reasons)),
    )


@dataclass(frozen=True, slots=True)
class _Turn:
    cards_ms: float
    first_reason_ms: float
    total_ms: float
    reasons: tuple[str, ...]
    done: Done


async def _turn(bench_: Workbench, row: dict[str, Any]) -> _Turn:
    started = time.perf_counter()
    cards = first = 0.0
    reasons: list[str] = []
    done = Done("", 0, 0, 0)
    question = Question(row["message"], shopper_id=row.get("shopper_id"))
    async for event in bench_.shop.assistant.turn(question):
        now = (time.perf_counter() - started) * 1000
        match event:
            case CardsReady():
                cards = now
            case ReasonReady():
                first = first or now
                reasons.append(event.state)
            case Done():
                done = event
            case _:
                pass
    return _Turn(cards, first, (time.perf_counter() - started) * 1000, tuple(reasons), done)


class PlainChain:
    """The yardstick: embed the question, Chroma's five nearest items, one prompt with all of them, one answer."""

    def __init__(self, index: ShopIndex, profile: Profile, key: str | None = None) -> None:
        self._index = index
        model = ChatOpenAI(
            model=profile.model,
            base_url=profile.address,
            api_key=lambda: key or "none",
            max_retries=0,
            max_tokens=_CHAIN_TOKENS,  # type: ignore[call-arg]
            temperature=0.0,
            timeout=60,
        )
        prompt = ChatPromptTemplate.from_messages(
            [
                ("system", "You are a shop assistant. Recommend from these items and say why.\n\n{items}"),
                ("user", "{question}"),
            ]
        )
        self._prompt = RunnableLambda(self._retrieve) | prompt
        self._answer = model
        self._text = StrOutputParser()

    def _retrieve(self, question: str) -> dict[str, str]:
        nearest = self._index.search_items(self._index.embedder.embed([question], "query")[0], 5)
        items = [self._index.catalogue[item_id] for item_id in nearest]
        return {
            "items": "\n\n".join(f"{i.title}, {i.price_text}: {i.description}" for i in items),
            "question": question,
        }

    async def ask(self, question: str) -> tuple[float, int]:
        """Milliseconds to the whole answer, and its prompt tokens."""
        started = time.perf_counter()
        message = await (self._prompt | self._answer).ainvoke(question)
        self._text.invoke(message)
        usage = message.usage_metadata
        return (time.perf_counter() - started) * 1000, usage["input_tokens"] if usage else 0

    async def raw_speed(self) -> float:
        """Tokens per second of the server alone: one stream, nothing else running."""
        started = time.perf_counter()
        message = await self._answer.ainvoke(
            "Tell a long story about a market.", max_tokens=_RAW_TOKENS, extra_body={"ignore_eos": True}
        )
        usage = message.usage_metadata
        return (usage["output_tokens"] if usage else 0) / (time.perf_counter() - started)


def _table(figures: TurnFigures) -> Table:
    table = Table("figure", "p50", "p95", "least", "most", "n", title=f"because bench turn: {figures.machine}")
    rows = {
        "cards, ms": figures.cards_ms,
        "first reason whole, ms": figures.first_claim_ms,
        "turn, ms": figures.turn_ms,
        "turn with all its cards, ms": figures.whole_turn_ms,
        "prompt tokens a turn": figures.prompt_tokens,
        "model calls a turn": figures.model_calls,
        "tokens/s while reasons are written": figures.turn_tokens_per_second,
        "plain chain, ms": figures.chain_ms,
        "plain chain, prompt tokens": figures.chain_prompt_tokens,
        "raw server, tokens/s": figures.raw_tokens_per_second,
    }
    for name, s in rows.items():
        table.add_row(name, *(f"{value:,.0f}" for value in (s.p50, s.p95, s.least, s.most)), str(s.n))
    table.add_section()
    for name, ratio in figures.ratios().items():
        table.add_row(name, f"{ratio:.2f}")
    table.add_section()
    table.add_row("reasons", ", ".join(f"{state} {n}" for state, n in sorted(figures.reason_states.items())))
    return table
