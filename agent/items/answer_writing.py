"""Answers to questions about an item in the model's words; shown only when proved, else the rules' own answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agent.errors import BudgetSpent, ModelUnavailable
from agent.items.answer_proof import SILENT, AnswerProof, Shown, opened, overlooked, shown
from agent.items.finding import as_evidence
from agent.items.product_question import ItemAnswer, Reading, but
from agent.model import Budget, Model
from agent.reasons.claims import Claim, split_claims, written
from agent.reasons.reason import Writer
from agent.reasons.support import Support
from agent.reasons.verify import Verdict
from prompts.template import load

logger = logging.getLogger(__name__)
_MOST_CLAIMS = 2
PATIENCE = 4.0
"""Seconds after which the rules' answer is given: it is there already."""


@dataclass(frozen=True, slots=True)
class AnswerWriter:
    """Writes answers with one model call. Without a ``template`` the rules answer alone.

    Args:
        patience: seconds the model may take in all.
    """

    model: Model
    template: str | None = None
    brands: frozenset[str] = frozenset()
    support: Support = field(default_factory=Support)
    writes: frozenset[str] = frozenset({"en"})
    patience: float = PATIENCE

    @classmethod
    def beside(cls, writer: Writer, *, patience: float = PATIENCE) -> AnswerWriter:
        """The writer of answers that goes with a writer of reasons: the same model, prompts of the same kind."""
        return cls(writer.model, writer.prompts.answer, writer.brands, writer.support, writer.writes, patience)

    async def write(self, reading: Reading, budget: Budget, *, language: str = "en") -> ItemAnswer:
        """The answer to what was read. Never raises for the model's sake."""
        if self.template is None or not reading.found:
            return reading.said
        if language not in self.writes or language != "en":
            return replace(reading.said, fallback=f"the model does not write answers in {language!r}")
        lines = shown(reading)
        try:
            text = await self.ask(reading, lines, budget)
        except (ModelUnavailable, BudgetSpent) as error:
            logger.warning("answer on %s falls back: %s: %s", reading.item.item_id, type(error).__name__, error)
            return replace(reading.said, fallback=f"{type(error).__name__}: {error}")
        found = await asyncio.to_thread(self.proved, reading, lines, text)
        if found.fallback:
            logger.info("answer on %s falls back: %s", reading.item.item_id, found.fallback)
        return found

    async def ask(self, reading: Reading, lines: Sequence[Shown], budget: Budget) -> str:
        """What the model writes, unproved.

        Raises:
            ModelUnavailable: the server is down, too slow or answered with an error.
            BudgetSpent: the turn may make no further call.
        """
        assert self.template is not None
        pieces: list[str] = []
        stream = self.model.stream(load(self.template), variables(reading, lines), budget)
        try:
            async with asyncio.timeout(self.patience):
                async for piece in stream:
                    pieces.append(piece)
        except TimeoutError as error:
            raise ModelUnavailable(f"no answer within {self.patience:g} s") from error
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()
        return "".join(pieces)

    def proved(self, reading: Reading, lines: Sequence[Shown], text: str) -> ItemAnswer:
        """The proved part of a written answer, or the rules' answer where nothing is proved. Blocks."""
        proof = AnswerProof.of(reading, lines, self.brands, support=self.support)
        claims, verdicts, problem = _kept(proof, text)
        if not claims:
            return replace(reading.said, fallback=problem, verdicts=verdicts)
        return replace(_told(reading, proof, claims), fallback=problem or None, verdicts=verdicts)


def variables(reading: Reading, lines: Sequence[Shown]) -> dict[str, object]:
    """What the templates of answers take; a line that answers by the rules is marked: the model need not guess it."""
    evidence = [
        {"id": each.evidence.id, "text": each.evidence.text, "answers": reading.takes(each.found)} for each in lines
    ]
    return {"title": reading.item.title, "question": reading.question, "evidence": evidence}


def _kept(proof: AnswerProof, text: str) -> tuple[list[Claim], tuple[Verdict, ...], str]:
    """The claims that hold, up to the first that does not; the verdicts; and what was wrong."""
    claims: list[Claim] = []
    verdicts: list[Verdict] = []
    for claim in split_claims(text):
        if len(claims) == _MOST_CLAIMS:
            break
        if claim.text == SILENT:
            wrong = "the evidence answers the question" if proof.answerable else "the model found no answer"
            return claims, tuple(verdicts), "" if claims else wrong
        verdict = proof.check(claim)
        if verdict.supported and claims and opened(claim.text)[0] != "open":
            verdict = Verdict(claim, False, "polarity", "a second yes or no")
        verdicts.append(verdict)
        if not verdict.supported:
            return claims, tuple(verdicts), f"“{claim.text}”: {verdict.problem}"
        if all(claim.text != known.text for known in claims):
            claims.append(claim)
    return claims, tuple(verdicts), "" if claims else "the model wrote no sentence that cites"


def _told(reading: Reading, proof: AnswerProof, claims: Sequence[Claim]) -> ItemAnswer:
    """The claims with the evidence that they cite, numbered anew, and a customer who says otherwise."""
    cited = dict.fromkeys(i for claim in claims for i in claim.evidence_ids)
    facts = [proof.lines[i].found.fact for i in cited]
    other = overlooked(reading, facts, proof.stance(claims))
    evidence = as_evidence([*facts, *([other.fact] if other else [])])
    ids = dict(zip(cited, (each.id for each in evidence), strict=False))
    parts = [written(Claim(claim.text, tuple(ids[i] for i in claim.evidence_ids))) for claim in claims]
    if other:
        parts.append(f"{but(other.fact, 'en')} [{evidence[-1].id}]")
    return ItemAnswer(" ".join(parts), evidence, written=True)
