import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from grader.model.result import Curve
from grader.reporting import plots

NAMES = plots.Names(title="losses by step", x="step", y="losses", parts="they part at step 3")
HOSTILE = '"><script>alert(1)</script>'


def drawn(actual, expected):
    svg = str(plots.curve(Curve(actual=tuple(actual), expected=tuple(expected)), NAMES))
    root = ElementTree.fromstring(svg)
    lines = {line.get("class"): line.get("points").split() for line in root.iter("polyline")}
    return lines, [text.text for text in root.iter("text")]


def test_both_curves_are_drawn_to_one_scale():
    points = [(step, 100.0 / step) for step in range(1, 11)]
    lines, labels = drawn(points, points)
    assert lines["actual"] == lines["expected"]
    assert len(lines["actual"]) == 10
    assert {"1", "10"} <= set(labels)


def test_a_wide_range_is_drawn_logarithmically():
    points = [(step, 10.0 ** (4 - step)) for step in range(1, 9)]
    lines, labels = drawn([], points)
    ys = [float(point.split(",")[1]) for point in lines["expected"]]
    gaps = [round(b - a, 0) for a, b in pairwise(ys)]
    assert len(set(gaps)) <= 2
    assert "0.01" in labels


def test_a_curve_that_blows_up_does_not_flatten_the_other():
    wanted = [(step, 10.0 - step) for step in range(1, 9)]
    wild = [(step, 10.0**step) for step in range(1, 30)]
    lines, _ = drawn(wild, wanted)
    inside = [float(point.split(",")[1]) for point in lines["actual"]]
    assert all(0 <= y <= plots.HEIGHT for y in inside)
    assert 0 < len(inside) < 29
    assert inside[-1] == plots.TOP  # where it leaves the drawing


@pytest.mark.parametrize("first", [24.0, 0.5, 1e9, -1e9])
def test_a_curve_that_leaves_the_drawing_at_once_is_seen_to_do_so(first):
    wanted = [(step, 20.0 / step) for step in range(1, 9)]
    lines, _ = drawn([(1, first), (2, 1e12), (3, 1e20), (4, 5.0)], wanted)
    assert len(lines["actual"]) >= 2
    ys = [float(point.split(",")[1]) for point in lines["actual"]]
    assert plots.TOP in ys


def test_one_number_is_a_dot():
    lines, _ = drawn([(1, 3.0)], [(1, 1.0), (2, 5.0)])
    assert len(lines["actual"]) == 2
    assert len({*lines["actual"]}) == 1


@pytest.mark.parametrize(
    "points",
    [[(1, 0.0), (2, 0.0)], [(1, -5.0), (2, 5.0)], [(1, 3.0)], [(1, 1e-30), (2, 1e30)]],
)
def test_odd_curves_are_drawn(points):
    lines, _ = drawn(points, points)
    assert all(re.fullmatch(r"[\d.]+,[\d.]+", point) for point in lines["expected"])


def test_axes_have_names_and_there_is_a_line_where_the_curves_part():
    points = tuple((step, 100.0 / step) for step in range(1, 11))
    both = Curve(actual=points, expected=points)
    root = ElementTree.fromstring(str(plots.curve(both, NAMES, 3)))
    assert root.find("title").text == "losses by step"
    labels = [text.text for text in root.iter("text")]
    assert {"step", "losses", "they part at step 3"} <= {*labels}
    (line,) = [line for line in root.iter("line") if line.get("class") == "parts"]
    assert plots.LEFT < float(line.get("x1")) < plots.WIDTH / 2
    for nowhere in (None, 0, 11):
        root = ElementTree.fromstring(str(plots.curve(both, NAMES, nowhere)))
        assert not [line for line in root.iter("line") if line.get("class") == "parts"]
        assert "they part at step 3" not in [text.text for text in root.iter("text")]


def test_names_are_text():
    both = Curve(actual=((1, 1.0),), expected=((1, 1.0),))
    names = plots.Names(title=HOSTILE, x=HOSTILE, y=HOSTILE * 9, parts=HOSTILE)
    svg = str(plots.curve(both, names, 1))
    assert "<script" not in svg
    assert ElementTree.fromstring(svg).find("title").text == HOSTILE
