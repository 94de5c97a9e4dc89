"""Why not that one? What kept an item from being shown, and the smallest single change that would bring it in.

Both come from the scorer itself: a change is tried by scoring the whole list again with it, and is told only if the
item then stands among those shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from retrieval.catalogue import Attribute, Item, Review
from retrieval.history import Trace
from retrieval.index import ShopIndex
from retrieval.need import Constraints, Need
from retrieval.ranking import Ranker, Ranking
from retrieval.recall import Candidate, Recalled, candidate, recall
from retrieval.suggestion import Factor, Suggestion

ChangeKind: TypeAlias = Literal["constraint", "price", "attribute", "rating", "wish", "deed"]
_EVEN = 1e-6
_STEPS = 12
"""Values of a number that are tried on the way to its bound, before the smallest is narrowed down."""
_HALVINGS = 6
_LEAST_PRICE = 0.2
"""Share of the price down to which a lower one is tried."""
_DEEDS = 8


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise, and the rank that the item then has.

    ``name`` is the constraint, the attribute, the word of the wish or the title of what was done something with;
    ``before`` and ``after`` are numbers in ``unit`` where it is a number. ``size`` compares changes: how many e-folds a
    number moves.
    """

    kind: ChangeKind
    name: str
    rank: int
    before: float | None = None
    after: float | None = None
    unit: str | None = None
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What became of an item. ``behind`` and ``ahead`` are what each factor adds to the lead of ``shown`` over it, the
    largest first; together they are the whole lead. ``shown`` is the last one shown, or, of an item that is shown
    itself, the first.

    ``broken`` names the constraints that exclude it, and then it has no rank. ``change`` is None where no single one
    that was tried is enough.
    """

    item: Item
    rank: int | None
    shown: Suggestion | None
    broken: tuple[str, ...]
    lead: float
    behind: tuple[Factor, ...]
    ahead: tuple[Factor, ...]
    change: Change | None


def why_not(
    ranker: Ranker, index: ShopIndex, need: Need, history: Sequence[Trace], item_id: str, *, shown: int
) -> WhyNot:
    """Compare an item with the last of the ``shown`` items (at least 1) that lead the ranking of this need.

    An item that is among them is compared with the first, and a change is sought that would make it the first.

    Raises:
        KeyError: the catalogue has no such item.
    """
    asked = _Asked(ranker, index, need, tuple(history))
    recalled = asked.recalled(need)
    item = index.catalogue[item_id]
    broken = recalled.need.constraints.broken_by(item)
    ranking = asked.order(recalled, None if broken else item_id)
    last = ranking.suggestions[: max(shown, 1)][-1:]
    if broken:
        return WhyNot(item, None, last[0] if last else None, broken, 0.0, (), (), asked.allowed(item_id, broken))
    place = ranking.place_of(item_id)
    assert place is not None, "it was put among the candidates"
    wanted = max(shown, 1) if place > shown else 1
    rival, own = ranking.suggestions[wanted - 1], ranking.suggestions[place - 1]
    behind, ahead = contrasted(rival, own)
    change = None
    if place > wanted:
        found = [each for each in asked.changes(recalled, item_id, wanted) if each.rank <= wanted]
        change = min(found, key=lambda each: each.size, default=None)
    return WhyNot(item, place, rival, (), rival.score - own.score, behind, ahead, change)


def placed(ranker: Ranker, index: ShopIndex, need: Need, history: Sequence[Trace], item_id: str) -> Suggestion:
    """Where an item stands for a need, with the factors of its score and the deeds that spoke for it.

    Raises:
        KeyError: the catalogue has no such item.
    """
    asked = _Asked(ranker, index, need, tuple(history))
    ranking = asked.order(asked.recalled(need), item_id)
    place = ranking.place_of(item_id)
    assert place is not None, "it was put among the candidates"
    return ranking.attended(place)


def runner_up(ranker: Ranker, index: ShopIndex, need: Need, history: Sequence[Trace], *, shown: int) -> str | None:
    """The item that comes next after those shown; None if all that fits is shown."""
    asked = _Asked(ranker, index, need, tuple(history))
    ranking = asked.order(asked.recalled(need), None)
    return next((s.item.item_id for s in ranking.suggestions[shown : shown + 1]), None)


def contrasted(winner: Suggestion, loser: Suggestion) -> tuple[tuple[Factor, ...], tuple[Factor, ...]]:
    """What speaks for the winner and what for the loser, the largest first; values are what they add to the lead."""
    labels = {factor.name: factor.label for factor in (*loser.factors, *winner.factors)}
    regions = [{factor.name: factor.region for factor in each.factors} for each in (winner, loser)]
    leads = {name: winner.factor(name) - loser.factor(name) for name in labels}
    lead = [Factor(name, labels[name], value, regions[value < 0].get(name, "")) for name, value in leads.items()]
    behind = sorted((factor for factor in lead if factor.value > _EVEN), key=lambda factor: -factor.value)
    ahead = sorted((factor for factor in lead if factor.value < -_EVEN), key=lambda factor: factor.value)
    return tuple(behind), tuple(ahead)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that can be asked again with one thing otherwise."""

    ranker: Ranker
    index: ShopIndex
    need: Need
    history: tuple[Trace, ...]

    def recalled(self, need: Need) -> Recalled:
        likely = self.ranker.taste.likely(self.index, self.history)
        return recall(self.index, need, self.history, likely=likely)

    def order(self, recalled: Recalled, item_id: str | None) -> Ranking:
        """The ranking, with the item among the candidates."""
        if item_id is not None and all(c.item.item_id != item_id for c in recalled.candidates):
            joined = candidate(self.index, recalled.need, self.history, item_id)
            recalled = replace(recalled, candidates=(*recalled.candidates, joined))
        return self.ranker.order(recalled, self.need.constraints, self.history, self.index)

    def allowed(self, item_id: str, broken: Sequence[str]) -> Change | None:
        """The item's rank without the one constraint that excludes it; None if several do."""
        item, need = self.index.catalogue[item_id], self.need
        lifted = _lifted(need.constraints, broken[0], item)
        if len(broken) > 1 or lifted is None:
            return None
        before, after = _limit(need.constraints, broken[0], item)
        asked = replace(self, need=replace(need, constraints=lifted))
        rank = asked.order(asked.recalled(asked.need), item_id).place_of(item_id)
        assert rank is not None
        return Change("constraint", broken[0], rank, before, after, item.currency if before is not None else None)

    def changes(self, recalled: Recalled, item_id: str, shown: int) -> Iterator[Change]:
        """Single changes that bring the item among those shown, of each kind at most one that is smallest."""
        whole = self.order(recalled, item_id)
        at = next(c for c in whole.candidates if c.item.item_id == item_id)

        def rank(item: Item) -> int:
            others = tuple(replace(at, item=item) if c is at else c for c in whole.candidates)
            found = self.ranker.order(
                replace(recalled, candidates=others), self.need.constraints, self.history, self.index
            )
            return found.place_of(item_id) or len(others)

        for kind, name, unit, before, bound, altered in _numbers(at, whole.candidates, recalled.need):
            if found := _least(lambda value, altered=altered: rank(altered(value)), before, bound, shown):  # type: ignore[misc]
                after, place = found
                yield Change(kind, name, place, before, after, unit, abs(math.log(after / before)))
        for preference in recalled.need.preferences:
            rest = tuple(p for p in recalled.need.preferences if p is not preference)
            without = replace(recalled, need=replace(recalled.need, preferences=rest), candidates=whole.candidates)
            yield Change("wish", preference.word, self.order(without, None).place_of(item_id) or len(whole.candidates))
        for told in dict.fromkeys(t.event.item_id for t in self.history[-_DEEDS:]):
            past = tuple(trace for trace in self.history if trace.event.item_id != told)
            ranking = replace(self, history=past).order(replace(recalled, candidates=whole.candidates), None)
            known = self.index.catalogue.get(told or "")
            yield Change(
                "deed",
                known.title if known else told or "",
                ranking.place_of(item_id) or len(whole.candidates),
                size=2.0,
            )


_Number: TypeAlias = tuple[ChangeKind, str, str | None, float, float, Callable[[float], Item]]


def _numbers(at: Candidate, others: Sequence[Candidate], need: Need) -> Iterator[_Number]:
    """The numbers of an item that may be otherwise: kind, name, unit, the value now, its bound, the item altered."""
    item = at.item
    if item.price > 0:
        yield "price", "price", item.currency, item.price, item.price * _LEAST_PRICE, lambda v: replace(item, price=v)
    for preference in need.preferences:
        stated = item.attribute(preference.attribute)
        if stated is None or isinstance(stated.value, str) or float(stated.value) <= 0:
            continue
        same = [c.item.attribute(stated.name) for c in others if c.item.kind == item.kind]
        values = [float(a.value) for a in same if a and a.unit == stated.unit and not isinstance(a.value, str)]
        bound = min(values) * 0.95 if preference.direction < 0 else max(values) * 1.05
        if bound > 0:
            yield "attribute", stated.name, stated.unit, float(stated.value), bound, _with_attribute(item, stated)
    rating = item.mean_rating
    if rating is not None and rating < 5.0:
        yield "rating", "rating", "stars", rating, 5.0, lambda v: replace(item, reviews=_rated(item.reviews, v))


def _with_attribute(item: Item, stated: Attribute) -> Callable[[float], Item]:
    def altered(value: float) -> Item:
        return replace(item, attributes=tuple(replace(a, value=value) if a is stated else a for a in item.attributes))

    return altered


def _rated(reviews: Sequence[Review], mean: float) -> tuple[Review, ...]:
    return tuple(replace(review, rating=mean) for review in reviews)


def _least(rank: Callable[[float], int], before: float, bound: float, shown: int) -> tuple[float, int] | None:
    """The value nearest to ``before``, on the way to ``bound``, with which the item is shown; rounded if it may be."""
    out, inside = before, None
    for step in range(1, _STEPS + 1):
        value = before * (bound / before) ** (step / _STEPS)
        if rank(value) <= shown:
            inside = value
            break
        out = value
    if inside is None:
        return None
    for _ in range(_HALVINGS):
        middle = math.sqrt(out * inside)
        out, inside = (out, middle) if rank(middle) <= shown else (middle, inside)
    for rounded in (*_rounded(inside, down=bound < before), inside):
        if (place := rank(rounded)) <= shown:
            return rounded, place
    return None


def _rounded(value: float, *, down: bool) -> Iterator[float]:
    """The value on coarser steps, the coarsest first, away from what it was."""
    for digits in (2, 3):
        step = 10.0 ** (math.floor(math.log10(value)) + 1 - digits)
        found = (math.floor(value / step) if down else math.ceil(value / step)) * step
        yield round(found, 2)


_DEFAULTS = Constraints()


def _lifted(constraints: Constraints, name: str, item: Item) -> Constraints | None:
    """The constraints without the one of this name, as `Constraints.broken_by` names it."""
    if name.startswith("bound:"):
        return replace(constraints, bounds=tuple(b for b in constraints.bounds if b.attribute != name[6:]))
    if name == "in_stock":
        return replace(constraints, in_stock=False)
    if name == "items_excluded":
        return replace(constraints, items_excluded=constraints.items_excluded - {item.item_id})
    return replace(constraints, **{name: getattr(_DEFAULTS, name)})


def _limit(constraints: Constraints, name: str, item: Item) -> tuple[float | None, float | None]:
    """The limit that was set and the one that would let the item in, where the constraint is a price."""
    if name in {"price_min", "price_max"}:
        return getattr(constraints, name), item.price
    return None, None
