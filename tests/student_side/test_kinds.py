"""Values of other libraries cross as plain parts, come back as they were, and harm nobody."""

import dataclasses
import datetime as dt
import sys
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.comparing.compare import compare
from grader.comparing.describe import glimpse
from grader.errors import BadAnswer
from grader.formats import wire
from grader.marking.trivial import verdicts
from grader.model.aspects import ASPECTS
from grader.model.assignment import Check, Exercise
from grader.model.kinds import is_data
from grader.model.values import NumberValue, OpaqueValue, RecordValue, SequenceValue, TextValue
from grader.wording.catalogue import translated
from grader.wording.mismatches import sentence
from grader.wording.values import told
from tests.student_side.test_probe import observe, observe_back, seen

pd = pytest.importorskip("pandas", reason="tables need pandas")
pl = pytest.importorskip("polars", reason="tables need polars")
sparse = pytest.importorskip("scipy.sparse", reason="sparse matrices need SciPy")
image = pytest.importorskip("PIL.Image", reason="images need Pillow")

WORDS = st.none() | st.text(st.characters(codec="utf-8"), max_size=5)
MOMENTS = st.datetimes(dt.datetime(1800, 1, 1), dt.datetime(2200, 1, 1))


@st.composite
def columns(draw, size):
    """Draw a column of pandas that can be put into a kernel."""

    def items(of):
        return draw(st.lists(of, min_size=size, max_size=size))

    whole, real = st.integers(-(2**31), 2**31 - 1), st.floats(width=32)
    match draw(st.sampled_from("ifbtcnmdzDr")):
        case "i":
            return pd.Series(items(whole), dtype=draw(st.sampled_from(["int64", "int32"])))
        case "f":
            return pd.Series(items(real), dtype=draw(st.sampled_from(["float64", "float32"])))
        case "b":
            return pd.Series(items(st.booleans()), dtype=bool)
        case "t":
            return pd.Series(items(WORDS), dtype=draw(st.sampled_from([object, "str", "string"])))
        case "c":
            kind = pd.CategoricalDtype(["y", "x", "unused"])
            return pd.Series(items(st.sampled_from(["x", "y", None])), dtype=kind)
        case "r":
            kind = pd.CategoricalDtype(["low", "mid", "high"], ordered=True)
            return pd.Series(items(st.sampled_from(["low", "high", None])), dtype=kind)
        case "n":
            return pd.Series(items(whole | st.none()), dtype="Int64")
        case "m":
            return pd.Series(items(st.booleans() | st.none()), dtype="boolean")
        case "d":
            return pd.Series(items(MOMENTS | st.none()), dtype="datetime64[us]")
        case "z":
            made = pd.Series(items(MOMENTS), dtype="datetime64[us]").dt.tz_localize("UTC")
            return made.dt.tz_convert("Asia/Tokyo")
        case _:
            return pd.Series(items(st.timedeltas(dt.timedelta(-999), dt.timedelta(999))))


@st.composite
def tables(draw):
    size = draw(st.integers(0, 4))
    made = draw(st.lists(columns(size), min_size=1, max_size=4))
    table = pd.DataFrame(dict(enumerate(made)), index=range(size))
    table.columns = draw(
        st.lists(st.text(max_size=3) | st.integers(), min_size=len(made), max_size=len(made))
    )
    match draw(st.integers(0, 3)):
        case 0:
            table.index = pd.Index(draw(st.permutations(range(size))), name="row")
        case 1:
            table.index = pd.Index([f"r{n}" for n in range(size)], dtype=str)
        case 2 if size:
            pairs = [(n % 2, f"r{n}") for n in range(size)]
            table.index = pd.MultiIndex.from_tuples(pairs, names=["a", None])
    return table


WHOLE = Check(expression="x", aspects=ASPECTS)


def same(one, other):
    return compare(actual=one, expected=other, check=WHOLE, path="x").right


@given(tables())
@settings(max_examples=60, deadline=None)
def test_tables_come_back_as_they_were(table):
    value = seen(table)
    assert is_data(value)
    back = observe_back(table)
    pd.testing.assert_frame_equal(back, table, check_index_type=False, check_column_type=False)
    if len(table):
        assert same(seen(back), value)


@given(st.integers(0, 4).flatmap(columns))
@settings(max_examples=60, deadline=None)
def test_series_come_back_as_they_were(series):
    back = observe_back(series.rename("name"))
    pd.testing.assert_series_equal(back, series.rename("name"), check_index_type=False)


@pytest.mark.parametrize(
    "value",
    [
        pl.DataFrame({"a": [1, None], "b": ["x", None], "c": [1.5, 2.5], "d": [True, False]}),
        pl.DataFrame({"when": [dt.datetime(2026, 1, 1), None], "n": [1, 2]}),
        pl.Series([1, 2, 3]),
        pd.Index(["a", "b"]),
        sparse.random(5, 4, density=0.5, random_state=0, format="csc"),
        sparse.csr_array(np.eye(3, dtype="float32")),
        sparse.csr_matrix((3, 0)),
        image.fromarray(np.arange(24, dtype=np.uint8).reshape(2, 4, 3)),
        image.new("1", (3, 2), 1),
        np.array([["a", "b"]]),
        np.array(["2026-01-01", "NaT"], dtype="datetime64[ns]"),
        np.array([5, -3], dtype="timedelta64[ns]"),
        pd.Timestamp("2026-01-01 10:00:00.123456789"),
        pd.Timestamp("2026-01-01 10:00", tz="Asia/Tokyo"),
        pd.Timedelta("-1 days +5ns"),
        np.datetime64("2026-01-01T10:00"),
        np.datetime64("2026-01-01"),
        np.timedelta64(5, "h"),
        dt.datetime(1, 1, 1, tzinfo=dt.UTC),
        dt.date(2026, 1, 2),
        dt.time(1, 2, 3),
        dt.timedelta(days=-3, microseconds=7),
        {1: 2, (1, "a"): 3, "a": 4},
    ],
    ids=lambda value: type(value).__name__,
)
def test_data_comes_back_as_it_was(value):
    assert is_data(seen(value))
    back = observe_back(value)
    assert same(seen(back), seen(value))
    assert type(back) is type(value)


class Itself:
    """An object column may hold anything."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError("no")

    __hash__ = None


def holding_itself():
    table = pd.DataFrame({"a": [None, 1]}, dtype=object)
    table.at[0, "a"] = table
    return table


def of_objects(*items):
    made = np.empty(len(items), dtype=object)
    for place, item in enumerate(items):
        made[place] = item
    return made


class Lies(pd.DataFrame):
    """A table whose words about itself are not true."""

    @property
    def columns(self):
        raise RuntimeError("no")

    def __len__(self):
        return 10**12


class Slow(type):
    def __getattribute__(cls, name):
        raise RuntimeError(name)


class Blocked(metaclass=Slow):
    pass


@dataclass
class Fields:
    a: object
    b: object = 1


@dataclass
class Raising:
    a: int

    def __getattribute__(self, name):
        raise RuntimeError(name)


Forged = type("DataFrame", (), {"__module__": "pandas.core.frame"})
ForgedFigure = type(
    "Figure",
    (type("FigureBase", (), {"__module__": "matplotlib.figure"}),),
    {"axes": [object()], "get_suptitle": lambda self: 5},
)
Loud = type("Loud", (), {"__dataclass_fields__": {"a": 5}})
ODD = [
    pd.DataFrame({"a": of_objects(Itself(), 1, "x", [1, torch.ones(2)], None)}),
    holding_itself(),
    Lies({"a": [1, 2]}),
    pd.DataFrame(),
    pd.DataFrame(index=[1, 2]),
    pd.DataFrame(columns=["a"]),
    pd.DataFrame({"a": [1]}).iloc[:0],
    pd.DataFrame({("a", 1): [1], ("b", 2): [2]}),
    pd.DataFrame({pd.Timestamp(0): [1j], None: [2**70]}),
    pd.DataFrame({"a": pd.interval_range(0, 2), "p": pd.period_range("2026", periods=2, freq="M")}),
    pd.DataFrame({"a": pd.arrays.SparseArray([0, 1.0, 0])}),
    pd.DataFrame({"a": [b"x", dt.date(2026, 1, 1)], "b": [{"x": 1}, {1, 2}]}),
    pd.DataFrame(np.zeros((1, 6_000))),
    pd.DataFrame(np.zeros((9_000_000, 1))),
    pd.Series([f"word {n}" for n in range(300_000)]),
    pd.Series(
        np.zeros(3, dtype="datetime64[ns]"), index=pd.MultiIndex.from_product([[1], [*"abc"]])
    ),
    pd.Categorical(["a"]),
    pd.DataFrame({"a": [1, 1]}).groupby("a"),
    pl.DataFrame({"a": [[1, 2], None], "b": [{"x": 1}, {"x": 2}], "c": [b"x", None]}),
    pl.DataFrame(),
    pl.Series([dt.time(1), None]),
    Forged(),
    ForgedFigure(),
    Blocked(),
    Fields(1, [Itself()]),
    Raising(1),
    Loud(),
    sparse.coo_matrix((2, 2)),
    sparse.csr_matrix(np.array([[np.nan, 1j]])),
    image.new("P", (2, 2)),
    image.new("RGBA", (0, 0)),
    image.new("I;16", (2, 2)),
    image.new("L", (12_000, 12_000)),
    np.array([None, "a"], dtype=object),
    of_objects(Itself(), [1]),
    np.array([], dtype="datetime64[D]"),
    np.array(["0001-01-01", "9999-12-31"], dtype="datetime64[Y]"),
    np.datetime64(10**15, "D"),
    np.timedelta64(3, "M"),
    np.datetime64("NaT"),
    pd.NaT,
    pd.NA,
    dt.datetime.max,
    dt.timedelta.max,
    {1: "a", "1": "b"},
    {Itself: 1, (1, (2, "b")): 2, dt.date(2026, 1, 1): 3},
    dataclasses.make_dataclass("Empty", [])(),
]


@pytest.fixture(scope="module")
def odd():
    return [seen(value) for value in ODD]


def test_whatever_it_is_something_is_seen(odd):
    """And said in words."""
    for value in odd:
        assert translated(told(glimpse(value)), "en")


def test_whatever_is_compared_nothing_raises_but_for_what_the_reference_lacks(odd):
    plain = [seen(one) for one in (1.0, "a", None, [1.0, 2.0], {1}, torch.ones(2))]
    for expected in [*odd, *plain]:
        if not right(expected, expected):
            continue
        for actual in [*odd, *plain]:
            found = compare(actual=actual, expected=expected, check=WHOLE, path="x")
            assert all(translated(sentence(one, "x"), "en") for one in found.mismatches)
            assert found.right or found.mismatches


def right(actual, expected):
    try:
        return compare(actual=actual, expected=expected, check=WHOLE, path="x").right
    except TypeError:
        return False


def test_trivial_answers_are_refused(odd):
    tables = [pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "y"]}), pd.Series([1.5, 2.0])]
    others = [image.fromarray(np.arange(6, dtype=np.uint8).reshape(2, 3)), np.array(["a", "b"])]
    others += [sparse.csr_matrix(np.diag([1.5, 2])), dt.datetime(2026, 1, 1), dt.timedelta(1)]
    for value in map(seen, [*tables, *others]):
        check = Check(expression="x")
        exercise = exercise_of(check)
        found = verdicts(exercise, check, expected={"x": value}, inputs={})
        assert found
        assert {*found.values()} == {"refused"}


def exercise_of(check):
    return Exercise(name="one", title={"en": "One"}, points=1.0, checks=(check,))


def test_what_is_too_large_is_named_for_what_it_is(odd):
    reasons = {value.reason for value in odd if isinstance(value, OpaqueValue)}
    assert "a table of {about} columns, over the limit of 5000" in reasons
    assert "a tensor of {about} MiB, over the limit of 64" in reasons
    assert "too much text" in reasons


def test_nothing_is_imported_to_see_a_value(monkeypatch):
    for name in ("pandas", "polars", "scipy.sparse", "PIL.Image"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert isinstance(seen([1, {"a": (2, None)}, Fields(1)]), SequenceValue)
    assert "pandas" not in sys.modules


@pytest.mark.parametrize(
    ("value", "name", "part"),
    [
        (ODD[0], "rows", NumberValue(type="int", value=9)),
        (ODD[0], "columns", SequenceValue(type="list", items=())),
        (ODD[0], "data", TextValue(type="str", value="x")),
        (ODD[0], "more", TextValue(type="str", value="x")),
        (np.array(["a"]), "levels", SequenceValue(type="list", items=())),
        (sparse.csr_matrix(np.eye(2)), "shape", SequenceValue(type="list", items=())),
    ],
)
def test_what_contradicts_itself_is_refused(value, name, part):
    record = seen(value)
    assert isinstance(record, RecordValue)
    forged = replace(record, fields={**record.fields, name: part})
    with pytest.raises(BadAnswer):
        wire.decode(wire.encode({"x": forged}))
    with pytest.raises(BadAnswer):
        wire.decode(wire.encode({"x": replace(record, kind="other")}))


def test_data_that_cannot_be_made_again_is_an_error_of_the_call(monkeypatch):
    """As where a file beside the notebook hides the library."""
    given = {"x": seen(pd.DataFrame({"a": [1]}))}
    monkeypatch.setitem(sys.modules, "pandas", None)
    found = observe({}, "x", "1 + 1", given=given)
    assert [one.type for one in found] == ["ModuleNotFoundError"] * 2
