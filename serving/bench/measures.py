"""How figures are given: samples with their spread, shares with their uncertainty, and the machine they are of."""

from __future__ import annotations

import math
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_Z = 1.959964
"""Standard normal quantile of a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A sample of one figure."""

    n: int
    p50: float
    p95: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        ordered = sorted(values)
        p95 = ordered[min(round(0.95 * (len(ordered) - 1)), len(ordered) - 1)]
        return cls(len(ordered), statistics.median(ordered), p95, ordered[0], ordered[-1])


@dataclass(frozen=True, slots=True)
class Share:
    """How many of ``n`` something is true of; ``low`` and ``high`` bound the share at 95 %.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22, 1927.
    """

    hits: int
    n: int
    low: float
    high: float

    @classmethod
    def of(cls, truths: Iterable[bool]) -> Share:
        found = list(truths)
        hits, n = sum(found), len(found)
        if not n:
            return cls(0, 0, 0.0, 1.0)
        share, weight = hits / n, _Z**2 / n
        middle = (share + weight / 2) / (1 + weight)
        reach = _Z / (1 + weight) * math.sqrt(share * (1 - share) / n + weight / (4 * n))
        low = 0.0 if hits == 0 else middle - reach
        high = 1.0 if hits == n else middle + reach
        return cls(hits, n, low, high)

    @property
    def value(self) -> float:
        return self.hits / self.n if self.n else math.nan

    def __str__(self) -> str:
        if not self.n:
            return "none to count"
        return f"{self.value:.1%} ({self.low:.1%} to {self.high:.1%}; {self.hits} of {self.n})"


def machine() -> str:
    """What the figures were measured on."""
    cpuinfo = Path("/proc/cpuinfo")
    models = (
        [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")] if cpuinfo.exists() else []
    )
    name = models[0].partition(":")[2].strip() if models else platform.processor()
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"
