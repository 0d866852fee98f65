"""What the reference gives for each check, for its author to look at."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from grader.comparing.agreement import agree
from grader.comparing.describe import glimpse
from grader.model.assignment import Check, Exercise
from grader.model.check_name import as_written
from grader.model.values import Value
from grader.reference import Reference
from grader.wording.catalogue import ENGLISH, translated
from grader.wording.values import told

_RECOMPUTED = "(from the student's own)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRow:
    """A check, as code, and what it gives: on the data shown, and on other data.

    A recomputed one gives nothing by itself: it is computed from what a student has.
    """

    exercise: str
    check: str
    shown: str
    other: str


def reference_values(reference: Reference, other: Reference) -> Iterator[ValueRow]:
    """Yield a row for each check. other: the same on other data."""
    for exercise in reference.gradable:
        for check in exercise.checks:
            values, shifted = (one.expected[exercise.name] for one in (reference, other))
            shown, elsewhere = (_told(one.get(check.expression)) for one in (values, shifted))
            if not check.of and agree(_alone(exercise, check), actual=values, other=shifted):
                elsewhere = "the same"
            elif shown == elsewhere and not check.of:
                elsewhere = f"{elsewhere}, of others"
            yield ValueRow(
                exercise=exercise.name,
                check=_named(check),
                shown=shown,
                other=elsewhere,
            )


def _alone(exercise: Exercise, check: Check) -> Exercise:
    return replace(exercise, checks=(check.plain,))


def _named(check: Check) -> str:
    """Return what a check is called in a line; several may compare the same after statements."""
    written = " ".join(as_written(check.expression).split())
    return f"{written} ({check.title_in(None)})" if check.run else written


def _told(value: Value | None) -> str:
    return _RECOMPUTED if value is None else translated(told(glimpse(value)), ENGLISH)
