"""R(u, i): what an item finds in a shopper's history when it looks for a reason.

Let h = 1 … T be the snippets of the history, the newest first, each with the item it tells of and a weight w_h in
[-1, 1] by kind and age; let i be the candidate. With t an item's text vector and e, o its learned rows:

    v_h  = e_h + t_h A                     what a snippet says           (d,)
    q_i  = o_i + t_i B                     what the candidate looks for  (d,)
    a_hi = |w_h| exp(v_h K · q_i Q + r_h + s_h)    energy: fit, recency of place h, importance of the item
    α_hi = c a_hi / (z + Σ_h a_hi)^½       attention, against a resting place z
    R    = Σ_h α_hi sign(w_h) v_h          the reason representation     (d,)

R · q_i is the part of the score that the history gives, and b_i the part that it does not (what is chosen by
everybody). The square root lets two reasons count for more than one, which a plain average forbids. How far R · q_i
falls when snippet h is left out of both sums is what h is worth to i: the snippets that are worth most are the
evidence. (Its share α_hi sign(w_h) v_h · q_i alone forgets that those left behind draw more attention.)

Cold start needs no branch: of an item without events e, o, s and b are zero and its text speaks alone; of a shopper
without history R is zero and b_i orders the items. What is asked now is attended over by the facts of the item, each by
itself, see `retrieval.facts`: as one more snippet of the history a question made f rank worse (docs/log.md).

Shapes: E, O (N, d); T (N, size); A, B (size, d); K, Q (d, k); places (P,), importance, bias (N,).
Source: the attention over a history for each candidate is that of G. Zhou et al., Deep Interest Network, KDD 2018;
the smoothed normalisation that of X. He et al., NAIS, TKDE 2018. Here both ends also read text.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from retrieval.behaviour import Floats, Past, Rows, chosen_rows

_MOST = 20.0
"""Energies are capped here, so that no exponential overflows."""
_STORED = "representation.npz"
_BY_ITEM = ("said", "sought", "importance", "bias")


@dataclass(frozen=True)
class Weights:
    """What is learned; names as in the formula."""

    said: Floats
    sought: Floats
    said_text: Floats
    sought_text: Floats
    keys: Floats
    queries: Floats
    places: Floats
    importance: Floats
    bias: Floats
    scale: Floats
    rest: Floats

    def save(self, folder: Path) -> None:
        np.savez(folder / _STORED, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, folder: Path) -> Weights:
        with np.load(folder / _STORED) as stored:
            return cls(**{field.name: stored[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class Reason:
    """How the candidates attend over a history.

    Shapes: weights α (T, C); contributions (T, C), whose sum over T is what the history adds to each score; falls
    (T, C), what each snippet is worth; gathered R (C, d).
    """

    weights: Floats
    contributions: Floats
    falls: Floats
    gathered: Floats

    @property
    def scores(self) -> Floats:
        found: Floats = self.contributions.sum(axis=0)
        return found

    def evidence(self, candidate: int, *, n: int = 1) -> tuple[int, ...]:
        """At most n snippets that are worth most to the candidate, the best first; those worth nothing are none."""
        falls = self.falls[:, candidate]
        order = np.argsort(-falls, kind="stable")[:n]
        return tuple(int(place) for place in order if falls[place] > 0)


class Representation:
    """R(u, i) for the items of one catalogue."""

    def __init__(self, weights: Weights, text: Floats) -> None:
        """Shapes: text (N, size), the items' text vectors."""
        self.weights = weights
        self.text = text

    @cached_property
    def _said(self) -> Floats:
        said: Floats = self.weights.said + self.text @ self.weights.said_text
        return said

    @cached_property
    def _sought(self) -> Floats:
        sought: Floats = self.weights.sought + self.text @ self.weights.sought_text
        return sought

    @property
    def bias(self) -> Floats:
        return self.weights.bias

    def attend(self, past: Past, items: Rows) -> Reason:
        """The candidates' attention over the latest deeds, as many as there are places.

        Shapes: items (C,) -> see `Reason`.
        """
        w = self.weights
        deeds = past.latest(len(w.places))
        said, strength, importance = self._said[deeds.items], deeds.weights, w.importance[deeds.items]
        sought = self._sought[items]
        fit = (said @ w.keys) @ (sought @ w.queries).T
        place = w.places[: len(said)] + importance
        energy = np.abs(strength)[:, None] * np.exp(np.minimum(fit + place[:, None], _MOST))
        drawn = np.exp(w.rest) + energy.sum(axis=0)
        attention = w.scale * energy / np.sqrt(drawn)
        signed = attention * np.sign(strength)[:, None]
        spoken = signed * (said @ sought.T)
        drawn_without = np.maximum(drawn - energy, np.exp(w.rest))  # rounding must not take the resting place too
        left = (spoken.sum(axis=0) - spoken) * np.sqrt(drawn / drawn_without)
        return Reason(attention, spoken, spoken.sum(axis=0) - left, signed.T @ said)

    def with_bias(self, bias: Floats) -> Representation:
        """The same with another bias. Shapes: bias (N,)."""
        return Representation(replace(self.weights, bias=bias), self.text)

    def over(self, rows: Rows, text: Floats) -> Representation:
        """The same over other items: each is the one in its row, or at -1 one of which only the text is known.

        Shapes: rows (M,), text (M, size).
        """
        learned = {name: chosen_rows(getattr(self.weights, name), rows) for name in _BY_ITEM}
        return Representation(replace(self.weights, **learned), text)
