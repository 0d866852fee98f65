"""Texts that students write into Markdown cells, found whatever became of the cells."""

import jupytext
import nbformat
import pytest

from grader.formats import notebook as formats
from grader.intake.align import align, states
from grader.intake.match import shares
from grader.intake.own_release import own_release
from grader.intake.written import written
from grader.model.assignment import Cell, Exercise
from grader.model.submission import Notebook, NotebookCell

BLANK = "<!-- exercise: why -->\n*Write your answer here, in place of this line.*"
RELEASED = (
    Cell(id="prose-1", role="prose", source="# Title", solution="# Title"),
    Cell(id="given-2", role="given", source="import torch", solution="import torch"),
    Cell(id="prose-3", role="prose", source="## 1. Why?", solution="## 1. Why?"),
    Cell(id="exercise-why", role="text", exercise="why", source=BLANK, solution=BLANK),
    Cell(id="prose-5", role="prose", source="## 2. And then?", solution="## 2. And then?"),
    Cell(
        id="exercise-then",
        role="text",
        exercise="then",
        source="<!-- exercise: then -->\nBecause\n*Write here.*",
        solution="",
    ),
)
EXERCISES = tuple(
    Exercise(name=name, title={"": name}, points=1, checks=(), manual=True)
    for name in ("why", "then")
)


def prose(source, **about):
    return NotebookCell(kind="markdown", source=source, **about)


def code(source, **about):
    return NotebookCell(kind="code", source=source, **about)


def notebook(*answer):
    return Notebook(
        cells=(
            prose("# Title"),
            code("import torch"),
            prose("## 1. Why?"),
            *answer,
            prose("## 2. And then?"),
            prose("<!-- exercise: then -->\nBecause\n*Write here.*"),
        )
    )


def why(*answer):
    return written(notebook(*answer), RELEASED)["why"]


@pytest.mark.parametrize(
    "answer",
    [
        [prose("<!-- exercise: why -->\nIt is so.")],
        [prose("<!--exercise:why-->\r\nIt is so.".replace("\r", ""))],
        [prose("It is so.", id="exercise-why")],
        [prose("It is so.", metadata={"tensorgrader": {"cell": "exercise-why"}})],
        [prose("It is so.")],  # neither a mark nor an id: between its neighbours
        [prose(BLANK + "\nIt is so.")],  # below the line that was to be replaced
        [prose(BLANK), prose("It is so.")],  # in a cell of its own
        [prose(BLANK), prose("<!-- exercise: why -->\nIt is so.")],  # in a copy
        [code("<!-- exercise: why -->\nIt is so.")],
        [NotebookCell(kind="raw", source="<!-- exercise: why -->\nIt is so.")],
    ],
)
def test_an_answer_is_found(answer):
    found = why(*answer)
    assert (found.state, found.text) == ("filled", "It is so.")


def test_merged_cells_are_taken_apart_at_marks_and_at_prose_of_the_release():
    merged = "## 1. Why?\n\n<!-- exercise: why -->\nIt is so.\n\n## 2. And then?\n\n"
    merged += "<!-- exercise: then -->\nBecause\nit is not."
    found = written(Notebook(cells=(prose(merged),)), RELEASED)
    assert {name: one.text for name, one in found.items()} == {
        "why": "It is so.",
        "then": "it is not.",
    }


@pytest.mark.parametrize("answer", [[prose(BLANK)], [prose("<!-- exercise: why -->\n \n—")]])
def test_a_blank_answer_waits_for_nobody(answer):
    assert (why(*answer).state, why(*answer).text) == ("blank", "")


def test_without_any_cell_it_is_missing():
    assert why().state == "missing"
    assert written(Notebook(cells=(prose("My own text"),)), RELEASED)["why"].state == "missing"


def test_what_was_guessed_is_noted_and_a_person_should_look():
    (note,) = why(prose("It is so.")).notes
    assert [*note.concerns] == ["guessed cell"]


def test_a_text_that_was_made_code_is_not_run():
    made = notebook(code("<!-- exercise: why -->\nIt is so."))
    found = align(made, RELEASED, EXERCISES)
    assert [step.source for step in found.steps] == ["import torch"]
    assert found.answers[0].text == "It is so."
    assert any("it was not run" in str(note) for note in found.notes)
    assert states(made, RELEASED, EXERCISES) == {"why": "filled", "then": "blank"}


def test_without_a_bundle_a_text_is_told_from_the_line_that_asks_for_it(tmp_path):
    made = notebook(prose("<!-- exercise: why -->\nIt is so."))
    blank = notebook(prose(BLANK))
    for one, state in ((made, "filled"), (blank, "blank")):
        bundle = own_release(one, tmp_path / "a.ipynb", limit=300, cell_limit=30, is_own=True)
        assert [one.name for one in bundle.assignment.exercises] == ["why", "then"]
        assert written(one, bundle.assignment.cells)["why"].state == state


@pytest.mark.parametrize("kind", ["py:percent", "md", "md:myst"])
@pytest.mark.parametrize(
    ("answer", "text"), [("\nIt is so.\n\nIs it?", "It is so.\n\nIs it?"), ("", "")]
)
def test_other_forms_of_notebooks_keep_the_answer(kind, answer, text):
    made = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("import torch"),
            nbformat.v4.new_markdown_cell("## 1. Why?"),
            nbformat.v4.new_markdown_cell(BLANK + answer),
            nbformat.v4.new_markdown_cell("## 2. And then?"),
            nbformat.v4.new_code_cell("x = 1"),
        ]
    )
    read = formats.read(jupytext.writes(made, kind).encode())
    found = written(read, RELEASED)["why"]
    assert (found.state, found.text) == ("filled" if text else "blank", text)


def test_a_notebook_of_texts_alone_is_known_by_its_marks():
    released = [cell for cell in RELEASED if cell.role != "given"]
    assert shares(notebook(prose(BLANK)), released) == (1.0, 1.0)
    assert shares(Notebook(cells=(prose("# Title"),)), released) == (0.0, 0.0)
