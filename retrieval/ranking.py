"""Ranking: S(u, i) as a sum of named factors, each of which the shopper may be shown.

What is asked for now is judged here, by weights set by hand until a shop has logs of questions to learn them from;
what the shopper and others did is judged by a `Taste`, learned where there are events enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from retrieval.catalogue import Item
from retrieval.diversity import DiversityConfig, diversified
from retrieval.exploration import ExplorationConfig, Tried, explored
from retrieval.history import Trace
from retrieval.need import Constraints, Need, Preference
from retrieval.recall import Candidate, Recalled
from retrieval.suggestion import Attention, Factor, Suggestion
from retrieval.taste import HandTaste, Shelf, Taste
from retrieval.units import in_base
from retrieval.wishes import meets


@dataclass(frozen=True, slots=True)
class RankerConfig:
    """The weight of each factor of the need: how many log-odds it adds at most."""

    text_match: float = 3.0
    answers: float = 0.3
    attribute_fit: float = 1.5
    budget: float = 0.5
    owned: float = -2.0
    diversity: DiversityConfig = field(default_factory=DiversityConfig)
    exploration: ExplorationConfig = field(default_factory=ExplorationConfig)


@dataclass(frozen=True, slots=True)
class Ranking:
    """All candidates with their scores, best first; ranks are places in this order."""

    suggestions: tuple[Suggestion, ...]
    candidates: tuple[Candidate, ...]
    """In the order of the suggestions."""
    _attention: Callable[[Suggestion], tuple[Attention, ...]]
    _config: RankerConfig

    def __iter__(self) -> Iterator[Suggestion]:
        return iter(self.suggestions)

    def place_of(self, item_id: str) -> int | None:
        """The item's rank; None if it is not among the candidates."""
        return next((s.rank for s in self.suggestions if s.item.item_id == item_id), None)

    def attended(self, rank: int) -> Suggestion:
        """The suggestion of a rank, with the deeds that spoke for it."""
        found = self.suggestions[rank - 1]
        return replace(found, attention=self._attention(found))

    def nearest_first(self, distance: Callable[[Item], float]) -> Ranking:
        """The same by a distance, where something asked for could not be met; equal ones keep their order."""
        order = sorted(range(len(self.suggestions)), key=lambda i: distance(self.suggestions[i].item))
        suggestions = tuple(replace(self.suggestions[i], rank=rank) for rank, i in enumerate(order, start=1))
        plain = replace(self._config, diversity=DiversityConfig(), exploration=ExplorationConfig())
        return Ranking(suggestions, tuple(self.candidates[i] for i in order), self._attention, plain)

    def top(
        self, n: int, tried: Tried | None = None, random: np.random.Generator | None = None
    ) -> tuple[Suggestion, ...]:
        """The n to show (fewer if there are fewer), with the deeds that spoke for them.

        By the settings, the second of two that are much alike may stand back, and the last place may be given to one
        that was seldom tried.
        """
        if not self.suggestions:
            return ()
        shown = self._chosen(n, tried or Tried(), random or np.random.default_rng())
        return tuple(
            replace(suggestion, rank=rank, attention=self._attention(suggestion))
            for rank, suggestion in enumerate(shown, start=1)
        )

    def _chosen(self, n: int, tried: Tried, random: np.random.Generator) -> list[Suggestion]:
        config, places = self._config, np.arange(len(self.suggestions))
        if config.diversity.weight > 0.0:
            scores = np.array([s.score for s in self.suggestions], np.float32)
            vectors = np.stack([candidate.vector for candidate in self.candidates])
            places = diversified(scores, vectors, n=len(scores), config=config.diversity)
        ordered = [self.suggestions[int(place)] for place in places]
        if config.exploration.share <= 0.0:
            return ordered[:n]
        ids = [suggestion.item.item_id for suggestion in ordered]
        scores = np.arange(len(ids), 0, -1, dtype=np.float32)  # they are in order already
        found = explored(scores, ids, tried, n=n, config=config.exploration, random=random)
        return [
            replace(ordered[place], propensity=propensity)
            for place, propensity in zip(found.places.tolist(), found.propensities.tolist(), strict=True)
        ]


class Ranker:
    """Scores candidates by what is asked for and by taste."""

    def __init__(self, taste: Taste | None = None, config: RankerConfig | None = None) -> None:
        self.taste = taste or HandTaste()
        self.config = config or RankerConfig()

    def ranking(self, need: Need, candidates: Sequence[Candidate], history: Sequence[Trace], shelf: Shelf) -> Ranking:
        """All candidates, best first; ties keep the candidates' order.

        Args:
            candidates: any order, C of them, all within the need's hard constraints.
        """
        judged = self.taste.judge(shelf, need, candidates, history)
        answered = shelf.facts.answer(need, [candidate.item for candidate in candidates])
        bought = {t.event.item_id for t in history if t.event.kind == "purchase"}
        scored = []
        for place, candidate in enumerate(candidates):
            asked = (
                self._text_match(need, candidate),
                Factor("answers", "says what you asked for", self.config.answers * answered[place]),
                self._attribute_fit(need.preferences, candidate.item, candidates),
                self._budget(need, candidate.item),
                Factor("owned", "you already have it", self.config.owned * (candidate.item.item_id in bought)),
            )
            factors = tuple(factor for factor in (*asked, *judged.factors(place)) if factor.value != 0.0)
            scored.append((sum(factor.value for factor in factors), place, factors))
        scored.sort(key=lambda row: -row[0])
        places = {candidate.item.item_id: place for place, candidate in enumerate(candidates)}
        return Ranking(
            tuple(
                Suggestion(candidates[place].item, rank, score, factors)
                for rank, (score, place, factors) in enumerate(scored, start=1)
            ),
            tuple(candidates[place] for _, place, _ in scored),
            lambda suggestion: judged.attention(places[suggestion.item.item_id]),
            self.config,
        )

    def order(self, recalled: Recalled, asked: Constraints, history: Sequence[Trace], shelf: Shelf) -> Ranking:
        """The ranking of what was recalled; by price first, where the price that was asked for could not be met."""
        ranking = self.ranking(recalled.need, recalled.candidates, history, shelf)
        if "price" in recalled.relaxed:
            return ranking.nearest_first(lambda item: asked.price_distance(item.price))
        return ranking

    def rank(
        self, need: Need, candidates: Sequence[Candidate], history: Sequence[Trace], shelf: Shelf, *, n: int
    ) -> tuple[Suggestion, ...]:
        """The n best candidates to show; see `Ranking.top`."""
        return self.ranking(need, candidates, history, shelf).top(n)

    def _text_match(self, need: Need, candidate: Candidate) -> Factor:
        nearness = 0.45 * candidate.semantic + 0.3 * candidate.passage + 0.25 * candidate.lexical
        return Factor("text_match", "matches what you asked", self.config.text_match * nearness if need.terms else 0.0)

    def _attribute_fit(self, preferences: Sequence[Preference], item: Item, candidates: Sequence[Candidate]) -> Factor:
        fits = [fit for p in preferences if (fit := standing(p, item, [c.item for c in candidates])) is not None]
        label = ", ".join(preference.word for preference in preferences)
        # Centred, so that an item which does not state the attribute stands in the middle.
        value = self.config.attribute_fit * sum(fit - 0.5 for fit in fits) / max(len(preferences), 1)
        return Factor("attribute_fit", label or "fits your wishes", value)

    def _budget(self, need: Need, item: Item) -> Factor:
        """More, the further below the cap."""
        cap = need.constraints.price_max
        below = max(1.0 - item.price / cap, 0.0) if cap else 0.0
        return Factor("budget", "within your budget", self.config.budget * below)


def standing(preference: Preference, item: Item, others: Sequence[Item]) -> float | None:
    """Where the item stands among those of its kind on the preferred attribute, from 0 (worst) to 1 (best).

    None if it does not state the attribute, or if there is nothing to compare it with. A colour, brand or size that is
    wished for is met (1) or not (0).
    """
    if (met := meets(preference, item)) is not None:
        return float(met)
    values = {o.item_id: v for o in others if o.kind == item.kind and (v := _number(o, preference)) is not None}
    mine = values.get(item.item_id)
    if mine is None or len(values) < 2:
        return None
    worse = sum((v > mine) if preference.direction < 0 else (v < mine) for v in values.values())
    return worse / (len(values) - 1)


def _number(item: Item, preference: Preference) -> float | None:
    if preference.attribute == "price":
        return item.price
    found = item.attribute(preference.attribute)
    if found is None or isinstance(found.value, str):
        return None
    return in_base(float(found.value), found.unit)
