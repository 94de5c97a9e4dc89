"""How well items are ranked: f against its rivals, from few events and from many, and whether its reasons are true."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from retrieval.embedding import Embedder
from retrieval.learned import LearnedRanker
from retrieval.table import ItemTable
from serving.bench.measures import Spread, machine
from serving.bench.ranking_data import Case, RankingData, load, own_split
from serving.bench.ranking_faithful import Faithfulness, faithfulness
from serving.bench.ranking_figures import Estimate, Quality, Ranks, gains, rank_of_first
from serving.bench.ranking_kept import trained
from serving.bench.ranking_rivals import Scorer, contenders, rivals
from serving.training.ranker import RankerConfig

Report = Callable[[str], None]
CURVE = (0, 1, 2, 3, 5, 8)
"""How many of the latest deeds the cold-start curve lets the ranker see."""
_TIMED = 200


@dataclass(frozen=True, slots=True)
class RankingPlan:
    """What to measure. ``own`` measures on that many cases of a split made here, to tune on, not on the candidates.

    ``kept`` is a folder for the trained rankers, which are used again if they are there.
    """

    data: Path
    candidates: Path | None = None
    own: int = 0
    full: int = 500
    pairs: int = 500
    ease: bool = True
    seed: int = 0
    kept: Path | None = None
    config: RankerConfig = field(default_factory=RankerConfig)


@dataclass(frozen=True)
class RankingFigures:
    """All that was measured; names of scorers as they are shown."""

    machine: str
    date: str
    sample: str
    training_s: float | None
    """None where a kept ranker was used of which that is not known."""
    peak_mb: float
    """The most memory that the process held until f was trained or loaded, data and texts included."""
    ranker_mb: float
    """What was learned of items and shoppers, as it lies in memory."""
    sampled: dict[str, Quality]
    lead: Estimate
    """NDCG@10 of f less that of the best rival, shopper by shopper."""
    best_rival: str
    full: dict[str, Quality]
    curve: dict[str, dict[int, Estimate]]
    new_items: dict[str, Estimate]
    """NDCG@10 where the item that was chosen is new to the shop: nothing is known of it but its text."""
    faithfulness: Faithfulness
    fold_in_ms: Spread
    ranking_ms: Spread


def bench(plan: RankingPlan, embedder: Embedder, report: Report) -> RankingFigures:
    """Train on the histories and measure on the cases, all in one run."""
    data = load(plan.data, plan.candidates)
    if plan.own:
        data = own_split(data, cases=plan.own, seed=plan.seed + 1)
    return measure(data, plan, embedder, report)


def measure(data: RankingData, plan: RankingPlan, embedder: Embedder, report: Report) -> RankingFigures:
    report(f"reading {len(data.items)} items")
    table = ItemTable.of(data.items, embedder)
    rankers, seconds = trained(table, data.behaviour, plan.config, plan.kept, report)
    ranker, peak_mb = rankers.ranker, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    others = rivals(ranker.features, data.behaviour, ease=plan.ease)
    scorers = {**others, **contenders(ranker, rankers.without_r)}
    report(f"ranking for {len(data.cases)} shoppers")
    ranks = {name: ranked(scorer, data.cases) for name, scorer in scorers.items()}
    best = max(others, key=lambda name: float(gains(ranks[name]).mean()))
    random = np.random.default_rng(plan.seed)
    some = [data.cases[i] for i in random.permutation(len(data.cases))[: plan.full]]
    report(f"ranking all items for {len(some)} shoppers")
    everything = [over_all(case, len(data.items)) for case in some]
    report("cold start, and whether reasons are true")
    return RankingFigures(
        machine=machine(),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        sample=_sample(data, plan),
        training_s=seconds,
        peak_mb=peak_mb,
        ranker_mb=_held_mb(ranker),
        sampled={name: Quality.of(found) for name, found in ranks.items()},
        lead=Estimate.of(gains(ranks["f"]) - gains(ranks[best])),
        best_rival=best,
        full={name: Quality.of(ranked(scorer, everything)) for name, scorer in scorers.items()} if some else {},
        curve=cold_start(scorers, data.cases),
        new_items=new_items(ranker, data.cases, scorers),
        faithfulness=faithfulness(ranker, data.cases, pairs=plan.pairs, seed=plan.seed),
        fold_in_ms=_timed(lambda case: ranker.features.collaborative.fold_in(case.past), data.cases),
        ranking_ms=_timed(lambda case: ranker.explain(case.past, case.candidates), data.cases),
    )


def ranked(scorer: Scorer, cases: Sequence[Case]) -> Ranks:
    """The rank of each case's target. Shapes: (U,)."""
    return np.array([rank_of_first(scorer(case.past, case.candidates)) for case in cases])


def over_all(case: Case, items: int) -> Case:
    """The case with every item that is not in the past as a candidate."""
    target = case.candidates[0]
    others = np.setdiff1d(np.arange(items), [*case.past.items, target])
    return replace(case, candidates=np.concatenate([[target], others]).astype(np.int64))


def cold_start(scorers: Mapping[str, Scorer], cases: Sequence[Case]) -> dict[str, dict[int, Estimate]]:
    """NDCG@10 where only the latest n deeds are known, by scorer and n, for the shoppers who have the most of them."""
    most = min(CURVE[-1], max(len(case.past) for case in cases))
    long = [case for case in cases if len(case.past) >= most]
    curves: dict[str, dict[int, Estimate]] = {}
    for name, scorer in scorers.items():
        curves[name] = {
            n: Estimate.of(gains(ranked(scorer, [replace(c, past=c.past.latest(n)) for c in long])))
            for n in CURVE
            if n <= most
        }
    return curves


def new_items(ranker: LearnedRanker, cases: Sequence[Case], scorers: Mapping[str, Scorer]) -> dict[str, Estimate]:
    """NDCG@10 where each target is replaced by a twin: the same text, and nothing done with it.

    What is expected of a twin is learned from all other items, or it would be read off its original.
    """
    targets = np.array(sorted({int(case.candidates[0]) for case in cases}))
    first = len(ranker.features.table.item_ids)
    place = {int(target): first + n for n, target in enumerate(targets)}
    twinned = ranker.over(ranker.features.with_twins(targets))
    turned = [
        replace(case, candidates=np.concatenate([[place[int(case.candidates[0])]], case.candidates[1:]]))
        for case in cases
    ]
    return {
        "f, the item as known as it is": Estimate.of(gains(ranked(ranker.scores, cases))),
        "f, the item new": Estimate.of(gains(ranked(twinned.scores, turned))),
        "text only": Estimate.of(gains(ranked(scorers["text only"], cases))),
    }


def _held_mb(ranker: LearnedRanker) -> float:
    """Megabytes of what was learned: factors, neighbours, attention and trees."""
    known = ranker.features.knowledge
    near = known.collaborative.neighbours
    arrays = [known.collaborative.item_factors, near.data, near.indices, near.indptr, known.popularity]
    arrays += [getattr(part, each.name) for part in (known.weights, known.newcomers) for each in fields(part)]
    trees = len(ranker.trees.booster.model_to_string())
    return float(sum(array.nbytes for array in arrays) + trees) / 1e6


def _timed(work: Callable[[Case], object], cases: Sequence[Case]) -> Spread:
    taken = []
    for case in cases[:_TIMED]:
        started = time.perf_counter()
        work(case)
        taken.append((time.perf_counter() - started) * 1000)
    return Spread.of(taken)


def _sample(data: RankingData, plan: RankingPlan) -> str:
    among = int(np.median([len(case.candidates) for case in data.cases]))
    source = f"{plan.own} cases of an own split" if plan.own else (plan.candidates or Path("dev_candidates")).name
    shoppers = f"{len(data.behaviour.pasts):,} histories, {len(data.items):,} items"
    return f"{source}: {len(data.cases):,} shoppers, 1 target among {among} candidates; {shoppers}"
