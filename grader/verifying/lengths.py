"""Whether what is recomputed from a list would be right with another number of items, too."""

from collections.abc import Iterator
from dataclasses import replace

from grader.comparing.examine import of_any_form
from grader.model.assignment import Check
from grader.model.values import SequenceValue, Values
from grader.verifying.subject import Subject


def verify_lengths(subject: Subject) -> None:
    """Say which lists are refused for their number of items alone.

    An answer has to have as many as the solution: where students choose how many steps they take, a
    right one would lose marks. Whether they may, the text of the exercise says.
    """
    for exercise in subject.exercises:
        expected = subject.reference.expected[exercise.name]
        for check in exercise.checks:
            names = _lists(check, expected)
            if not names or not all(_is_right(check, one, expected) for one in _others(names)):
                continue
            named = " and ".join(f"`{name}`" for name in names)
            lengths = " and ".join(str(len(one.items)) for one in names.values())
            subject.findings.add_to(
                exercise,
                f"`{check.expression}` would be right with fewer or more items in {named}, too, and"
                f" an answer with another number than {lengths} is refused",
                "nothing has to be done if your text says how many; else look at it with `expr` or"
                " `run`, to which no length matters",
                near=check.expression,
                fault=False,
            )


def _lists(check: Check, expected: Values) -> dict[str, SequenceValue]:
    """Return what a check is computed from that students may make longer or shorter."""
    values = ((name, expected.get(name)) for name in check.of)
    return {
        name: value
        for name, value in values
        if isinstance(value, SequenceValue) and value.type == "list" and len(value.items) > 1
    }


def _others(lists: dict[str, SequenceValue]) -> Iterator[Values]:
    """Yield the lists with one item less, all together, and with the last of each twice."""
    yield {name: replace(one, items=one.items[:-1]) for name, one in lists.items()}
    yield {name: replace(one, items=(*one.items, one.items[-1])) for name, one in lists.items()}


def _is_right(check: Check, other: Values, expected: Values) -> bool:
    return of_any_form(check, actual={**expected, **other}, expected=expected).right
