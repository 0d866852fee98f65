"""`grades.csv`: one row a student and assignment."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader import spreadsheet
from grader.model.result import points, points_text
from grader.model.standing import Standing

Totals = Mapping[str, float | None]  # by a student's id, or the name of one who has none
_HEAD = ("student", "id", "assignment", "outcome", "score", "max_score", "handed_in", "late")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """What there is a column for.

    changed: whether there are those of what was found and what was taken off; waiting: whether
    there are those of what has a score so far, and of what waits for a person, in points; variants:
    whether there is one of whose numbers a hand-in has; totals: None where there are none;
    exercises: by assignment and name.
    """

    changed: bool
    waiting: bool
    variants: bool
    totals: Totals | None
    exercises: Iterable[tuple[str | None, str]]


def write(
    path: Path, standings: Callable[[], Iterable[Standing]], totals: Totals | None = None
) -> None:
    """Write the table; an exercise's column is empty where a submission has no score for it.

    standings: gives the rows, each time from the first. handed_in and late are empty where the
    platform does not tell them. Where numbers differ by student, there is a column with the number
    of the variant, 0 for the example's. Where people or policies have changed a score, there are
    columns with what the grader had found, and with what was taken off; where answers wait for a
    person, with the points of the others, and with those that wait.
    With more than one assignment the columns are named `assignment/exercise`. A row is one line,
    and no cell a formula. Raises OSError.
    """
    exercises: dict[tuple[str | None, str], None] = {}
    changed = waiting = variants = False
    for standing in standings():
        changed |= standing.final != standing.computed
        waiting |= bool(standing.waiting)
        variants |= standing.variant is not None
        exercises.update(
            dict.fromkeys((standing.assignment, one.exercise) for one in standing.exercises)
        )
    several = len({assignment for assignment, _ in exercises}) > 1
    named = [f"{assignment}/{name}" if several else name for assignment, name in exercises]
    columns = _Columns(
        changed=changed, waiting=waiting, variants=variants, totals=totals, exercises=exercises
    )
    head = [*_HEAD, *("variant",) * variants, *("so_far", "waiting") * waiting]
    head += [*("computed", "deduction") * changed, *("total",) * (totals is not None)]
    with spreadsheet.table(path) as write_row:
        write_row([*head, *named, "reason"])
        for standing in standings():
            write_row(_row(standing, columns))


def _row(standing: Standing, columns: _Columns) -> Iterable[str]:
    scores = {
        (standing.assignment, one.exercise): one.score
        for one in standing.exercises
        if one.outcome != "not graded here" or one.is_decided
    }
    variant = str(standing.variant.number) if standing.variant is not None else ""
    extra: list[float | None] = []
    if columns.waiting:
        waits = points(sum(one.max_score for one in standing.waiting))
        extra += [standing.so_far if waits else None, waits or None]
    if columns.changed:
        extra += [standing.computed, standing.deduction or None]
    if columns.totals is not None:
        extra.append(columns.totals.get(standing.student_id or standing.student))
    return (
        standing.student,
        standing.student_id or "",
        standing.assignment or "",
        standing.outcome,
        points_text(standing.final),
        points_text(standing.max_score),
        standing.handed_in or "",
        {True: "yes", False: "no", None: ""}[standing.late],
        *(variant,) * columns.variants,
        *map(points_text, extra),
        *(points_text(scores.get(key)) for key in columns.exercises),
        standing.reason or "",
    )
