"""What can be said of every wrong value, where nothing else can."""

import ast
import re
from collections.abc import Iterator

from grader.comparing import tolerance
from grader.comparing.compare import dtype_of
from grader.comparing.walk import walk
from grader.explaining import relations
from grader.explaining.case import Case
from grader.model.facts import Symptom
from grader.model.features import Feature, Flag, Names
from grader.model.values import NumberValue, TextValue, Value
from grader.syntax.returns import functions

_WORD = re.compile(r"\w+")
# Words of code whose numbers nobody works out by hand: random ones, and those of a training.
_NOT_BY_HAND = frozenset(
    {
        *("rand", "randn", "randint", "rand_like", "randn_like", "normal", "normal_", "uniform_"),
        *("bernoulli", "randperm", "backward", "error_of"),
    }
)


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
        yield case.symptom("values", **_known_of_parts(case))
    elif failed:
        yield case.symptom("aspects", names=Names(names=tuple(failed)))


def _known_of_parts(case: Case) -> dict[str, Feature]:
    """Return whether some parts are right, and whether one can be worked out by hand."""
    by_hand = not _NOT_BY_HAND & {*_WORD.findall(case.code)}
    some = False
    for pair in case.pairs():
        for _, actual, expected in walk(pair.actual, pair.expected, pair.path):
            by_hand = (
                by_hand and not isinstance(expected, TextValue) and dtype_of(expected) != "bool"
            )
            left, right = relations.wide(actual), relations.wide(expected)
            if left is None or right is None or left.shape != right.shape:
                some = some or _is_equal_text(actual, expected)
                continue
            dtype = dtype_of(expected)
            wrong = tolerance.differs(left, right, dtype=dtype, check=pair.check)
            some = some or not bool(wrong.all())
    return {"some": Flag(value=some), "by_hand": Flag(value=by_hand)}


def _is_equal_text(actual: Value, expected: Value) -> bool:
    return isinstance(expected, TextValue) and actual == expected


def _holds_lambda(expression: str) -> bool:
    """Whether an expression looks at more than what a function gives back."""
    return any(
        isinstance(node, ast.Lambda) for node in ast.walk(ast.parse(expression, mode="eval"))
    )
