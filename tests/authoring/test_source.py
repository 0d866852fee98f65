import json

import pytest

from grader.authoring.source import load
from grader.errors import SourceError
from tests.conftest import write_source

HEADER = "# %%\n#| exercise: one\n#| checks:\n#|   - x\n"


def cell(tmp_path, text):
    """Return the exercise cell of a source that has nothing else."""
    (found,) = load(write_source(tmp_path, text)).cells
    return found


def test_an_assignment(small_assignment):
    assert small_assignment.name == "small"
    assert small_assignment.title_in("en") == "Small"
    assert small_assignment.languages == ("en",)
    assert [exercise.name for exercise in small_assignment.exercises] == ["means", "total", "fit"]
    assert [(c.id, c.role) for c in small_assignment.cells] == [
        ("prose-1", "prose"),
        ("given-2", "given"),
        ("exercise-means", "exercise"),
        ("exercise-total", "exercise"),
        ("given-5", "given"),
        ("exercise-fit", "exercise"),
    ]
    means, total, fit = small_assignment.exercises
    assert (means.points, total.limit, fit.forbid) == (2, 3, ("torch.optim",))


def test_a_region_in_a_function_becomes_a_blank(small_assignment):
    found = small_assignment.cells[2]
    assert found.source == (
        "#| exercise: means\ndef column_means(table):\n    # YOUR CODE HERE\n    ...\n\n\n"
        "means = column_means(data)"
    )
    assert "return table.mean(dim=0)" in found.solution
    assert "SOLUTION" not in found.solution


def test_one_line_becomes_an_assignment_of_nothing(tmp_path):
    found = cell(tmp_path, HEADER + "y = 2\nx = y + 1  # SOLUTION\n")
    assert found.source == "#| exercise: one\ny = 2\nx = ...  # YOUR CODE HERE"
    assert found.solution == "#| exercise: one\ny = 2\nx = y + 1"


def test_one_line_that_is_no_assignment(tmp_path):
    found = cell(tmp_path, HEADER + "if True:\n    print(1)  # SOLUTION\n")
    assert found.source.endswith("if True:\n    # YOUR CODE HERE\n    ...")


def test_the_authors_blank_is_put_where_the_solution_was(tmp_path):
    blank = "#| blank: |\n#|   for i in range(3):\n#|       ...\n"
    body = "if True:\n    ### BEGIN SOLUTION\n    x = 1\n    ### END SOLUTION\n"
    found = cell(tmp_path, HEADER + blank + body)
    assert found.source.endswith("if True:\n    for i in range(3):\n        ...")


def test_magics_stay_on_top(tmp_path):
    found = cell(tmp_path, HEADER.replace("# %%\n", "# %%\n# %%time\n") + "x = 1  # SOLUTION\n")
    assert found.source.startswith("%%time\n#| exercise: one\n")


def test_an_ipynb_is_a_source_too(tmp_path):
    source = "#| exercise: one\n#| checks:\n#|   - x\nx = 1  # SOLUTION"
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []}]
    path = tmp_path / "nb.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    assert load(path).exercises[0].name == "one"


def test_prose_of_one_language_is_marked(tmp_path):
    text = '# %% [markdown] lang="ru"\n# Текст\n\n# %% [markdown] lang="en"\n# Text\n\n'
    found = load(write_source(tmp_path, text + HEADER + "x = 1  # SOLUTION\n"))
    assert [c.language for c in found.cells] == ["ru", "en", None]
    assert found.languages == ("en", "ru")


def test_the_digest_is_of_the_bytes(tmp_path):
    one = load(write_source(tmp_path, HEADER + "x = 1  # SOLUTION\n", "a"))
    other = load(write_source(tmp_path, HEADER + "x = 2  # SOLUTION\n", "b"))
    assert one.digest != other.digest


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# %%\nx = 1\n", "there is no exercise"),
        (HEADER + "x = 1\n", "cell 1: an exercise has a solution: lines between"),
        (
            HEADER + "### BEGIN SOLUTION\nx = 1\n",
            "py:5, cell 1: this mark has no `### END",
        ),
        (HEADER + "### BEGIN SOLUTION\n### END SOLUTION\n", "the solution is empty"),
        (HEADER + "### BEGIN SOLUTION\nx =\n### END SOLUTION\n", "does not parse"),
        (HEADER + "x = (1 +  # SOLUTION\n     2)\n", "parse"),
        ("# %%\nx = 1  # SOLUTION\n", "a solution without a header"),
        ("# ---\n# jupyter: [\n# ---\n" + HEADER + "x = 1  # SOLUTION\n", "percent format"),
        (
            "# ---\n# jupyter:\n#   tensorgrader:\n#     name: ../evil\n# ---\n\n"
            + HEADER
            + "x = 1  # SOLUTION\n",
            "`name` in the front matter: String should match",
        ),
        (
            "# ---\n# jupyter:\n#   tensorgrader:\n#     titel: One\n# ---\n\n"
            + HEADER
            + "x = 1  # SOLUTION\n",
            "`titel` in the front matter: no such key; there are: name, title, languages,",
        ),
        (
            "# ---\n# jupyter:\n#   tensorgrader:\n#     languages: en, ru\n# ---\n\n"
            + HEADER
            + "x = 1  # SOLUTION\n",
            "`languages` in the front matter: Input should be a valid list",
        ),
        ("# %%\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n", "a solution without a header"),
        ((HEADER + "x = 1  # SOLUTION\n\n") * 2, "cell 2: two exercises are named `one`"),
        ("# %%\n#| exercise: one\n#| chekcs:\n#|   - x\nx = 1  # SOLUTION\n", "no such key"),
    ],
)
def test_a_faulty_source_is_named_with_its_place(tmp_path, text, problem):
    with pytest.raises(SourceError, match=problem) as caught:
        load(write_source(tmp_path, text))
    assert "small.py" in str(caught.value)


def test_the_line_of_a_faulty_header_is_the_files(tmp_path):
    text = "# %%\nx = 0\n\n# %%\n#| exercise: one\n#| checks:\n#|   - [x\ny = 1  # SOLUTION\n"
    with pytest.raises(SourceError) as caught:
        load(write_source(tmp_path, text))
    assert caught.value.cell == 2
    assert caught.value.line in (6, 7, 8)


def test_what_cannot_be_read_is_an_error_with_the_path(tmp_path):
    with pytest.raises(SourceError, match=r"nothing\.py"):
        load(tmp_path / "nothing.py")
    broken = tmp_path / "broken.py"
    broken.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(SourceError, match="UTF-8"):
        load(broken)


FUNCTION = (
    "# %%\n#| exercise: one\n#| checks:\n#|   - y\n%%time\n".replace("%%time\n", "")
    + "def f(x):\n    ### BEGIN SOLUTION\n    return x + 1\n    ### END SOLUTION\n\n\ny = f(1)\n\n"
)
MISTAKE = "# %%\n#| mistake: one\n#| name: less\n#| help: Look.\n"


@pytest.mark.parametrize("code", ["return x - 1", "    return x - 1"])
def test_a_mistake_takes_the_place_of_the_solution_alone(tmp_path, code):
    other = "\n# %%\n#| alternative: one\n#| name: turned\nreturn 1 + x\n"
    assignment = load(write_source(tmp_path, FUNCTION + MISTAKE + code + "\n" + other))
    (exercise,) = assignment.exercises
    (mistake,), (alternative,) = exercise.mistakes, exercise.alternatives
    assert mistake.solution.endswith("def f(x):\n    return x - 1\n\n\ny = f(1)")
    assert alternative.solution.endswith("def f(x):\n    return 1 + x\n\n\ny = f(1)")
    assert (mistake.help_in("en"), mistake.cell, alternative.cell) == ("Look.", 2, 3)


def test_mistakes_change_nothing_of_what_is_released(tmp_path):
    given = "# %%\nz = 0\n\n# %% [markdown]\n# The end.\n"
    without = load(write_source(tmp_path, FUNCTION + given, "without"))
    mistake = MISTAKE + "return x - 1\n\n"
    with_mistake = load(write_source(tmp_path, FUNCTION + mistake + given, "with"))
    assert [c.id for c in without.cells] == [c.id for c in with_mistake.cells]
    assert [c.source for c in without.cells] == [c.source for c in with_mistake.cells]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (MISTAKE + "return x\n", "no exercise `one` stands above"),
        (FUNCTION + MISTAKE, "no code below the header"),
        (FUNCTION + MISTAKE + "return (\n", "does not parse"),
        (FUNCTION + (MISTAKE + "return x\n\n") * 2, "two of the name `less`"),
        (
            FUNCTION.replace("#| checks", "#| builds_on:\n#|   - zero\n#| checks"),
            "nothing that `zero` binds is read here",
        ),
    ],
)
def test_a_faulty_mistake_is_named_with_its_line(tmp_path, text, problem):
    with pytest.raises(SourceError, match=problem) as caught:
        load(write_source(tmp_path, text))
    assert caught.value.line


TWO_FUNCTIONS = """
# %%
#| exercise: pair
#| checks:
#|   - one(2)
x = 1
### BEGIN SOLUTION
def one(x):
    return x + 1


limit = 3


def two(x):  # en: kept
    return one(x) * 2
### END SOLUTION
y = two(x)

# %%
#| mistake: pair
#| name: wrong
#| help: "What?"
"""


@pytest.mark.parametrize(
    ("code", "whole"),
    [
        (
            "def two(x):\n    return 0",
            "def one(x):\n    return x + 1\n\n\nlimit = 3\n\n\ndef two(x):\n    return 0",
        ),
        (
            "limit = 4",
            "def one(x):\n    return x + 1\n\n\nlimit = 4\n\n\n"
            "def two(x):  # en: kept\n    return one(x) * 2",
        ),
        ("x = 2\n\n\ndef two(x):\n    return 0", "x = 2\n\n\ndef two(x):\n    return 0"),
        ("print(1)", "print(1)"),
    ],
    ids=["a function", "a name", "with a name that the solution has not", "no definition"],
)
def test_a_mistake_need_not_repeat_the_functions_that_it_leaves_as_they_are(tmp_path, code, whole):
    (exercise,) = load(write_source(tmp_path, TWO_FUNCTIONS + code)).exercises
    (mistake,) = exercise.mistakes
    assert mistake.solution == f"#| exercise: pair\nx = 1\n{whole}\ny = two(x)"
