"""Code in another style gives the same; code with a slip or a typo is readable, and is not."""

import ast
from random import Random

import pytest

from benchmarks.rewrites import misspelt, restyled, spoiled, unfinished

CELL = """\
#| exercise: means
rows = [[1, 2], [3, 5]]


def means(table, axis):
    count = len(table)
    def inner(row):
        total = sum(row)
        return total / count
    found = [inner(row) for row in table]
    return found + [axis]


print(means(rows, 0))"""
AROUND = """\
#| exercise: means
rows = [[1, 2], [3, 5]]


def means(table, axis):


print(means(rows, 0))"""


def names_of(source):
    scope = {"print": lambda *told: None}
    exec(source, scope)
    return scope


def test_another_style_gives_the_same():
    made = restyled(CELL, Random(0))
    assert "my_count = len(table)" in made
    assert "my_found + [axis]" in made
    assert len(made.split("\n")) == len(CELL.split("\n")) + 1
    assert names_of(made)["means"]([[1, 2]], axis=7) == [3.0, 7]
    assert names_of(made)["rows"] == [[1, 2], [3, 5]]


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    global y\n    y = x\n    return y\nf(2)",
        "def f(x):\n    y = x\n    return f'{y}'\nz = f(3)",
        "def f(x):\n    y = 1\n    return (lambda y: y)(x) + y\nz = f(3)",
        "def f(x):\n    ё, y = x, 1; return ё + y\nz = f(3)",
        "x = 1",
        "not python(",
    ],
)
def test_what_cannot_be_renamed_stays(source):
    made = restyled(source, Random(1))
    if source.endswith("("):
        assert made == source
        return
    plain, other = names_of(source), names_of(made)
    assert [(name, other[name]) for name in "yz" if name in other] == [
        (name, plain[name]) for name in "yz" if name in plain
    ]


def test_a_slip_changes_one_line_of_the_solution():
    for seed in range(20):
        made = spoiled(CELL, AROUND, Random(seed))
        ast.parse(made)
        pairs = zip(CELL.split("\n"), made.split("\n"), strict=True)
        (changed,) = [old for old, new in pairs if old != new]
        assert changed not in AROUND.split("\n")


def test_there_is_no_slip_where_none_is_known_or_it_might_never_end():
    assert spoiled("x = y", "", Random(0)) is None
    assert spoiled("while n > 0:\n    n = n - 1", "", Random(0)) is None


def test_a_typo_is_a_name_error():
    cell = "import torch\nx = torch.ones(2)\nx = torch.zeros(2)"
    for seed in range(5):
        made = misspelt(cell, "import torch", Random(seed))
        with pytest.raises(NameError):
            exec(made, {})
    with pytest.raises(NameError):
        exec(misspelt("def f():\n    return 1\nf()", "f()", Random(0)), {})


def test_an_unfinished_cell_is_not_python():
    with pytest.raises(SyntaxError):
        ast.parse(unfinished(CELL))
