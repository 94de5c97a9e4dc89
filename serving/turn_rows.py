"""A turn as it is remembered, and the rows of the database that hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from agent.shop.tools_used import ToolCallView, ToolsUsed
from agent.stream import (
    ChipView,
    ClaimView,
    EvidenceView,
    FactorView,
    NeedUnderstood,
    ReasonReady,
    ReasonState,
    VerdictView,
)
from serving import tables


@dataclass(frozen=True, slots=True)
class StoredSuggestion:
    """A card as it is remembered: what was shown at which rank, and the factors that put it there."""

    item_id: str
    rank: int
    score: float
    factors: tuple[FactorView, ...] = ()
    propensity: float = 1.0
    """The chance with which this item was to stand there; below 1 where the place explores."""


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A turn as it is remembered. ``state`` is ``done``, ``cancelled``, or the code of the error that ended it."""

    turn_id: str
    session_id: str
    question: str
    created: datetime
    state: str
    need: NeedUnderstood | None = None
    suggestions: tuple[StoredSuggestion, ...] = ()
    reasons: tuple[ReasonReady, ...] = ()
    message: str = ""
    message_evidence: tuple[EvidenceView, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    tools: ToolsUsed | None = None
    """Which of the shop's tools a model called, and how that ended; None where none was to."""
    answer_state: ReasonState | None = None
    """How an answer to a question about an item came to be: counted, not kept."""


def rows_of(turn: TurnRecord) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """The rows of a turn by table, in an order in which they can be written."""
    yield tables.turns, [_turn_row(turn)]
    yield tables.suggestions, [{"turn_id": turn.turn_id, **asdict(each)} for each in turn.suggestions]
    yield tables.reasons, [_reason_row(turn.turn_id, each) for each in turn.reasons]
    yield tables.drawbacks, list(_drawback_rows(turn))
    yield tables.verdicts, list(_verdict_rows(turn))
    yield tables.evidence, list(_evidence_rows(turn))


def _turn_row(turn: TurnRecord) -> dict[str, Any]:
    row = {column.name: getattr(turn, column.name) for column in tables.turns.columns}
    views = {"need": turn.need, "tools": turn.tools}
    return (
        row
        | {name: asdict(view) if view else None for name, view in views.items()}
        | {"timings_ms": dict(turn.timings_ms)}
    )


def _reason_row(turn_id: str, reason: ReasonReady) -> dict[str, Any]:
    claims = [asdict(claim) for claim in reason.claims]
    return {"turn_id": turn_id, "item_id": reason.item_id, "text": reason.text, "state": reason.state, "claims": claims}


def _evidence_rows(turn: TurnRecord) -> Iterator[dict[str, Any]]:
    cited: list[tuple[str | None, tuple[EvidenceView, ...]]] = [(r.item_id, r.evidence) for r in turn.reasons]
    for item_id, evidence in [*cited, (None, turn.message_evidence)]:
        for each in evidence:
            row = {"evidence_id": each.id, "kind": each.kind, "text": each.text, "source": each.source}
            yield {"turn_id": turn.turn_id, "item_id": item_id, **row}


def _drawback_rows(turn: TurnRecord) -> Iterator[dict[str, Any]]:
    for reason in turn.reasons:
        if reason.drawback:
            yield {"turn_id": turn.turn_id, "item_id": reason.item_id, **_claim_row(reason.drawback)}


def _verdict_rows(turn: TurnRecord) -> Iterator[dict[str, Any]]:
    for reason in turn.reasons:
        for position, verdict in enumerate(reason.verdicts, start=1):
            judged = {"supported": verdict.supported, "cause": verdict.cause, "problem": verdict.problem}
            row = {"turn_id": turn.turn_id, "item_id": reason.item_id, "position": position}
            yield row | _claim_row(verdict.claim) | judged


def _claim_row(claim: ClaimView) -> dict[str, Any]:
    return {"text": claim.text, "evidence_ids": list(claim.evidence_ids)}


def read_turn(connection: Connection, row: Row[Any]) -> TurnRecord:
    """The turn of a row of `tables.turns`."""
    found = dict(row._mapping)
    evidence: dict[str | None, list[EvidenceView]] = {}
    for each in _rows(connection, tables.evidence, row.turn_id, "row"):
        view = EvidenceView(id=each.evidence_id, kind=each.kind, text=each.text, source=each.source)
        evidence.setdefault(each.item_id, []).append(view)
    suggestions = _rows(connection, tables.suggestions, row.turn_id, "rank")
    order = {each.item_id: each.rank for each in suggestions}
    reasons = _rows(connection, tables.reasons, row.turn_id, "item_id")
    drawbacks = {each.item_id: _claim(each) for each in _rows(connection, tables.drawbacks, row.turn_id, "item_id")}
    verdicts: dict[str, list[VerdictView]] = {}
    for each in _rows(connection, tables.verdicts, row.turn_id, "position"):
        verdict = VerdictView(_claim(each), each.supported, each.cause, each.problem)
        verdicts.setdefault(each.item_id, []).append(verdict)
    return TurnRecord(
        **found | {"need": _need(found["need"]), "tools": _tools(found["tools"])},
        suggestions=tuple(_suggestion(each) for each in suggestions),
        reasons=tuple(
            _reason(each, evidence.get(each.item_id, []), drawbacks.get(each.item_id), verdicts.get(each.item_id, []))
            for each in sorted(reasons, key=lambda r: order.get(r.item_id, len(order)))
        ),
        message_evidence=tuple(evidence.get(None, [])),
    )


def _rows(connection: Connection, table: Table, turn_id: str, order: str) -> Sequence[Row[Any]]:
    return connection.execute(select(table).where(table.c.turn_id == turn_id).order_by(table.c[order])).all()


def _claim(row: Row[Any]) -> ClaimView:
    return ClaimView(row.text, tuple(row.evidence_ids))


def _need(stored: Mapping[str, Any] | None) -> NeedUnderstood | None:
    if not stored:
        return None
    chips = tuple(ChipView(**chip) for chip in stored.get("chips", ()))
    return NeedUnderstood(**{**stored, "relaxed": tuple(stored["relaxed"]), "chips": chips})


def _tools(stored: Mapping[str, Any] | None) -> ToolsUsed | None:
    if not stored:
        return None
    return ToolsUsed(stored["state"], tuple(ToolCallView(**call) for call in stored["calls"]))


def _suggestion(row: Row[Any]) -> StoredSuggestion:
    factors = tuple(FactorView(**factor) for factor in row.factors)
    return StoredSuggestion(
        item_id=row.item_id, rank=row.rank, score=row.score, factors=factors, propensity=row.propensity
    )


def _reason(
    row: Row[Any], evidence: Iterable[EvidenceView], drawback: ClaimView | None, verdicts: Iterable[VerdictView]
) -> ReasonReady:
    claims = tuple(ClaimView(text=c["text"], evidence_ids=tuple(c["evidence_ids"])) for c in row.claims)
    return ReasonReady(
        item_id=row.item_id,
        text=row.text,
        claims=claims,
        evidence=tuple(evidence),
        state=row.state,
        drawback=drawback,
        verdicts=tuple(verdicts),
    )
