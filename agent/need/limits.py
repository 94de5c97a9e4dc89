"""The prices and measures that a message limits, by what a catalogue states in numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from agent.chinese.interpreter import Interpreter, reads
from agent.chinese.script import HAN
from agent.words.quantities import Range, ranges
from retrieval.catalogue import Vocabulary
from retrieval.units import dimension

_MAIN_ATTRIBUTE = {"mass": "weight", "volume": "capacity", "noise": "noise", "light": "brightness"}
"""The attribute a bare measure speaks of ('under 1 kg'), if the catalogue states it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A limit on an attribute that the catalogue states."""

    attribute: str
    limit: Range


@dataclass(frozen=True, slots=True)
class Limited:
    """What a message limits; ``unheld`` is where it names a measure in which nothing here is stated."""

    prices: tuple[Range, ...]
    measures: tuple[Measure, ...]
    unheld: tuple[tuple[int, int], ...] = ()


class Limits:
    """Reads limits by the numeric attributes of one catalogue."""

    def __init__(self, vocabulary: Vocabulary, own: Mapping[str, str], chinese: Callable[[], Interpreter]) -> None:
        """
        Args:
            own: what the catalogue calls the attributes that messages speak of.
        """
        self._units = vocabulary.units
        self._own = own
        self._chinese = chinese

    def of(self, message: str) -> Limited:
        """The limits of a message; a measure of nothing known stays in the terms."""
        prices: list[Range] = []
        measures: list[Measure] = []
        unheld: list[tuple[int, int]] = []
        chinese = self._chinese().limits(message) if reads(message) else []
        latin = re.sub(f"[{HAN}]", " ", blank(message, [limit.span for limit in chinese]))
        for found in (*chinese, *ranges(latin)):
            if found.unit is None:
                prices.append(found)
            elif attribute := self._attribute(found, message):
                measures.append(Measure(attribute, found))
            elif not self._measured_as(found):
                unheld.append(found.span)
        return Limited(tuple(prices), tuple(measures), tuple(unheld))

    def _measured_as(self, limit: Range) -> bool:
        """Whether anything here is stated in such units, whichever of its measures is meant."""
        stated = (unit for units in self._units.values() for unit in units)
        return any(dimension(unit) == dimension(limit.unit) for unit in stated)

    def _attribute(self, limit: Range, message: str) -> str | None:
        """The attribute that a measure limits: the one named nearest to it, else the main one of its dimension."""
        measured = dimension(limit.unit)
        fitting = [a for a, units in self._units.items() if any(dimension(u) == measured for u in units)]
        places = [(a, *m.span()) for a in fitting for m in re.finditer(rf"\b{re.escape(a)}\b", message, re.I)]
        if reads(message):
            places += [place for place in self._chinese().places(message) if place[0] in fitting]
        named = [(max(limit.span[0] - end, start - limit.span[1]), -len(a), a) for a, start, end in places]
        if named:
            return min(named)[2]
        main = self._own.get(_MAIN_ATTRIBUTE.get(measured or "", ""))
        if main in fitting:
            return main
        return fitting[0] if len(fitting) == 1 else None


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these spans as spaces, so that positions stay."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
