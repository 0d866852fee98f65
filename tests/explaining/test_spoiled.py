"""What comes of an earlier answer that is not right."""

from dataclasses import replace

from grader.explaining.case import Task
from grader.explaining.findings import RANKED
from grader.explaining.spoiled import of_fault
from grader.model.features import Count, Name
from grader.model.result import Fault
from grader.model.values import RaisedValue
from tests.explaining.test_diagnose import EXPECTED, tensor
from tests.explaining.test_diagnose import found as told

CODE = "size = 2\nstepped = size * gradient\nother = size + 1"


def found(line, *spoiled):
    fault = Fault(name="RuntimeError", message="", line=line, statement=line)
    return [one.about for one in of_fault(fault, CODE, Task(spoiled=spoiled or ("gradient",)))]


def test_a_cell_that_stops_where_it_uses_an_earlier_answer():
    assert found(2) == [{"name": Name(name="gradient"), "line": Count(number=2)}]


def test_a_name_that_an_earlier_exercise_owes_is_not_there():
    missing = Fault(name="NameError", message="name 'sigmoid' is not defined", line=3, statement=3)
    owing = Task(owed=("sigmoid",))
    (found,) = of_fault(missing, CODE, owing)
    assert found.about == {"name": Name(name="sigmoid"), "line": Count(number=3)}
    assert [*of_fault(missing, CODE, Task())] == []
    assert [*of_fault(replace(missing, name="KeyError"), CODE, owing)] == []


def test_a_call_that_reads_what_an_earlier_exercise_owes():
    code = "def slope(x):\n    return sigmoid(x) * (1 - sigmoid(x))"
    missing = RaisedValue(type="NameError", message="name 'sigmoid' is not defined", line=2)
    known = {"code": code, "ranked": RANKED}
    (said,) = told(missing, tensor(EXPECTED), "slope(x)", task=Task(owed=("sigmoid",)), **known)
    assert said.text.startswith("`slope(x)` is computed from `sigmoid` of an earlier exercise")
    (said,) = told(missing, tensor(EXPECTED), "slope(x)", **known)
    assert (
        said.text
        == "`slope(x)` fails in line 2: `sigmoid` is read, and nothing has bound it there."
    )


def test_a_cell_that_stops_elsewhere():
    assert found(3) == found(2, "scores") == found(None) == []
