from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.align import align
from grader.intake.match import shares
from grader.model.assignment import Cell, Check, Exercise
from grader.model.facts import ForbiddenUse
from grader.model.submission import Notebook, NotebookCell

RELEASED = (
    Cell(id="prose-1", role="prose", source="# Title", solution="# Title"),
    Cell(id="given-2", role="given", source="import torch\na = 1", solution="import torch\na = 1"),
    Cell(
        id="exercise-one",
        role="exercise",
        exercise="one",
        source="#| exercise: one\nx = ...",
        solution="#| exercise: one\nx = a",
    ),
    Cell(
        id="check-one",
        role="self_check",
        exercise="one",
        source="self_check('x', x)",
        solution="self_check('x', x)",
    ),
    Cell(id="given-5", role="given", source="noise = torch.randn(3)", solution=""),
    Cell(
        id="exercise-two",
        role="exercise",
        exercise="two",
        source="#| exercise: two\ny = ...",
        solution="#| exercise: two\ny = 2",
    ),
)
EXERCISES = tuple(
    Exercise(
        name=name,
        title={"": name},
        points=1,
        checks=(Check(expression="x"),),
        limit=limit,
        forbid=("torch.optim",),
    )
    for name, limit in (("one", 5.0), ("two", None))
)


def code(source, **changes):
    return NotebookCell(kind="code", source=source, **changes)


def submitted(**changes):
    """Return a right submission without ids, some cells replaced; a list puts several cells."""
    cells = {
        "given": code("import torch\na = 1"),
        "one": code("#| exercise: one\nx = a"),
        "check": code("self_check('x', x)"),
        "noise": code("noise = torch.randn(3)"),
        "two": code("#| exercise: two\ny = 2"),
    }
    result = []
    for cell in {**cells, **changes}.values():
        result.extend(cell if isinstance(cell, list) else [cell])
    return Notebook(cells=tuple(result))


def aligned(notebook):
    return align(notebook, RELEASED, EXERCISES)


def steps(notebook):
    return [
        (step.released or step.role, step.exercise, step.source) for step in aligned(notebook).steps
    ]


RIGHT = [
    ("given-2", None, "import torch\na = 1"),
    ("exercise-one", "one", "#| exercise: one\nx = a"),
    ("given-5", None, "noise = torch.randn(3)"),
    ("exercise-two", "two", "#| exercise: two\ny = 2"),
]


def states(notebook):
    return {a.exercise.name: a.state for a in aligned(notebook).answers}


def test_a_right_submission_is_itself_without_self_checks():
    found = aligned(submitted())
    assert steps(submitted()) == RIGHT
    assert found.notes == ()
    assert states(submitted()) == {"one": "filled", "two": "filled"}
    assert [step.limit for step in found.steps] == [None, 5.0, None, None]


def test_ids_and_metadata_match_what_has_lost_its_header():
    by_id = code("x = a", id="exercise-one")
    by_metadata = code("y = 2", metadata={"tensorgrader": {"cell": "exercise-two"}})
    found = aligned(submitted(one=by_id, two=by_metadata))
    assert [step.released for step in found.steps] == [
        "given-2",
        "exercise-one",
        "given-5",
        "exercise-two",
    ]


@pytest.mark.parametrize(
    "header", ["# | exercise: one", "%%time\n#| exercise: one", "x = 0\n#| exercise: one"]
)
def test_headers_match_in_other_forms(header):
    assert states(submitted(one=code(f"{header}\nx = a")))["one"] == "filled"


def test_an_exercise_without_a_trace_is_matched_by_similarity():
    long = "def descend(x):\n    for i in range(10):\n        x = x - 1\n"
    released = [
        *RELEASED[:5],
        Cell(
            id="exercise-two",
            role="exercise",
            exercise="two",
            source=f"#| exercise: two\n{long}    ...",
            solution=f"{long}    return x",
        ),
    ]
    found = align(submitted(two=code(f"{long}    return x")), released, EXERCISES)
    assert [a.state for a in found.answers] == ["filled", "filled"]


def test_blank_and_missing():
    assert states(submitted(one=code("#| exercise: one\nx = ..."))) == {
        "one": "blank",
        "two": "filled",
    }
    assert states(submitted(one=[])) == {"one": "missing", "two": "filled"}


def test_of_copies_the_last_that_is_filled_in_counts():
    copies = [
        code("#| exercise: one\nx = 0"),
        code("#| exercise: one\nx = a"),
        code("#| exercise: one\nx = ..."),
    ]
    found = aligned(submitted(one=copies))
    chosen = [step for step in found.steps if step.role == "exercise" and step.exercise == "one"]
    assert [step.source for step in chosen] == ["#| exercise: one\nx = a"]
    assert "stands 3 times" in str(found.notes[0])


def test_a_missing_given_cell_is_put_back_where_it_is_needed():
    assert steps(submitted(given=[], noise=[])) == RIGHT
    notes = aligned(submitted(given=[])).notes
    assert "put back" in str(notes[0])
    assert "import torch" in str(notes[0])


def test_of_an_edited_given_cell_the_released_code_runs_then_what_was_added():
    edited = code("import torch\nimport numpy\na = 100")
    assert steps(submitted(given=edited))[:2] == [
        ("given-2", None, "import torch\na = 1"),
        ("own", None, "import numpy"),
    ]
    assert "given code was changed (the cell that begins `import torch`)" in str(
        aligned(submitted(given=edited)).notes[0]
    )


GUARD = "try:\n    b = x + 1\n    print(b)\nexcept Exception as error:\n    print(error)"
GUARDED = Cell(
    id="given-3", role="given", source=GUARD, solution="b = x + 1\nprint(b)", needs_answer=True
)


@pytest.mark.parametrize(
    ("source", "more", "note"),
    [
        (GUARD, [], ""),
        ("b = x + 1  # no guard\nprint(b)", [], ""),
        ("b = x + 1\nprint(b)\nprint(x)", ["print(x)"], "then what was added"),
        (f"{GUARD}\nprint(x)", ["print(x)"], ""),
        (GUARD.replace("+ 1", "+ 2"), [], "it was run as released"),
        ("b = x + 2\nprint(b)", [], "it was run as released"),
    ],
    ids=["as it is", "without guard", "and more", "more below", "changed", "changed without guard"],
)
def test_given_code_is_the_same_with_and_without_its_guard(source, more, note):
    released = [*RELEASED[:4], GUARDED, *RELEASED[4:]]
    found = align(submitted(noise=code(source, id="given-3")), released, EXERCISES)
    ran = [step.source for step in found.steps if step.released == "given-3" or step.role == "own"]
    assert ran == [GUARD, *more]
    told = [str(one) for one in found.notes if "given code was changed" in str(one)]
    assert len(told) == bool(note)
    for one in told:
        assert note in one
        assert "(the cell that begins `b = x + 1`)" in one


def test_each_copy_of_a_given_cell_runs_as_released():
    copies = [code("noise = torch.randn(3)")] * 2
    assert steps(submitted(noise=copies)) == [*RIGHT[:3], *RIGHT[2:]]


def test_what_was_split_off_a_given_cell_is_not_run_again():
    parts = [code("import torch", id="given-2"), code("a = 1"), code("print(a)")]
    expected = [*RIGHT[:1], ("own", None, "print(a)"), *RIGHT[1:]]
    notebook = submitted(given=parts)
    assert steps(notebook) == expected
    assert "cell 2 is a part of the given code above it" in map(str, aligned(notebook).notes)


def test_merged_cells_are_taken_apart():
    merged = code("import torch\na = 1\n#| exercise: one\nx = a\n\n# | exercise: two\ny = 2")
    notebook = submitted(given=merged, one=[], check=[], noise=[], two=[])
    given, *rest = steps(notebook)
    assert given == RIGHT[0]
    assert [(id, source.strip()) for id, _, source in rest] == [
        ("exercise-one", "#| exercise: one\nx = a"),
        ("given-5", "noise = torch.randn(3)"),
        ("exercise-two", "# | exercise: two\ny = 2"),
    ]
    assert "was taken apart" in str(aligned(notebook).notes[0])


def test_a_cell_whose_parts_would_not_parse_is_left_whole():
    source = 'x = """\n#| exercise: one\n#| exercise: two\n"""'
    assert (steps(submitted(one=code(source)))[1]) == ("exercise-one", "one", source)


def test_clues_that_disagree_mean_what_nothing_else_claims():
    pasted = code("#| exercise: one\ny = 2", id="exercise-two")
    notebook = submitted(two=pasted)
    assert states(notebook) == {"one": "filled", "two": "filled"}
    assert "names one, but it was taken for two" in str(aligned(notebook).notes[-1])
    cells = [code(cell.source, id="exercise-one") for cell in submitted().cells]
    assert states(Notebook(cells=tuple(cells))) == {"one": "filled", "two": "filled"}


def test_an_exercise_in_a_cell_of_ones_own_is_known_by_what_it_binds():
    notebook = submitted(one=code("# my solution, rewritten from nothing\nx = int(a) + 0 * 17"))
    assert ("exercise-one", "one") in [step[:2] for step in steps(notebook)]
    note = "exercise one has no cell; cell 2 was taken for it, which makes `x`"
    assert str(aligned(notebook).notes[0]) == note


def test_an_answer_in_another_exercises_cell_is_looked_at_at_the_end():
    notebook = submitted(one=[], two=code("#| exercise: two\ny = 2\nx = a"))
    assert states(notebook) == {"one": "filled", "two": "filled"}
    assert "it was looked at at the end" in str(aligned(notebook).notes[0])


def test_another_order_is_noted():
    assert aligned(submitted()).notes == ()
    cells = submitted().cells
    notes = aligned(Notebook(cells=cells[::-1])).notes
    assert "the cells stand in another order than in the assignment" in map(str, notes)


def test_a_students_own_cells_belong_to_the_exercise_before_them():
    own = [code("#| exercise: one\nhelp()"), code("x = a"), code("self_check('x', x)")]
    found = steps(submitted(one=own, check=[]))
    assert found[1:3] == [
        ("exercise-one", "one", "#| exercise: one\nhelp()"),
        ("own", "one", "x = a"),
    ]
    assert "x = a" in aligned(submitted(one=own)).answers[0].code


def test_an_edited_self_check_is_a_students_own_cell():
    edited = code("self_check('x', x)\nx = a")
    assert ("own", "one", edited.source) in steps(submitted(check=edited))


def test_a_cell_turned_into_prose_is_named():
    prose = NotebookCell(kind="markdown", source="#| exercise: one\nx = a")
    found = aligned(submitted(one=prose))
    assert found.answers[0].state == "missing"
    assert "exercise one is prose now" in str(found.notes[0])


def test_cells_run_in_the_students_order():
    order = submitted().cells
    moved = Notebook(cells=(order[0], order[3], order[4], order[1], order[2]))
    assert [step.released for step in aligned(moved).steps] == [
        "given-2",
        "given-5",
        "exercise-two",
        "exercise-one",
    ]


def test_what_is_forbidden_is_found_with_what_earlier_cells_import():
    start = code("import torch\na = 1\nfrom torch.optim import SGD")
    found = aligned(submitted(given=start, one=code("#| exercise: one\nx = SGD(a)")))
    assert found.answers[0].banned == (ForbiddenUse(name="torch.optim.SGD", line=2),)


def test_what_is_forbidden_below_the_cell_is_told_apart():
    cells = [code("#| exercise: one\nx = a"), code("o = torch.optim.SGD(x)"), code("x = (")]
    answer = aligned(submitted(one=cells)).answers[0]
    assert (answer.banned, answer.banned_below) == (
        (),
        (ForbiddenUse(name="torch.optim.SGD", line=4),),
    )
    assert answer.code.split("\n")[3] == "o = torch.optim.SGD(x)"


def test_a_star_import_at_the_end_costs_nothing():
    last = [code("#| exercise: two\ny = 2"), code("from torch.optim import *")]
    assert [a.banned for a in aligned(submitted(two=last)).answers] == [(), ()]


def test_a_draft_that_does_not_count_is_nobodys_answer():
    cells = [code("#| exercise: one\nx = a"), code("#| exercise: two\ny = torch.optim.SGD")]
    one, two = aligned(submitted(one=cells)).answers
    assert "optim" not in one.code + two.code
    assert one.banned_below == two.banned == ()


def test_an_answer_in_a_cell_below_a_blank_is_no_blank():
    blank = code("#| exercise: one\nx = ...")
    assert states(submitted(one=[blank, code("x = 0")]))["one"] == "filled"
    assert states(submitted(one=[blank, code("help()")]))["one"] == "blank"
    assert states(submitted(one=[code("#| exercise: one\n")]))["one"] == "blank"


def test_the_functions_of_the_self_checks_run():
    tools = Cell(
        id="check-tools", role="self_check", source="def f(): ...", solution="def f(): ..."
    )
    cells = (code("def f(): ..."), *submitted().cells)
    found = align(Notebook(cells=cells), (tools, *RELEASED), EXERCISES)
    assert found.steps[0].source == "def f(): ..."
    assert align(submitted(), (tools, *RELEASED), EXERCISES).notes == ()


def test_duplicate_and_illegal_ids_are_only_a_clue():
    cells = tuple(replace(cell, id="same id!") for cell in submitted().cells)
    assert steps(Notebook(cells=cells)) == RIGHT


def test_the_share_is_of_exercises_and_given_code():
    assert shares(submitted(), RELEASED)[1] == 1.0
    assert shares(submitted(one=[]), RELEASED)[1] == 0.75
    assert shares(submitted(one=[], two=[]), RELEASED)[1] == 0.0
    assert shares(Notebook(cells=(code("print('hello')"),)), RELEASED)[1] == 0.0


cells = st.builds(
    NotebookCell,
    kind=st.sampled_from(["code", "markdown", "raw"]),
    source=st.text(max_size=60) | st.sampled_from([c.source for c in RELEASED]),
    id=st.none() | st.sampled_from([c.id for c in RELEASED]) | st.text(max_size=5),
    metadata=st.sampled_from(
        [{}, {"tensorgrader": 3}, {"tensorgrader": {"cell": "given-2"}}, {"tensorgrader": {}}]
    ),
)


@given(st.lists(cells, max_size=8))
def test_any_notebook_is_aligned_and_all_given_code_runs(cells):
    found = aligned(Notebook(cells=tuple(cells)))
    assert [a.exercise.name for a in found.answers] == ["one", "two"]
    given_code = [step.released for step in found.steps if step.role == "given"]
    assert set(given_code) == {"given-2", "given-5"}
    assert all(step.source.strip() for step in found.steps)


edits = st.sampled_from(["delete given", "blank below", "reorder header", "copy", "own cell", "id"])


@given(st.lists(edits, max_size=5))
def test_harmless_edits_leave_every_exercise_filled_in(edits):
    cells = list(submitted().cells)
    for edit in edits:
        if edit == "delete given":
            cells = [cell for cell in cells if "noise" not in cell.source]
        elif edit == "blank below":
            cells.append(code("#| exercise: two\ny = ..."))
        elif edit == "reorder header":
            cells = [replace(c, source=c.source.replace("#| ", "# | ")) for c in cells]
        elif edit == "copy":
            cells.insert(2, cells[1])
        elif edit == "own cell":
            cells.insert(1, code("print('mine')"))
        elif edit == "id":
            cells = [replace(cell, id="x") for cell in cells]
    found = aligned(Notebook(cells=tuple(cells)))
    assert {a.state for a in found.answers} == {"filled"}
