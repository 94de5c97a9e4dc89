"""The gate: a learned taste is used only if it foresees better, on deeds that neither has seen, what shoppers chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from retrieval.catalogue import Item
from retrieval.embedding import Vectors
from retrieval.events import Event
from retrieval.facts import NobodyAsks
from retrieval.history import Activity, Trace
from retrieval.index import ShopIndex
from retrieval.need import Need
from retrieval.ranking import Ranker
from retrieval.recall import Candidate
from retrieval.taste import Taste
from serving.bench.ranking_figures import Estimate, gains

_ANY = Need("", "")
_OTHERS = 99
_MOST = 400


@dataclass(frozen=True)
class StillShelf:
    """The shop as it is, or as it was before the deeds that are to be foreseen, all in memory."""

    catalogue: Mapping[str, Item]
    activity: Activity
    vectors: Mapping[str, Vectors]
    facts: NobodyAsks = field(default_factory=NobodyAsks)

    @classmethod
    def of(cls, index: ShopIndex) -> StillShelf:
        return cls(index.catalogue, index.activity, index.item_vectors(list(index.catalogue)))

    def item_vectors(self, item_ids: Sequence[str]) -> Mapping[str, Vectors]:
        return {item_id: self.vectors[item_id] for item_id in item_ids if item_id in self.vectors}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One shopper's history without the deeds with one item, and that item."""

    history: tuple[Trace, ...]
    item_id: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """NDCG@10 of both over the same shoppers, each ranking the chosen item among at most 99 random ones."""

    learned: Estimate
    by_hand: Estimate
    lead: Estimate
    """Of the learned one, shopper by shopper."""

    @property
    def passed(self) -> bool:
        """Whether the lead is above zero at 95 %."""
        return self.lead.low > 0.0


def judge(learned: Taste, by_hand: Taste, shelf: StillShelf, foreseen: Sequence[Foreseen], *, seed: int = 0) -> Verdict:
    """Rank the same candidates with both, by the code that a turn runs."""
    random = np.random.default_rng(seed)
    some = [foreseen[i] for i in random.permutation(len(foreseen))[:_MOST]]
    candidates = [_candidates(case, shelf, random) for case in some]
    ranks = {taste.name: _ranks(Ranker(taste), shelf, some, candidates) for taste in (learned, by_hand)}
    one, other = gains(ranks[learned.name]), gains(ranks[by_hand.name])
    return Verdict(Estimate.of(one), Estimate.of(other), Estimate.of(one - other))


def latest_left_out(
    histories: Mapping[str, Sequence[Trace]],
) -> tuple[list[Foreseen], list[Event]]:
    """For each shopper with at least two items, the latest liked one to foresee; and all events without those."""
    foreseen, left = [], []
    for history in histories.values():
        told = sorted(history, key=lambda trace: trace.event.at)
        items = {trace.event.item_id for trace in told}
        last = told[-1].event.item_id if told else None
        if last is None or len(items) < 2 or told[-1].event.weight <= 0:
            left += [trace.event for trace in told]
            continue
        rest = tuple(trace for trace in told if trace.event.item_id != last)
        foreseen.append(Foreseen(rest, last))
        left += [trace.event for trace in rest]
    return foreseen, left


def _candidates(case: Foreseen, shelf: StillShelf, random: np.random.Generator) -> list[Candidate]:
    known = {trace.event.item_id for trace in case.history} | {case.item_id}
    open_to = [item_id for item_id in shelf.catalogue if item_id not in known]
    others = [open_to[i] for i in random.permutation(len(open_to))[:_OTHERS]]
    drawn = [*others, case.item_id]
    return [
        Candidate(shelf.catalogue[i], shelf.vectors[i], 0.0, 0.0, 0.0)
        for i in (drawn[j] for j in random.permutation(len(drawn)))
    ]


def _ranks(
    ranker: Ranker, shelf: StillShelf, cases: Sequence[Foreseen], candidates: Sequence[Sequence[Candidate]]
) -> np.ndarray:
    found = [
        ranker.ranking(_ANY, among, case.history, shelf).place_of(case.item_id)
        for case, among in zip(cases, candidates, strict=True)
    ]
    return np.array(found, np.float64)
