"""Names that are bound to a literal, and the same code with other values."""

import ast
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.syntax.literals import literals, rebound

NAMES = st.text(string.ascii_lowercase, min_size=3, max_size=6).map("v_{}".format)
SCALARS = st.one_of(
    st.booleans(), st.integers(), st.text(), st.floats(allow_nan=False, allow_infinity=False)
)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("a = 1\nb = -0.5\nc = 'x'\nd: bool = True", {"a": 1, "b": -0.5, "c": "x", "d": True}),
        ("a = 1\na = 2", {}),
        ("a = 1\nfor a in range(3):\n    pass", {}),
        ("a = b = 1\nc = [1]\nd = None\ne = 1 + 1\nf = (\n    1\n)\ng = 'x' \\\n    'y'", {"f": 1}),
        ("if x:\n    a = 1\na: int", {}),
        ("%matplotlib inline\na = 1", {"a": 1}),
    ],
)
def test_what_is_bound_once_to_a_literal(source, found):
    assert literals(source) == found


@given(st.dictionaries(NAMES, SCALARS, min_size=1, max_size=4), st.data())
def test_other_values_leave_all_else_where_it_stands(values, data):
    others = data.draw(st.fixed_dictionaries(dict.fromkeys(values, SCALARS)))
    lines = [f"{name} = {value!r}  # ё {name}" for name, value in values.items()]
    source = "\n".join(["%time", *lines, "print(1)"])
    made = rebound(source, others)
    assert literals(made) == others
    assert made.count("\n") == source.count("\n")
    assert [line.partition("#")[2] for line in made.split("\n")[1:-1]] == [
        line.rpartition("#")[2] for line in lines
    ]
    assert rebound(made, values) == source


def test_only_the_value_changes():
    source = "rate: float = 0.1; seed = 17  # rate = 0.1\nx = rate"
    made = rebound(source, {"rate": 0.25, "seed": -3})
    assert made == "rate: float = 0.25; seed = -3  # rate = 0.1\nx = rate"
    ast.parse(made)
