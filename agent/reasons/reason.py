"""One reason for one suggestion: written by the model, proved claim by claim, shown only when proved."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agent.errors import BudgetSpent, ModelUnavailable
from agent.model import Budget, Model
from agent.reasons.chinese import Translating, verifier_of
from agent.reasons.claims import Claim, ClaimReader, written
from agent.reasons.extract import extractive_claims
from agent.reasons.retelling import in_their_words
from agent.reasons.support import Support
from agent.reasons.verify import Verdict
from agent.stream import ReasonState
from agent.texts import LANGUAGES, Texts
from prompts.template import load
from retrieval.catalogue import Item
from retrieval.evidence import Evidence

logger = logging.getLogger(__name__)
NOTHING_FITS = Texts.of("en").say("nothing_suits")
"""What a reason says when nothing can be said. A model may answer with it too; it cites nothing."""
SILENCES = frozenset(Texts.of(language).say("nothing_suits") for language in LANGUAGES)
"""The same in every language."""
_NO_NEED = {"en": "something that suits me", "zh": "适合我的东西"}
_MOST_CLAIMS = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """Proved claims about an item, and how they came to be.

    ``verdicts`` are those on all that the model wrote, in its order. ``fallback`` says what is missing of the
    model's: why the claims are not its own, or why one of them was left out. ``drawback`` is no part of the reason:
    it is counted over the reviews (see `agent.reasons.drawback`).
    """

    item_id: str
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    state: ReasonState
    fallback: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    drawback: Claim | None = None
    language: str = "en"

    @property
    def text(self) -> str:
        texts = Texts.of(self.language)
        if self.state == "none":
            return texts.say("nothing_suits")
        return texts.say("between_sentences").join(claim.text for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Prompts:
    """The templates by which a model is asked for a reason, asked again, and asked to answer a question on an item.

    ``answer`` None: the model writes no answers.
    """

    first: str
    again: str
    answer: str | None = None


PROMPTED = Prompts("reason", "repair", "answer")
"""For a model that is told by its prompt alone how to write."""
CITED = Prompts("cited", "cited_again")
"""For the model that was trained to write reasons."""
TAUGHT = Prompts("cited", "cited_again", "answered")
"""For the one that was trained to write reasons and answers."""


def cited_in(language: str) -> Prompts:
    """The templates that a model was trained by in a language: cited_zh for Chinese."""
    return CITED if language == "en" else Prompts(f"cited_{language}", f"cited_{language}_again")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes reasons.

    A claim that fails stops the writing; the model is asked once more to go on from what was proved. If that
    fails too, what was proved stands alone, and with nothing proved the evidence speaks for itself. So it does at once
    in a language that the model does not write.
    """

    model: Model
    brands: frozenset[str] = frozenset()
    prompts: Prompts = PROMPTED
    support: Support = field(default_factory=Support)
    writes: frozenset[str] = frozenset({"en"})

    async def write(
        self,
        item: Item,
        need: str,
        evidence: Sequence[Evidence],
        budget: Budget,
        on_claim: Callable[[Claim], None] = lambda _: None,
        *,
        factors: Sequence[str] = (),
        language: str = "en",
    ) -> Reason:
        """The reason; ``on_claim`` hears each claim as soon as it is proved. Never raises for the model's sake.

        Args:
            factors: labels of what raised the item's score, the strongest first.
            language: the one that the reason is to be in.
        """
        evidence = tuple(evidence)
        if not evidence:
            return Reason(item.item_id, (), (), "none", language=language)
        if language not in self.writes:
            why = f"the model does not write {language!r}"
            return _extractive(item, evidence, on_claim, why, language=language)
        verifier = verifier_of(evidence, item.title, self.brands, need=need, support=self.support)
        draft = _Draft(verifier, evidence, on_claim)
        first, variables = self.prompt(item, need, evidence, factors, language=language)
        state: ReasonState = "generated"
        fallback: str | None = None
        try:
            await self._attempt(first, variables, draft, budget)
            if draft.problem:
                proved, fallback = len(draft.claims), draft.problem
                repair = self._repair(variables, draft, language)
                draft.problem = ""
                await self._attempt(self._prompts_in(language).again, repair, draft, budget)
                fallback = draft.problem or fallback
                if len(draft.claims) > proved:
                    state, fallback = "repaired", draft.problem or None
        except (ModelUnavailable, BudgetSpent) as error:
            fallback = f"{type(error).__name__}: {error}"
            logger.warning("reason for %s falls back: %s", item.item_id, fallback)
        verdicts = tuple(draft.verdicts)
        if draft.claims:
            return Reason(item.item_id, tuple(draft.claims), evidence, state, fallback, verdicts, language=language)
        if draft.nothing_fits:
            why = "the model found nothing that fits"
            return Reason(item.item_id, (), evidence, "none", why, verdicts, language=language)
        why = fallback or "no claim was supported"
        return _extractive(item, evidence, on_claim, why, language=language, verdicts=verdicts)

    def prompt(
        self,
        item: Item,
        need: str,
        evidence: Sequence[Evidence],
        factors: Sequence[str] = (),
        *,
        language: str = "en",
    ) -> tuple[str, dict[str, object]]:
        """The first prompt's template and its variables."""
        first = self._prompts_in(language).first
        variables: dict[str, object] = {
            "title": item.title,
            "need": need or _NO_NEED.get(language, _NO_NEED["en"]),
            "factors": list(factors),
            "evidence": [
                {"id": e.id, "kind": e.kind, "text": e.text, "answers": list(e.answers or ())} for e in evidence
            ],
        }
        return first, _taken_by(first, variables)

    def _prompts_in(self, language: str) -> Prompts:
        """A trained model is asked as it was trained in the language; one that is told how to write, in English."""
        return cited_in(language) if self.prompts == CITED else self.prompts

    def _repair(self, variables: dict[str, object], draft: _Draft, language: str) -> dict[str, object]:
        proven = " ".join(written(claim) for claim in draft.claims)
        known = {**variables, "proven": proven, "problem": draft.problem, "used": sorted(draft.used)}
        return _taken_by(self._prompts_in(language).again, known)

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


def _extractive(
    item: Item,
    evidence: tuple[Evidence, ...],
    on_claim: Callable[[Claim], None],
    why: str,
    *,
    language: str,
    verdicts: tuple[Verdict, ...] = (),
) -> Reason:
    claims = extractive_claims(evidence, Texts.of(language))
    for claim in claims:
        on_claim(claim)
    return Reason(item.item_id, claims, evidence, "extractive", why, verdicts, language=language)


def _taken_by(template: str, variables: dict[str, object]) -> dict[str, object]:
    return {name: variables[name] for name in load(template).variables if name in variables}


class _Draft:
    """The claims proved so far, and the problem that stopped the writing."""

    def __init__(self, verifier: Translating, evidence: Sequence[Evidence], on_claim: Callable[[Claim], None]) -> None:
        self._reviews = {each.id: each.text for each in evidence if each.kind == "review"}
        self.claims: list[Claim] = []
        self.verdicts: list[Verdict] = []
        self.problem = ""
        self.nothing_fits = False
        self._verifier = verifier
        self._on_claim = on_claim

    def take(self, claim: Claim) -> bool:
        """Keep a claim if it is supported; whether the writing should go on."""
        claim = in_their_words(claim, self._reviews)
        if any(claim.text == known.text for known in self.claims):
            return True
        silent = claim.text in SILENCES
        verdict = self._verifier.check_silence(claim) if silent else self._verifier.check(claim)
        if silent and verdict.supported:
            self.nothing_fits = True
            return False
        self.verdicts.append(verdict)
        if not verdict.supported:
            self.problem = f"“{claim.text}”: {verdict.problem}"
            return False
        self.claims.append(claim)
        self._on_claim(claim)
        return len(self.claims) < _MOST_CLAIMS

    @property
    def used(self) -> set[str]:
        """Ids of the evidence that the claims so far cite, the one that failed included."""
        return {i for verdict in self.verdicts for i in verdict.claim.evidence_ids}
