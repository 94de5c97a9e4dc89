"""What an item's facts say to what is wished for: the part of R in which an item attends over the question.

With w = 1 … W the wishes of a need (but for whom it is), l the facts of an item and s_wl how far a fact answers a wish
(`Relevance.strengths`: from `NEAR` to 1, else 0):

    answered = 1/W Σ_w tanh(Σ_l s_wl)    in [0, 1)

Each fact that answers adds to the score, each further one less, and none takes away: the facts that a reason cites
as answers are the ones that moved the score. Whether a measured fact is high or low is not judged here; that is what
preferences are for.

Shapes: W wishes, L facts: strengths (W, L).
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from retrieval.catalogue import Attribute, Item
from retrieval.lines import Reader
from retrieval.need import Need, Preference
from retrieval.relevance import Relevance, beside_kind, telling

_REMEMBERED = 4000
"""Answers that are kept: a question is scored again and again to say why an item is not shown."""
MOST_PREPARED = 20_000
"""Facts that are embedded ahead of time: some minutes' work. Others are embedded when an item is first a candidate."""
_A_STEP = 256
_Key: TypeAlias = tuple[str, tuple[Preference, ...], str, str, str, tuple[str, ...]]


def fact(attribute: Attribute) -> str:
    """An attribute as a line: "weight: 310 g"."""
    return f"{attribute.name}: {attribute.text}"


def facts_of(item: Item) -> tuple[str, ...]:
    """The facts of an item that may answer a wish: all but what kind of thing it is."""
    return tuple(fact(attribute) for attribute in item.attributes if attribute.name != "type")


@dataclass(frozen=True, slots=True)
class Prepared:
    """How many different facts there are, how many were embedded now, and how many wait until they are asked for."""

    facts: int = 0
    made: int = 0
    left: int = 0


class Answering(Protocol):
    """What tells how far items' facts answer a need."""

    def answer(self, need: Need, items: Sequence[Item]) -> list[float]: ...


class NobodyAsks:
    """For rankings in which nothing is asked in words."""

    def answer(self, need: Need, items: Sequence[Item]) -> list[float]:
        assert not need.terms, "what is asked in words is answered by `Facts`"
        return [0.0] * len(items)


class Facts:
    """Tells how far items' facts answer a need."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._answered: OrderedDict[_Key, float] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def answer(self, need: Need, items: Sequence[Item]) -> list[float]:
        """How far the facts of each item answer what is wished for, in [0, 1). Shapes: (C,)."""
        wished = [telling(need, item) for item in items]
        if not any(wished):
            return [0.0] * len(items)
        keys = [_key(need, item) for item in items]
        with self._one_at_a_time:
            known = {key: self._answered[key] for key in keys if key in self._answered}
        new = [(key, item) for key, item in zip(keys, items, strict=True) if key not in known]
        self._read(need, [item for _, item in new])
        for key, item in new:
            known[key] = _answered(Relevance(self.reader, need, item, key[-1]), key[-1], telling(need, item))
        with self._one_at_a_time:
            for key in keys:
                self._answered[key] = known[key]
                self._answered.move_to_end(key)
            while len(self._answered) > _REMEMBERED:
                self._answered.popitem(last=False)
        return [known[key] for key in keys]

    def prepare(
        self, items: Iterable[Item], most: int = MOST_PREPARED, progress: Callable[[int, int], None] = lambda *_: None
    ) -> Prepared:
        """Keep the facts of these items, the first ones first, so that no turn has to wait for them.

        Args:
            progress: called with how many facts were just embedded, and how many there are to embed.
        """
        lines = dict.fromkeys(line for item in items for line in facts_of(item))
        new = self.reader.kept.unknown(lines, "query")
        due = new[:most]
        for first in range(0, len(due), _A_STEP):
            step = due[first : first + _A_STEP]
            self.reader.kept.embed(step, "query")
            progress(len(step), len(due))
        return Prepared(len(lines), len(due), len(new) - len(due))

    def _read(self, need: Need, items: Sequence[Item]) -> None:
        """Embed what is not known yet of all items at once, which is faster."""
        self.reader.lines.embed(list(dict.fromkeys(line for item in items for line in facts_of(item))), "query")
        self.reader.wishes.embed(list(dict.fromkeys(t for item in items for t in beside_kind(need, item))), "query")


def _key(need: Need, item: Item) -> _Key:
    return need.terms, tuple(need.preferences), item.kind, item.category, item.title, facts_of(item)


def _answered(relevance: Relevance, facts: Sequence[str], wished: Sequence[str]) -> float:
    strengths = [relevance.strengths(line) for line in facts]
    told = (math.tanh(sum(each.get(wish, 0.0) for each in strengths)) for wish in wished)
    return sum(told) / max(len(wished), 1)
