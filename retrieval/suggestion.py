"""What ranking yields: suggestions, each with the named factors of its score and the deeds that spoke for it."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.catalogue import Item
from retrieval.history import Trace


@dataclass(frozen=True, slots=True)
class Factor:
    """A named part of a score, in the score's own unit; ``label`` is what a shopper reads.

    ``region`` is where the shopper is, if what is popular there made the value higher. It stands apart from the label,
    since labels are told a model and regions never are.
    """

    name: str
    label: str
    value: float
    region: str = ""


@dataclass(frozen=True, slots=True)
class Attention:
    """How much one trace of the history spoke for (or, below 0, against) an item."""

    trace: Trace
    weight: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ranked item. ``score`` is the sum of its factors; rank starts at 1.

    ``propensity`` is the chance with which this item was to stand here: 1 unless the place explores.
    """

    item: Item
    rank: int
    score: float
    factors: tuple[Factor, ...]
    attention: tuple[Attention, ...] = ()
    propensity: float = 1.0

    @property
    def raised_by(self) -> tuple[str, ...]:
        """Labels of the factors that raised the score, the strongest first."""
        found = sorted((f for f in self.factors if f.value > 0), key=lambda factor: -factor.value)
        return tuple(factor.label for factor in found)

    def factor(self, name: str) -> float:
        return next((factor.value for factor in self.factors if factor.name == name), 0.0)
