"""What can be said of every wrong value, where nothing else can."""

import ast
from collections.abc import Iterator

from grader.explaining.case import Case
from grader.model.facts import Symptom
from grader.model.features import Names
from grader.model.values import NumberValue, TextValue


def other_data(case: Case) -> Iterator[Symptom]:
    """Find a function that is right on the data shown, and not on other data."""
    if not case.result.hidden or case.check.raises or _holds_lambda(case.check.expression):
        return
    own = case.passed & {*case.check.free_names}
    if own:
        yield case.symptom("other-data", names=Names(names=tuple(sorted(own))))


def wrong(case: Case) -> Iterator[Symptom]:
    """Say which aspects are right of a value that is not."""
    if [*other_data(case)]:
        return
    aspects = case.result.aspects
    failed = [aspect for aspect, outcome in aspects.items() if outcome == "failed"]
    wanted = case.expected.get(case.check.expression)
    if failed == ["values"] and isinstance(wanted, TextValue | NumberValue):
        yield case.symptom("value")
    elif failed == ["values"]:
        yield case.symptom("values")
    elif failed:
        yield case.symptom("aspects", names=Names(names=tuple(failed)))


def _holds_lambda(expression: str) -> bool:
    """Whether an expression looks at more than what a function gives back."""
    return any(
        isinstance(node, ast.Lambda) for node in ast.walk(ast.parse(expression, mode="eval"))
    )
