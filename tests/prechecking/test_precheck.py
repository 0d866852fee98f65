"""Notebooks that are looked at before they are handed in, in real kernels."""

from dataclasses import replace

import pytest

from grader.authoring.bundling import bundled
from grader.formats import notebook
from grader.model.precheck import CheckedExercise, Stop
from grader.prechecking.precheck import precheck
from tests.conftest import answers_to_small, kernels, notebook_of

pytestmark = pytest.mark.kernel

BLANK = {
    "means": "#| exercise: means\ndef column_means(table):\n    # YOUR CODE HERE\n    ...\n\n\n"
    "means = column_means(data)",
    "total": "#| exercise: total\ntotal = ...  # YOUR CODE HERE",
    "fit": "#| exercise: fit\nslope = torch.zeros(3)\nlosses = ...",
}


@pytest.fixture(scope="module")
def look(small):
    whole = bundled(small.assignment, small.released["en"], "en")

    released = replace(whole, limit=60.0)

    def run(cells=None, *, bundle=released, files=(), **changes):
        cells = answers_to_small(**changes) if cells is None else cells
        read = notebook.read(notebook_of(cells))
        return precheck(read, bundle, factory=kernels(), files=files)

    run.bundle = released
    return run


def standings(found):
    return [one.standing for one in found.exercises]


def by_name(found, name):
    return next(one for one in found.exercises if one.name == name)


def test_of_a_whole_notebook_nothing_is_left_to_do(look):
    found = look()
    assert standings(found) == ["runs", "runs", "runs"]
    assert found.is_clean
    assert found.first is None
    assert (found.stops, found.lacking, found.unusual, found.notes) == ((), (), (), ())
    assert 0 < found.seconds < found.limit == 60


def test_the_self_checks_are_those_of_the_release(look):
    """What is in the notebook may be edited, or deleted, and the functions they use as well."""
    found = look([*answers_to_small(), "def self_check(*all): print('✓ all is fine')"])
    means = by_name(found, "means").self_check
    assert means.lines[0].startswith("✓ means: torch.float32 tensor of shape (3,)")
    assert "✓ all is fine" not in means.lines
    assert means.fits
    wrong = look(means="#| exercise: means\ndef column_means(table):\n    return table.mean(1)\n"
                 "means = column_means(data)")  # fmt: skip
    one = by_name(wrong, "means")
    assert (one.standing, one.self_check.fits) == ("does not fit", False)
    assert "(4,)" in "".join(one.self_check.unfit)
    assert wrong.first == one
    assert not wrong.is_clean


def test_the_memory_is_what_the_notebook_held_with_its_libraries(look):
    least = look(**BLANK).memory
    hundred = 100 * 2**20
    more = look(total=f"#| exercise: total\ntotal = data.sum()\nheld = bytearray(b'x' * {hundred})")
    assert least > 0
    assert hundred < more.memory - least < 3 * hundred
    assert more.memory < more.memory_limit


def test_blanks_are_told_and_their_own_errors_are_not(look):
    broken = BLANK["total"] + "\nprint(total + 1)"
    found = look(**{**BLANK, "total": BLANK["total"]})
    assert standings(found) == ["blank", "blank", "blank"]
    assert found.stops == ()
    assert found.first.name == "means"
    assert by_name(found, "total").blanks == (2,)
    changed = look(**{**BLANK, "total": broken})
    assert by_name(changed, "total").state == "filled"
    assert by_name(changed, "total").standing == "stops"


def test_an_answer_may_be_filled_in_by_half(look):
    found = look(fit="#| exercise: fit\nslope = torch.ones(3)\nlosses = ...\nrate = 0.1")
    one = by_name(found, "fit")
    assert (one.state, one.standing, one.blanks) == ("filled", "blank", (3,))


def test_what_stops_is_told_with_its_line_and_its_cause(look):
    found = look(total="#| exercise: total\ntotal = data.sum()\nwrong = data @ data")
    one = by_name(found, "total")
    stop = one.stop
    assert one.standing == "stops"
    assert found.first is stop
    assert (stop.cell, stop.fault.line, stop.fault.source) == (3, 3, "wrong = data @ data")
    assert stop.symptom.about["cause"].name == "product"
    assert stop.below_blank == ""


def test_what_stops_below_a_blank_comes_after_it(look):
    cells = answers_to_small(means=BLANK["means"], noise="noise = torch.randn(3)")
    cells.insert(3, "print(means + 1)")
    found = look(cells)
    (stop,) = found.stops
    assert (stop.role, stop.below_blank) == ("own", "means")
    assert isinstance(found.first, CheckedExercise)
    assert found.first.name == "means"


def test_code_that_cannot_be_read_is_not_a_blanks_fault(look):
    found = look(means=BLANK["means"], total="#| exercise: total\ntotal = (data")
    assert isinstance(found.first, Stop)
    assert (found.first.cell, found.first.fault.name) == (3, "SyntaxError")


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        ("while True:\n    pass", "timed out"),
        ("while True:\n    print('x' * 1000)", "too much output"),
        ("import os\nos._exit(1)", "crashed"),
        # Zeros, which nobody writes: filling memory takes as long as others leave it to take.
        ("big = []\nwhile True:\n    big.append(bytearray(10**8))", "no memory"),
    ],
)
def test_what_does_not_end_is_stopped_and_the_rest_is_looked_at(look, code, ending):
    short = replace(look.bundle, cell_limit=2.0)
    found = look(total=f"#| exercise: total\ntotal = data.sum()\n{code}", bundle=short)
    (stop,) = found.stops
    assert stop.exercise == "total"
    assert standings(found) == ["runs", "stops", "runs"]
    if ending == "no memory":
        # The system refuses more of it, or who watches is faster.
        assert stop.ending == "too much memory" or stop.fault.name == "MemoryError"
    else:
        assert stop.ending == ending


def test_time_that_is_used_up_leaves_the_rest_unreached(look):
    short = replace(look.bundle, limit=1.0)
    found = look(means="#| exercise: means\nwhile True:\n    pass", bundle=short)
    assert standings(found) == ["stops", "not reached", "not reached"]
    assert "used up" in " ".join(map(str, found.notes))


def test_missing_packages_are_named_with_their_cells(look):
    used = "import no_such_module_here\nfrom no_such_module_here.more import x"
    found = look([*answers_to_small(), used, "import pandas_too_is_missing", "import yaml, os"])
    assert [(one.name, one.cells) for one in found.lacking] == [
        ("no_such_module_here", (6,)),
        ("pandas_too_is_missing", (7,)),
    ]
    assert [(one.name, one.cells) for one in found.unusual] == [("yaml", (8,))]
    assert not found.is_clean


def test_files_beside_the_notebook_are_there(look, tmp_path):
    (tmp_path / "tools.py").write_text("value = 3", encoding="utf-8")
    files = [("tools.py", tmp_path / "tools.py")]
    found = look([*answers_to_small(), "import tools\nassert tools.value == 3"], files=files)
    assert found.stops == ()
    assert found.files == ("tools.py",)
    assert (found.lacking, found.unusual) == ((), ())


def test_what_is_forbidden_is_told(look):
    found = look(fit=answers_to_small()[-1] + "\nunused = torch.optim")
    one = by_name(found, "fit")
    assert one.standing == "forbidden"
    assert [use.name for use in one.uses] == ["torch.optim"]
    assert found.first == one


def test_cells_that_are_missing_merged_or_changed_are_told_of(look):
    start, *rest = answers_to_small()
    without = look(["\n".join([start, "print(data)"]), rest[0], *rest[2:]])
    assert standings(without) == ["runs", "missing", "runs"]
    whole = "\n\n".join([start, *rest[:1], rest[1] + "\nbroken = data @ data", *rest[2:]])
    merged = look([whole])
    assert any("was taken apart" in str(note) for note in merged.notes)
    (stop,) = merged.stops
    assert stop.cell == 1
    assert whole.split("\n")[stop.fault.line - 1] == "broken = data @ data"
    assert stop.symptom.about["line"].number == stop.fault.line


def test_what_needs_a_card_is_not_looked_at(look):
    exercises = look.bundle.assignment.exercises
    assignment = replace(
        look.bundle.assignment,
        exercises=tuple(replace(one, needs_cuda=one.name == "total") for one in exercises),
    )
    found = look(
        total="#| exercise: total\ntotal = data.cuda().sum()",
        bundle=replace(look.bundle, assignment=assignment),
    )
    assert standings(found) == ["runs", "not here", "runs"]
    assert found.is_clean


def test_given_code_that_stops_is_told_as_given(look):
    found = look(total="#| exercise: total\ntotal = data.sum()\ntorch = None")
    stop = found.stops[0]
    assert (stop.role, stop.cell, stop.exercise) == ("given", 4, None)
    assert stop.fault.source == "noise = torch.randn(3)"
    assert found.first is stop


def test_a_check_that_was_left_in_is_nothing_to_tell(look):
    found = look([*answers_to_small(), "%load_ext grader", "%check"])
    assert found.is_clean
    assert found.notes == ()


def test_a_function_that_does_not_end_when_it_is_checked_is_told_so(look):
    cells = [cell.replace("column_means(data)", "torch.ones(3)") for cell in answers_to_small()]
    checks = tuple(
        replace(cell, source="column_means(data)") if cell.id == "check-means" else cell
        for cell in look.bundle.assignment.cells
    )
    assignment = replace(look.bundle.assignment, cells=checks)
    short = replace(look.bundle, assignment=assignment, cell_limit=1.0)
    cells[1] = cells[1].replace("    return", "    while True: pass\n    return")
    found = look(cells, bundle=short)
    (stop,) = found.stops
    assert (stop.role, stop.exercise, stop.ending) == ("self_check", "means", "timed out")
    assert standings(found) == ["stops", "runs", "runs"]
