"""`because evaluate`: the evaluation's cases run on the real assistant and the real model."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from agent.assistant import Assistant, Question
from agent.errors import AgentError
from agent.gathered import Gathered, gather
from agent.model import Budget, ServedModel
from agent.stream import ReasonReady
from prompts.casefiles import Case, PromptCase, load_cases, prompt_outcome
from prompts.evaluation import EvaluationConfig, evaluate
from prompts.outcome import ClaimOutcome, ItemOutcome, Outcome, ReasonOutcome
from retrieval.catalogue import Item
from serving import client
from serving.profiles import Profile, load_profile
from serving.settings import Settings
from serving.workbench import running_model, workbench

Look = Callable[[str], ItemOutcome]


async def evaluate_cases(
    settings: Settings, paths: Sequence[Path] | None, repeats: int, folder: Path, console: Console
) -> int:
    """Run the cases and write report.json and report.html; the exit code.

    The turns go through the server that is running, or else through the store itself.
    """
    cases = load_cases(paths or None)
    profile = load_profile(settings.profile, settings)
    address = f"http://{settings.host}:{settings.port}"
    key = settings.model_key.get_secret_value() if settings.model_key else None
    with ExitStack() as stack:
        if client.answering(address):
            stack.enter_context(running_model(profile, settings, console.print))
            runner = CaseRunner(_served(address), lambda item_id: _fetched(client.item(address, item_id)), profile, key)
        else:
            shop = stack.enter_context(workbench(settings, console.print)).shop
            runner = CaseRunner(lambda _: shop.assistant, lambda item_id: _known(shop.catalogue[item_id]), profile, key)
        config = EvaluationConfig(repeats=repeats, model=profile.model)
        report = await evaluate(cases, runner, config)
    console.print(report.table())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=2), encoding="utf-8")
    (folder / "report.html").write_text(report.html(), encoding="utf-8")
    console.print(f"Written: {folder / 'report.json'} and {folder / 'report.html'}")
    return report.exit_code


class CaseRunner:
    """Runs turn cases through an assistant and prompt cases through the model itself.

    Args:
        assistant_for: the assistant that answers a shopper (by id), or a guest (None).
        look: what the catalogue says about an item.
        key: the model server's key, if it wants one.
    """

    def __init__(
        self, assistant_for: Callable[[str | None], Assistant], look: Look, profile: Profile, key: str | None = None
    ) -> None:
        self._assistant_for = assistant_for
        self._look = look
        self._model = ServedModel(profile.address, profile.model, key=key, timeout=60.0)

    async def run(self, case: Case) -> Outcome:
        if isinstance(case, PromptCase):
            return await self._prompt(case)
        assistant = self._assistant_for(case.shopper_id)
        question = Question(case.message, shopper_id=case.shopper_id, language=case.language)
        for message in case.before:
            before = await gather(assistant.turn(replace(question, message=message)))
            question = replace(question, session_id=before.session.session_id if before.session else None)
        started = time.perf_counter()
        turn = await gather(assistant.turn(question))
        asked = "\n".join((*case.before, case.message))
        return replace(_outcome(turn, self._look, (time.perf_counter() - started) * 1000), asked=asked)

    async def _prompt(self, case: PromptCase) -> Outcome:
        started, budget = time.perf_counter(), Budget(max_calls=1)
        pieces = [piece async for piece in self._model.stream(case.template, dict(case.variables), budget)]
        latency = (time.perf_counter() - started) * 1000
        return prompt_outcome(case, "".join(pieces), latency_ms=latency, prompt_tokens=budget.prompt_tokens)


def _outcome(turn: Gathered, look: Look, latency_ms: float) -> Outcome:
    """A turn that is over, as the plain values that assertions judge."""
    need = turn.need
    constraints = {**need.constraints, "language": need.language, "relaxed": list(need.relaxed)} if need else {}
    items = tuple(look(card.item_id) for card in turn.cards)
    message = turn.message.text
    shown = [item.title for item in items] + [reason.text for reason in turn.reasons.values()] + [message]
    return Outcome(
        text="\n".join(part for part in shown if part),
        reasons=tuple(map(_reason, turn.reasons.values())),
        items=items,
        constraints=constraints,
        message=message or (turn.failed.message if turn.failed else ""),
        end="done" if turn.done else "error",
        code=turn.failed.code if turn.failed else None,
        latency_ms=latency_ms,
        model_calls=turn.done.model_calls if turn.done else 0,
        prompt_tokens=turn.done.prompt_tokens if turn.done else 0,
    )


def _reason(reason: ReasonReady) -> ReasonOutcome:
    claims = tuple(ClaimOutcome(claim.text, claim.evidence_ids) for claim in reason.claims)
    return ReasonOutcome(reason.item_id, reason.text, claims, {e.id: e.text for e in reason.evidence}, reason.state)


def _known(item: Item) -> ItemOutcome:
    return ItemOutcome(
        item.item_id,
        item.title,
        item.brand,
        item.category,
        item.price,
        item.in_stock,
        str(item.colour.value) if item.colour else None,
        item.kind,
    )


def _fetched(raw: Mapping[str, Any]) -> ItemOutcome:
    """What `_known` says of the same item, from the JSON that the server gives of it."""
    values = {attribute["name"]: attribute["value"] for attribute in reversed(raw["attributes"])}
    colour = values.get("colour", values.get("color"))
    return ItemOutcome(
        raw["item_id"],
        raw["title"],
        raw["brand"],
        raw["category"],
        raw["price"],
        raw["in_stock"],
        None if colour is None else str(colour),
        raw["kind"],
    )


def _served(address: str) -> Callable[[str | None], Assistant]:
    def assistant_for(shopper_id: str | None) -> Assistant:
        token = client.demo_token(address, shopper_id) if shopper_id else None
        if shopper_id and token is None:
            raise AgentError(f"The server at {address} has no demo shopper {shopper_id}.")
        return client.RemoteAssistant(address, token=token)

    return assistant_for
