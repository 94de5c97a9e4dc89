"""Train the learned ranker: foresee everybody's latest deed from what came before it, then take the latest in.

f must learn how far to trust what was learned of behaviour, so that must not have seen what f is to foresee. Hence two
passes: everything is learned without the latest deeds and f on top of it; then everything but f is learned with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from retrieval.behaviour import Behaviour
from retrieval.collaborative import Collaborative, CollaborativeConfig
from retrieval.factors import FEATURES
from retrieval.features import Features
from retrieval.learned import LearnedConfig, LearnedRanker, fit_ranker
from retrieval.table import ItemTable
from serving.training.attention import AttentionConfig, fit_attention

Report = Callable[[str], None]
WITHOUT_R = tuple(feature.name for feature in FEATURES if feature.factor != "history" and feature.name != "bias")
"""The features that do not come from the attention."""


@dataclass(frozen=True, slots=True)
class RankerConfig:
    """``catching_up`` is how often the attention goes through all deeds once the latest are added."""

    attention: AttentionConfig = field(default_factory=AttentionConfig)
    collaborative: CollaborativeConfig = field(default_factory=CollaborativeConfig)
    learned: LearnedConfig = field(default_factory=LearnedConfig)
    catching_up: int = 2
    catching_up_rate: float = 5e-4


@dataclass(frozen=True)
class TrainedRankers:
    """The ranker, and if asked for one that knows no R, to see what R is worth."""

    ranker: LearnedRanker
    without_r: LearnedRanker | None = None


def train_ranker(
    table: ItemTable,
    behaviour: Behaviour,
    config: RankerConfig | None = None,
    *,
    ablation: bool = False,
    report: Report = lambda _line: None,
) -> TrainedRankers:
    """Learn everything from behaviour; see above for the order."""
    config = config or RankerConfig()
    earlier, foreseen = behaviour.without_last()
    report(f"learning from {len(earlier.pasts)} shoppers, the latest deed of each left out")
    attention = fit_attention(earlier, table.text, config.attention, report=report)
    features = Features.of(table, earlier, Collaborative.fit(earlier, config.collaborative), attention)
    report("learning f")
    ranker = fit_ranker(features, earlier, foreseen, config.learned)
    bare = fit_ranker(features, earlier, foreseen, replace(config.learned, features=WITHOUT_R)) if ablation else None
    report("taking in the latest deeds")
    later = replace(config.attention, epochs=config.catching_up, learning_rate=config.catching_up_rate)
    attention = fit_attention(behaviour, table.text, later, start=attention, report=report)
    features = Features.of(table, behaviour, Collaborative.fit(behaviour, config.collaborative), attention)
    return TrainedRankers(ranker.over(features), bare and bare.over(features))
