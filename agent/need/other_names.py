"""Other names of a shop's kinds, by what they mean: 'couch' where it sells sofas, 'phone' for smartphones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from agent.need.things import GOES_ON, NO_THING, kind_noun, title_noun
from agent.words.lexicon import COLOURS, WISHES
from retrieval.catalogue import Item
from retrieval.embedding import Embedder, Vectors
from retrieval.nearness import comparable
from retrieval.need import Constraints
from retrieval.words import stem, stems, words

Field: TypeAlias = Literal["kinds", "categories"]
ALIKE = 0.65
"""Cosine that a word must have to a kind's name. Chosen with the margin on half of tests/agent/other_names.yaml."""
MARGIN = 0.15
"""By how much it must be nearer than to any other kind, save those within it: a necklace is no earring."""
MOST_NAMES = 1000
"""Kinds and categories up to which names are learned; to embed more of them holds up the first message."""
_LONGEST = 3
_DOING = re.compile(r"\b[a-z]{3,}ing\b")
_DENIED = frozenset({"no", "not", "without", "nothing", "never", "except", "but"})
_TRAILING = words(
    "quick quickly fast soon asap now today tomorrow tonight please pls thanks really too then again here"
)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a word names in this shop: a kind or a category."""

    said: str
    field: Field
    name: str
    cosine: float


class OtherNames:
    """The names of one shop's kinds and categories, and what else may be meant by them.

    A word that a title or a kind has for its noun is the shop's own, and means nothing else. The names are embedded
    when the first word is looked up.
    """

    def __init__(self, items: Iterable[Item], embedder: Embedder) -> None:
        self._embedder = embedder
        self._within: dict[str, set[str]] = {}
        kinds: set[str] = set()
        titled: set[str] = set()
        titles: list[str] = []
        told: set[str] = set()
        brands: set[str] = set()
        for item in items:
            kinds.add(item.kind)
            self._within.setdefault(item.category, set()).add(item.kind)
            titled.add(stem(title_noun(item)))
            titles.append(f"{item.title} {item.kind}")
            brands |= stems(item.brand or "")
            told.update(_DOING.findall(f"{item.title} {item.category} {item.description}".casefold()))
        self.titled = frozenset[str]().union(*(stems(title) for title in titles)) - {"one", "more", "all"}
        """Stems of all words of the titles and kinds."""
        self.doing = frozenset(told)
        """Words for what is done, as the shop writes them: running, hiking."""
        described = stems(" ".join(NO_THING | COLOURS | WISHES.keys()))
        categories = set(self._within) - kinds
        self._names: list[tuple[Field, str]] = [
            *(("kinds", name) for name in sorted(kinds)),
            *(("categories", name) for name in sorted(categories)),
        ]
        self._own = titled | brands | {stem(kind_noun(name)) for _, name in self._names}
        self._titled = frozenset(noun for noun in titled - described - brands if len(noun) > 2)
        self._known: dict[str, Meant | None] = {}

    def titles_name(self, terms: str) -> bool:
        """Whether a phrase of the terms ends with a noun that a title has: 'fresh kiwis', and not 'with a vase'."""
        return any(stem(phrase[-1]) in self._titled for phrase in _phrases(terms))

    def of(self, terms: str) -> Meant | None:
        """What the first thing that the terms ask for is called in this shop; None if that is not plain."""
        for phrase in _phrases(terms):
            if stem(phrase[-1]) in self._own:
                return None
            for said in dict.fromkeys((" ".join(phrase), phrase[-1])):
                if found := self.meaning(said):
                    return found
        return None

    def meaning(self, said: str) -> Meant | None:
        """The kind or category that a word means, if it is near enough to it and far enough from the others."""
        if said not in self._known:
            self._known[said] = self._nearest(said)
        return self._known[said]

    def _nearest(self, said: str) -> Meant | None:
        if not self._names or len(self._names) > MOST_NAMES:
            return None
        cosines = self._vectors @ self._embedder.embed([said], "query")[0]
        scaled = [comparable(self._embedder.name, float(cosine), "questions") for cosine in cosines]
        best = int(np.argmax(scaled))
        if scaled[best] < ALIKE or self._beside(best, said):
            return None
        rivals = [near for place, near in enumerate(scaled) if place != best and not self._related(best, place, said)]
        if scaled[best] - max(rivals, default=0.0) < MARGIN:
            return None
        return Meant(said, *self._names[best], scaled[best])

    def _related(self, best: int, other: int, said: str) -> bool:
        """Whether a name is no rival of the best: within it or about it, or of things that go with what is said."""
        (_, mine), (_, name) = self._names[best], self._names[other]
        nested = name in self._within.get(mine, ()) or mine in self._within.get(name, ())
        return nested or self._beside(other, said) or stem(kind_noun(name)) == stem(kind_noun(mine))

    def _beside(self, place: int, said: str) -> bool:
        """Whether a name is of what goes with the thing that is said: a coffee grinder is no coffee."""
        name = self._names[place][1]
        return stems(said) <= stems(name) and stem(kind_noun(name)) not in stems(said)

    @cached_property
    def _vectors(self) -> Vectors:
        return self._embedder.embed([name for _, name in self._names], "query")


def excluding(constraints: Constraints, kinds: Iterable[Meant]) -> Constraints:
    """The constraints with these kinds and categories excluded."""
    for meant in kinds:
        out = frozenset({meant.name})
        if meant.field == "kinds":
            constraints = replace(constraints, kinds_excluded=constraints.kinds_excluded | out)
        else:
            constraints = replace(constraints, categories_excluded=constraints.categories_excluded | out)
    return constraints


def _phrases(terms: str) -> Iterable[Sequence[str]]:
    """The phrases that may name a thing, without what goes on from them: 'couch' of 'couch for the den, green'."""
    for clause in terms.split(","):
        phrase = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", GOES_ON.sub("", clause).casefold())
        while phrase and phrase[-1] in _TRAILING:
            phrase = phrase[:-1]
        if (
            phrase
            and len(phrase) <= _LONGEST + 1
            and not _DENIED & set(phrase)
            and phrase[-1] not in NO_THING | WISHES.keys() | COLOURS
        ):
            yield phrase[-_LONGEST:]
