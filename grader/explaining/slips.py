"""What slips of the pen a student's code holds, and where it goes back too often or never."""

from collections.abc import Iterator

from grader.explaining.case import Case
from grader.model.facts import Symptom
from grader.model.features import Count, Name
from grader.model.values import RaisedValue
from grader.syntax import gradients
from grader.syntax.slips import misspelt, slips


def of_the_pen(case: Case) -> Iterator[Symptom]:
    """Find code that does something else than what it looks like."""
    for one in slips(case.code, case.task.solution):
        if not one.function or one.function in case.reach:
            yield case.of_code(
                one.kind,
                line=Count(number=one.line),
                code=Name(name=one.code),
                name=Name(name=one.name),
                function=Name(name=one.function),
            )


def other_spelling(case: Case) -> Iterator[Symptom]:
    """Find a name that the check asks for, and that the student's code spells in another way."""
    value = case.value
    if not isinstance(value, RaisedValue) or value.type != "NameError" or value.line:
        return
    for name in (*case.check.free_names, *case.check.of):
        near = misspelt(case.code, name, case.task.solution) if name not in case.reach else ""
        if near:
            yield case.of_code("misspelt", name=Name(name=name), near=Name(name=near))


def back(case: Case) -> Iterator[Symptom]:
    """Find a loop that goes back twice a turn, code that never does, gradients never read."""
    code, task = case.code, case.task
    for loop in gradients.back_twice(code, task.solution):
        if not loop.function or loop.function in case.reach:
            yield case.of_code("back-twice", line=Count(number=loop.line))
    for function in gradients.never_back(code, task.solution, [text for _, text in task.before]):
        # A gradient may be computed by hand: what is asked for has to be a `.grad`.
        asked = case.check.expression.endswith(".grad")
        if function in case.reach or (not function and asked):
            yield case.of_code("never-back", function=Name(name=function))
    if case.ran and gradients.never_read(code, task.solution):
        yield case.of_code("never-read")
