"""What comparing says of two values of the student's side, in words."""

from dataclasses import replace

from grader.comparing.compare import Differences, compare
from grader.disclosure import WITHHELD
from grader.model.aspects import OF_VALUES
from grader.model.assignment import Check
from grader.wording.catalogue import translated
from grader.wording.mismatches import sentence
from tests.student_side.test_probe import seen


def differences(actual, expected, **check) -> Differences:
    check = Check(expression="x", **check)
    return compare(actual=seen(actual), expected=seen(expected), check=check, path="x")


def is_right(actual, expected, **check) -> bool:
    return differences(actual, expected, **check).right


def told(actual, expected, **check) -> list[str]:
    """Return what a student reads of a check that is shown."""
    return [
        translated(
            sentence(replace(one, expected=WITHHELD) if one.aspect in OF_VALUES else one, "x"), "en"
        )
        for one in differences(actual, expected, **check).mismatches
    ]
