"""Trained rankers, kept in a folder so that measuring again need not train again."""

from __future__ import annotations

import hashlib
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
) -> TrainedRankers:
    """The rankers of the folder; if it has none yet, they are trained and kept there.

    Raises:
        EnvironmentUnfit: what is kept there was learned from other histories or with other settings.
    """
    if folder is None:
        return train_ranker(table, behaviour, config, ablation=True, report=report)
    source, marked = fingerprint(behaviour, config), folder / _PRINT
    if not marked.is_file():
        made = train_ranker(table, behaviour, config, ablation=True, report=report)
        assert made.without_r is not None, "an ablation was asked for"
        made.ranker.save(folder / _WHOLE)
        made.without_r.save(folder / _BARE)
        marked.write_text(source, encoding="utf-8")
        return made
    if marked.read_text(encoding="utf-8") != source:
        raise EnvironmentUnfit(f"{folder} keeps a ranker learned from other histories; give another folder.")
    report(f"the ranker kept in {folder.name} is used")
    return TrainedRankers(LearnedRanker.load(folder / _WHOLE, table), LearnedRanker.load(folder / _BARE, table))


def fingerprint(behaviour: Behaviour, config: RankerConfig) -> str:
    """The same for the same histories, items and settings only."""
    digest = hashlib.sha256(repr((behaviour.item_ids, config)).encode())
    for shopper, past in behaviour.pasts.items():
        digest.update(shopper.encode() + np.concatenate([past.items, past.weights]).tobytes())
    return digest.hexdigest()
