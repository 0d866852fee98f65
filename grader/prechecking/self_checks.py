"""The self-checks of a release, run below the cells that they are about, and what they print."""

from collections.abc import Iterable, Mapping, Sequence

from grader.authoring.self_checks import OPEN, WRONG
from grader.model.assignment import SELF_CHECK, Cell, Exercise
from grader.model.precheck import SelfCheck
from grader.model.submission import Step
from grader.running.outputs import Ran, fault, printed

MOST_LINES, LINE = 12, 400  # of what a self-check prints; characters of one


def with_self_checks(
    steps: Iterable[Step], released: Iterable[Cell], exercises: Sequence[Exercise]
) -> list[Step]:
    """Return the steps, with the released self-check of each exercise below the last of its own.

    What needs a card is left out.
    """
    elsewhere = {one.name for one in exercises if one.needs_cuda}
    steps = [one for one in steps if one.exercise not in elsewhere]
    limits = {one.name: one.limit for one in exercises}
    last: Mapping[str | None, int] = {one.exercise: place for place, one in enumerate(steps)}
    checks = {
        one.exercise: Step(
            source=one.source, role="given", released=one.id, limit=limits.get(one.exercise or "")
        )
        for one in released
        if one.role == "self_check"
    }
    tools = checks.pop(None, None)
    whole: list[Step] = []
    for place, step in enumerate(steps):
        whole.append(step)
        if step.exercise in checks and last[step.exercise] == place:
            whole.append(checks[step.exercise])
    first = next((n for n, one in enumerate(whole) if one.exercise is not None), len(whole))
    return whole if tools is None else [*whole[:first], tools, *whole[first:]]


def self_check_of(exercise: str, ran: Sequence[Ran]) -> SelfCheck | None:
    """Return what the self-check of an exercise printed; None where it has none, or it did not run.

    Its marks tell whether all fits, never its words.
    """
    one = _of(exercise, ran)
    if one is None:
        return None
    lines = [line[:LINE] for line in _lines(one)][:MOST_LINES]
    unfit = [line for line in lines if line.startswith((WRONG, OPEN))]
    if (error := fault(one)) is not None:  # it never raises by itself: a student's code does
        unfit.append(f"{error.name}: {error.message}"[:LINE])
    return SelfCheck(lines=tuple(lines), unfit=tuple(unfit))


def lines_of(exercise: str, ran: Sequence[Ran]) -> list[str]:
    """Return all lines that the self-check of an exercise printed."""
    one = _of(exercise, ran)
    return _lines(one) if one is not None else []


def _of(exercise: str, ran: Sequence[Ran]) -> Ran | None:
    return next((one for one in ran if one.step.released == SELF_CHECK + exercise), None)


def _lines(ran: Ran) -> list[str]:
    lines = (line.rstrip() for line in printed(ran.run.outputs).split("\n"))
    return [line for line in lines if line]
