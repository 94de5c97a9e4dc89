"""A simulated crowd: made shoppers who behave by simple, stated rules, to learn f from where real behaviour is scarce.

Each shopper lives one or two of the lives of `crowd.yaml` and comes to the shop a few times in a year. A visit is about
one item, drawn with probability proportional to exp(u):

    u = ln share of its kind in the shopper's lives + 0.5 × its words that the lives are drawn to (at most 3)
        - 0.5 × (price level - what the shopper pays)² + ratings × (stars - 3.9) + brands × the brand's record
        + what was bought before makes its kind likelier (+1.6) or superfluous (-2.0)
        + interest shown before + popularity

One visit in ten is about anything at all. Others of the kind are looked at first; then comes a cart, a purchase and,
weeks later, perhaps stars, which follow the item's own reviews and how well it fits. Nothing here knows of f or of its
features.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retrieval.behaviour import Floats
from retrieval.catalogue import Item
from retrieval.events import Event, EventKind
from retrieval.scales import Scales
from retrieval.stars import shrunk_rating
from retrieval.words import stems
from serving.errors import CrowdUnreadable

_OPENS, _CLOSES = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 11, 15, tzinfo=UTC)
_SOLD_OUT_SINCE = datetime(2026, 10, 4, tzinfo=UTC)
"""When what has no stock now was last sold."""
_DAYS = (_CLOSES - _OPENS).days
_NEVER = -40.0
_STRAY = 0.01
"""The share of an item whose kind is in none of the shopper's lives."""


class Life(BaseModel):
    """See the head of crowd.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    buys: dict[str, float]
    drawn_to: list[str]
    pays: float = 0.0
    brands: float = Field(0.5, ge=0)
    ratings: float = Field(0.5, ge=0)


class Lives(BaseModel):
    """What crowd.yaml holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lives: dict[str, Life] = Field(min_length=1)
    after: dict[str, list[str]]
    again: set[str]

    @classmethod
    def read(cls, path: Path, kinds: set[str]) -> Lives:
        """The lives of a file, for a catalogue with these kinds of items.

        Raises:
            CrowdUnreadable: it is not there, not of this form, or names kinds that the catalogue lacks.
        """
        try:
            found = cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            raise CrowdUnreadable(f"{path} cannot be read as lives of a crowd: {error}") from error
        named = {kind for life in found.lives.values() for kind in life.buys} | found.again | set(found.after)
        named |= {kind for kinds_after in found.after.values() for kind in kinds_after}
        if unknown := sorted(named - kinds):
            raise CrowdUnreadable(f"{path} names kinds that no item has: {', '.join(unknown)}; correct it.")
        return found


@dataclass(frozen=True, slots=True)
class CrowdConfig:
    """``visits`` is the mean number of visits in the year, at least 3; ``skew`` the spread of the items' popularity."""

    shoppers: int = 3000
    visits: float = 9.0
    two_lives: float = 0.4
    anything: float = 0.1
    skew: float = 0.4
    seed: int = 11


def crowd(items: Sequence[Item], lives: Lives, config: CrowdConfig | None = None) -> dict[str, tuple[Event, ...]]:
    """The events of each made shopper, oldest first. A shopper is the same however many others there are."""
    config = config or CrowdConfig()
    stock = _Stock.of(items, lives, config)
    told = (
        (f"crowd-{number:05d}", _Shopper(stock, config, np.random.default_rng([config.seed, number])))
        for number in range(config.shoppers)
    )
    return {shopper_id: shopper.year(shopper_id) for shopper_id, shopper in told}


@dataclass(frozen=True)
class _Stock:
    """The catalogue as shoppers see it. Shapes: by item (N,); text (L, N), the words each life is drawn to."""

    items: Sequence[Item]
    lives: Lives
    kinds: Sequence[str]
    share: Floats
    text: Floats
    price_level: Floats
    rating: Floats
    popularity: Floats
    follows: Mapping[str, Floats]
    """By kind of what was bought, what that adds to each item."""

    @classmethod
    def of(cls, items: Sequence[Item], lives: Lives, config: CrowdConfig) -> _Stock:
        kinds = [item.kind for item in items]
        known = [stems(" ".join([i.title, i.description, *(a.text for a in i.attributes)])) for i in items]
        drawn = [set().union(*(stems(word) for word in life.drawn_to)) for life in lives.lives.values()]
        scales = Scales.of(items)
        return cls(
            items=items,
            lives=lives,
            kinds=kinds,
            share=np.array(
                [[life.buys.get(k, 0.0) / kinds.count(k) for k in kinds] for life in lives.lives.values()], np.float32
            ),
            text=np.array([[min(len(words & text), 3) for text in known] for words in drawn], np.float32),
            price_level=np.nan_to_num(np.array([scales.price_level(item) for item in items], np.float32)),
            rating=np.array([shrunk_rating(item) - 3.9 for item in items], np.float32),
            popularity=np.random.default_rng([config.seed]).normal(0.0, config.skew, len(items)).astype(np.float32),
            follows={kind: np.array([_follows(lives, kind, k) for k in kinds], np.float32) for kind in set(kinds)},
        )


def _follows(lives: Lives, bought: str, kind: str) -> float:
    if kind in lives.after.get(bought, ()):
        return 1.6
    return -2.0 if kind == bought and kind not in lives.again else 0.0


class _Shopper:
    """One life in the shop, visit by visit."""

    def __init__(self, stock: _Stock, config: CrowdConfig, random: np.random.Generator) -> None:
        self._stock, self._config, self._random = stock, config, random
        led = list(stock.lives.lives.values())
        chosen = random.permutation(len(led))[: 1 + (random.random() < config.two_lives)]
        weights = np.array([1.0, 0.6][: len(chosen)]) / sum([1.0, 0.6][: len(chosen)])

        def mean(values: Sequence[float]) -> float:
            return float(np.dot(weights, values))

        pays = mean([led[i].pays for i in chosen]) + random.normal(0.0, 0.5)
        self._loyalty = mean([led[i].brands for i in chosen])
        self._fit = 0.5 * weights @ stock.text[chosen] - 0.5 * (stock.price_level - pays) ** 2
        self._fit = self._fit + mean([led[i].ratings for i in chosen]) * stock.rating
        self._wish = np.log(weights @ stock.share[chosen] + _STRAY) + self._fit + stock.popularity
        self._bought: list[int] = []
        self._interest = np.zeros(len(stock.items))
        self._brands: dict[str | None, float] = {}
        self._events: list[tuple[datetime, EventKind, int, float | None]] = []

    def year(self, shopper_id: str) -> tuple[Event, ...]:
        visits = 2 + int(self._random.geometric(1.0 / (self._config.visits - 2.0)))
        for day in np.sort(self._random.uniform(0, _DAYS, min(visits, 25))):
            self._visit(_OPENS + timedelta(days=float(day)))
        told = sorted((event for event in self._events if event[0] <= _CLOSES), key=lambda event: event[0])
        return tuple(
            Event(f"{shopper_id}-{n:03d}", shopper_id, kind, at, self._stock.items[row].item_id, stars, None)
            for n, (at, kind, row, stars) in enumerate(told)
        )

    def _visit(self, at: datetime) -> None:
        """Views of some of a kind, then the one that it is about: seen only, put in the cart, shared, or bought."""
        stock, random = self._stock, self._random
        wish = self._now(at)
        about = self._drawn(wish)
        same = np.array([kind == stock.kinds[about] for kind in stock.kinds])
        for _ in range(random.integers(0, 3)):
            beside = self._drawn(np.where(same, wish, _NEVER))
            at = self._did("view", beside, at)
        at = self._did("view", about, at)
        ends = random.random()
        if ends < 0.08 and self._fit[about] < self._fit.mean():
            self._did("thumb", about, at, 1.0)
            self._interest[about] -= 2.0
        elif ends < 0.14:
            self._did("share", about, at)
        elif ends >= 0.35:
            at = self._did("cart", about, at)
            self._interest[about] += 1.5
            if ends >= 0.45:
                self._buy(about, at)
        else:
            self._interest[about] += 0.8

    def _now(self, at: datetime) -> Floats:
        """What each item is worth to the shopper at this moment, as log-odds. Shapes: (N,)."""
        stock = self._stock
        if self._random.random() < self._config.anything:
            wish = stock.popularity + stock.rating
        else:
            wish = self._wish + self._interest
            for row in self._bought[-4:]:
                wish = wish + stock.follows[stock.kinds[row]]
            wish = wish + np.array([self._brands.get(item.brand, 0.0) for item in stock.items])
        closed = [row for row in self._bought if stock.kinds[row] not in stock.lives.again]
        wish[closed] = _NEVER
        if at >= _SOLD_OUT_SINCE:
            wish[[not item.in_stock for item in stock.items]] = _NEVER
        return np.asarray(wish, np.float32)

    def _drawn(self, wish: Floats) -> int:
        odds = np.exp(wish - wish.max(), dtype=np.float64)
        return int(self._random.choice(len(odds), p=odds / odds.sum()))

    def _buy(self, row: int, at: datetime) -> None:
        random, item = self._random, self._stock.items[row]
        at = self._did("purchase", row, at)
        self._bought.append(row)
        self._interest[row] = 0.0
        if random.random() >= 0.5:
            return
        stars = float(np.clip(round(shrunk_rating(item) + 0.1 + 0.2 * self._fit[row] + random.normal(0, 0.9)), 1, 5))
        self._did("rating", row, at + timedelta(days=float(random.uniform(6, 30))), stars)
        self._brands[item.brand] = self._loyalty * (stars - 3.0)
        if random.random() < 0.3:
            self._did("comment", row, at + timedelta(days=float(random.uniform(6, 30))), stars)

    def _did(self, kind: EventKind, row: int, at: datetime, stars: float | None = None) -> datetime:
        """Note the event; when the next thing is done."""
        self._events.append((at, kind, row, stars))
        return at + timedelta(minutes=float(self._random.uniform(0.5, 12)))
