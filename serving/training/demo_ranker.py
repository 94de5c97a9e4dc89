"""Learn the ranker that ships with the demo: from a simulated crowd, checked on the hand-written shoppers."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeVar

from retrieval.catalogue import Catalogue
from retrieval.embedding import Embedder
from retrieval.events import Event
from retrieval.features import Knowledge
from retrieval.feeds import BadRow, read_events, read_items
from retrieval.history import Activity, Trace, traces
from retrieval.learned import LearnedConfig
from retrieval.learned_taste import LearnedTaste
from retrieval.stored import vector_text
from retrieval.taste import HandTaste
from retrieval.trees import NAMES
from serving.demo_ranker import FOLDER, Origin
from serving.training.attention import AttentionConfig
from serving.training.crowd import CrowdConfig, Lives, crowd
from serving.training.gate import StillShelf, Verdict, judge, latest_left_out
from serving.training.ranker import RankerConfig
from serving.training.shop_ranker import train_shop_ranker

Report = Callable[[str], None]
T = TypeVar("T")
_NOT_SIMULATED = ("stock", "age")
"""Features of which the crowd knows nothing: it never asks how much is left, and all items are there from the start."""
CONFIG = RankerConfig(
    attention=AttentionConfig(size=32, key_size=16),
    learned=LearnedConfig(features=tuple(name for name in NAMES if name not in _NOT_SIMULATED)),
)


@dataclass(frozen=True, slots=True)
class DemoTrained:
    """The verdict on made shoppers that were left out, and that on the hand-written ones, never learned from."""

    crowd: Verdict
    hand_written: Verdict
    folder: Path


def train_demo_ranker(
    demo: Path,
    embedder: Embedder,
    config: CrowdConfig | None = None,
    ranker: RankerConfig = CONFIG,
    *,
    report: Report = print,
) -> DemoTrained:
    """Simulate the crowd of ``demo/crowd.yaml``, learn from it, judge it twice and write ``demo/ranker``.

    Raises:
        CrowdUnreadable: see `Lives.read`.
        FeedUnreadable: the demo's files are missing.
    """
    catalogue = Catalogue(_good(read_items(demo / "catalogue")))
    items = list(catalogue.values())
    vectors = dict(zip(catalogue, embedder.embed([vector_text(item) for item in items]), strict=True))
    made = crowd(items, Lives.read(demo / "crowd.yaml", {item.kind for item in items}), config)
    told = [event for events in made.values() for event in events]
    report(f"simulated: {len(made)} shoppers, {len(told)} events")
    histories = {shopper_id: traces(events, catalogue, embedder) for shopper_id, events in made.items()}
    shelf = StillShelf(catalogue, Activity.of(told), vectors)
    written = [event for event in _good(read_events(demo / "events.jsonl")) if event.item_id in catalogue]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / FOLDER
        trained = train_shop_ranker(shelf, histories, folder, ranker, force=True, report=report)
        # In the demo only what is done from its first indexing on adds to what the crowd did.
        counted = Activity.of(written).popularity
        replace(Knowledge.load(folder), counted=counted).save(folder)
        check = _checked(LearnedTaste.load(folder), replace(shelf, activity=Activity.of(written)), written, embedder)
        report(f"hand-written shoppers: learned {check.learned}, by hand {check.by_hand}, lead {check.lead}")
        _noted(folder, check)
        Origin.of(embedder.name, catalogue).save(folder)
        shutil.rmtree(demo / FOLDER, ignore_errors=True)
        shutil.copytree(folder, demo / FOLDER)
    return DemoTrained(trained.verdict, check, demo / FOLDER)


def _checked(learned: LearnedTaste, shelf: StillShelf, events: Sequence[Event], embedder: Embedder) -> Verdict:
    by_shopper: dict[str, list[Event]] = {}
    for event in events:
        by_shopper.setdefault(event.shopper_id, []).append(event)
    histories: dict[str, tuple[Trace, ...]] = {
        shopper_id: traces(told, shelf.catalogue, embedder) for shopper_id, told in by_shopper.items()
    }
    foreseen, left = latest_left_out(histories)
    return judge(learned, HandTaste(), replace(shelf, activity=Activity.of(left)), foreseen)


def _noted(folder: Path, check: Verdict) -> None:
    told = json.loads((folder / "gate.json").read_text(encoding="utf-8"))
    told |= {"learned_from": "a simulated crowd", "hand_written": asdict(check)}
    (folder / "gate.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def _good(rows: Iterable[T | BadRow]) -> Iterator[T]:
    return (row for row in rows if not isinstance(row, BadRow))
