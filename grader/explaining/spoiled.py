"""What comes of an earlier exercise that is not right, and not of this one."""

from collections.abc import Iterator

from grader.explaining.case import Case, Task
from grader.model.facts import Symptom
from grader.model.features import Count, Feature, Name
from grader.model.result import Fault
from grader.syntax.statements import reads


def of_case(case: Case) -> Iterator[Symptom]:
    """Find a value that is made of what an earlier exercise has left wrong."""
    read = reads(case.code, (*case.check.free_names, *case.check.of))
    for name in [name for name in case.task.spoiled if name in read][:1]:
        yield case.symptom("builds-on", name=Name(name=name))


def of_fault(fault: Fault, code: str, task: Task) -> Iterator[Symptom]:
    """Find a cell that stopped where it uses what an earlier exercise has left wrong."""
    line = fault.statement or fault.line
    read = reads(code, line=line) if line else frozenset()
    for name in [name for name in task.spoiled if name in read][:1]:
        about: dict[str, Feature] = {"name": Name(name=name), "line": Count(number=line or 0)}
        yield Symptom(kind="builds-on", about=about)
