"""Sources of nbgrader: by their metadata, in every schema that it had."""

import json

import pytest

from grader.authoring.importers.assembly import assemble
from grader.authoring.importers.bringing import drafts, write
from grader.authoring.importers.importer import CannotImport
from grader.authoring.importers.nbgrader import Nbgrader as Importer
from grader.authoring.importers.writing import source_of
from grader.errors import UsageError
from tests.authoring.importers import course_of_nbgrader
from tests.authoring.importers.notebooks import Nbgrader, code, raw, text
from tests.authoring.importers.notebooks import write as write_notebook

OF = Nbgrader(3)
ANSWER = OF.answer("f", "def f(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION")


def draft(tmp_path, *cells, name="made"):
    path = write_notebook(tmp_path / "a.ipynb", *cells)
    return assemble(Importer().read(path, name))


def header(made, name: str) -> dict:
    """Return the header of an exercise."""
    found = [one.header for one in made.cells if one.header and one.header.get("exercise") == name]
    assert len(found) == 1, [one.header for one in made.cells]
    return dict(found[0])


@pytest.mark.parametrize("schema", [0, 1, 2])
def test_old_schemas_say_the_same_as_the_newest(tmp_path, schema):
    newest = draft(tmp_path, *course_of_nbgrader.cells(3))
    old = draft(tmp_path, *course_of_nbgrader.cells(schema))
    assert source_of(old) == source_of(newest)
    assert old.exercises == 5


def test_points_of_tests_are_shared_by_their_checks(tmp_path):
    made = draft(tmp_path, *course_of_nbgrader.cells(3))
    squares = header(made, "squares")
    assert squares["points"] == 3
    assert [one["points"] for one in squares["checks"]] == [0.5, 0.5, 0.5, 0.5, 1]
    assert [one.get("hidden", False) for one in squares["checks"]] == [False] * 2 + [True] * 2 + [
        False
    ]
    assert squares["properties"] == ["squares(1) == [1]", "squares(3) == [1, 4, 9]"]
    assert squares["title"] == "Part A: squares"


def test_what_reads_answers_below_them_needs_these(tmp_path):
    made = draft(tmp_path, *course_of_nbgrader.cells(3))
    (one,) = [cell for cell in made.cells if cell.header == {"needs_answer": True}]
    assert one.source == "squares(10)"


def test_a_name_that_a_tool_has_made_up_gives_way_to_that_of_the_code(tmp_path):
    header(draft(tmp_path, *course_of_nbgrader.cells(3)), "entropy")


def test_a_test_goes_to_the_answer_that_it_reads(tmp_path):
    made = draft(
        tmp_path,
        ANSWER,
        OF.answer(
            "g", "def g(x):\n    ### BEGIN SOLUTION\n    return f(x) + 1\n    ### END SOLUTION"
        ),
        OF.tests("both", 2, "assert f(1) == 2\nassert g(1) == 3"),
    )
    assert [one["expr"] for one in header(made, "f")["checks"]] == ["f(1)"]
    assert [one["expr"] for one in header(made, "g")["checks"]] == ["g(1)"]
    assert "points" not in header(made, "f")


def test_what_a_person_marks_waits_for_one(tmp_path):
    made = draft(tmp_path, *course_of_nbgrader.cells(3))
    assert header(made, "why") == {
        "exercise": "why", "title": "Part D", "points": 2, "manual": True
    }  # fmt: skip
    assert header(made, "use")["manual"]


def test_a_scheme_for_marks_becomes_a_rubric_where_it_adds_up(tmp_path):
    scheme = (
        "Plot it.\n\n=== BEGIN MARK SCHEME ===\n\n- 1 mark for the axes\n- 2 marks for the line\n"
    )
    made = draft(tmp_path, OF.task("plot", 3, f"{scheme}\n=== END MARK SCHEME ===\n"))
    assert header(made, "plot")["rubric"] == [
        {"name": "item-1", "points": 1, "text": "the axes"},
        {"name": "item-2", "points": 2, "text": "the line"},
    ]
    assert made.cells[0].source == "Plot it."
    other = draft(tmp_path, OF.task("plot", 5, f"{scheme}\n=== END MARK SCHEME ===\n"))
    assert "rubric" not in header(other, "plot")
    assert "marks for the line" in other.cells[1].source


def test_an_answer_that_no_test_looks_at_is_marked_by_a_person(tmp_path):
    made = draft(tmp_path, ANSWER)
    assert header(made, "f")["manual"]
    assert any("no test looks at it" in remark.why for remark in made.remarks)


def test_a_test_that_is_lost_leaves_its_points_and_a_todo(tmp_path):
    made = draft(
        tmp_path,
        ANSWER,
        OF.tests("one", 1, "assert f(1) == 2"),
        OF.tests("other", 2, "from secret_tests import check\ncheck(f)"),
    )
    assert header(made, "f")["points"] == 3
    source = source_of(made)
    assert (
        "#| # TODO cell 3, line 2: `check(f)`: what it asserts is not seen in the notebook"
        in source
    )
    assert "#| #     check(f)" in source


def test_tests_that_nbgrader_makes_itself_look_at_values(tmp_path):
    made = draft(
        tmp_path,
        OF.answer("a", "### BEGIN SOLUTION\na = 5\nb = [1]\n### END SOLUTION"),
        OF.tests("t", 1, "### BEGIN HIDDEN TESTS\n### AUTOTEST a; b\n### END HIDDEN TESTS\n"
                 "### HASHED AUTOTEST len(b)"),
    )  # fmt: skip
    checks = header(made, "a")["checks"]
    assert [one["expr"] for one in checks] == ["a", "b", "len(b)"]
    assert [one.get("hidden") for one in checks] == [True, True, None]


def test_partial_credit_is_the_value_of_a_test(tmp_path):
    made = draft(
        tmp_path, ANSWER, OF.tests("t", 2, "score = 0\nif f(1) == 2:\n    score += 2\nscore")
    )
    (check,) = header(made, "f")["checks"]
    assert check["compare"] == "score"
    assert check["run"].startswith("score = 0\nif f(1) == 2:")


def test_files_that_cells_name_come_along_and_others_are_told(tmp_path):
    for name in ("data/train.csv", "helpers.py", "other.txt", "pictures/one.png"):
        path = tmp_path / "ps" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    cells = (
        code("from helpers import double\nrows = open('data/train.csv').read()"),
        text("![](pictures/one.png)"),
        ANSWER,
        OF.tests("t", 1, "assert f(1) == 2"),
    )
    path = write_notebook(tmp_path / "ps" / "a.ipynb", *cells)
    made = assemble(Importer().read(path, "made"))
    assert [*made.files] == ["data/train.csv", "helpers.py", "pictures/one.png"]
    assert any("other.txt" in remark.what for remark in made.remarks)


def test_what_is_odd_is_said_and_kept(tmp_path):
    made = draft(
        tmp_path,
        raw("raw"),
        text("![](attachment:a.png)"),
        code("x = ("),
        {**ANSWER, "metadata": {"nbgrader": "broken"}},
        ANSWER,
        OF.tests("t", 0, "assert f(1) == 2"),
    )
    told = [(one.cell, one.what) for one in made.remarks]
    assert (1, "a raw cell") in told
    assert (2, "an attached picture") in told
    assert (3, "code that is given") in told
    assert (4, "its metadata") in told
    assert any("worth 0 points" in remark.why for remark in made.remarks)


def test_marks_that_our_sources_cannot_have_give_way_to_the_whole_cell(tmp_path):
    odd = "if True:\n    x = 1\n### BEGIN SOLUTION\nelse:\n    x = 2\n### END SOLUTION"
    made = draft(tmp_path, OF.answer("x", odd), OF.tests("t", 1, "assert x == 1"))
    assert "### BEGIN SOLUTION\nif True:" in source_of(made)
    assert any("the whole cell is the solution" in remark.why for remark in made.remarks)


def test_a_script_of_jupytext_is_a_notebook_too(tmp_path):
    said = json.dumps(ANSWER["metadata"]["nbgrader"])
    tests = json.dumps(OF.tests("t", 1, "")["metadata"]["nbgrader"])
    path = tmp_path / "a.py"
    path.write_text(
        f"# %% nbgrader={said}\n{ANSWER['source']}\n\n"
        f"# %% nbgrader={tests}\ndef test_f():\n    assert f(1) == 2\n\ntest_f()\n",
        encoding="utf-8",
    )
    made = assemble(Importer().read(path, "made"))
    assert [one["expr"] for one in header(made, "f")["checks"]] == ["f(1)"]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([code("x = 1")], "no cell has metadata of nbgrader"),
        ([OF.locked("a", "x")], "nothing in it is an answer, a test or a task"),
        (
            [OF.answer("a", "# YOUR CODE HERE\nraise NotImplementedError()")],
            "its solutions are missing: it was released",
        ),
        (
            [{**code("x = 1"), "metadata": {"nbgrader": {
                "grade": False, "solution": True, "locked": False, "grade_id": "a",
                "schema_version": 3, "checksum": "0" * 32}}}],
            "it has the checksums of a released notebook",
        ),
    ],
)  # fmt: skip
def test_what_is_no_source_is_refused_with_the_reason(tmp_path, cells, why):
    with pytest.raises(CannotImport, match=why):
        draft(tmp_path, *cells)


@pytest.mark.parametrize(
    "data", [b"", b"not a notebook", b"{", b"[]", b'{"cells": []}', b"\xff\xfe"]
)
def test_what_is_no_notebook_is_refused_with_the_reason(tmp_path, data):
    path = tmp_path / "a.ipynb"
    path.write_bytes(data)
    with pytest.raises(CannotImport, match=r"a\.ipynb: "):
        drafts(Importer(), path, to=tmp_path / "reference")


def test_a_course_is_taken_whole(tmp_path):
    test = OF.tests("t", 1, "assert f(1) == 2")
    write_notebook(tmp_path / "source/ps1/problem1.ipynb", ANSWER, test)
    write_notebook(tmp_path / "source/ps1/problem2.ipynb", ANSWER, test)
    write_notebook(tmp_path / "source/ps2/only.ipynb", ANSWER, test)
    write_notebook(tmp_path / "source/ps2/.ipynb_checkpoints/only.ipynb", ANSWER)
    write_notebook(tmp_path / "source/header.ipynb", text("# Course"))
    write_notebook(tmp_path / "source/ps3/broken.ipynb", code("x = 1"))
    made, faults = drafts(Importer(), tmp_path, to=tmp_path / "reference")
    assert [one.name for one in made] == ["ps1_problem1", "ps1_problem2", "ps2"]
    assert len(faults) == 1
    brought = write(made, tmp_path / "reference", force=False)
    assert all(one.fault is None for one in brought)


def test_nothing_is_overwritten_without_a_word(tmp_path):
    cells = (code("open('a.csv')"), ANSWER, OF.tests("t", 1, "assert f(1) == 2"))
    (tmp_path / "ps").mkdir()
    (tmp_path / "ps" / "a.csv").write_text("1", encoding="utf-8")
    path = write_notebook(tmp_path / "ps" / "a.ipynb", *cells)
    folder = tmp_path / "reference"
    made, _ = drafts(Importer(), path, to=folder)
    folder.mkdir()
    (folder / "a.csv").write_text("2", encoding="utf-8")
    with pytest.raises(UsageError, match=r"already there: .*a\.csv; --force replaces"):
        write(made, folder, force=False)
    assert not (folder / "a.py").exists()
    write(made, folder, force=True)
    assert (folder / "a.csv").read_text(encoding="utf-8") == "1"
    with pytest.raises(UsageError, match=r"already there: .*a\.py"):
        write(made, folder, force=False)
