"""One reason for one suggestion: written by the model, proved claim by claim, shown only when proved."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.claims import Claim, ClaimReader, written
from agent.errors import BudgetSpent, ModelUnavailable
from agent.extract import extractive_claims
from agent.model import Budget, Model
from agent.stream import ReasonState
from agent.verify import Verifier
from prompts.template import load
from retrieval.catalogue import Item
from retrieval.evidence import Evidence

logger = logging.getLogger(__name__)
_MOST_CLAIMS = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """Proved claims about an item, and how they came to be. ``fallback`` says why it is not the model's, if so."""

    item_id: str
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    state: ReasonState
    fallback: str | None = None

    @property
    def text(self) -> str:
        return " ".join(claim.text for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes reasons.

    A claim that fails stops the writing; the model is asked once more to go on from what was proved. If that
    fails too, what was proved stands alone, and with nothing proved the evidence speaks for itself.
    """

    model: Model
    brands: frozenset[str] = frozenset()

    async def write(
        self,
        item: Item,
        need: str,
        evidence: Sequence[Evidence],
        budget: Budget,
        on_claim: Callable[[Claim], None] = lambda _: None,
    ) -> Reason:
        """The reason; ``on_claim`` hears each claim as soon as it is proved. Never raises for the model's sake."""
        evidence = tuple(evidence)
        if not evidence:
            return Reason(item.item_id, (), (), "silent")
        draft = _Draft(Verifier.of(evidence, item.title, self.brands), on_claim)
        variables: dict[str, object] = {
            "title": item.title,
            "need": need or "something that suits me",
            "evidence": [{"id": e.id, "kind": e.kind, "text": e.text} for e in evidence],
        }
        state: ReasonState = "generated"
        fallback: str | None = None
        try:
            await self._attempt("reason", variables, draft, budget)
            if draft.problem:
                state = "repaired"
                proven = " ".join(written(claim) for claim in draft.claims)
                repair = {**variables, "proven": proven, "problem": draft.problem}
                draft.problem = ""
                await self._attempt("repair", repair, draft, budget)
                if draft.problem:
                    state = "trimmed"
                    fallback = draft.problem
        except (ModelUnavailable, BudgetSpent) as error:
            state, fallback = "trimmed", f"{type(error).__name__}: {error}"
            logger.warning("reason for %s falls back: %s", item.item_id, fallback)
        if draft.claims:
            return Reason(item.item_id, tuple(draft.claims), evidence, state, fallback)
        claims = extractive_claims(evidence)
        for claim in claims:
            on_claim(claim)
        return Reason(item.item_id, claims, evidence, "extractive", fallback or "no claim was supported")

    async def _attempt(self, name: str, variables: dict[str, object], draft: _Draft, budget: Budget) -> None:
        reader = ClaimReader()
        stream = self.model.stream(load(name), variables, budget)
        try:
            async for piece in stream:
                for claim in reader.feed(piece):
                    if not draft.take(claim):
                        return
            for claim in reader.finish():
                if not draft.take(claim):
                    return
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()


class _Draft:
    """The claims proved so far, and the problem that stopped the writing."""

    def __init__(self, verifier: Verifier, on_claim: Callable[[Claim], None]) -> None:
        self.claims: list[Claim] = []
        self.problem = ""
        self._verifier = verifier
        self._on_claim = on_claim

    def take(self, claim: Claim) -> bool:
        """Keep a claim if it is supported; whether the writing should go on."""
        if any(claim.text == known.text for known in self.claims):
            return True
        verdict = self._verifier.check(claim)
        if not verdict.supported:
            self.problem = f"“{claim.text}”: {verdict.problem}"
            return False
        self.claims.append(claim)
        self._on_claim(claim)
        return len(self.claims) < _MOST_CLAIMS
