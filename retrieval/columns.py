"""Items by columns: hard constraints are tested on arrays, with the meaning of `Constraints.broken_by`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from retrieval.arrays import Flags, Numbers, grown
from retrieval.catalogue import Catalogue, Item
from retrieval.lexical import LexicalIndex
from retrieval.need import Absence, Bound, Constraints, folded
from retrieval.units import comparable, in_base
from retrieval.words import words

Values: TypeAlias = npt.NDArray[np.float64]

_KEPT = 64
"""How many absences are remembered; each takes a byte an item."""


@dataclass(slots=True)
class _Names:
    """Numbers for texts. It only grows, so all columns that ever shared it stay right."""

    numbers: dict[str, int] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def number(self, text: str) -> int:
        found = self.numbers.get(text)
        if found is None:
            self.texts.append(text)
            found = self.numbers[text] = len(self.texts) - 1
        return found


@dataclass(frozen=True, slots=True)
class _Coded:
    """A column of texts, as numbers. Shapes: codes (rows,)."""

    names: _Names
    codes: Numbers

    @classmethod
    def empty(cls, rows: int) -> _Coded:
        return cls(_Names(), np.zeros(rows, np.int32))

    def grown(self, rows: int) -> _Coded:
        """A copy with so many rows."""
        return _Coded(self.names, grown(self.codes, rows))

    def among(self, wanted: frozenset[str]) -> Flags:
        """Which rows have one of these texts."""
        return self.where(lambda text: text in wanted)

    def where(self, test: Callable[[str], bool]) -> Flags:
        """Which rows have a text that passes; each distinct text is tested once."""
        passed = np.fromiter(map(test, tuple(self.names.texts)), bool)
        return passed[self.codes]


@dataclass(frozen=True, slots=True)
class _Measured:
    """A numeric attribute in base units; rows that do not state it have no unit (-1). Shapes: (rows,)."""

    values: Values
    units: _Coded


@dataclass(frozen=True)
class Columns:
    """What constraints ask of items, one array each. Immutable; a change makes new columns.

    Measures and absences are worked out when they are first asked for and carried over to the next columns, where only
    changed rows are worked out again.

    Shapes: every array (rows,); rows whose item is gone are not ``here``.
    """

    here: Flags
    price: Values
    available: Flags
    brand: _Coded
    category: _Coded
    kind: _Coded
    colour: _Coded
    _measures: dict[str, _Measured] = field(default_factory=dict)
    _absent: dict[Absence, Flags] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue) -> Columns:
        rows = catalogue.size
        brand, category, kind, colour = (_Coded.empty(rows) for _ in range(4))
        new = cls(np.zeros(rows, bool), np.zeros(rows), np.zeros(rows, bool), brand, category, kind, colour)
        new._write(range(rows), catalogue)
        return new

    def changed(self, rows: Sequence[int], catalogue: Catalogue) -> Columns:
        """The columns after these rows of the catalogue changed."""
        size = catalogue.size
        # The two are copied first: another thread may just now be adding to them.
        measures, absent = dict(self._measures), dict(self._absent)
        new = Columns(
            grown(self.here, size),
            grown(self.price, size),
            grown(self.available, size),
            self.brand.grown(size),
            self.category.grown(size),
            self.kind.grown(size),
            self.colour.grown(size),
            {name: _Measured(grown(m.values, size), m.units.grown(size)) for name, m in measures.items()},
            {absence: grown(broken, size) for absence, broken in absent.items()},
        )
        new._write(rows, catalogue)
        return new

    def broken(self, asked: Constraints, catalogue: Catalogue, lexical: LexicalIndex) -> Iterator[tuple[str, Flags]]:
        """For each constraint that is set, its name and the rows that break it; see `Constraints.broken_by`."""
        if asked.price_min is not None:
            yield "price_min", self.price < asked.price_min
        if asked.price_max is not None:
            yield "price_max", self.price > asked.price_max
        if asked.in_stock:
            yield "in_stock", ~self.available
        yield from self._named("brands", self.brand, asked.brands, asked.brands_excluded)
        yield from self._named("categories", self.category, asked.categories, asked.categories_excluded)
        yield from self._named("kinds", self.kind, asked.kinds, asked.kinds_excluded)
        if asked.colours:
            yield "colours", ~self._coloured(asked.colours)
        if asked.colours_excluded:
            yield "colours_excluded", self._coloured(asked.colours_excluded)
        if asked.items_excluded:
            excluded = np.zeros(len(self.here), bool)
            excluded[[row for item_id in asked.items_excluded if (row := catalogue.row(item_id)) is not None]] = True
            yield "items_excluded", excluded
        for bound in asked.bounds:
            yield f"bound:{bound.attribute}", self._beyond(bound, catalogue)
        for absence in asked.without:
            yield "without", self._having(absence, catalogue, lexical)

    def _named(
        self, name: str, column: _Coded, wanted: frozenset[str], excluded: frozenset[str]
    ) -> Iterator[tuple[str, Flags]]:
        if wanted:
            yield name, ~column.among(folded(wanted))
        if excluded:
            yield f"{name}_excluded", column.among(folded(excluded))

    def _coloured(self, colours: frozenset[str]) -> Flags:
        asked = [words(colour) for colour in colours]
        return self.colour.where(lambda text: any(each <= words(text) for each in asked))

    def _beyond(self, bound: Bound, catalogue: Catalogue) -> Flags:
        measured = self._measures.get(bound.attribute)
        if measured is None:
            measured = _Measured(np.zeros(len(self.here)), _Coded.empty(len(self.here)))
            for row, item in catalogue.numbered():
                _measure(measured, row, item, bound.attribute)
            self._measures[bound.attribute] = measured
        beyond = measured.units.where(lambda unit: unit == "" or not comparable(unit[1:] or None, bound.unit))
        if bound.low is not None:
            beyond |= measured.values < in_base(bound.low, bound.unit)
        if bound.high is not None:
            beyond |= measured.values > in_base(bound.high, bound.unit)
        return beyond

    def _having(self, absence: Absence, catalogue: Catalogue, lexical: LexicalIndex) -> Flags:
        """Only items whose text has one of the stems can break it, and the lexical index knows them."""
        broken = self._absent.get(absence)
        if broken is None:
            broken = np.zeros(len(self.here), bool)
            for row in lexical.rows_with(absence.stems).tolist():
                item = catalogue.at(row)
                broken[row] = item is not None and absence.broken_by(item)
            if len(self._absent) >= _KEPT:
                self._absent.clear()
            self._absent[absence] = broken
        return broken

    def _write(self, rows: Sequence[int], catalogue: Catalogue) -> None:
        for row in rows:
            item = catalogue.at(row)
            self.here[row] = item is not None
            if item is None:
                continue
            self.price[row], self.available[row] = item.price, item.in_stock
            self.brand.codes[row] = self.brand.names.number((item.brand or "").casefold())
            self.category.codes[row] = self.category.names.number(item.category.casefold())
            self.kind.codes[row] = self.kind.names.number(item.kind.casefold())
            self.colour.codes[row] = self.colour.names.number(str(item.colour.value) if item.colour else "")
            for name, measured in self._measures.items():
                _measure(measured, row, item, name)
            for absence, broken in self._absent.items():
                broken[row] = absence.broken_by(item)


def _measure(measured: _Measured, row: int, item: Item, name: str) -> None:
    """Note an attribute's value; its unit is kept after a mark, as a value may have none."""
    found = item.attribute(name)
    stated = found is not None and not isinstance(found.value, str)
    measured.units.codes[row] = measured.units.names.number(f"#{found.unit or ''}" if found and stated else "")
    measured.values[row] = in_base(float(found.value), found.unit) if found and stated else np.nan


Groups: TypeAlias = Mapping[str, int]


def fewest_dropped(broken: Iterator[tuple[str, Flags]], here: Flags, groups: Groups) -> tuple[tuple[int, ...], Flags]:
    """The fewest groups of constraints to drop for any row to be allowed, and the rows that then are.

    ``groups`` numbers, by constraint name without what follows a colon, what may be dropped; among equally few the
    lowest numbers are. What has no number is never dropped; where that leaves no row, nothing is dropped.
    """
    allowed, breaks = here.copy(), np.zeros(len(here), np.uint8)
    for name, rows in broken:
        group = groups.get(name.partition(":")[0])
        if group is None:
            allowed &= ~rows
        else:
            breaks |= rows.astype(np.uint8) << np.uint8(group)
    seen = np.flatnonzero(np.bincount(breaks[allowed], minlength=1)).tolist()
    sets = [tuple(bit for bit in range(8) if pattern >> bit & 1) for pattern in seen]
    dropped = min(sets, key=lambda found: (len(found), found), default=())
    return dropped, allowed & ((breaks & ~np.uint8(sum(1 << bit for bit in dropped))) == 0)
