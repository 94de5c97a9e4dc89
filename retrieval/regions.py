"""Where a shopper is: for a new one the only signal there may be. What is done there, drawn towards what all do."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

LONGEST = 60
"""Characters of a region's name."""
EVERYBODY = 20.0
"""How many deeds of the region's own weigh as much as what everybody did; see docs/log.md for how it was chosen."""


def checked(region: str) -> str:
    """A region as it is kept: without spaces around it, and with single ones inside.

    Raises:
        ValueError: it is too long, or holds characters that no name has.
    """
    named = " ".join(region.split())
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} for character in named):
        raise ValueError("a region has no control characters")
    if len(named) > LONGEST:
        raise ValueError(f"a region has at most {LONGEST} characters")
    return named


def key(region: str) -> str:
    """By what a region is told from others: capitals and spaces make no other region."""
    return " ".join(region.split()).casefold()


@dataclass(frozen=True)
class Lean:
    """How popular each item is for a shopper in one region.

    Let c_i be what everybody did with item i and r_i what of it was done in the region, C and R their sums over the
    catalogue, and m `EVERYBODY`. The region's own share r_i / R is trusted the more, the more was done there:

        w   = R / (R + m)                      in [0, 1)
        ĉ_i = (1 - w) c_i + w C r_i / R        in the unit of c, so that Σ_i ĉ_i = C

    A region of which nothing is known, and none at all, have w = 0: ĉ is c, to the last bit.

    Shapes: r and c (N,), kept as mappings with the items of which there is something; C, R, m, w are numbers.
    Source: the posterior mean of a multinomial under a Dirichlet prior of weight m around everybody's shares.
    """

    region: str = ""
    done: Mapping[str, float] = field(default_factory=dict)
    """r, by item."""

    @cached_property
    def _sum(self) -> float:
        return max(sum(self.done.values()), 0.0)

    @cached_property
    def _trust(self) -> float:
        return self._sum / (self._sum + EVERYBODY)

    def estimate(self, item_id: str, everybodys: float, total: float) -> float:
        """ĉ_i for c_i ``everybodys`` and C ``total``."""
        if not self._trust:
            return everybodys
        return (1.0 - self._trust) * everybodys + self._trust * total * self.done.get(item_id, 0.0) / self._sum

    def busiest(self, everybodys: Mapping[str, float], most: float, total: float) -> float:
        """The most ĉ of all items, ``most`` being the most c. What is not done here at all only shrinks."""
        here = (self.estimate(item_id, everybodys.get(item_id, 0.0), total) for item_id in self.done)
        return max([(1.0 - self._trust) * most, *here])
