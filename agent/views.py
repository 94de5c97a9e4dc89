"""What the stream shows of the values below it."""

from __future__ import annotations

from collections.abc import Iterable

from agent.chips import chips
from agent.items.comparison import Comparison
from agent.memory.remembered import Joined
from agent.reasons.claims import Claim
from agent.reasons.reason import Reason
from agent.stream import (
    Card,
    ClaimView,
    ComparisonReady,
    EvidenceView,
    FactorView,
    GuessedBy,
    NeedUnderstood,
    ReasonReady,
    RowView,
    VerdictView,
)
from agent.texts import Texts
from retrieval.evidence import Evidence
from retrieval.need import Need
from retrieval.need_codec import need_json
from retrieval.suggestion import Suggestion


def card(suggestion: Suggestion, texts: Texts) -> Card:
    """A suggestion as it is shown, its factors named in the language of the texts."""
    item = suggestion.item
    return Card(
        item_id=item.item_id,
        rank=suggestion.rank,
        title=item.title,
        brand=item.brand,
        price=item.price,
        currency=item.currency,
        url=item.url,
        image=item.image,
        score=round(suggestion.score, 4),
        factors=tuple(
            FactorView(f.name, texts.factor(f.label, f.region), round(f.value, 4)) for f in suggestion.factors
        ),
        propensity=round(suggestion.propensity, 6),
    )


def understood(
    need: Need,
    intent: str,
    relaxed: tuple[str, ...],
    currency: str,
    joined: Iterable[Joined] = (),
    *,
    parts: bool = True,
    guessed_by: GuessedBy = "classifier",
) -> NeedUnderstood:
    """A need as it is shown; with ``parts``, in parts that can be taken off."""
    shown = chips(need, currency, joined) if parts else ()
    constraints = need.constraints.as_dict()
    return NeedUnderstood(
        intent,
        need.said or need.terms,
        constraints,
        need.language,
        relaxed,
        shown,
        need_json(need),
        guessed_by,
    )


def comparison(found: Comparison, texts: Texts) -> ComparisonReady:
    return ComparisonReady(
        item_ids=tuple(item.item_id for item in found.items),
        titles=tuple(item.title for item in found.items),
        rows=tuple(
            RowView(row.name, row.values, row.differs, row.better, texts.attribute(row.name)) for row in found.rows
        ),
    )


def evidence(found: Evidence) -> EvidenceView:
    return EvidenceView(found.id, found.kind, found.text, found.source)


def reason(written: Reason) -> ReasonReady:
    return ReasonReady(
        item_id=written.item_id,
        text=written.text,
        claims=tuple(map(_claim, written.claims)),
        evidence=tuple(evidence(e) for e in written.evidence),
        state=written.state,
        drawback=_claim(written.drawback) if written.drawback else None,
        verdicts=tuple(VerdictView(_claim(v.claim), v.supported, v.cause, v.problem) for v in written.verdicts),
    )


def _claim(claim: Claim) -> ClaimView:
    return ClaimView(claim.text, claim.evidence_ids)
