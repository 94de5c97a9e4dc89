"""Is the cited deed the reason? Take it away and see whether the score falls further than without another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.learned import LearnedRanker
from serving.bench.measures import Share
from serving.bench.ranking_data import Case

_LEAST = 2
_DECILES = tuple(range(0, 101, 10))


@dataclass(frozen=True)
class Faithfulness:
    """Over pairs of a shopper and the item put first. The margin is the cited fall less the uncited one."""

    further: Share
    """Without the cited deed the score falls further than without a random one that is not cited."""
    falls: Share
    """Without the cited deed the score falls at all."""
    margin: dict[int, float]
    """Deciles of the margin, in the unit of the score."""
    cited_fall: dict[int, float]
    uncited_fall: dict[int, float]

    @classmethod
    def of(cls, cited_falls: Sequence[float], uncited_falls: Sequence[float]) -> Faithfulness:
        """What the scores of each pair lost without what is cited, and without something else."""
        cited, uncited = np.array(cited_falls), np.array(uncited_falls)
        return cls(
            further=Share.of(bool(more) for more in cited > uncited),
            falls=Share.of(bool(fall) for fall in cited > 0),
            margin=_deciles(cited - uncited),
            cited_fall=_deciles(cited),
            uncited_fall=_deciles(uncited),
        )


def faithfulness(ranker: LearnedRanker, cases: Sequence[Case], *, pairs: int, seed: int = 0) -> Faithfulness:
    """Pairs are drawn among the shoppers with at least two deeds of whose best item a deed is cited."""
    random = np.random.default_rng(seed)
    cited_falls: list[float] = []
    uncited_falls: list[float] = []
    for n in random.permutation(len(cases)):
        case = cases[n]
        if len(cited_falls) == pairs:
            break
        if len(case.past) < _LEAST:
            continue
        found = ranker.explain(case.past, case.candidates)
        best = int(found.scores.argmax())
        cited = ranker.cited(case.past, int(case.candidates[best]), found.reason, best)
        if cited is None:
            continue
        item = case.candidates[best : best + 1]
        other = int(random.choice([place for place in range(len(found.reason.falls)) if place != cited]))
        whole, without, without_other = (
            float(ranker.scores(past, item)[0])
            for past in (case.past, case.past.without(cited), case.past.without(other))
        )
        cited_falls.append(whole - without)
        uncited_falls.append(whole - without_other)
    return Faithfulness.of(cited_falls, uncited_falls)


def _deciles(values: npt.NDArray[np.float64]) -> dict[int, float]:
    return {part: float(np.percentile(values, part)) for part in _DECILES} if len(values) else {}
