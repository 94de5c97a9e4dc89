"""What is counted of written reasons: support, inventions, citations, variety, cost.

Support is the verifier's judgement, so that of what is shipped it is whole by construction; what raw text has of it,
and the inventions, which are found without the verifier, say what the proving is worth.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.reasons.claims import Claim, split_claims
from agent.reasons.reason import SILENCES, Reason
from agent.reasons.verify import Verdict
from serving.bench.invention import invented_names, invented_numbers
from serving.bench.measures import Share, Spread
from serving.bench.reason_cases import Case

_WORD = re.compile(r"[\u4e00-\u9fff]|[^\s\u4e00-\u9fff，。！？；：、“”（）]+")
WRITTEN = ("generated", "repaired")
"""The states of reasons that are the model's own words."""
Check = Callable[[Claim], Verdict]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one reason took; ``ms`` is its time from the call to the last claim."""

    ms: float
    calls: int
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Text:
    """A reason's text with the verdict on each claim, and for each citation whether it is one the claim rests on."""

    claims: tuple[Claim, ...]
    verdicts: tuple[Verdict, ...]
    citations: tuple[bool, ...]
    numbers: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case, written twice: ``raw`` is the model's first answer, in full and unproved.

    ``timed`` says whether as many reasons were written at once as a turn writes; ``check_ms`` is the time to check all
    claims of the raw text.
    """

    case: Case
    reason: Reason
    cost: Cost
    timed: bool
    raw: str
    raw_text: Text
    shipped_text: Text
    check_ms: float


@dataclass(frozen=True, slots=True)
class TextFigures:
    """Of claims: ``recall``, supported by what they cite together. Of citations: ``precision``, needed or enough alone.

    Of reasons: ``numbers`` and ``names`` that are invented, and ``invented``, one of the two.

    Source: citation recall and precision as in T. Gao et al., Enabling large language models to generate text with
    citations, EMNLP 2023; in the place of its entailment model stands the verifier.
    """

    recall: Share
    precision: Share
    whole: Share
    """Reasons of which every claim is supported; without a claim they do not count."""
    numbers: Share
    names: Share
    invented: Share


@dataclass(frozen=True, slots=True)
class Variety:
    """Of the reasons in the model's own words. ``opening`` is the commonest first five words."""

    distinct_2: float
    unique_sentences: float
    opening: str
    opening_share: Share


@dataclass(frozen=True, slots=True)
class ReasonFigures:
    """Times in ms; tokens and calls a reason, at the median and so on."""

    shipped: TextFigures
    raw: TextFigures
    states: dict[str, Share]
    cites_history: Share
    """Of the reasons that have a history among their evidence."""
    dropped: dict[str, int]
    """Claims that were not shown, by what was wrong with them."""
    raw_wrong: dict[str, int]
    model_failures: int
    variety: Variety
    words_mean: float
    words_sd: float
    time_ms: Spread
    check_ms: Spread
    calls: Spread
    calls_mean: float
    prompt_tokens: Spread
    completion_tokens: Spread


def read_text(written: str) -> tuple[Claim, ...]:
    """A raw text's claims; that nothing fits is none."""
    return tuple(claim for claim in split_claims(written) if claim.text not in SILENCES)


def judged(claims: Sequence[Claim], known: str, check: Check) -> Text:
    """A text as its claims, judged."""
    said = " ".join(claim.text for claim in claims)
    return Text(
        tuple(claims),
        tuple(map(check, claims)),
        tuple(rests for claim in claims for rests in _citations(claim, check)),
        invented_numbers(said, known),
        invented_names(said, known),
    )


def _citations(claim: Claim, check: Check) -> Iterable[bool]:
    """For each citation, whether the claim is supported, and by it alone or not without it."""
    supported = check(claim).supported
    for cited in claim.evidence_ids:
        if not supported or len(claim.evidence_ids) == 1:
            yield supported
            continue
        others = tuple(i for i in claim.evidence_ids if i != cited)
        alone = check(Claim(claim.text, (cited,))).supported
        yield alone or not check(Claim(claim.text, others)).supported


def figures(outcomes: Sequence[Outcome]) -> ReasonFigures:
    """All figures of a run of at least one case."""
    reasons = [o.reason for o in outcomes]
    words = [len(words_of(r.text)) for r in reasons if r.state in WRITTEN]
    with_history = [r for r in reasons if any(e.kind == "history" for e in r.evidence)]
    return ReasonFigures(
        shipped=_of_texts([o.shipped_text for o in outcomes]),
        raw=_of_texts([o.raw_text for o in outcomes]),
        states={state: Share.of(r.state == state for r in reasons) for state in (*WRITTEN, "extractive", "none")},
        cites_history=Share.of(any(i[0] == "H" for c in r.claims for i in c.evidence_ids) for r in with_history),
        dropped=_causes(v for r in reasons for v in r.verdicts),
        raw_wrong=_causes(v for o in outcomes for v in o.raw_text.verdicts),
        model_failures=sum((r.fallback or "").startswith(("ModelUnavailable", "BudgetSpent")) for r in reasons),
        variety=_variety([r for r in reasons if r.state in WRITTEN]),
        words_mean=statistics.fmean(words) if words else 0.0,
        words_sd=statistics.stdev(words) if len(words) > 1 else 0.0,
        time_ms=Spread.of([o.cost.ms for o in outcomes if o.timed]),
        check_ms=Spread.of([o.check_ms for o in outcomes]),
        calls=Spread.of([o.cost.calls for o in outcomes]),
        calls_mean=statistics.fmean(o.cost.calls for o in outcomes),
        prompt_tokens=Spread.of([o.cost.prompt_tokens for o in outcomes]),
        completion_tokens=Spread.of([o.cost.completion_tokens for o in outcomes]),
    )


def words_of(text: str) -> list[str]:
    """The words of a text; in Chinese, which does not part them, its characters."""
    return _WORD.findall(text)


def _joined(words: Sequence[str]) -> str:
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", " ".join(words))


def _of_texts(texts: Sequence[Text]) -> TextFigures:
    return TextFigures(
        recall=Share.of(v.supported for t in texts for v in t.verdicts),
        precision=Share.of(rests for t in texts for rests in t.citations),
        whole=Share.of(all(v.supported for v in t.verdicts) for t in texts if t.verdicts),
        numbers=Share.of(bool(t.numbers) for t in texts),
        names=Share.of(bool(t.names) for t in texts),
        invented=Share.of(bool(t.numbers or t.names) for t in texts),
    )


def _causes(verdicts: Iterable[Verdict]) -> dict[str, int]:
    return dict(Counter(v.cause for v in verdicts if not v.supported).most_common())


def _variety(reasons: Sequence[Reason]) -> Variety:
    texts = [r.text.casefold() for r in reasons]
    said = [claim.text for r in reasons for claim in r.claims]
    pairs = [pair for text in texts for pair in pairwise(words_of(text))]
    openings = [_joined(words_of(text)[:5]) for text in texts]
    commonest = Counter(openings).most_common(1)
    opening = commonest[0][0] if commonest else ""
    return Variety(
        distinct_2=len(set(pairs)) / max(len(pairs), 1),
        unique_sentences=len(set(said)) / max(len(said), 1),
        opening=opening,
        opening_share=Share.of(one == opening for one in openings),
    )
