import pytest

from grader.model.facts import Mismatch, PartsDiffer
from grader.model.features import Length, Shape, Withheld
from grader.reporting.shapes import sides


def found(actual, expected, path="x"):
    one = Mismatch(
        path=path, aspect="shape", actual=Shape(sizes=actual), expected=Shape(sizes=expected)
    )
    return sides(one, "x")


def differing(axes):
    return [place for place, axis in enumerate(axes) if axis.differs]


@pytest.mark.parametrize(
    ("actual", "expected", "mine", "others", "axes"),
    [
        ((4, 90), (4, 9), [1], [1], (1,)),
        ((2, 3), (3, 2), [0, 1], [0, 1], (0, 1)),
        ((1, 2), (2,), [0], [], None),
        ((360,), (4, 90), [0], [0, 1], None),
        ((), (1,), [], [0], None),
        ((3, 4, 5), (3, 5), [1], [], None),
    ],
)
def test_the_axes_that_differ_are_marked(actual, expected, mine, others, axes):
    side = found(actual, expected)
    assert differing(side.actual) == mine
    assert differing(side.expected) == others
    assert side.axes == axes


def test_the_place_is_that_in_the_value():
    assert found((1,), (2,), path="x[0][1]").place == "[0][1]"


@pytest.mark.parametrize(
    "other",
    [
        PartsDiffer(aspect="shape", number=2),
        Mismatch(path="x", aspect="shape", actual=Withheld(), expected=Shape(sizes=(2,))),
        Mismatch(path="x", aspect="shape", actual=Length(items=1), expected=Length(items=2)),
        Mismatch(
            path="x", aspect="shape", actual=Shape(sizes=(1,) * 60), expected=Shape(sizes=(2,))
        ),
    ],
)
def test_anything_else_is_told_in_a_sentence(other):
    assert sides(other, "x") is None
