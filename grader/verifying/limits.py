"""Whether solutions keep the limits that grading has, with room for slower answers."""

import math
from collections.abc import Mapping

from grader.kernels.kernel import Limits
from grader.kernels.meter import ASLEEP, Spent
from grader.verifying.subject import Subject

MARGIN = 3  # times what a solution takes, that its limit has to allow


def verify_limits(subject: Subject, limits: Limits) -> None:
    """Verify that cells, calls of checks, and all together take a third of their limits at most."""
    spent = _lesser(subject.reference.spent, subject.other.spent)
    findings = subject.findings
    for cell in subject.assignment.cells:
        problem, least = _excess(spent.get(("", cell.id)), limits.cell)
        if problem:
            findings.add(
                f"this cell {problem}",
                f"let it do less work, or grade and verify with `--cell-limit {least}`",
                cell=cell.number,
            )
    for exercise in subject.exercises:
        allowed = exercise.limit or limits.cell
        for call in ("", *(check.expression for check in exercise.checks)):
            problem, least = _excess(spent.get((exercise.name, call)), allowed)
            if problem:
                findings.add_to(
                    exercise,
                    f"{f'`{call}`' if call else 'its cell'} {problem}",
                    f"say `limit: {least}` in its header, or let it do less work",
                    near=call,
                )
    problem, least = _excess(sum(spent.values(), start=Spent()), limits.submission)
    if problem:
        findings.add(
            f"the whole notebook, with the calls of its checks, {problem}",
            f"let it do less work, or grade and verify with `--limit {least}`",
        )


def _lesser(
    one: Mapping[tuple[str, str], Spent], two: Mapping[tuple[str, str], Spent]
) -> dict[tuple[str, str], Spent]:
    """Return the lesser of what was spent in two runs: a fault is not the machine's."""
    return {
        key: Spent(
            cpu=min(spent.cpu, two.get(key, spent).cpu),
            asleep=min(spent.asleep, two.get(key, spent).asleep),
        )
        for key, spent in one.items()
    }


def _excess(spent: Spent | None, limit: float) -> tuple[str, int]:
    """Say what takes too much of a limit, and which limit would do; empty where it is not much."""
    if spent is None or spent.share_of(limit) <= 1 / MARGIN:
        return "", 0
    sleeps = spent.asleep / ASLEEP > spent.cpu
    seconds, allowed = (spent.asleep, ASLEEP * limit) if sleeps else (spent.cpu, limit)
    what = "sleeps for" if sleeps else "takes"
    of = "" if sleeps else " of CPU time"
    return (
        f"{what} {seconds:.1f} s{of}, more than a third of the {allowed:g} s that grading allows",
        math.ceil(MARGIN * max(spent.cpu, spent.asleep / ASLEEP)),
    )
