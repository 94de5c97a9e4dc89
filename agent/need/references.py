"""Which items a message means: "the second one", "the cheaper of the two", "the Nook", "it", "前两个"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.need.item_names import ItemNames
from agent.need.pointing import (
    COLOURS,
    COMPARED,
    GROUPS,
    LEFT_OUT,
    OF_GROUP,
    ONE,
    POSITIONS,
    PRONOUN,
    PRONOUN_ASIDE,
    WHICH,
    ZH_DESCRIBED,
    Wanted,
    described,
)
from retrieval.catalogue import Item
from retrieval.need import Constraints
from retrieval.units import in_base
from retrieval.words import stem, stems, words

_MOST_ALIKE = 5
"""Items of one name between which it is asked; a word that more have is no name."""
_DENIED = re.compile(r"\s*(?:no|none|not)\b", re.IGNORECASE)


class _Unclear(Exception):
    """A message means something, but it cannot be said which of several items."""


@dataclass(slots=True)
class _Found:
    """What a message points at, by where it says so."""

    spans: list[tuple[int, int, tuple[str, ...]]] = field(default_factory=list)
    several: bool = False
    """It speaks of several ("these two") with nothing shown: of those that it names, or of none."""

    def add(self, start: int, end: int, ids: Sequence[str]) -> None:
        if not self.covers(start, end):
            self.spans.append((start, end, tuple(ids)))

    def covers(self, start: int, end: int) -> bool:
        return any(start < other_end and other_start < end for other_start, other_end, _ in self.spans)

    def ending_at(self, pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        return (span for span in self.spans if pattern.search(text[: span[0]]))

    def ids(self, text: str) -> tuple[str, ...]:
        """In the order in which they are named, without what is left out ("all but the first")."""
        out = {item_id for _, _, ids in self.ending_at(LEFT_OUT, text) for item_id in ids}
        named = (item_id for _, _, ids in sorted(self.spans) for item_id in ids)
        return tuple(dict.fromkeys(item_id for item_id in named if item_id not in out))


class References:
    """The items of one shop, as messages point at them. Reads English and Chinese."""

    def __init__(self, catalogue: Mapping[str, Item]) -> None:
        self._catalogue = catalogue
        self._names = ItemNames(catalogue)
        nouns = {item.kind.casefold().split()[-1] for item in catalogue.values() if item.kind}
        self._described_as = described(form for noun in nouns for form in (noun, f"{noun}s"))

    def of(self, message: str, shown: Sequence[str], focus: str | None = None) -> tuple[str, ...]:
        """The items that a message means, in the order in which it names them.

        Args:
            shown: the cards shown last, in order. Ids that the shop no longer has keep their place, and mean nothing.
            focus: the item that the conversation is about, which "it" means; without one, the first that is shown.
        Returns:
            ids; empty if the message means none, or if it is not clear which.
        """
        found = _Found()
        try:
            self._positions(message, shown, found)
            self._compared(message, shown, found)
            self._named(message, shown, found)
            if found.several and len(found.spans) < 2:
                raise _Unclear
            self._described(message, shown, focus, found)
            self._pronoun(message, shown, focus, found)
            if not found.spans and (which := WHICH.search(message)):
                found.add(*which.span(), shown)
        except _Unclear:
            return ()
        ids = found.ids(message)
        return ids if all(item_id in self._catalogue for item_id in ids) else ()

    def alike(self, message: str, shown: Sequence[str], wanted: Constraints | None = None) -> tuple[str, ...]:
        """The items of one name that the message speaks of, where it does not say which: 'the Hush'.

        Args:
            wanted: what is wanted by now; of items that are called alike, those of its kind are meant.
        """
        found = [ids for _, _, ids in self._names.read(message, shown)]
        if len(found) != 1 or not 1 < len(found[0]) <= _MOST_ALIKE:
            return ()
        kinds = Constraints() if wanted is None else Constraints(kinds=wanted.kinds, categories=wanted.categories)
        near = tuple(item_id for item_id in found[0] if not kinds.broken_by(self._catalogue[item_id]))
        return near or found[0]

    def _named(self, message: str, shown: Sequence[str], found: _Found) -> None:
        """What is called by its name; one of several of that name if it is of the category of another that is named."""
        unclear = []
        for start, end, ids in self._names.read(message, shown):
            if len(ids) == 1:
                found.add(start, end, ids)
            elif not found.covers(start, end):
                unclear.append((start, end, ids))
        beside = {self._catalogue[i].category for _, _, ids in found.spans for i in ids if i in self._catalogue}
        for start, end, ids in unclear:
            near = [item_id for item_id in ids if self._catalogue[item_id].category in beside]
            if len(near) != 1:
                raise _Unclear
            found.add(start, end, near)

    def _positions(self, message: str, shown: Sequence[str], found: _Found) -> None:
        for pattern, chosen in (*GROUPS, *POSITIONS):
            for match in pattern.finditer(message):
                among = self._of_kind(shown, match.groupdict().get("noun"))
                places = chosen(match, len(among))
                if found.covers(*match.span()) or places is None:
                    continue
                if not shown and (pattern, chosen) in GROUPS:
                    found.several = True
                elif not shown or any(not 0 <= place < len(among) for place in places):
                    raise _Unclear
                else:
                    found.add(*match.span(), [among[place] for place in places])

    def _of_kind(self, shown: Sequence[str], noun: str | None) -> Sequence[str]:
        """Those of the kind that a noun names ("the second tent"); all if it names none of theirs."""
        kind = [item_id for item_id in shown if noun and self._is_a(item_id, noun)]
        return kind or shown

    def _is_a(self, item_id: str, noun: str) -> bool:
        item = self._catalogue.get(item_id)
        kinds = {stem(word) for word in item.kind.casefold().split()[-1:]} if item else set()
        return stem(noun.casefold()) in kinds

    def _compared(self, message: str, shown: Sequence[str], found: _Found) -> None:
        """The cheapest, the lighter of the two: the one among those shown, or in the group that follows."""
        for pattern, wanted in COMPARED:
            for match in pattern.finditer(message):
                if found.covers(*match.span()):
                    continue
                among, end = list(shown), match.end()
                for span in [s for s in found.spans if OF_GROUP.fullmatch(message[match.end() : s[0]])]:
                    among, end = list(span[2]), span[1]
                    found.spans.remove(span)
                best = self._best([self._catalogue[i] for i in among if i in self._catalogue], wanted)
                if best is None:
                    raise _Unclear
                found.add(match.start(), end, [best])

    def _best(self, items: Sequence[Item], wanted: Wanted) -> str | None:
        """The one item that leads; None on a tie, or if one of them does not state it."""
        for attribute in wanted.attributes:
            values = [_value(item, attribute) for item in items]
            if values and all(value is not None for value in values):
                ranked = [v * wanted.direction for v in values if v is not None]
                first = [item.item_id for item, v in zip(items, ranked, strict=True) if v == max(ranked)]
                return first[0] if len(first) == 1 else None
        return None

    def _described(self, message: str, shown: Sequence[str], focus: str | None, found: _Found) -> None:
        for match in self._described_as.finditer(message):
            noun, said = match["noun"], (match["said"] or match["after"] or "").strip()
            among = [i for i in shown if i in self._catalogue and (ONE.fullmatch(noun) or self._is_a(i, noun))]
            if not among or found.covers(*match.span()) or (ONE.fullmatch(noun) and not said):
                continue
            if not said and focus in among and not match["article"].casefold().startswith("the"):
                among = [str(focus)]  # "that tent"
            self._meant(match, among, self._fits(said), found, several=noun.casefold() == "ones")
        for match in ZH_DESCRIBED.finditer(message):
            colour = COLOURS[match["colour"] or match["alone"]]
            fits = self._fits(colour)
            self._meant(match, [i for i in shown if i in self._catalogue], fits, found)

    def _fits(self, said: str) -> Callable[[str], bool]:
        asked = stems(said) | words(said) & {"l", "g"}
        return lambda item_id: asked <= _described_by(self._catalogue[item_id])

    def _meant(
        self,
        match: re.Match[str],
        among: Sequence[str],
        fits: Callable[[str], bool],
        found: _Found,
        *,
        several: bool = False,
    ) -> None:
        ids = [item_id for item_id in among if fits(item_id)]
        if len(ids) > 1 and not several:
            raise _Unclear
        if ids:
            found.add(*match.span(), ids)

    def _pronoun(self, message: str, shown: Sequence[str], focus: str | None, found: _Found) -> None:
        """What "it" means, unless something named before it is meant."""
        meant = focus or (shown[0] if shown else None)
        match = PRONOUN.search(message)
        if match is None or meant is None or PRONOUN_ASIDE.search(message) or found.covers(*match.span()):
            return
        if all(match.start() < start for start, _, _ in found.spans):
            found.add(*match.span(), [meant])


def _value(item: Item, attribute: str) -> float | None:
    """A number to compare by, in the base unit; None if the item does not state one."""
    if attribute == "rating":
        return item.mean_rating
    if attribute == "price":
        return item.price
    stated = item.attribute(attribute)
    return None if stated is None or isinstance(stated.value, str) else in_base(float(stated.value), stated.unit)


def _described_by(item: Item) -> frozenset[str]:
    """The stems of what an item is said to be; what it is said not to be is left out."""
    stated = [f"{a.name} {a.text}" for a in item.attributes if not _DENIED.match(a.text)]
    return stems(" ".join([item.title, item.brand or "", item.kind, *stated])) | words(" ".join(stated))
