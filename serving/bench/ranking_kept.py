"""Trained rankers, kept in a folder so that measuring again need not train again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from retrieval.behaviour import Behaviour
from retrieval.learned import LearnedRanker
from retrieval.table import ItemTable
from serving.errors import EnvironmentUnfit
from serving.training.ranker import RankerConfig, TrainedRankers, train_ranker

_BARE, _WHOLE, _PRINT = "without-r", "f", "learned-from.txt"


def trained(
    table: ItemTable, behaviour: Behaviour, config: RankerConfig, folder: Path | None, report: Callable[[str], None]
) -> tuple[TrainedRankers, float | None]:
    """The rankers kept in the folder, or else trained and kept there; and how long training took, if that is known.

    Raises:
        EnvironmentUnfit: what is kept there was learned from other histories or with other settings.
    """
    source = fingerprint(behaviour, config)
    if folder is None or not (folder / _PRINT).is_file():
        started = time.monotonic()
        made = train_ranker(table, behaviour, config, ablation=True, report=report)
        seconds = time.monotonic() - started
        if folder is not None:
            _keep(made, folder, f"{source}\n{seconds:.0f}\n")
        return made, seconds
    kept, _, seconds_kept = (folder / _PRINT).read_text(encoding="utf-8").partition("\n")
    if kept != source:
        raise EnvironmentUnfit(f"{folder} keeps a ranker learned from other histories; give another folder.")
    report(f"the ranker kept in {folder.name} is used")
    rankers = TrainedRankers(LearnedRanker.load(folder / _WHOLE, table), LearnedRanker.load(folder / _BARE, table))
    return rankers, float(seconds_kept) if seconds_kept.strip() else None


def _keep(made: TrainedRankers, folder: Path, mark: str) -> None:
    assert made.without_r is not None, "an ablation was asked for"
    made.ranker.save(folder / _WHOLE)
    made.without_r.save(folder / _BARE)
    (folder / _PRINT).write_text(mark, encoding="utf-8")


def fingerprint(behaviour: Behaviour, config: RankerConfig) -> str:
    """The same for the same histories, items and settings only."""
    digest = hashlib.sha256(repr((behaviour.item_ids, config)).encode())
    for shopper, past in behaviour.pasts.items():
        digest.update(shopper.encode() + np.concatenate([past.items, past.weights]).tobytes())
    return digest.hexdigest()
