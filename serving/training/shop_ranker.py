"""Train f on a shop's own events, and use it only if it passes the gate."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from retrieval.behaviour import Behaviour
from retrieval.events import Event
from retrieval.history import Activity, Trace
from retrieval.learned import LearnedConfig
from retrieval.learned_taste import LearnedTaste
from retrieval.scales import Scales
from retrieval.table import ItemTable
from retrieval.taste import HandTaste, Taste
from serving.errors import TooFewEvents
from serving.training.gate import StillShelf, Verdict, judge, latest_left_out
from serving.training.ranker import RankerConfig, train_ranker

Report = Callable[[str], None]
LEAST_SHOPPERS = 20
"""Shoppers with something to foresee, under which nothing can be learned or judged."""
_LEAF_SHARE = 400
"""Examples of f for each that a leaf must have at least."""


@dataclass(frozen=True, slots=True)
class Trained:
    """How a training ended. ``folder`` holds the ranker if it passed, or did not have to."""

    verdict: Verdict
    kept: bool
    folder: Path


def train_shop_ranker(
    shop: StillShelf,
    histories: Mapping[str, Sequence[Trace]],
    folder: Path,
    config: RankerConfig | None = None,
    *,
    rival: Taste | None = None,
    force: bool = False,
    report: Report = print,
) -> Trained:
    """Learn f from what shoppers did, judge it on everybody's latest deed, and keep it if it is better.

    What is kept has then learned from the latest deeds too. A ranker that was there before is replaced at once and
    whole, or not at all.

    Args:
        shop: the shop as it is now.
        histories: everybody's, oldest first, by shopper.
        folder: where the ranker is kept; a running shop reads it at its next start.
        rival: what it must be better than; weights set by hand if not given.
        force: keep it whatever the gate says.
    Raises:
        TooFewEvents: there is not enough to learn from.
    """
    foreseen, left = latest_left_out(histories)
    if len(foreseen) < LEAST_SHOPPERS:
        raise TooFewEvents(
            f"Only {len(foreseen)} shoppers did something with two items or more; at least {LEAST_SHOPPERS} are "
            "needed. Index more events with `because index --events FILE`; until then weights set by hand rank."
        )
    config = config or _sized(len(foreseen))
    shelf = replace(shop, activity=Activity.of(left))
    report(f"judging: {len(foreseen)} shoppers, the latest item of each left out")
    judged = folder.with_name("ranker.judged")
    try:
        verdict = judge(_learned(shelf, left, judged, config, report), rival or HandTaste(), shelf, foreseen)
    finally:
        shutil.rmtree(judged, ignore_errors=True)
    report(f"NDCG@10 learned {verdict.learned}, by hand {verdict.by_hand}, lead {verdict.lead}")
    if not (verdict.passed or force):
        return Trained(verdict, False, folder)
    made = folder.with_name("ranker.made")
    _learned(shop, _events(histories), made, config, report)
    told = {"made": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "verdict": asdict(verdict), "passed": verdict.passed}
    (made / "gate.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    _replace(folder, made)
    return Trained(verdict, True, folder)


def _learned(
    shelf: StillShelf, events: Sequence[Event], folder: Path, config: RankerConfig, report: Report
) -> LearnedTaste:
    items = list(shelf.catalogue.values())
    text = np.stack([shelf.vectors[item.item_id] for item in items])
    table = ItemTable.on(Scales.of(items), items, text, shelf.activity)
    ranker = train_ranker(table, Behaviour.of_events(events, table.item_ids), config, report=report).ranker
    shutil.rmtree(folder, ignore_errors=True)
    ranker.save(folder, shelf.activity.popularity)
    return LearnedTaste.load(folder)


def _sized(shoppers: int) -> RankerConfig:
    """Smaller leaves and fewer trees where there is little to learn from."""
    plain = LearnedConfig()
    examples = shoppers * (plain.negatives + 1)
    least = int(np.clip(examples // _LEAF_SHARE, 5, plain.least_in_leaf))
    trees = int(np.clip(shoppers, 30, plain.trees))
    leaves = int(np.clip(shoppers // 10, 4, plain.leaves))
    return RankerConfig(learned=replace(plain, least_in_leaf=least, trees=trees, leaves=leaves))


def _events(histories: Mapping[str, Sequence[Trace]]) -> list[Event]:
    return [trace.event for history in histories.values() for trace in history]


def _replace(folder: Path, made: Path) -> None:
    """Put the new folder in place of the old one, which is gone only once the new one is there."""
    old = folder.with_name("ranker.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    made.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
