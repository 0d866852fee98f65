"""What can be said of every wrong value, where nothing else can."""

import ast
from collections.abc import Iterator

from grader.explaining.case import Case
from grader.model.facts import Symptom
from grader.model.features import Names
from grader.model.values import NumberValue, TextValue
from grader.syntax.returns import functions


def other_data(case: Case) -> Iterator[Symptom]:
    """Find functions that are right in other checks, and say in which they are not."""
    if case.check.raises or _holds_lambda(case.check.expression):
        return
    own = {*case.check.free_names} & functions(case.code).keys()
    checks = [one for one in case.others if own and own <= one.needs]
    right, wrong = (
        tuple(one.check.expression for one in checks if one.right is is_right)
        for is_right in (True, False)
    )
    if right:
        yield case.symptom(
            "other-data",
            names=Names(names=tuple(sorted(own))),
            right=Names(names=right),
            wrong=Names(names=wrong),
        )


def wrong(case: Case) -> Iterator[Symptom]:
    """Say which aspects are right of a value that is not."""
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
