"""What self-checks print, where they are run as students run them: without the grader."""

import math

import numpy as np
import pytest
import torch

from grader.authoring.release import release
from grader.authoring.source import load
from grader.model.values import (
    SEVERAL,
    MappingValue,
    NumberValue,
    SequenceValue,
    TensorValue,
    TextValue,
)
from tests.conftest import reference_of, write_source

SOURCE = """
# ---
# jupyter:
#   tensorgrader:
#     languages: [en, ru]
# ---

# %%
import torch

# %%
#| exercise: one
#| checks:
#|   - y
#|   - expr: losses
#|     title:
#|       en: The losses
#|       ru: Потери
#|   - expr: |
#|       double(
#|           2.0)
#|   - expr: shown
#|     public: true
#| properties:
#|   - losses[-1] < 1.2
#|   - property: y.min() > 0
#|     title:
#|       en: No number is negative
#|       ru: Отрицательных чисел нет
#| blank: |
#|   y, losses, shown = ..., ..., ...
#|
#|
#|   def double(x):
#|       ...
### BEGIN SOLUTION
y, losses, shown = torch.ones(3), [2.0, 1.0], torch.ones(3)


def double(x):
    return 2 * x
### END SOLUTION
"""

EXPECTED = {
    "y": TensorValue.of(torch.ones(3)),
    "losses": SequenceValue(
        type="list", items=tuple(NumberValue(type="float", value=x) for x in (2.0, 1.0))
    ),
    "double(\n    2.0)": NumberValue(type="float", value=4.0),
    "shown": TensorValue.of(torch.tensor([0.123456789, math.inf, math.nan])),
}
RIGHT = {
    "y": torch.tensor([0.1, 0.2, 0.3]),
    "losses": [2.0, 1.0],
    "shown": torch.tensor([0.123456, math.inf, math.nan]),
    "double": lambda x: 2 * x,
}


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """Return the tools and the self-check, by language."""
    assignment = load(write_source(tmp_path_factory.mktemp("source"), SOURCE))
    found = {}
    for language in ("en", "ru"):
        made = release(assignment, {"one": EXPECTED}, language)
        found[language] = [cell.source for cell in made if cell.role == "self_check"]
    return found


@pytest.fixture
def said(cells, capsys):
    """Return what the self-check prints where a notebook holds these names."""

    def run(language="en", **names):
        scope = {**names}
        for cell in cells[language]:
            exec(cell, scope)
        return capsys.readouterr().out.splitlines()

    return run


def test_a_right_answer_is_told_what_fits_and_nothing_is_promised(said):
    assert said(**RIGHT) == [
        "✓ y: torch.float32 tensor of shape (3,)",
        "✓ The losses: list of length 2",
        "✓ double( 2.0): float",
        "✓ shown: torch.float32 tensor of shape (3,), and its values are right for these data",
        "✓ losses[-1] < 1.2",
        "✓ No number is negative",
        "Whether all of it is right, on other data too, is seen when it is graded.",
    ]


def test_it_speaks_the_language_of_the_notebook(said):
    lines = said("ru", **RIGHT)
    assert lines[1] == "✓ Потери: список длины 2"
    assert lines[-2:] == [
        "✓ Отрицательных чисел нет",
        "Всё ли верно, в том числе на других данных, станет ясно при проверке.",
    ]


@pytest.mark.parametrize("names", [{}, dict.fromkeys(RIGHT, ...), dict.fromkeys(RIGHT)])
def test_a_blank_is_told_kindly_and_raises_nothing(said, names):
    *lines, last = said(**names)
    assert len(lines) == 6
    assert last.startswith("Whether")
    assert {line[0] for line in lines} == {"–"}


@pytest.mark.parametrize(
    ("names", "line"),
    [
        (
            {"y": torch.zeros(1, 3)},
            "✗ y: this should be: torch.float32 tensor of shape (3,);"
            " it is: torch.float32 tensor of shape (1, 3)",
        ),
        (
            {"y": torch.zeros(3, dtype=torch.float64)},
            "✗ y: this should be: torch.float32 tensor of shape (3,);"
            " it is: torch.float64 tensor of shape (3,)",
        ),
        (
            {"y": np.zeros(3, dtype="float32")},
            "✗ y: this should be: torch.float32 tensor of shape (3,);"
            " it is: float32 array of shape (3,)",
        ),
        (
            {"losses": [2.0]},
            "✗ The losses: this should be: list of length 2; it is: list of length 1",
        ),
        (
            {"shown": torch.tensor([0.125, math.inf, 1.0])},
            "✗ shown: torch.float32 tensor of shape (3,), but values are wrong: 2 of 3, as"
            " 0.125 for 0.12346",
        ),
        (
            {"shown": torch.tensor([0.123456, 1e30, math.nan])},
            "✗ shown: torch.float32 tensor of shape (3,), but values are wrong: 1 of 3, as"
            " 1e+30 for inf",
        ),
        ({"losses": [2.0, 1.5]}, "✗ losses[-1] < 1.2: this should hold, and does not"),
        (
            {"double": lambda x: 1 / 0},
            "– double( 2.0): cannot be looked at yet (ZeroDivisionError: division by zero)",
        ),
    ],
)
def test_a_wrong_answer_is_told_what_does_not_fit(said, names, line):
    assert line in said(**{**RIGHT, **names})


def test_a_python_number_will_do_for_a_tensor_without_axes(tmp_path, capsys):
    assignment = load(write_source(tmp_path, SOURCE))
    made = release(assignment, {"one": {"y": TensorValue.of(torch.tensor(1.0))}}, "en")
    scope = {"y": 0.5}
    for cell in made:
        if cell.role == "self_check":
            exec(cell.source, scope)
    assert capsys.readouterr().out.startswith("✓ y: torch.float32 tensor of shape ()")


OF_STATEMENTS = """
# %%
import torch

# %%
#| exercise: one
#| checks:
#|   - title: two steps
#|     run: |
#|       x = double(1.5)
#|       y = x + torch.ones(2)
#|     compare: [x, y]
#|   - title: the loss
#|     expr: loss
#|     at_most: 0.5
#|   - expr: names
#|     view: sorted(value)
#|   - title: of many lines
#|     run: |
#|       text = '''a
#|         b'''
#|     compare: text
#| blank: |
#|   loss, names = ..., ...
### BEGIN SOLUTION
loss, names = 0.25, {"b", "a"}


def double(x):
    return 2 * x
### END SOLUTION
"""
PAIR = MappingValue(
    type=SEVERAL,
    entries={"x": NumberValue(type="float", value=3.0), "y": TensorValue.of(torch.ones(2))},
)
GAVE = {
    "x, y # run": PAIR,
    "loss": NumberValue(type="float", value=0.25),
    "names # sorted(value)": SequenceValue(type="list", items=()),
    "text # run": TextValue(type="str", value="a\n  b"),
}


@pytest.mark.parametrize(
    ("changes", "marks"),
    [
        ({}, "✓✓✗"),
        ({"loss": 0.75, "names": []}, "✓✗✓"),
        ({"double": lambda x: int(x)}, "✗✓✗"),
        ({"double": lambda x: ..., "loss": ...}, "––✗"),
    ],
)
def test_statements_bounds_and_views_are_looked_at(tmp_path, capsys, changes, marks):
    assignment = load(write_source(tmp_path, OF_STATEMENTS))
    *_, tools, _, check = release(assignment, {"one": GAVE}, "en")
    names = {"torch": torch, "loss": 0.25, "names": {"b", "a"}, "double": lambda x: 2 * x}
    namespace = {**names, **changes}
    exec(f"{tools.source}\n{check.source}", namespace)
    lines = capsys.readouterr().out.split("\n")
    assert "".join(line[0] for line in lines[:3]) == marks
    assert lines[1].startswith(("✓ the loss: at most 0.5", "✗ the loss: at most 0.5", "– the loss"))
    assert len(lines) == 5  # what a function cannot hold is left out
    assert not {"x", "y", "text"} & {*namespace}


OF_RECORDS = """
# %%
import pandas as pd
from matplotlib.figure import Figure
table = pd.DataFrame({"kind": ["a", "b", "a"], "mass": [1.0, 2.0, 3.0]})

# %%
#| exercise: one
#| checks:
#|   - means
#|   - column
#|   - fig
#|   - draw()
#|   - expr: other
#|     aspects: [values, columns]
#| blank: |
#|   means = column = fig = other = ...
#|
#|
#|   def draw():
#|       ...
### BEGIN SOLUTION
means = table.groupby("kind", as_index=False).mean()
column = means["mass"]
other = means[["mass", "kind"]]


def draw():
    fig = Figure()
    axes = fig.subplots()
    axes.plot(means["mass"])
    axes.scatter([1], [2])
    axes.set_xlabel("kind")
    return fig


fig = draw()
### END SOLUTION
"""


@pytest.mark.kernel
def test_the_form_of_tables_and_figures_is_looked_at(tmp_path, capsys):
    assignment = load(write_source(tmp_path, OF_RECORDS, "records"))
    reference = reference_of(assignment.path)
    *_, tools, _, check = reference.released["en"]
    reference.close()
    names: dict = {}
    codes = [cell for cell in assignment.cells if cell.is_code]

    def marks(change=""):
        exec("\n".join([codes[0].solution, codes[1].solution, change]), names)
        exec(f"{tools.source}\n{check.source}", names)
        return capsys.readouterr().out.split("\n")[:4]

    right = marks()
    assert right == [
        "✓ means: columns kind, mass; mass: float64",
        "✓ column: float64",
        "✓ fig: 1 plot; 1 line; 1 cloud of points; a text at: x axis",
        "✓ other: columns mass, kind",
    ]
    wrong = marks(
        "means = means.rename(columns={'mass': 'mean'})\ncolumn = column.astype('float32')\n"
        "fig.axes[0].set_xlabel('')\nother = other[['kind', 'mass']]"
    )
    assert [line[0] for line in wrong] == ["✗", "✗", "✗", "✓"]
    assert [line[0] for line in marks("means = column = fig = other = ...")] == ["–"] * 4
