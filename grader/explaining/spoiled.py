"""What comes of an earlier exercise that is not right, and not of this one."""

import re
from collections.abc import Iterator

from grader.explaining.case import Case, Task
from grader.model.facts import Symptom
from grader.model.features import Count, Feature, Name
from grader.model.result import Fault
from grader.model.values import RaisedValue
from grader.syntax.statements import reads

_UNDEFINED = re.compile(r"name '(\w{1,60})' is not defined")


def of_case(case: Case) -> Iterator[Symptom]:
    """Find a value that is made of what an earlier exercise has left wrong."""
    read = reads(case.code, (*case.check.free_names, *case.check.of))
    names = [name for name in case.task.spoiled if name in read]
    if isinstance(value := case.value, RaisedValue) and value.line is not None:
        names += _lacking(value.type, value.message, case.task)
    for name in names[:1]:
        yield case.symptom("builds-on", name=Name(name=name))


def of_fault(fault: Fault, code: str, task: Task) -> Iterator[Symptom]:
    """Find a cell that stopped where it uses what an earlier exercise has left wrong."""
    line = fault.statement or fault.line
    read = reads(code, line=line) if line else frozenset()
    names = [name for name in task.spoiled if name in read]
    names += _lacking(fault.name, fault.message, task) if line else ()
    for name in names[:1]:
        about: dict[str, Feature] = {"name": Name(name=name), "line": Count(number=line or 0)}
        yield Symptom(kind="builds-on", about=about)


def _lacking(type: str, message: str, task: Task) -> list[str]:
    """Return the name that an exception says is not there, where an earlier exercise owes it."""
    found = _UNDEFINED.search(message) if type == "NameError" else None
    return [found[1]] if found is not None and found[1] in task.owed else []
