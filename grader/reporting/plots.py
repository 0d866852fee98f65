"""A curve beside the reference's, as an SVG that takes its colours from the page."""

import math
from collections.abc import Sequence

from markupsafe import Markup

from grader.model.result import Curve

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 34
LOGARITHMIC = 50  # a range of more than this factor is drawn on a logarithmic axis

_Points = Sequence[tuple[int, float]]


def curve(drawn: Curve) -> Markup:
    """Return the drawing; only numbers get into it, so it is safe as it is."""
    axes = _Axes(drawn)
    parts = [f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">']
    for value in axes.ticks():
        y = axes.y(value)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.4g}</text>')
    for step in axes.steps():
        anchor = "start" if step == axes.first else "end" if step == axes.last else "middle"
        parts.append(
            f'<text x="{axes.x(step)}" y="{HEIGHT - 14}" text-anchor="{anchor}">{step}</text>'
        )
    for name, points in (("expected", drawn.expected), ("actual", drawn.actual)):
        path = " ".join(f"{axes.x(step)},{axes.y(value)}" for step, value in axes.inside(points))
        parts.append(f'<polyline class="{name}" points="{path}"/>')
    parts.append("</svg>")
    return Markup("".join(parts))


class _Axes:
    """From steps and values to the drawing's coordinates.

    The axis spans the reference and what the student's curve adds to it, up to a thousand times,
    so that a curve that blows up does not flatten the other.
    """

    def __init__(self, drawn: Curve) -> None:
        wanted = [value for _, value in drawn.expected]
        cap = 1_000 * max(map(abs, wanted))
        values = wanted + [value for _, value in drawn.actual if abs(value) <= cap]
        self.low, self.high = min(values), max(values)
        self.log = self.low > 0 and self.high / self.low > LOGARITHMIC
        if self.low == self.high:
            self.low, self.high = self.low - 1, self.high + 1
        self._ends = self._scale(self.low), self._scale(self.high)
        steps = [step for step, _ in (*drawn.expected, *drawn.actual)]
        self.first, self.last = min(steps), max(steps)

    def x(self, step: int) -> float:
        share = (step - self.first) / max(1, self.last - self.first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        low, high = self._ends
        share = (self._scale(value) - low) / (high - low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def inside(self, points: _Points) -> _Points:
        return [(step, value) for step, value in points if self.low <= value <= self.high]

    def ticks(self) -> list[float]:
        """Return some round values: powers of ten on a logarithmic axis."""
        if self.log:
            powers = range(math.floor(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            factors = (1, 2, 5) if len(powers) < 4 else (1,)
            found = [10.0**power * factor for power in powers for factor in factors]
            return [value for value in found if self.low <= value <= self.high]
        rough = (self.high - self.low) / 4
        size = 10 ** math.floor(math.log10(rough))
        step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
        start = math.ceil(self.low / step)
        return [place * step for place in range(start, math.floor(self.high / step) + 1)]

    def steps(self) -> list[int]:
        return sorted({self.first, (self.first + self.last) // 2, self.last})

    def _scale(self, value: float) -> float:
        return math.log10(value) if self.log else value
