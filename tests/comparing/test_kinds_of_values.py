"""Sets, moments, dataclasses, sparse matrices, images, figures and modules beside each other."""

import datetime as dt
from collections import Counter, namedtuple
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from torch import nn

from grader.comparing.kinds.registry import COMPARED
from grader.model.kinds import KINDS
from tests.comparing.two import differences, is_right, told

Point = namedtuple("Point", "x y")
Own = type("Own", (Point,), {"__module__": "__main__"})
Own._fields = Point._fields


@dataclass
class Line:
    slope: float
    offset: list
    seen: int = field(default=0, compare=False)


def test_each_kind_is_known_on_both_sides():
    assert KINDS.keys() == COMPARED.keys()


def test_sets():
    assert is_right({0.1 + 0.2, 1.0}, {0.3, 1.0})
    assert is_right(frozenset({1, "a"}), {"a", 1})
    assert told({1, 2, 5}, {1, 2, 3}) == ["Value: 5 should not be in it; 1 item is missing."]
    assert told({"a", "b"}, {"a", "c", "d"}) == [
        "shape: 2 items, expected 3 items.",
        "Value: 'b' should not be in it; 2 items are missing.",
    ]
    assert told({1, 2}, {1}) == [
        "shape: 2 items, expected 1 item.",
        "Value: 2 should not be in it.",
    ]
    assert not is_right({1, 2}, [1, 2])


def test_keys_of_mappings():
    assert is_right({np.str_("a"): 1, np.int64(2): 3}, {"a": 1, 2: 3})
    assert is_right(Counter("aab"), {"a": 2, "b": 1})
    assert is_right({(1, "a"): 2}, {(np.int64(1), "a"): 2})
    assert told({"1": 2}, {1: 2}) == ["Entries: `1` missing; `'1'` not expected."]
    assert told({1: 2}, {1: 3}) == ["Value at `[1]`: 2 is not the expected one."]


def test_named_tuples():
    assert is_right((1, 2), Point(1, 2)), "of a library's own, a tuple is as good"
    assert is_right(Own(1, 2), (1, 2))
    assert told((1, 2), Own(1, 2)) == ["type: a tuple, expected a Own."]
    assert told(Own(1, 3), Own(1, 2)) == ["Value at `.y`: 3 is not the expected one."]


def test_dataclasses():
    assert is_right(Line(1.0, [2.0], seen=4), Line(1.0, [2.0]))
    assert told(Line(1.0, [2.5]), Line(1.0, [2.0])) == [
        "Value at `.offset[0]`: 2.5 is not the expected one."
    ]
    other = dataclass(type("Line", (), {"__annotations__": {"slope": float}}))
    assert told(other(1.0), Line(1.0, [])) == ["Entries: `offset` missing."]
    assert not is_right({"slope": 1.0, "offset": []}, Line(1.0, []))


MOMENT = dt.datetime(2026, 3, 1, 12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (MOMENT, np.datetime64("2026-03-01T12:00")),
        (MOMENT.date(), np.datetime64("2026-03-01")),
        (dt.timedelta(hours=30), np.timedelta64(30, "h")),
        (MOMENT.replace(tzinfo=dt.UTC), MOMENT.replace(tzinfo=dt.timezone(dt.timedelta(0)))),
    ],
)
def test_moments_of_any_library(one, other):
    assert is_right(one, other)
    assert is_right(other, one)


def test_moments_that_differ():
    assert told(MOMENT.date(), MOMENT)[0] == "type: date, expected datetime."
    assert not is_right(MOMENT.replace(tzinfo=dt.UTC), MOMENT)
    assert not is_right(np.datetime64("NaT"), MOMENT)
    assert told(dt.timedelta(hours=1), dt.timedelta(hours=2)) == [
        "Value: 0 days 01:00:00 is not the expected one."
    ]


def test_moments_of_pandas():
    pd = pytest.importorskip("pandas", reason="its moments need pandas")
    assert is_right(pd.Timestamp(MOMENT), MOMENT)
    assert is_right(pd.Timedelta("30h"), dt.timedelta(hours=30))
    assert not is_right(pd.Timestamp("2026-03-01 12:00:00.000000001"), MOMENT)
    assert is_right(pd.NaT, np.datetime64("NaT"))


def test_arrays_of_words():
    assert is_right(np.array(["a", "b"]), np.array(["a", "b"], dtype=object))
    assert told(np.array(["a", "c"]), np.array(["a", "b"])) == [
        "Value at `[1]`: 'c' is not the expected one (1 of 2 values differ)."
    ]
    days = np.array(["2026-01-01", "NaT"], dtype="datetime64[D]")
    assert is_right(days, days.astype("datetime64[ns]"))
    assert not is_right(days[:1], days)


def test_sparse_matrices():
    sparse = pytest.importorskip("scipy.sparse", reason="sparse matrices need SciPy")
    dense = np.array([[0, 1.5, 0], [2, 0, 0]])
    one = sparse.csr_matrix(dense)
    twice = sparse.coo_matrix(([1.0, 0.5, 2.0, 0.0], ([0, 0, 1, 1], [1, 1, 0, 2])), shape=(2, 3))
    assert is_right(twice, one)
    assert is_right(sparse.csc_array(dense), one)
    assert not is_right(sparse.csc_array(dense), one, exact_type=True)
    assert told(one * 2, one) == [
        "Value at `[0, 1]`: 3 is not the expected one (all 2 values differ)."
    ]
    assert told(one.T, one) == ["shape: (3, 2), expected (2, 3)."]
    assert told(one.astype("float32"), one) == ["dtype: float32, expected float64."]
    assert told(dense, one) == ["type: a NumPy array, expected a SciPy sparse matrix."]
    # As an array it may be larger than what is sent, and than any memory.
    huge = sparse.coo_matrix(([1.0], ([2**30], [2**30])), shape=(2**31 - 1, 2**31 - 1))
    assert is_right(huge, huge.copy())


def test_images():
    image = pytest.importorskip("PIL.Image", reason="images need Pillow")
    one = image.new("RGB", (4, 3), (1, 2, 3))
    other = one.copy()
    other.putpixel((1, 2), (1, 2, 9))
    assert is_right(one.copy(), one)
    assert told(other, one) == [
        "Value at `np.asarray(x)[2, 1, 2]`: 9 is not the expected one (1 of 36 values differ)."
    ]
    assert is_right(other, one, atol=6.0)
    assert told(one.convert("L"), one) == ["dtype at `.mode`: L, expected RGB."]
    assert told(one.resize((2, 2)), one) == ["shape at `.size`: (2, 2), expected (4, 3)."]
    assert not is_right(np.asarray(one), one)


@pytest.fixture
def draw():
    matplotlib = pytest.importorskip("matplotlib", reason="figures need matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    def drawn(*lines, scale="log", title="Loss", bars=None, **kwargs):
        figure, axes = plt.subplots()
        for number, line in enumerate(lines):
            axes.plot(range(1, len(line) + 1), line, label=f"line {number}", **kwargs)
        axes.set_yscale(scale)
        axes.set_title(title)
        if bars:
            axes.bar([*bars], [*bars.values()])
        return figure

    yield drawn
    plt.close("all")


def test_figures(draw):
    one = draw([3, 2, 1], [1, 2, 3])
    assert is_right(draw([1, 2, 3], [3, 2, 1], color="red", linestyle="--"), one)
    assert is_right(draw([3, 2, 1], [1, 2, 3], title=" loss"), one)
    assert told(draw([3, 2, 1], [1, 2, 3], scale="linear"), one) == [
        "scale at `.axes[0].get_yscale()`: linear, expected log."
    ]
    assert told(draw([3, 2, 1]), one) == ["shape at `.axes[0].lines`: 1 line, expected 2 lines."]
    assert told(draw([3, 2, 1], [1, 2, 4]), one) == [
        "Value at `.axes[0].lines[1].get_ydata()[2]`: 4 is not the expected one "
        "(1 of 3 values differ)."
    ]
    assert told(draw([3, 2, 1], [1, 2, 3], title="Mine"), one) == [
        "labels at `.axes[0].get_title()`: 'Mine' is not what is expected."
    ]
    assert is_right(draw([3, 2, 1], [1, 2, 3], title="Mine"), draw([3, 2, 1], [1, 2, 3], title=""))
    assert is_right(one.axes[0], draw([3, 2, 1], [1, 2, 3]).axes[0])
    assert told(one.axes[0], one) == ["type: a matplotlib Axes, expected a matplotlib figure."]


def test_limits_count_only_where_they_are_asked_for(draw):
    one, other = draw([3, 2, 1]), draw([3, 2, 1])
    other.axes[0].set_ylim(1, 50)
    assert is_right(other, one)
    assert not is_right(other, one, aspects=("values", "limits"))


def test_bars_by_their_names(draw):
    one = draw(bars={"a": 1, "b": 2}, scale="linear")
    assert is_right(draw(bars={"a": 1, "b": 2}, scale="linear"), one)
    assert not is_right(draw(bars={"a": 1, "c": 2}, scale="linear"), one)
    assert told(draw(bars={"a": 1, "b": 3}, scale="linear"), one) == [
        "Value at `.axes[0].containers[0][1]`: 3 is not the expected one (1 of 2 values differ)."
    ]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(2, 3), nn.Linear(3, 1)
        self.register_buffer("count", torch.zeros(1))


def test_modules_are_compared_by_their_parameters_in_order():
    plain = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    named = Net()
    numbers = nn.utils.parameters_to_vector(plain.parameters())
    nn.utils.vector_to_parameters(numbers, named.parameters())
    assert is_right(named, plain)
    assert not is_right(named, plain, exact_type=True)
    assert not is_right(named.state_dict(), plain.state_dict())
    assert told(nn.Linear(2, 3), plain) == ["shape: 2 parameters, expected 4 parameters."]
    with torch.no_grad():
        named.first.weight[0, 0] += 1
    assert "list(x.parameters())[0][0, 0]" in told(named, plain)[0]
    assert told(named.double(), plain)[0].startswith("dtype at")


def test_buffers_count_where_the_names_are_the_same():
    one, other = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    other.running_mean += 1
    assert not is_right(other, one)
    assert differences(other, one).mismatches[0].path == "x.running_mean[0]"
