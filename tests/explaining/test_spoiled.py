"""What comes of an earlier answer that is not right."""

from grader.explaining.case import Task
from grader.explaining.spoiled import of_fault
from grader.model.features import Count, Name
from grader.model.result import Fault

CODE = "size = 2\nstepped = size * gradient\nother = size + 1"


def found(line, *spoiled):
    fault = Fault(name="RuntimeError", message="", line=line, statement=line)
    return [one.about for one in of_fault(fault, CODE, Task(spoiled=spoiled or ("gradient",)))]


def test_a_cell_that_stops_where_it_uses_an_earlier_answer():
    assert found(2) == [{"name": Name(name="gradient"), "line": Count(number=2)}]


def test_a_cell_that_stops_elsewhere():
    assert found(3) == found(2, "scores") == found(None) == []
