"""A small shop with tastes: each shopper chooses items of one kind, so the next item can be foreseen."""

from __future__ import annotations

import numpy as np

from retrieval.behaviour import Behaviour, Past
from retrieval.catalogue import Item
from retrieval.collaborative import Collaborative, CollaborativeConfig
from retrieval.features import Features
from retrieval.learned import LearnedConfig, LearnedRanker, fit_ranker
from retrieval.representation import Representation, Weights
from retrieval.table import ItemTable
from tests.embedders import WordEmbedder
from tests.retrieval.samples import item

KINDS = ("teapot", "saddle", "novel", "tripod")
EACH = 8
ITEMS = len(KINDS) * EACH
COLLABORATIVE = CollaborativeConfig(factors=8, neighbours=10)
LEARNED = LearnedConfig(trees=30, negatives=15, least_in_leaf=5)


def items() -> list[Item]:
    """Eight items of each kind, in turns; nothing but the kind's word tells them apart in meaning."""
    return [
        item(str(row), f"{KINDS[row % len(KINDS)]} {row}", category=KINDS[row % len(KINDS)], price=10.0 + row)
        for row in range(ITEMS)
    ]


def of_kind(kind: int) -> list[int]:
    return list(range(kind, ITEMS, len(KINDS)))


def behaviour(shoppers: int = 80, deeds: int = 5, seed: int = 0) -> Behaviour:
    """Shopper n keeps to kind n modulo the number of kinds."""
    random = np.random.default_rng(seed)
    pasts = {
        f"s{n}": Past.of([int(row) for row in random.permutation(of_kind(n % len(KINDS)))[:deeds]])
        for n in range(shoppers)
    }
    return Behaviour(tuple(str(row) for row in range(ITEMS)), pasts)


def table() -> ItemTable:
    return ItemTable.of(items(), WordEmbedder(size=32))


def by_text(text_size: int = 32, places: int = 6, n: int = ITEMS) -> Weights:
    """Weights that learned nothing of any item: the texts speak alone, newer places louder."""
    unit = np.eye(text_size, dtype=np.float32)
    return Weights(
        said=np.zeros((n, text_size), np.float32),
        sought=np.zeros((n, text_size), np.float32),
        said_text=unit,
        sought_text=unit,
        keys=unit,
        queries=unit,
        places=(-0.2 * np.arange(places)).astype(np.float32),
        importance=np.zeros(n, np.float32),
        bias=np.zeros(n, np.float32),
        scale=np.ones((), np.float32),
        rest=np.zeros((), np.float32),
    )


def features(known: Behaviour) -> Features:
    made = table()
    return Features.of(made, known, Collaborative.fit(known, COLLABORATIVE), Representation(by_text(), made.text))


def ranker(seed: int = 0) -> LearnedRanker:
    earlier, foreseen = behaviour(seed=seed).without_last()
    return fit_ranker(features(earlier), earlier, foreseen, LEARNED)
