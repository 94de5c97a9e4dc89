"""What is counted, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from agent.stream import ReasonReady
from serving.store import TurnRecord

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 4, 8, 15, 30)


class Metrics:
    """The counters of one server; each server has its own registry, so that two in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = self._counter("turns", "Turns by how they ended", "state")
        self._reasons = self._counter("reasons", "Reasons by how they came to be", "state")
        self._answers = self._counter("answers", "Answers about items by how they came to be", "state")
        self._claims = self._counter("claims", "Claims a model wrote by what was wrong with them", "cause")
        self._guesses = self._counter("intents", "Intents by who guessed them", "by")
        self._tools = self._counter("tool_turns", "Turns that a model answered with tools, or was to", "state")
        self._calls = self._counter("model_calls", "Calls to the model")
        self._tokens = self._counter("tokens", "Model tokens", "kind")
        self._events = self._counter("events", "Shopper events by outcome", "outcome")
        self._problems = self._counter("problems", "Problem responses", "problem", "status")
        self._tickets = Gauge("because_tickets", "Tickets by delivery", ["delivery"], registry=self.registry)
        self._stages = Histogram(
            "because_stage_seconds", "Time a turn's stage took", ["stage"], buckets=SECONDS, registry=self.registry
        )

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"because_{name}", text, labels, registry=self.registry)

    def turn(self, turn: TurnRecord) -> None:
        self._turns.labels(turn.state).inc()
        if turn.need is not None:
            self._guesses.labels(turn.need.guessed_by).inc()
        if turn.tools is not None:
            self._tools.labels(turn.tools.state).inc()
        if turn.answer_state is not None:
            self._answers.labels(turn.answer_state).inc()
        self.work(turn.reasons, turn.timings_ms, turn.model_calls, turn.prompt_tokens, turn.completion_tokens)

    def work(
        self, reasons: Iterable[ReasonReady], timings_ms: Mapping[str, float], calls: int, prompt: int, completion: int
    ) -> None:
        """What a turn or a recommendation took."""
        for reason in reasons:
            self._reasons.labels(reason.state).inc()
            for verdict in reason.verdicts:
                self._claims.labels(verdict.cause or "supported").inc()
        for stage, milliseconds in timings_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)
        self._calls.inc(calls)
        self._tokens.labels("prompt").inc(prompt)
        self._tokens.labels("completion").inc(completion)

    def events(self, outcome: str, count: int) -> None:
        self._events.labels(outcome).inc(count)

    def tickets(self, counts: Mapping[str, int]) -> None:
        """How many tickets there are by delivery, now."""
        for delivery in ("none", "waiting", "sent", "failed"):
            self._tickets.labels(delivery).set(counts.get(delivery, 0))

    def problem(self, slug: str, status: int) -> None:
        self._problems.labels(slug, str(status)).inc()

    def text(self) -> bytes:
        """All of it in Prometheus's text format."""
        return generate_latest(self.registry)
