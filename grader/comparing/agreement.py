"""Whether two runs gave the same, as far as an exercise's checks can tell."""

from dataclasses import replace

from grader.comparing.examine import examine
from grader.model.assignment import Check, Exercise
from grader.model.values import NoValue, OpaqueValue, RaisedValue, Value, Values


def agree(exercise: Exercise, *, actual: Values, other: Values) -> bool:
    """Whether all checks of an exercise find the same in both.

    What is compared with `at_most` has to be close here, and an error agrees with an error of the
    same type.
    """
    return all(_agrees(check, actual, other) for check in exercise.checks)


def _agrees(check: Check, actual: Values, other: Values) -> bool:
    if check.raises:
        one, two = (_type(values.get(check.expression)) for values in (actual, other))
        control = replace(check, expression=check.valid, raises="", valid="")
        return one == two and _agrees(control, actual, other)
    # What a recomputed expression reads may be the reference's alone.
    wanted = {**actual, **other}
    pairs = [(actual.get(name), other.get(name)) for name in check.of or (check.expression,)]
    if any(isinstance(value, RaisedValue) for pair in pairs for value in pair):
        return all(_type(one) == _type(two) for one, two in pairs)
    nothing = (OpaqueValue, NoValue, type(None))
    if any(isinstance(value, nothing) for pair in pairs for value in pair):
        return False
    try:
        return examine(check.close, actual=actual, expected=wanted).right
    except (TypeError, ValueError):  # the other has nothing that could be compared
        return False


def _type(value: Value | None) -> str | None:
    return value.type if isinstance(value, RaisedValue) else None
