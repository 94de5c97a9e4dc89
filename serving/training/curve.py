"""The loss curve of a training as a picture."""

from __future__ import annotations

from collections.abc import Sequence

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 640, 320, 48, 36, 16
_SMOOTHED_OVER = 20

Point = tuple[int, float]


def loss_curve(train: Sequence[Point], validation: Sequence[Point]) -> str:
    """An SVG of the loss (nats a token) over steps: training as a smoothed line, validation as dots."""
    smooth = [(step, _mean(train[max(0, i - _SMOOTHED_OVER + 1) : i + 1])) for i, (step, _) in enumerate(train)]
    shown = [*smooth, *validation]
    steps, highest = max((s for s, _ in shown), default=1), max((loss for _, loss in shown), default=1.0)

    def place(point: Point) -> tuple[float, float]:
        x = _LEFT + (_WIDTH - _LEFT - 12) * point[0] / max(steps, 1)
        return x, _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * point[1] / highest

    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, smooth))
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#c2552d"/>' for x, y in map(place, validation))
    marks = "".join(_mark(place((0, highest * part / 4))[1], highest * part / 4) for part in range(5))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12" fill="#333"><title>Loss over training steps</title>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{marks}'
        f'<polyline points="{line}" fill="none" stroke="#2f6f8f" stroke-width="1.5"/>{dots}'
        f'<text x="{_LEFT}" y="{_HEIGHT - 12}">0</text>'
        f'<text x="{_WIDTH - 12}" y="{_HEIGHT - 12}" text-anchor="end">step {steps}</text>'
        f'<text x="{_WIDTH - 12}" y="28" text-anchor="end" fill="#2f6f8f">training (mean of {_SMOOTHED_OVER})</text>'
        f'<text x="{_WIDTH - 12}" y="44" text-anchor="end" fill="#c2552d">held out</text></svg>\n'
    )


def _mark(y: float, value: float) -> str:
    return (
        f'<line x1="{_LEFT}" x2="{_WIDTH - 12}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.2g}</text>'
    )


def _mean(points: Sequence[Point]) -> float:
    return sum(loss for _, loss in points) / len(points)
