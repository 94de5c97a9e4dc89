"""What the system answers, as JSON values: the same over HTTP and from the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from agent.items.why import change, excluded
from agent.local import Compared
from agent.stream import wire
from retrieval.contrast import WhyNot
from serving.items import summary
from serving.services import RecommendResult


def why_view(compared: Compared) -> dict[str, Any]:
    """A comparison as JSON values: `behind` and `ahead` add up to `lead`."""
    found = compared.found
    named = zip(found.broken, excluded(found, compared.need.constraints), strict=True)
    return {
        "item": summary(found.item),
        "rank": found.rank,
        "excluded_by": [{"name": name, "text": text} for name, text in named],
        "compared_with": _shown(found),
        "lead": round(found.lead, 4),
        "behind": [asdict(factor) for factor in found.behind],
        "ahead": [asdict(factor) for factor in found.ahead],
        "change": asdict(found.change) | {"text": change(found, found.change)} if found.change else None,
        "text": compared.text,
    }


def _shown(found: WhyNot) -> dict[str, Any] | None:
    return summary(found.shown.item) | {"rank": found.shown.rank} if found.shown else None


def result_view(result: RecommendResult) -> dict[str, Any]:
    """A recommendation as JSON values; ``runner_up`` is there only if it was asked for."""
    found: dict[str, Any] = {
        "need": wire(result.need) if result.need else None,
        "suggestions": [asdict(card) for card in result.suggestions],
        "reasons": [wire(reason) for reason in result.reasons],
        "message": result.message,
        "timings_ms": dict(result.timings_ms),
        "model_calls": result.model_calls,
        "prompt_tokens": result.prompt_tokens,
        "completion_tokens": result.completion_tokens,
    }
    return found | ({"runner_up": why_view(result.runner_up)} if result.runner_up else {})
