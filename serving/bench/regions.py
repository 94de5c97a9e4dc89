"""What it is worth to know where a new shopper is: a made crowd in two regions of different taste."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
import numpy.typing as npt

from retrieval.behaviour import Behaviour
from retrieval.catalogue import Item
from retrieval.events import Event
from retrieval.history import Activity, Trace
from retrieval.learned import LearnedConfig
from retrieval.learned_taste import LearnedTaste
from retrieval.need import Need
from retrieval.ranking import Ranker
from retrieval.recall import Candidate
from retrieval.scales import Scales
from retrieval.snippets import history_snippet
from retrieval.table import ItemTable
from retrieval.taste import HandTaste, Taste
from serving.bench.ranking_figures import Estimate, gains
from serving.training.attention import AttentionConfig
from serving.training.gate import StillShelf
from serving.training.ranker import RankerConfig, train_ranker

Numbers = npt.NDArray[np.float64]
_START = datetime(2026, 1, 1, tzinfo=UTC)
_KINDS, _SIZE = 8, 16
_OTHERS = 99
LEARNED = RankerConfig(
    attention=AttentionConfig(size=16, key_size=8, places=10),
    learned=LearnedConfig(trees=60, leaves=15, least_in_leaf=50, lists=2000),
)


@dataclass(frozen=True, slots=True)
class CrowdPlan:
    """A shopper chooses an item by exp(what all like + what the region likes + what is of the shopper's own kind)."""

    items: int = 200
    shoppers: int = 1000
    small: float = 0.1
    """The share of shoppers that are in the second region."""
    deeds: tuple[int, int] = (1, 6)
    common: float = 1.0
    regional: float = 1.0
    own: float = 1.5
    new: int = 300
    """Shoppers in each region that are ranked for, and never learned from."""


@dataclass(frozen=True, slots=True)
class Told:
    """NDCG@10 without and with the region, and what it adds, shopper by shopper."""

    taste: str
    region: str
    deeds: int
    without: Estimate
    within: Estimate
    lead: Estimate


REGIONS = ("the large region", "the small region")


class Crowd:
    """One made shop and those who buy there."""

    def __init__(self, plan: CrowdPlan, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.plan, self.seed = plan, seed
        self._kinds = kinds = random.integers(0, _KINDS, plan.items)
        self._common = random.normal(0, plan.common, plan.items)
        self._regional = random.normal(0, plan.regional, (len(REGIONS), plan.items))
        self.items = [Item(str(n), f"thing {n}", "", f"kind {kind}", 10.0, "EUR") for n, kind in enumerate(kinds)]
        text = np.eye(_SIZE)[kinds] + random.normal(0, 0.15, (plan.items, _SIZE))
        self.text = (text / np.linalg.norm(text, axis=1, keepdims=True)).astype(np.float32)
        shoppers = [(f"s{n}", int(random.random() < plan.small)) for n in range(plan.shoppers)]
        deeds = random.integers(plan.deeds[0], plan.deeds[1] + 1, plan.shoppers).tolist()
        bought = (self.bought(name, region, n, random) for (name, region), n in zip(shoppers, deeds, strict=True))
        self.told = [event for events in bought for event in events]

    def bought(self, shopper: str, region: int, n: int, random: np.random.Generator) -> list[Event]:
        """What one shopper buys, oldest first, no item twice."""
        liked = self._common + self._regional[region] + self.plan.own * (self._kinds == random.integers(_KINDS))
        odds = np.exp(liked) / np.exp(liked).sum()
        rows = random.choice(len(odds), n, replace=False, p=odds)
        at = [_START + timedelta(days=float(day)) for day in np.sort(random.uniform(0, 60, n))]
        return [
            Event(f"{shopper}-{place}", shopper, "purchase", when, str(row), region=REGIONS[region])
            for place, (row, when) in enumerate(zip(rows, at, strict=True))
        ]

    @property
    def shelf(self) -> StillShelf:
        vectors = {item.item_id: self.text[row] for row, item in enumerate(self.items)}
        return StillShelf({item.item_id: item for item in self.items}, Activity.of(self.told), vectors)

    def learned(self) -> LearnedTaste:
        """f, learned of the crowd as a shop learns it; it is told no regions."""
        activity = Activity.of(self.told)
        table = ItemTable.on(Scales.of(self.items), self.items, self.text, activity)
        ranker = train_ranker(table, Behaviour.of_events(self.told, table.item_ids), LEARNED).ranker
        return LearnedTaste(ranker.trees, replace(ranker.features.knowledge, counted=activity.popularity))


def ndcg(taste: Taste, crowd: Crowd, region: int, known: int, *, told: bool) -> Numbers:
    """NDCG@10 of what each new shopper buys after ``known`` deeds, among 99 random others. Shapes: (new,).

    The shoppers are the same for each taste, whether their region is told or not.
    """
    random, shelf, ranker = np.random.default_rng([crowd.seed, region, known]), crowd.shelf, Ranker(taste)
    need = Need("", "", region=REGIONS[region] if told else "")
    ranks = []
    for n in range(crowd.plan.new):
        *before, last = crowd.bought(f"new-{n}", region, known + 1, random)
        history = [_trace(event, crowd) for event in before]
        done = {event.item_id for event in before}
        open_to = [row for row in range(len(crowd.items)) if str(row) not in {*done, last.item_id}]
        rows = random.permutation([*random.permutation(open_to)[:_OTHERS], int(last.item_id or 0)])
        among = [Candidate(crowd.items[row], crowd.text[row], 0.0, 0.0, 0.0) for row in rows]
        ranks.append(ranker.ranking(need, among, history, shelf).place_of(last.item_id or ""))
    return gains(np.array(ranks, np.float64))


def _trace(event: Event, crowd: Crowd) -> Trace:
    row = int(event.item_id or 0)
    snippet = history_snippet(event, crowd.items[row])
    assert snippet is not None
    return Trace(event, snippet, crowd.text[row])


def bench(crowds: int, seed: int) -> Iterator[Told]:
    """What it adds in so many crowds, the first made from ``seed``, for f and for weights set by hand."""
    made = [Crowd(CrowdPlan(), each) for each in range(seed, seed + crowds)]
    return told(made, [(HandTaste(), crowd.learned()) for crowd in made])


def told(crowds: Sequence[Crowd], tastes: Sequence[Sequence[Taste]]) -> Iterator[Told]:
    """For each taste, region and number of deeds, over the new shoppers of all crowds.

    Args:
        tastes: some for each crowd, the same kinds in the same order.
    """
    for (place, taste), region, known in product(enumerate(tastes[0]), range(len(REGIONS)), (0, 1)):
        pairs = [(each[place], crowd) for crowd, each in zip(crowds, tastes, strict=True)]
        without, within = (
            np.concatenate([ndcg(one, crowd, region, known, told=said) for one, crowd in pairs])
            for said in (False, True)
        )
        found = (Estimate.of(values) for values in (without, within, within - without))
        yield Told(taste.name, REGIONS[region], known, *found)
