"""What ended the process: the call that does it, or that nobody knows the line."""

import pytest

from grader.explaining.case import Task
from grader.explaining.endings import of_cell
from grader.explaining.findings import RANKED
from grader.model.assignment import Check
from grader.model.features import Count, Name
from grader.model.values import NoValue
from grader.wording.diagnoses import sentence
from tests.explaining.test_diagnose import EXPECTED, found, tensor

CRASHED = NoValue(reason="crashed")


@pytest.mark.parametrize(
    ("code", "line", "name", "said"),
    [
        ("x = 1\nos._exit(1)", 2, "os._exit", "ends the process that the notebook runs in"),
        ("import os as o\nx = 1\no.kill(o.getpid(), 9)", 3, "os.kill", "Leave it out."),
        ("from os import abort\nabort()", 2, "os.abort", "Leave it out."),
        ("import os; os._exit(1)", 1, "os._exit", "Leave it out."),
        ("import ctypes\nctypes.string_at(0)", 2, "ctypes.string_at", "goes past Python"),
        ("sys.setrecursionlimit(10**9)\nf(1)", 1, "sys.setrecursionlimit", "`RecursionError`"),
        ("sys.setrecursionlimit(10**9)\nos.abort()", 2, "os.abort", "Leave it out."),
        ("resource.setrlimit(resource.RLIMIT_AS, (1, 1))", 1, "resource.setrlimit", "a limit"),
    ],
)
def test_the_call_that_ends_a_process_is_told_with_its_line(code, line, name, said):
    (one,) = of_cell(code, Task(ending="crashed"))
    assert (one.about["line"], one.about["name"]) == (Count(number=line), Name(name=name))
    assert str(sentence(one)).startswith(f"Line {line} uses `{name}`")
    assert said in str(sentence(one))
    assert [*of_cell(code, Task(ending="error"))] == []


def test_a_module_that_a_cell_above_has_imported_under_another_name():
    above = ((1, "from signal import raise_signal as send"),)
    (one,) = of_cell("x = 1\nsend(9)", Task(ending="crashed", before=above))
    assert one.about["line"] == Count(number=2)


@pytest.mark.parametrize("code", ["x = 1", "ocean = Ocean()\nocean.kill()", "import os", "def f(:"])
def test_where_no_call_is_known_it_is_said_what_to_try(code):
    (one,) = of_cell(code, Task(ending="crashed"))
    assert "line" not in one.about
    assert "no line is known" in str(sentence(one))
    assert "Restart the kernel" in str(sentence(one))


def ended(code, *, hidden=False, ending="done"):
    check = Check(expression="f(x)", hidden=hidden)
    known = {"code": code, "task": Task(ending=ending), "ranked": RANKED}
    return [one.text for one in found(CRASHED, tensor(EXPECTED), check, **known)]


@pytest.mark.parametrize("hidden", [False, True])
def test_a_call_that_ended_the_process(hidden):
    (text,) = ended("def f(x):\n    os._exit(x)", hidden=hidden)
    assert text.startswith("Line 2 uses `os._exit`, which ends the process")
    (text,) = ended("def f(x):\n    return x\ndef g():\n    os._exit(1)", hidden=hidden)
    assert text.startswith("The process that the notebook runs in ended within `f(x)`")


def test_of_calls_that_the_cell_left_nothing_for_it_is_said_of_the_cell():
    (text,) = ended("def f(x):\n    return x", ending="crashed")
    assert "ended in this cell" in text
