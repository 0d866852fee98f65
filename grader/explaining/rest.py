"""What can be said of every wrong value, where nothing else can."""

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import islice

from grader.comparing.numbers import dtype_of
from grader.explaining.case import Case, Pair
from grader.model.assignment import Check
from grader.model.facts import Symptom
from grader.model.features import Count, Flag, Names, Shape
from grader.model.values import (
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    TensorValue,
    TextValue,
    Value,
)
from grader.syntax.returns import called_for, functions

MAX_PARTS = 100  # of a value that are looked at
MAX_NAMED = 3  # parts of it
FEWEST = 2  # numbers, of which some may be wrong
MOST_BY_HAND = 100  # numbers of which one can be worked out by hand
# What draws numbers, or goes on for many steps.
_NOT_BY_HAND = frozenset(
    (
        *("rand", "randn", "randint", "randperm", "normal", "rand_like", "randn_like", "normal_"),
        *("manual_seed", "uniform_", "bernoulli", "multinomial", "dropout", "backward", "Linear"),
    )
)


def other_data(case: Case) -> Iterator[Symptom]:
    """Find functions that are right in other checks, and say in which they are not."""
    if case.check.raises or _holds_lambda(case.check.expression):
        return
    own = {*case.check.free_names} & functions(case.code).keys()
    checks = [one for one in case.others if own and own <= one.needs]
    checks = [one for one in checks if own <= _shown_by(one.check, case.code)]
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


def _shown_by(check: Check, code: str) -> AbstractSet[str]:
    """Return the functions whose results are what a check sees: that a name was made of."""
    if check.is_call:
        return {*check.free_names}
    return called_for(code, check.expression)


def located(case: Case) -> Iterator[Symptom]:
    """Say which parts of a value are wrong, or which of its numbers, where others are right."""
    pairs = [*case.pairs()]
    if len(pairs) != 1 or case.check.raises or pairs[0].free:
        return
    parts = [part for part in islice(pairs[0].parts(), MAX_PARTS) if _is_seen(part)]
    wrong = [part for part in parts if not part.differences().right]
    if 0 < len(wrong) < len(parts):
        right = [part for part in parts if part not in wrong]
        yield case.symptom(
            "some-parts",
            wrong=Names(names=tuple(part.path for part in wrong[:MAX_NAMED])),
            right=Names(names=tuple(part.path for part in right[:MAX_NAMED])),
            more=Flag(value=len(wrong) > MAX_NAMED),
        )
    elif len(parts) == 1 == len(wrong):
        yield from _some_numbers(case, wrong[0])


def _some_numbers(case: Case, pair: Pair) -> Iterator[Symptom]:
    left, right = pair.numbers() or (None, None)
    if left is None or right is None or left.shape != right.shape or right.numel() < FEWEST:
        return
    found = pair.wrong(left, right)
    if found is not None and 0 < int(found.sum()) <= right.numel() / 2:
        first = tuple(int(place) for place in found.nonzero()[0])
        yield case.symptom(
            "some-numbers",
            number=Count(number=int(found.sum())),
            total=Count(number=right.numel()),
            place=Shape(sizes=first),
        )


def wrong(case: Case) -> Iterator[Symptom]:
    """Say which aspects are right of a value that is not."""
    if case.check.is_threshold:
        return  # that it misses the bound is all there is to say
    aspects = case.result.aspects
    failed = [aspect for aspect, outcome in aspects.items() if outcome == "failed"]
    wanted = case.expected.get(case.check.expression)
    if failed == ["values"] and isinstance(wanted, TextValue | NumberValue):
        yield case.symptom("value")
    elif failed == ["values"]:
        yield case.symptom("values", by_hand=Flag(value=_may_be_worked_out(case, wanted)))
    elif failed:
        yield case.symptom("aspects", names=Names(names=tuple(failed)))


def _may_be_worked_out(case: Case, wanted: Value | None) -> bool:
    """Whether one number of several can be worked out by hand: few ones, not drawn, not trained."""
    is_parameter = "." in case.check.expression and not case.check.is_call
    few = isinstance(wanted, TensorValue) and 1 < wanted.data.numel() <= MOST_BY_HAND
    plain = few and not is_parameter
    words = case.hints.words | case.hints.solution
    return plain and not words & _NOT_BY_HAND and wanted is not None and dtype_of(wanted) != "bool"


def _is_seen(part: Pair) -> bool:
    return not isinstance(part.expected, OpaqueValue | RaisedValue | NoValue)


def _holds_lambda(expression: str) -> bool:
    """Whether an expression looks at more than what a function gives back."""
    return any(
        isinstance(node, ast.Lambda) for node in ast.walk(ast.parse(expression, mode="eval"))
    )
