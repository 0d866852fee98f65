"""A curve beside the reference's, as an SVG that takes its colours from the page."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from grader.model.result import Curve

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 30, 44
MOST = 40  # characters of a name
LOGARITHMIC = 50  # a range of more than this factor is drawn on a logarithmic axis
# What a curve may add to the reference's axis: a factor where that is logarithmic, else its span.
MOST_TIMES, MOST_SPANS = 1_000, 2

_Points = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What stands at a drawing. title: what it is, for whoever cannot see it; parts: at a step."""

    title: str
    x: str
    y: str
    parts: str = ""


def curve(drawn: Curve, names: Names, parts_at: int | None = None) -> Markup:
    """Return the drawing; but for its names, which are escaped, only numbers get into it.

    parts_at: the first step at which the two are not the same, None where that is not known.
    """
    axes = _Axes(drawn)
    parts = [
        Markup('<svg class="curve" viewBox="0 0 {} {}" role="img"><title>{}</title>').format(
            WIDTH, HEIGHT, names.title
        )
    ]
    for value in axes.ticks():
        y = axes.y(value)
        parts.append(
            Markup(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        )
        parts.append(_text(f"{value:.4g}", LEFT - 6, y + 4, "end"))
    for step in axes.steps():
        anchor = "start" if step == axes.first else "end" if step == axes.last else "middle"
        parts.append(_text(str(step), axes.x(step), HEIGHT - BOTTOM + 18, anchor))
    parts.append(_text(names.x, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, "middle"))
    parts.append(_text(names.y, 4, 14, "start"))
    if parts_at is not None and axes.first <= parts_at <= axes.last:
        x = axes.x(parts_at)
        parts.append(
            Markup(f'<line class="parts" x1="{x}" x2="{x}" y1="{TOP - 8}" y2="{HEIGHT - BOTTOM}"/>')
        )
        anchor = "start" if x < (LEFT + WIDTH) / 2 else "end"
        parts.append(_text(names.parts, x + (4 if anchor == "start" else -4), TOP - 2, anchor))
    for name, points in (("expected", drawn.expected), ("actual", drawn.actual)):
        for line in axes.lines(points):
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
            parts.append(Markup(f'<polyline class="{name}" points="{path}"/>'))
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def _text(text: str, x: float, y: float, anchor: str) -> Markup:
    short = text if len(text) <= MOST else f"{text[: MOST - 1]}…"
    place = Markup(f'<text x="{x}" y="{y:.1f}" text-anchor="{anchor}">')
    return place + escape(short) + Markup("</text>")


def _is_within(place: tuple[float, float]) -> bool:
    return TOP <= place[1] <= HEIGHT - BOTTOM


def _at_the_edge(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Return where the line between two places, one of them outside, crosses the edge."""
    outside = other[1] if _is_within(one) else one[1]
    edge = TOP if outside < TOP else HEIGHT - BOTTOM
    share = (edge - one[1]) / (other[1] - one[1])
    return one[0] + share * (other[0] - one[0]), edge


class _Axes:
    """From steps and values to the drawing's coordinates.

    The axis spans the reference and what the student's curve adds to it, within bounds, so that a
    curve that blows up does not flatten the other.
    """

    def __init__(self, drawn: Curve) -> None:
        wanted, found = ([value for _, value in one] for one in (drawn.expected, drawn.actual))
        low, high = min(wanted), max(wanted)
        if min(wanted + found) > 0:  # a logarithmic axis has room for it
            low, high = low / MOST_TIMES, high * MOST_TIMES
        else:
            span = high - low or 1.0
            low, high = low - MOST_SPANS * span, high + MOST_SPANS * span
        values = wanted + [min(high, max(low, value)) for value in found]
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

    def lines(self, points: _Points) -> Iterator[list[tuple[float, float]]]:
        """Yield the parts of a curve that lie within the drawing, each up to where it leaves it."""
        line: list[tuple[float, float]] = []
        before: tuple[float, float] | None = None
        for step, value in points:
            here = self.x(step), self.y(value)
            if before is not None and _is_within(before) != _is_within(here):
                line.append(_at_the_edge(before, here))
            if _is_within(here):
                line.append(here)
            elif line:
                yield line
                line = []
            before = here
        if line:
            yield line * 2 if len(line) == 1 else line  # a line to itself is a dot

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
