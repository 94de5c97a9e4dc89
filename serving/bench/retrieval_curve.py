"""Times over the size of the catalogue as a picture, both on logarithmic axes, with the slope of each line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _BOTTOM, _TOP = 720, 360, 60, 250, 44, 16
_COLOURS = ("#c2552d", "#2f6f8f", "#5b8a3c", "#8d5fa8", "#b58a1b", "#8a8a8a")

Points = Sequence[tuple[float, float]]


def slope(points: Points) -> float:
    """The exponent b of time = a * size ** b, by least squares on the logarithms; not a number of fewer than two."""
    if len(points) < 2:
        return math.nan
    x, y = np.log([[size, value] for size, value in points]).T
    return float(np.polyfit(x, y, 1)[0])


def scaling_curve(lines: Mapping[str, Points]) -> str:
    """An SVG: one line a name, over (items, milliseconds)."""
    sizes = sorted({size for points in lines.values() for size, _ in points})
    values = [value for points in lines.values() for _, value in points]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(size: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (math.log10(size) - first) / ((last - first) or 1.0)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * (math.log10(value) - low) / ((high - low) or 1)

    parts = [_level(y(10.0**power), 10.0**power) for power in range(low, high + 1)]
    parts += [f'<text x="{x(s):.1f}" y="{_HEIGHT - 26}" text-anchor="middle">{s:,.0f}</text>' for s in sizes]
    heights = _apart([y(points[-1][1]) for points in lines.values()])
    for number, ((name, points), height) in enumerate(zip(lines.items(), heights, strict=True)):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(s):.1f}" cy="{y(v):.1f}" r="3" fill="{colour}"/>' for s, v in points]
        named = f"{name}, slope {slope(points):.2f}" if len(points) > 1 else name
        parts.append(f'<text x="{_WIDTH - _RIGHT + 10}" y="{height + 4:.1f}" fill="{colour}">{named}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12" fill="#333"><title>Milliseconds over the number of items</title>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{"".join(parts)}'
        f'<text x="{(_WIDTH + _LEFT - _RIGHT) / 2:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">items</text></svg>\n'
    )


def _level(y: float, value: float) -> str:
    return (
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g} ms</text>'
    )


def _apart(heights: Sequence[float], least: float = 15.0) -> list[float]:
    """Heights of the names, moved down where one would cover another."""
    placed = [0.0] * len(heights)
    above = -least
    for number in sorted(range(len(heights)), key=heights.__getitem__):
        placed[number] = above = max(heights[number], above + least)
    return placed
