"""What the stream shows of the values below it."""

from __future__ import annotations

from agent.claims import Claim
from agent.reason import Reason
from agent.stream import Card, ClaimView, EvidenceView, FactorView, ReasonReady, VerdictView
from agent.texts import Texts
from retrieval.evidence import Evidence
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
        factors=tuple(FactorView(f.name, texts.label(f.label), round(f.value, 4)) for f in suggestion.factors),
        propensity=round(suggestion.propensity, 6),
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
