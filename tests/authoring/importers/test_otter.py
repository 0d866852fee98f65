"""Sources of Otter Assign, in all three forms of its marks."""

import pytest

from grader.authoring.importers.assembly import assemble
from grader.authoring.importers.bringing import drafts
from grader.authoring.importers.importer import CannotImport
from grader.authoring.importers.otter import Otter
from grader.authoring.importers.writing import source_of
from tests.authoring.importers import course_of_otter
from tests.authoring.importers.notebooks import code, raw, text, write
from tests.authoring.importers.test_nbgrader import header


def draft(folder, *cells):
    path = write(folder / "hw.ipynb", *cells)
    return assemble(Otter().read(path, "hw"))


def question(config: str, solution: str, *tests: str) -> list[dict]:
    """Return the cells of a question."""
    return [
        raw(f"# BEGIN QUESTION\n{config}"),
        text("What?"),
        *(raw("# BEGIN SOLUTION"), code(solution), raw("# END SOLUTION")),
        *(raw("# BEGIN TESTS"), *map(code, tests), raw("# END TESTS")),
        raw("# END QUESTION"),
    ]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data.csv").write_text("1 2 3\n", encoding="utf-8")
    return tmp_path


def test_all_forms_say_the_same(folder):
    made = draft(folder, *course_of_otter.new_cells())
    fenced = draft(folder, *course_of_otter.fenced_cells())
    assert source_of(fenced) == source_of(made)
    old = source_of(draft(folder, *course_of_otter.old_cells()))
    assert old.replace("\n# %% [markdown]\n# That is all.\n", "") == source_of(made)
    assert made.name == "hw01"
    assert [*made.files] == ["data.csv"]


def test_solutions_prompts_and_tests_are_carried_over(folder):
    made = draft(folder, *course_of_otter.new_cells())
    q1, q2, q3 = (header(made, name) for name in ("q1", "q2", "q3"))
    assert q1["points"] == 4
    assert [one["points"] for one in q1["checks"]] == [1, 1, 2]
    assert q1["checks"][2] == {
        "expr": "sum_to(-1)", "raises": "ValueError", "valid": "sum_to(100)",
        "hidden": True, "constant": True, "points": 2,
    }  # fmt: skip
    assert q2["blank"] == {
        "region-1": "self.count = ...", "region-2": "# add all the numbers\n..."
    }  # fmt: skip
    assert q3["properties"][0].startswith("np.allclose(moved.numpy()")  # worth nothing: to look at
    assert header(made, "q4") == {
        "exercise": "q4", "title": "Question 4", "points": 3, "manual": True
    }  # fmt: skip
    assert made.cells[-1].header == {"needs_answer": True}


@pytest.mark.parametrize(
    ("config", "tests", "due"),
    [
        ("name: q", ["x", "y"], [0.5, 0.5]),
        ("name: q\npoints: 3", ["x", "y"], [1.5, 1.5]),
        ("name: q\npoints: [1, 3]", ["x", "y"], [1, 3]),
        ("name: q\npoints: {each: 2}", ["x", "y"], [2, 2]),
        (
            "name: q\npoints: 6",
            ['""" # BEGIN TEST CONFIG\npoints: 2\n""" # END TEST CONFIG\nx', "y", "z"],
            [2, 2, 2],
        ),
        ("name: q\npublic_points: 1\nprivate_points: 4", ["x", "# HIDDEN\ny", "#hidden\nz"],
         [1, 2, 2]),
    ],
)  # fmt: skip
def test_points_are_shared_as_otter_does(folder, config, tests, due):
    made = draft(folder, *question(config, "x, y, z = 1, 2, 3 # SOLUTION", *tests))
    found = header(made, "q")
    checks = found["checks"]
    if len({*due}) > 1:
        assert [one["points"] for one in checks] == due
    assert found.get("points", 1) == sum(due)


def test_doctests_are_read_and_never_run(folder):
    (folder / "tests").mkdir()
    (folder / "tests" / "q.py").write_text(
        "raise SystemExit\ntest = {'name': 'q', 'suites': [{'cases': [\n"
        "  {'code': '>>> f(1)\\n2', 'hidden': False, 'points': 1},\n"
        "  {'code': '>>> x = 3\\n>>> f(x) == 6\\nTrue', 'hidden': True, 'points': 1},\n]}]}\n",
        encoding="utf-8",
    )
    cells = question("name: q", "def f(x):\n    return 2 * x # SOLUTION")
    made = draft(folder, *[one for one in cells if "TESTS" not in one["source"]])
    checks = header(made, "q")["checks"]
    assert [one["expr"] for one in checks] == ["f(1)", "f(x)"]
    assert [one.get("hidden") for one in checks] == [None, True]


def test_a_question_without_a_solution_tests_those_above(folder):
    cells = question("name: q1", "x = 1 # SOLUTION", "x == 1")
    more = [one for one in question("name: q2", "", "# HIDDEN\nx + 1 == 2") if one["source"]]
    more = [one for one in more if "SOLUTION" not in one["source"]]
    made = draft(folder, *cells, *more)
    assert [one["expr"] for one in header(made, "q1")["checks"]] == ["x", "x + 1"]


def test_broken_configs_are_named(folder):
    made = draft(
        folder,
        raw("# ASSIGNMENT CONFIG\nfiles: ["),
        *question("name: q\npoints: [1", "x = 1 # SOLUTION", "x"),
        raw("# BEGIN TESTS"),
    )
    told = [(one.cell, one.what) for one in made.remarks]
    assert (1, "its config") in told
    assert (2, "its config") in told
    assert any("outside of a question" in one.why for one in made.remarks)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([code("import otter\ngrader = otter.Notebook()")], "no cell begins a question"),
        ([raw("# BEGIN QUESTION\nname: q"), text("What?")], "no question has a solution"),
    ],
)
def test_what_is_no_source_is_refused_with_the_reason(folder, cells, why):
    with pytest.raises(CannotImport, match=why):
        draft(folder, *cells)


def test_a_folder_is_taken_whole_but_for_what_otter_has_made(folder):
    cells = question("name: q", "x = 1 # SOLUTION", "x == 1")
    write(folder / "hw01" / "hw01.ipynb", *cells)
    write(folder / "hw02" / "hw02.ipynb", *cells)
    write(folder / "hw02" / "dist" / "student" / "hw02.ipynb", text("What?"))
    made, faults = drafts(Otter(), folder, to=folder / "reference")
    assert [one.name for one in made] == ["hw01", "hw02"]
    assert not faults
