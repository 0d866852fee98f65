"""A solution that takes more than a third of what grading allows is found out."""

import re
from dataclasses import replace

import pytest

from grader.authoring.source import load
from grader.kernels.kernel import Limits
from grader.kernels.meter import Spent
from grader.verify import verify
from grader.verifying.findings import Findings
from grader.verifying.limits import verify_limits
from grader.verifying.subject import open_subject
from tests.command_line import grader
from tests.conftest import kernels, write_source
from tests.verifying.sound import SOUND, pointed_at, spoilt

CALL = "centre(other)"


@pytest.fixture(scope="module")
def subject(tmp_path_factory):
    text = spoilt({"#| exercise: fit\n": "#| exercise: fit\n#| limit: 60\n"})
    path = write_source(tmp_path_factory.mktemp("limits"), text)
    subject = open_subject(load(path), kernels(), "cpu")
    yield subject
    subject.close()


@pytest.fixture
def found(subject):
    """Return what is found where cells and calls had taken so much, in two runs."""

    def told(spent, other=None, limits=None):
        fresh = replace(
            subject,
            findings=Findings(subject.assignment),
            reference=replace(subject.reference, spent=spent),
            other=replace(subject.other, spent=spent if other is None else other),
        )
        verify_limits(fresh, limits or Limits())
        return fresh.findings.found

    return told


def cpu(seconds):
    return Spent(cpu=seconds)


@pytest.mark.parametrize(
    ("spent", "problem", "todo"),
    [
        (cpu(10.5), "takes 10.5 s of CPU time, more than a third of the 30 s", "`limit: 32`"),
        (Spent(asleep=40.2), "sleeps for 40.2 s, more than a third of the 90 s", "`limit: 41`"),
        (Spent(cpu=20, asleep=40), "takes 20.0 s of CPU time", "`limit: 60`"),
    ],
)
@pytest.mark.parametrize("call", ["", CALL])
def test_a_cell_or_a_call_that_takes_too_much_is_a_fault(found, spent, problem, todo, call):
    (one,) = found({("centre", call): spent})
    what = f"`{call}`" if call else "its cell"
    assert one.fault
    assert one.problem.startswith(f"centre: {what} {problem}")
    assert one.problem.endswith("that grading allows")
    assert todo in one.todo
    start = f"#|   - expr: {CALL}" if call else "# %%\n#| exercise: centre"
    assert pointed_at(one).startswith(start)


def test_what_the_todo_says_is_enough(found):
    spent = {("centre", ""): Spent(cpu=10.4, asleep=40.2)}
    assert "`limit: 41`" in found(spent)[0].todo
    assert found(spent, limits=Limits(cell=41.0)) == []


@pytest.mark.parametrize("spent", [cpu(9.9), Spent(asleep=29.9), Spent(cpu=9.9, asleep=29.9)])
def test_a_third_is_no_fault(found, spent):
    assert found({("centre", ""): spent, ("centre", CALL): spent}) == []


def test_the_limit_in_the_header_counts(found):
    assert found({("fit", ""): cpu(19)}) == []
    (one,) = found({("fit", ""): cpu(21)})
    assert "more than a third of the 60 s" in one.problem


def test_what_is_slow_once_is_the_machine(found):
    assert found({("fit", ""): cpu(50)}, {("fit", ""): cpu(5)}) == []


def test_given_code_is_held_to_the_limit_too(found, subject):
    cell = next(one for one in subject.assignment.cells if one.role == "given")
    (one,) = found({("", cell.id): cpu(12)})
    assert one.problem == (
        "this cell takes 12.0 s of CPU time, more than a third of the 30 s that grading allows"
    )
    assert "`--cell-limit 36`" in one.todo
    assert pointed_at(one).startswith("# %%\nimport torch")


def test_the_sum_is_held_to_the_limit_of_a_submission(found):
    spent = {("fit", f"call {number}"): cpu(9) for number in range(12)}
    (one,) = found(spent)
    assert "the whole notebook" in one.problem
    assert "108.0 s of CPU time, more than a third of the 300 s" in one.problem
    assert "`--limit 324`" in one.todo
    assert found(spent, limits=Limits(submission=324)) == []


def test_every_cell_and_call_is_measured(tmp_path):
    tiny = Limits(cell=1e-9, submission=1e-9)
    verdict = verify(
        load(write_source(tmp_path, SOUND)), factory=kernels(), device="cpu", limits=tiny
    )
    told = [one.problem.split(" takes ")[0] for one in verdict.findings]
    assert told == [
        "this cell",
        "centre: its cell",
        f"centre: `{CALL}`",
        "fit: its cell",
        "fit: `descend(weights, features, goal)`",
        "the whole notebook, with the calls of its checks,",
        "nothing else was looked at, since each rule runs the solutions again",
    ]


def test_the_command_holds_it_to_the_limits_it_is_told(tmp_path):
    busy = "import time\nstart = time.process_time()\nwhile time.process_time() < start + 0.35:\n"
    path = write_source(tmp_path, spoilt({"import torch\n\n": f"import torch\n{busy}    pass\n\n"}))
    only = ("--exercise", "fit")
    done = grader("verify", path, *only, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    done = grader("verify", path, *only, "--cell-limit", 1, cwd=tmp_path)
    assert done.returncode == 1
    assert re.search(
        r"this cell takes 0\.[45] s of CPU time, more than a third of the 1 s", done.stdout
    )
