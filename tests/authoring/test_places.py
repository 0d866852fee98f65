"""Every fault of a source is told with its cell and its line, as YAML itself counts them."""

import json

import pytest

from grader.authoring.places import Places
from grader.authoring.source import load
from grader.errors import SourceError
from tests.conftest import write_source

ABOVE = '''
# ---
# jupyter:
#   tensorgrader:
#     title: Places
# ---

# %% [markdown]
# #| exercise: one

# %%
import torch

text = """
# %%
"""

# %%
#| exercise: zero
#| checks:
#|   - x
x = 1  # SOLUTION

'''
END = "y = 1  # SOLUTION\n"


def fault(folder, cell, mark):
    """Load a source with such a cell; returns its error and the line that `mark` stands on."""
    text = (ABOVE + cell).lstrip("\n")
    with pytest.raises(SourceError) as caught:
        load(write_source(folder, text.replace("<<", "")))
    lines = [number for number, line in enumerate(text.split("\n"), start=1) if "<<" in line]
    assert "small.py" in str(caught.value)
    assert mark in caught.value.problem
    return caught.value, lines[0]


HEADER = "# %%\n#| exercise: one\n"
CHECKS = HEADER + "#| checks:\n"


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        # The key stands earlier as a value, in a text and as a key of something else.
        (
            HEADER + "#| title: 'limits: of checks'\n#| checks:\n#|   - x[limits:]\n"
            "#|   - expr: y\n#|     given: |\n#|       limits: int = 3\n#| limits: 3  <<\n",
            "`limits`: no such key",
        ),
        # The second of two checks is wrong, and the first has the same keys.
        (
            CHECKS + "#|   - expr: x\n#|     rtol: 1\n#|     hidden: true\n"
            "#|   - expr: y\n#|     rtol: -1  <<\n#|     hidden: true\n",
            "`checks.2.rtol`",
        ),
        (CHECKS + "#|   - x\n#|   - y = 1  <<\n", "is not a Python expression"),
        (CHECKS + "#|   - expr: x\n#|     points: 1\n#|   -\n#|     hidden: true  <<\n", "either"),
        (CHECKS + "#|   - f(x)\n#|   - y\n#|   - expr: f(x)  <<\n", "two checks are"),
        (
            CHECKS + "#|   - expr: x\n#|     margin: 1  <<\n#|     rtol: 0.1\n",
            "`margin` belongs to",
        ),
        (
            CHECKS
            + "#|   - expr: x\n#|     credit:\n#|       shape: 0.1\n#|       colour: 1  <<\n",
            "colour",
        ),
        (
            CHECKS + "#|   - expr: x\n#|     aspects:\n#|       - shape\n#|       - size  <<\n",
            "`checks.1.aspects.2`",
        ),
        # A key that stands twice is wrong where it stands again.
        (
            HEADER + "#| points: 1\n#| checks:\n#|   - x\n#| points: 2  <<\n",
            "`points` stands twice",
        ),
        (
            CHECKS + "#|   - expr: y\n#|   - expr: x\n#|     rtol: 1\n#|     rtol: 1  <<\n",
            "`rtol` stands twice",
        ),
        # YAML that is none.
        (HEADER + "#| title: a: b  <<\n#| checks:\n#|   - x\n", "not valid YAML"),
        (HEADER + "#| title: 'a  <<\n#| checks:\n#|   - x\n", "not valid YAML"),
        (CHECKS + "#|   - [x  <<\n#|   - y\n", "not valid YAML"),
        (CHECKS + "#|   - x\n#|  - y  <<\n", "not valid YAML"),
        # Values of several lines: above the fault, and with it inside.
        (
            HEADER + "#| title: >\n#|   points: many\n#|\n#|   and more\n#| points: none  <<\n"
            "#| checks:\n#|   - x\n",
            "`points`",
        ),
        (
            HEADER + '#| title: "points\n#|   : many"\n#| points: none  <<\n#| checks:\n#|   - x\n',
            "`points`",
        ),
        (
            CHECKS + "#|   - expr: x\n#|     given: |\n#|       a = 1\n#|\n#|       b = (  <<\n",
            "not Python code",
        ),
        (CHECKS + "#|   - expr: >  <<\n#|       x +\n#|       = y\n", "not a Python expression"),
        # The line of the key, where the value is missing or of another kind.
        (HEADER + "#| checks:  <<\n#|   x: 1\n", "`checks`"),
        ("# %%\n#| exercise: one  <<\n#| points: 1\n", "nothing says what is right"),
        # What only the rest of the source can tell.
        ("# %%\n#| points: 1\n#| exercise: zero  <<\n#| checks:\n#|   - x\n", "two exercises"),
        ("# %%\n#| name: a\n#| mistake: two  <<\n#| help: b\n", "no exercise `two`"),
        (
            HEADER + "#| checks:\n#|   - x\n#| builds_on:\n#|   - zero\n#|   - two  <<\n",
            "nothing that `two` binds",
        ),
        # Magics and blank lines above the header.
        ("# %%\n# %%time\n\n#| exercise: one\n#| checks:\n#|   - 3  <<\n", "in quotes"),
        ("# %%\n\n\n#| exercise: one\n#| checks:\n#|   - 3  <<\n", "in quotes"),
    ],
)
def test_the_line_of_a_header_s_fault_is_yaml_s_own(tmp_path, cell, problem):
    body = "z = y\n" if "mistake" in cell else END
    error, line = fault(tmp_path, cell + body, problem)
    assert (error.cell, error.line) == (4, line)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("# %%\na = 1\nb = (  <<\n", "this cell does not parse"),
        (
            CHECKS + "#|   - x\na = 1\n### BEGIN SOLUTION\ny = 1\nx = 1 +  <<\n### END SOLUTION\n",
            "parse",
        ),
        (CHECKS + "#|   - x\na = 1\ny = = 1  # SOLUTION <<\n".replace(" <<", "<<"), "parse"),
    ],
)
def test_the_line_of_code_that_does_not_parse_is_python_s(tmp_path, cell, problem):
    error, line = fault(tmp_path, cell, problem)
    assert (error.cell, error.line) == (4, line)


def test_the_second_of_two_like_cells_is_meant(tmp_path):
    cell = CHECKS + "#|   - x\n" + END
    error, line = fault(
        tmp_path, cell + "\n" + cell.replace("exercise: one", "exercise: one  <<"), "two"
    )
    assert (error.cell, error.line) == (5, line)


def test_a_fault_in_the_front_matter_has_its_line(tmp_path):
    text = "# ---\n# jupyter:\n#   tensorgrader:\n#     title: a: b\n# ---\n"
    with pytest.raises(SourceError) as caught:
        load(write_source(tmp_path, text + HEADER + END))
    assert caught.value.line == 4


def test_the_lines_of_a_notebook_s_file_are_nobody_s(tmp_path):
    source = "#| exercise: one\n#| chekcs: 1\nx = 1  # SOLUTION"
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []}]
    path = tmp_path / "nb.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    with pytest.raises(SourceError) as caught:
        load(path)
    assert (caught.value.cell, caught.value.line) == (1, None)


def test_cells_are_counted_as_jupytext_counts_them(tmp_path):
    text = (
        "import a\n\n# %%\n\n# %% [markdown]\n# ```\n# %%\n# ```\n\n"
        "#%% a title\nx = '''\n# %%\n'''\n"
        '\n# %% lang="ru" tags=["a"]\ny = 1\n'
    )
    places = Places(tmp_path / "s.py", text)
    found = [places.line(cell) for cell in range(8)]
    lines = text.split("\n")
    assert [lines[line - 1] if line else None for line in found] == [
        None,
        "import a",
        "",
        "# ```",
        "x = '''",
        "y = 1",
        None,
        None,
    ]
