"""Where in a source a finding points."""

import pytest

from grader.authoring.source import load
from grader.verifying.findings import Findings
from tests.conftest import write_source
from tests.verifying.sound import pointed_at

SOURCE = """
# %%
x = 3

# %%
#| exercise: w
#| title: Find w and v.w
#| checks:
#|   - v.w
#|   - w
#|   - expr: w + w_more
#|     hidden: true
w_more = 1
w = 2  # SOLUTION
"""


def found(folder, text, exercise=0, **where):
    assignment = load(write_source(folder, text))
    findings = Findings(assignment)
    findings.add_to(assignment.exercises[exercise], "problem", "todo", **where)
    return findings.found[0]


@pytest.mark.parametrize(
    ("near", "line"),
    [
        ("", "# %%\n#| exercise: w\n"),
        ("w", "#|   - w\n"),
        ("v.w", "#|   - v.w\n"),
        ("w + w_more", "#|   - expr: w + w_more\n"),
        ("w_more", "#|   - expr: w + w_more\n"),
        ("w = 2", "w = 2  # SOLUTION\n"),
        ("w\n+ w_more", "#|   - w\n"),
        ("nowhere", "# %%\n#| exercise: w\n"),
    ],
)
def test_a_finding_points_at_the_line_that_is_meant(tmp_path, near, line):
    assert pointed_at(found(tmp_path, SOURCE, near=near)).startswith(line)


@pytest.mark.parametrize(
    "text",
    [
        "import math\n" + SOURCE,
        "# ---\n# jupyter:\n#   tensorgrader:\n#     title: T\n# ---\n\nimport math\n" + SOURCE,
        SOURCE.replace("# %%", "#%%"),
        SOURCE.replace("# %%", "# %% a title"),
        SOURCE.replace("x = 3", "# %% [markdown]\n# Prose.\n\n# %%\nx = 3"),
    ],
    ids=["code above", "code above and a front matter", "no blank", "titles", "prose"],
)
def test_cells_are_found_however_their_marks_are_written(tmp_path, text):
    assert pointed_at(found(tmp_path, text, near="w + w_more")).startswith("#|   - expr: w + w")


def test_a_finding_says_file_line_cell_problem_and_what_to_do(tmp_path):
    told = found(tmp_path, SOURCE, near="v.w")
    assert str(told) == f"{tmp_path / 'small.py'}:8, cell 2: w: problem; todo"


def test_what_is_found_twice_is_told_once(tmp_path):
    assignment = load(write_source(tmp_path, SOURCE))
    findings = Findings(assignment)
    for _ in range(2):
        findings.add("problem", "todo", cell=1)
    findings.add("problem", "todo")
    assert [finding.line for finding in findings.found] == [1, None]


LIKE = """
# %%
#| exercise: one
#| title: "- w"
#| checks:
#|   - expr: f(x)
#|     given: |
#|       w
#|       - w + 1
#|   - expr: >
#|       w +
#|       1
#|   - w
text = '''
# %%
'''
w = 1  # SOLUTION

# %%
#| exercise: two
#| title: "- w"
#| checks:
#|   - expr: v.w
#|     raises: ValueError
#|     valid: "w"
w = 1  # SOLUTION
"""


@pytest.mark.parametrize(
    ("exercise", "near", "line"),
    [
        (0, "w", "#|   - w\n"),
        (0, "w + 1", "#|   - expr: >\n"),
        (0, "f(x)", "#|   - expr: f(x)\n"),
        (1, "w", '#|     valid: "w"\n'),
        (1, "w = 1", "w = 1  # SOLUTION"),
    ],
)
def test_a_check_is_found_by_what_it_is_not_by_words_that_are_like_it(
    tmp_path, exercise, near, line
):
    assert pointed_at(found(tmp_path, LIKE, exercise, near=near)).startswith(line)
