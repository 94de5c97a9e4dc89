"""U' and I' for f: what is known of a shopper beside each candidate, as numbers with a factor to their name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from retrieval.arrays import Flags
from retrieval.behaviour import Behaviour, Floats, Past, Rows, chosen_rows
from retrieval.collaborative import Collaborative, CollaborativeConfig
from retrieval.factors import FACTORS
from retrieval.history import Activity
from retrieval.newcomers import Expected, Newcomers
from retrieval.regions import Lean
from retrieval.representation import Reason, Representation, Weights
from retrieval.scales import Scales
from retrieval.table import ItemTable

_ABOUT, _POPULARITY = "knowledge.json", "popularity.npy"
_RECENCY = 0.9
"""What a deed keeps of its say in the text features for each newer one."""

_OF_OTHERS = ("collaborative", "neighbours", "popularity")
"""Factors that tell of others, and of an item with which nobody did anything only what is expected of it."""


@dataclass(frozen=True)
class Knowledge:
    """What was learned of items by their ids; the items as they are now come from a table, and may be others.

    So a new price, a new item or another catalogue needs no retraining: of an id that is not known here, nothing was
    learned but what its text says.

    Shapes: popularity (N,), see `Behaviour.popularity`.
    """

    item_ids: tuple[str, ...]
    collaborative: Collaborative
    weights: Weights
    popularity: Floats
    scales: Scales
    newcomers: Newcomers
    counted: Mapping[str, float] = field(default_factory=dict)
    """How much was done with each item by the shop's own count when this was learned, see `Activity.popularity`."""

    def popularity_now(self, item_id: str, counted: float) -> float:
        """What was learned, and what was done since."""
        row = self.rows.get(item_id)
        since = max(counted - self.counted.get(item_id, 0.0), 0.0)
        return since + (0.0 if row is None else float(self.popularity[row]))

    def total_now(self, counted: float) -> float:
        """What was learned and what was done since, of all items together."""
        return float(self.popularity.sum()) + max(counted - sum(self.counted.values()), 0.0)

    @cached_property
    def rows(self) -> dict[str, int]:
        return {item_id: row for row, item_id in enumerate(self.item_ids)}

    def over(
        self,
        table: ItemTable,
        activity: Activity | None = None,
        region: str = "",
        *,
        expected: Expected | None = None,
    ) -> Features:
        """The features of the items of a table.

        Args:
            expected: what is to be expected of those that are new; by what they say if not given.
            activity: what was done by now, where that may be more than what was learned from.
            region: where the shopper is, if that is known.
        """
        rows = np.array([self.rows.get(item_id, -1) for item_id in table.item_ids], np.int64)
        learned = chosen_rows(self.popularity, rows)
        fresh = learned <= 0.0
        expected = expected or self.newcomers.expected(table.text)
        done, lean, total = learned, Lean(), 0.0
        if activity is not None:
            counts, lean = activity.popularity, activity.lean(region)
            total = self.total_now(activity.total) if lean.done else 0.0  # a sum over the shop, so not without a use
            now = (self.popularity_now(item_id, counts.get(item_id, 0.0)) for item_id in table.item_ids)
            done = np.fromiter(now, np.float32, len(rows))
        everywhere = np.where(fresh, expected.popularity + done, done)
        pairs = zip(table.item_ids, everywhere.tolist(), strict=True)
        here = np.array([lean.estimate(item_id, count, total) for item_id, count in pairs], np.float32)
        representation = Representation(self.weights, table.text).over(rows, table.text)
        return Features(
            knowledge=self,
            table=table,
            collaborative=self.collaborative.over(rows, np.where(fresh[:, None], expected.factors, np.nan)),
            representation=representation.with_bias(np.where(fresh, expected.bias, representation.bias)),
            popularity=np.log1p(here),
            leaning=np.log1p(here) - np.log1p(everywhere),
            fresh=fresh,
            untouched=fresh & (done <= 0.0),
        )

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.collaborative.save(folder)
        self.weights.save(folder)
        self.scales.save(folder)
        self.newcomers.save(folder)
        np.save(folder / _POPULARITY, self.popularity)
        about = {
            "items": list(self.item_ids),
            "collaborative": asdict(self.collaborative.config),
            "counted": dict(self.counted),
        }
        (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Knowledge:
        """What `save` stored.

        Raises:
            OSError, ValueError, KeyError: it is not there, or not whole.
        """
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        return cls(
            item_ids=tuple(about["items"]),
            collaborative=Collaborative.load(folder, CollaborativeConfig(**about["collaborative"])),
            weights=Weights.load(folder),
            popularity=np.load(folder / _POPULARITY),
            scales=Scales.load(folder),
            newcomers=Newcomers.load(folder),
            counted=about["counted"],
        )


@dataclass(frozen=True)
class Features:
    """Makes f's features from what was learned of behaviour and what is known of the items.

    Of an item that is ``fresh`` to what was learned, what it says tells what is to be expected; of one that is
    ``untouched`` nobody has done anything with it since, either. ``leaning`` is what the shopper's region adds to the
    popularity; as that and the bias, which was learned of it, are both log-odds up to a constant, it moves them alike.

    Shapes: popularity, with what leans, and leaning (N,), logarithms; fresh and untouched (N,).
    """

    knowledge: Knowledge
    table: ItemTable
    collaborative: Collaborative
    representation: Representation
    popularity: Floats
    leaning: Floats
    fresh: Flags
    untouched: Flags

    @classmethod
    def of(
        cls, table: ItemTable, behaviour: Behaviour, collaborative: Collaborative, representation: Representation
    ) -> Features:
        weights, popularity = representation.weights, behaviour.popularity
        newcomers = Newcomers.fit(table.text, collaborative.item_factors, popularity, weights.bias)
        known = Knowledge(table.item_ids, collaborative, weights, popularity, table.scales, newcomers)
        return known.over(table)

    def over(self, table: ItemTable) -> Features:
        """The same over the items of another table."""
        return self.knowledge.over(table)

    def with_twins(self, rows: Rows) -> Features:
        """The items this was learned from, and at the end a twin of each of some: nobody did anything with it.

        It says the same as its original, which has taught nothing of what is to be expected of it.

        Shapes: rows (M,), of the table that this was learned from.
        """
        known, text = self.knowledge, self.table.text
        assert known.item_ids == self.table.item_ids, "a twin's original is what was learned from"
        factors, bias = known.collaborative.item_factors, known.weights.bias
        expected = known.newcomers.without_itself(text, factors, known.popularity, bias)
        originals = np.concatenate([np.arange(len(text)), rows])
        return known.over(self.table.with_twins(rows), expected=expected.chosen(originals))

    def attributed(self, items: Rows, shares: Floats) -> Floats:
        """Shares of a score by factor, where what is only expected of an item is told as what it is: that it is new.

        Sums stay what they are. Shapes: items (C,), shares (C, G) in the order of `FACTORS` -> (C, G).
        """
        names = list(FACTORS)
        guessed = np.zeros(shares.shape, bool)
        for name in _OF_OTHERS:
            guessed[:, names.index(name)] = (self.untouched if name == "popularity" else self.fresh)[items]
        told: Floats = np.where(guessed, 0.0, shares)
        told[:, names.index("new")] += np.where(guessed, shares, 0.0).sum(axis=1)
        return told

    def of_candidates(self, past: Past, items: Rows) -> tuple[Floats, Reason]:
        """The features of each candidate, in the order of `FEATURES`, and its attention over the past.

        A history that is empty makes zeros, a property that is not stated NaN: neither is a case of its own.

        Shapes: items (C,) rows of the table -> (C, F) float32.
        """
        past = past.latest(len(self.representation.weights.places))
        reason = self.representation.attend(past, items)
        neighbours, table = self.collaborative.neighbour_weights(past, items), self.table
        columns = [
            *_summed(reason.contributions),
            self.collaborative.factor_scores(past, items),
            *(np.where(self.fresh[items], np.nan, near) for near in _summed(neighbours)[:2]),
            *self._text(past, items),
            self.popularity[items],
            self.representation.bias[items] + self.leaning[items],
            table.rating[items],
            table.ratings[items],
            table.price_level[items],
            np.abs(table.price[items] - self._usual_price(past)),
            table.stock[items],
            table.age[items],
        ]
        return np.stack(columns, axis=1).astype(np.float32), reason

    def _text(self, past: Past, items: Rows) -> tuple[Floats, ...]:
        """Nearness in meaning (best, mean) and in words (best, mean, latest) to what was chosen."""
        weights = (past.weights * _RECENCY ** np.arange(len(past))).astype(np.float32)
        share = weights / np.float32(max(float(np.abs(weights).sum()), 1e-6))
        signs = np.sign(past.weights)[:, None]
        meaning = self.table.text[past.items] @ self.table.text[items].T
        words: Floats = (self.table.terms[past.items] @ self.table.terms[items].T).toarray()
        _, best, _ = _summed(meaning * signs)
        _, best_words, latest_words = _summed(words * signs)
        near: Floats = share @ meaning
        alike: Floats = (share @ words).astype(np.float32)
        return best, near, best_words, alike, latest_words

    def _usual_price(self, past: Past) -> float:
        """The logarithm of what this shopper pays, by the weight of each deed; NaN if nothing tells."""
        prices, weights = self.table.price[past.items], np.maximum(past.weights, 0.0)
        told = ~np.isnan(prices) & (weights > 0)
        return float(np.average(prices[told], weights=weights[told])) if told.any() else float("nan")


def _summed(spoken: Floats) -> tuple[Floats, Floats, Floats]:
    """Over a past: the sum, the most that one deed says, and what the latest says. Shapes: (T, C) -> 3 times (C,)."""
    if not len(spoken):
        nothing = np.zeros(spoken.shape[1], np.float32)
        return nothing, nothing, nothing
    return spoken.sum(axis=0), spoken.max(axis=0), spoken[0]
