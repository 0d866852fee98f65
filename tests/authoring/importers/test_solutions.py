"""The marks of solutions, and what students get in their place."""

import pytest

from grader.authoring.importers import solutions


def test_regions_of_nbgrader_are_those_of_ours():
    code = "def f():\n    #### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n\nx = f()"
    made = solutions.regions(code)
    assert made.code == code.replace("####", "###")
    assert made.blank is None
    assert not made.is_whole


def test_a_cell_of_nbgrader_without_marks_is_a_solution_but_for_magics():
    made = solutions.regions("%matplotlib inline\nx = 1")
    assert made.code == "%matplotlib inline\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    assert made.is_whole


def test_a_region_with_nothing_in_it_is_none():
    code = "### BEGIN SOLUTION\n### END SOLUTION\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    assert solutions.regions(code).code == "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"


@pytest.mark.parametrize(
    ("code", "line", "why"),
    [
        ("### BEGIN SOLUTION\nx = 1", 2, "does not end"),
        ("x = 1\n### END SOLUTION", 2, "that has not begun"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION", 2, "inside another"),
    ],
)
def test_marks_that_do_not_fit_are_named(code, line, why):
    (fault,) = solutions.regions(code).faults
    assert fault[0] == line
    assert why in fault[1]


def test_lines_of_otter_are_solutions():
    made = solutions.lines("x = 2 # SOLUTION\ny = 3\nz = x * y # solution")
    assert made.code == "x = 2  # SOLUTION\ny = 3\nz = x * y  # SOLUTION"


def test_a_line_without_a_prompt_stands_with_the_next():
    made = solutions.lines("def f(x):\n    y = x * x # SOLUTION NO PROMPT\n    return y # SOLUTION")
    assert made.code == (
        "def f(x):\n    ### BEGIN SOLUTION\n    y = x * x\n    return y\n    ### END SOLUTION"
    )
    assert made.blank is None


def test_a_prompt_is_the_blank():
    made = solutions.lines(
        "def f(x):\n    # BEGIN SOLUTION NO PROMPT\n    return x\n    # END SOLUTION\n"
        '    """ # BEGIN PROMPT\n    # return it\n    pass\n    """; # END PROMPT'
    )
    assert made.code == "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
    assert made.blank == "# return it\npass"


def test_blanks_of_several_regions_are_named():
    made = solutions.lines("self.a = 1 # SOLUTION\nb = 2 # SOLUTION\nself.c = 3 # SOLUTION")
    assert made.code == (
        "self.a = 1  # SOLUTION region-1\nb = 2  # SOLUTION\nself.c = 3  # SOLUTION region-2"
    )
    assert made.blank == {"region-1": "self.a = ...", "region-2": "self.c = ..."}


def test_seeds_stay_and_what_is_ignored_goes():
    made = solutions.lines(
        "np.random.seed(1) # SEED\nx = 1 # SOLUTION\nprint(x) # IGNORE\n"
        "# BEGIN IGNORE\ny = 2\n# END IGNORE\nz = 3"
    )
    assert made.code == "np.random.seed(1)\nx = 1  # SOLUTION\nz = 3"


def test_a_cell_of_otter_without_marks_is_a_solution():
    made = solutions.lines("x = 1")
    assert made.is_whole
    assert made.code == "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
