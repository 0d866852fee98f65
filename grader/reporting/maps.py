"""Which numbers of a small value differ, as an SVG that takes its colours from the page."""

from collections.abc import Sequence

from markupsafe import Markup

SIZE, LEFT, TOP = 14, 24, 18


def places(rows: Sequence[str], title: str) -> Markup:
    """Return the drawing of the places; what differs has a cross as well as another colour.

    rows: as in an Extent; title: what it shows, which is escaped.
    """
    width, height = LEFT + SIZE * max(map(len, rows)) + 8, TOP + SIZE * len(rows) + 2
    parts = [
        Markup(
            '<svg class="places" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img">'
            "<title>{2}</title>"
        ).format(width, height, title)
    ]
    for column in _ends(len(rows[0])):
        parts.append(_label(column, LEFT + SIZE * column + SIZE / 2, TOP - 5, "middle"))
    if len(rows) > 1:
        for line in _ends(len(rows)):
            parts.append(_label(line, LEFT - 5, TOP + SIZE * line + SIZE - 3, "end"))
    for y, row in enumerate(rows):
        for x, mark in enumerate(row):
            parts.append(_cell(LEFT + SIZE * x, TOP + SIZE * y, differs=mark == "x"))
    return Markup("").join([*parts, Markup("</svg>")])


def _ends(number: int) -> list[int]:
    """Return the first and the last index along an axis."""
    return sorted({0, number - 1})


def _label(index: int, x: float, y: float, anchor: str) -> Markup:
    return Markup(f'<text x="{x}" y="{y}" text-anchor="{anchor}">{index}</text>')


def _cell(x: int, y: int, *, differs: bool) -> Markup:
    kind, side = "differs" if differs else "same", SIZE - 2
    square = Markup(f'<rect class="{kind}" x="{x}" y="{y}" width="{side}" height="{side}"/>')
    if not differs:
        return square
    low, high, left, right = y + 3, y + SIZE - 5, x + 3, x + SIZE - 5
    return square + Markup(f'<path d="M{left} {low}L{right} {high}M{left} {high}L{right} {low}"/>')
