"""The cold-start curve as a picture: quality over the number of events that are known."""

from __future__ import annotations

from collections.abc import Mapping

from serving.bench.ranking_figures import Estimate

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _BOTTOM, _TOP = 680, 340, 52, 170, 44, 16
_COLOURS = ("#8a8a8a", "#5b8a3c", "#2f6f8f", "#8d5fa8", "#b58a1b", "#d98a6a", "#c2552d")


def cold_start_curve(curves: Mapping[str, Mapping[int, Estimate]]) -> str:
    """An SVG: one line a scorer, bars for the intervals; the steps of n stand at equal distances."""
    steps = list(next(iter(curves.values()), {}))
    highest = max((e.high for curve in curves.values() for e in curve.values()), default=1.0) or 1.0

    def x(n: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * steps.index(n) / max(len(steps) - 1, 1)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * value / highest

    lines = [_line(y(highest * part / 5), highest * part / 5) for part in range(6)]
    lines += [f'<text x="{x(n):.1f}" y="{_HEIGHT - 26}" text-anchor="middle">{n}</text>' for n in steps]
    heights = _spread([y(curve[steps[-1]].value) for curve in curves.values()] if steps else [])
    for number, ((name, curve), height) in enumerate(zip(curves.items(), heights, strict=True)):
        colour = _COLOURS[number % len(_COLOURS)]
        points = " ".join(f"{x(n):.1f},{y(e.value):.1f}" for n, e in curve.items())
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [
            f'<line x1="{x(n):.1f}" x2="{x(n):.1f}" y1="{y(e.low):.1f}" y2="{y(e.high):.1f}" stroke="{colour}"/>'
            for n, e in curve.items()
        ]
        lines.append(f'<text x="{_WIDTH - _RIGHT + 10}" y="{height + 4:.1f}" fill="{colour}">{name}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12" fill="#333"><title>NDCG@10 over the number of latest events known</title>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{"".join(lines)}'
        f'<text x="{(_WIDTH + _LEFT - _RIGHT) / 2:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">latest events known'
        "</text>"
        "</svg>\n"
    )


def _line(y: float, value: float) -> str:
    return (
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.2f}</text>'
    )


def _spread(heights: list[float], apart: float = 14.0) -> list[float]:
    """Heights of the names, moved down where one would cover another."""
    placed: dict[int, float] = {}
    above = -apart
    for number in sorted(range(len(heights)), key=heights.__getitem__):
        above = max(heights[number], above + apart)
        placed[number] = above
    return [placed[number] for number in range(len(heights))]
