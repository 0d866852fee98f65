from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import NoSuchAssignment
from grader.intake.identify_assignment import identify_assignment
from grader.model.assignment import Assignment
from grader.model.submission import Notebook, NotebookCell
from tests.intake.test_align import EXERCISES, RELEASED, code, submitted

ONE = Assignment(
    name="one",
    title={"": "One"},
    languages=("en",),
    cells=RELEASED,
    exercises=EXERCISES,
    path=Path("one.py"),
    digest="1",
)
OTHER = replace(
    ONE,
    name="other",
    cells=(
        RELEASED[1],
        replace(
            RELEASED[2], id="exercise-three", exercise="three", source="#| exercise: three\nz = ..."
        ),
    ),
    exercises=(replace(EXERCISES[0], name="three"),),
)
FOREIGN = submitted(given=[], one=code("print(1)"), check=[], noise=[], two=[])


def named(notebook, name):
    return replace(notebook, metadata={"tensorgrader": {"assignment": name}})


def test_a_notebook_says_what_it_answers():
    assert identify_assignment(named(submitted(), "one"), [OTHER, ONE]) is ONE
    half = submitted(two=[], noise=[])
    assert identify_assignment(named(half, "one"), [OTHER, ONE]) is ONE


def test_without_a_word_of_its_own_it_is_known_by_its_cells():
    assert identify_assignment(submitted(), [OTHER, ONE]) is ONE
    three = submitted(one=code("#| exercise: three\nz = a"), two=[])
    assert identify_assignment(three, [ONE, OTHER]) is OTHER


def test_a_person_has_the_last_word():
    assert identify_assignment(named(submitted(), "gone"), [ONE], chosen=True) is ONE
    bare = submitted(given=[], one=code("x = 1  # all of it anew"), check=[], two=[])
    assert identify_assignment(bare, [ONE], chosen=True) is ONE


@pytest.mark.parametrize("assignment", [ONE, OTHER])
def test_a_name_alone_is_no_answer(assignment):
    cells = (code("import torch\nx = [3, 1]"), code("y = 'a word'"), code("z = y"))
    with pytest.raises(NoSuchAssignment, match="has no exercise of"):
        identify_assignment(Notebook(cells=cells), [assignment], chosen=True)


@pytest.mark.parametrize(
    "trace",
    [
        code("# | exercise: two"),
        code("pass", id="exercise-two"),
        code("pass", metadata={"tensorgrader": {"cell": "exercise-two"}}),
        NotebookCell(kind="markdown", source="#| exercise: two\ny = 2"),
        code("noise = torch.randn(3)"),
    ],
)
def test_with_a_trace_of_the_release_a_name_is_a_clue(trace):
    notebook = Notebook(cells=(trace, code("x = 1  # all of it anew")))
    assert identify_assignment(notebook, [ONE], chosen=True) is ONE


@pytest.mark.parametrize(
    ("notebook", "chosen", "reason"),
    [
        (FOREIGN, False, r"answers none of the assignments \(one\)"),
        (FOREIGN, True, "has no exercise of one"),
        (named(FOREIGN, "one"), False, "is for one, but has none of its exercises"),
        (named(FOREIGN, "tensors"), True, "is for tensors"),
    ],
)
def test_what_answers_nothing_is_no_0(notebook, chosen, reason):
    with pytest.raises(NoSuchAssignment, match=reason):
        identify_assignment(notebook, [ONE], chosen=chosen)


def test_given_cells_alone_are_no_answer_to_what_a_person_named():
    """They have the same ids in every assignment."""
    nothing = submitted(one=[], check=[], two=[])
    with pytest.raises(NoSuchAssignment, match="says that it is for gone"):
        identify_assignment(named(nothing, "gone"), [ONE], chosen=True)
    with pytest.raises(NoSuchAssignment, match="has no exercise of one"):
        identify_assignment(named(nothing, "one"), [ONE], chosen=True)
