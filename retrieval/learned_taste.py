"""The learned score in a turn: f over the few items at hand, as they are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.behaviour import Past
from retrieval.catalogue import Item
from retrieval.features import Knowledge
from retrieval.history import Trace
from retrieval.learned import LearnedRanker, Scored, load_learned
from retrieval.need import Need
from retrieval.recall import Candidate
from retrieval.suggestion import Attention, Factor
from retrieval.table import ItemTable
from retrieval.taste import Judged, Shelf
from retrieval.trees import Trees

_LIKELY = 60
"""How many items that others with such a history chose are looked at."""


@dataclass(frozen=True, slots=True)
class LearnedTasteConfig:
    """How many log-odds one standard deviation of f among random items adds to a score.

    ``asked`` holds where words say what is wanted. Among 40 candidates the match with the words has a standard
    deviation of 0.28 only, so that taste at full weight puts a mouse before the bag for a camera; see docs/ranking.md.
    """

    weight: float = 1.0
    asked: float = 0.2
    disliked: float = -2.0
    """Log-odds for an item that the shopper spoke against: f learned from no such candidates, and forgives them."""


class LearnedTaste:
    """Taste by f. Each turn makes a table of the candidates and of what the shopper did things with, no more.

    So a price, a stock or an item that changed a moment ago is read as it is, an event counts at once, and an item
    that f never saw is ranked by what it says: there is nothing to rebuild.
    """

    name = "learned"

    def __init__(self, trees: Trees, knowledge: Knowledge, config: LearnedTasteConfig | None = None) -> None:
        self._trees = trees
        self._knowledge = knowledge
        self._config = config or LearnedTasteConfig()

    @classmethod
    def load(cls, folder: Path, config: LearnedTasteConfig | None = None) -> LearnedTaste:
        """The learned ranker of a folder.

        Raises:
            RankerMismatch: there is none, or it is of another program version.
        """
        return cls(*load_learned(folder), config)

    def judge(self, shelf: Shelf, need: Need, candidates: Sequence[Candidate], history: Sequence[Trace]) -> Judged:
        items = {candidate.item.item_id: candidate.item for candidate in candidates}
        known = (shelf.catalogue.get(trace.event.item_id or "") for trace in history)
        done_with = {item.item_id: item for item in known if item is not None and item.item_id not in items}
        vectors = {candidate.item.item_id: candidate.vector for candidate in candidates}
        vectors |= shelf.item_vectors(list(done_with))
        done_with = {item_id: item for item_id, item in done_with.items() if item_id in vectors}
        table = self._table(shelf, [*items.values(), *done_with.values()], vectors)
        ranker = LearnedRanker(self._knowledge.over(table, shelf.activity, need.region), self._trees)
        rows = {item_id: row for row, item_id in enumerate(table.item_ids)}
        past = Past.of_events((trace.event for trace in history), rows)
        scale = (self._config.asked if need.terms else self._config.weight) / self._trees.spread
        seen = {
            row: _Seen(past, ranker.explain(past, np.array([row])), 0)
            for row, past in _apart(history, past, rows, len(items))
        }
        whole = ranker.explain(past, np.arange(len(items)))
        looks = [seen.get(row) or _Seen(past, whole, row) for row in range(len(items))]
        against = {int(row) for row, weight in zip(past.items, past.weights, strict=True) if weight < 0}
        disliked = dict.fromkeys(against, self._config.disliked)
        return _Learned(ranker, looks, _loudest(history, rows), scale, disliked, need.region)

    def likely(self, shelf: Shelf, history: Sequence[Trace]) -> Sequence[str]:  # noqa: ARG002
        past = Past.of_events((trace.event for trace in history), self._knowledge.rows)
        if not len(past):
            return ()
        return [self._knowledge.item_ids[row] for row in self._knowledge.collaborative.likeliest(past, _LIKELY)]

    def _table(self, shelf: Shelf, items: Sequence[Item], vectors: Mapping[str, np.ndarray]) -> ItemTable:
        text = (
            np.stack([vectors[item.item_id] for item in items])
            if items
            else np.zeros((0, len(self._knowledge.weights.said_text)), np.float32)
        )
        return ItemTable.on(self._knowledge.scales, items, text, shelf.activity)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A candidate as f sees it: after which past, and its place among what was scored together."""

    past: Past
    scored: Scored
    place: int


@dataclass(frozen=True, slots=True)
class _Learned:
    _ranker: LearnedRanker
    _looks: Sequence[_Seen]
    _deeds: Mapping[int, Trace]
    """By row of the table, the trace that says most of the item."""
    _scale: float
    _disliked: Mapping[int, float]
    """By row, what having been spoken against takes away."""
    _region: str

    def factors(self, candidate: int) -> tuple[Factor, ...]:
        seen = self._looks[candidate]
        raised = self._region if self._ranker.features.leaning[candidate] > 0 else ""
        found = tuple(
            Factor(f.name, f.label, f.value * self._scale, raised if f.name == "popularity" and f.value > 0 else "")
            for f in seen.scored.factors_of(seen.place)
        )
        if candidate not in self._disliked:
            return found
        return (*found, Factor("disliked", "you did not like it", self._disliked[candidate]))

    def attention(self, candidate: int) -> tuple[Attention, ...]:
        """What the score would lose without each of the deeds that R names."""
        seen = self._looks[candidate]
        falls = self._ranker.worth(seen.past, candidate, seen.scored.reason, seen.place)
        return tuple(
            Attention(self._deeds[int(seen.past.items[place])], fall * self._scale) for place, fall in falls if fall > 0
        )


def _apart(history: Sequence[Trace], past: Past, rows: Mapping[str, int], n: int) -> list[tuple[int, Past]]:
    """Each of the first n items that was bought and not disliked, and the past without it.

    Nothing is more like an item than itself, and f learned only from items with which nothing had been done: had it the
    purchase to go by, what one has already would come first.
    """
    bought = {rows[t.event.item_id or ""] for t in history if t.event.kind == "purchase" and t.event.item_id in rows}
    places = {int(row): place for place, row in enumerate(past.items) if past.weights[place] > 0}
    return [(row, past.without(places[row])) for row in sorted(bought) if row in places and row < n]


def _loudest(history: Sequence[Trace], rows: Mapping[str, int]) -> dict[int, Trace]:
    """Of several deeds with one item, the one that says most, the latest of equals."""
    found: dict[int, Trace] = {}
    for trace in sorted(history, key=lambda trace: (abs(trace.event.weight), trace.event.at)):
        if (row := rows.get(trace.event.item_id or "")) is not None:
            found[row] = trace
    return found
