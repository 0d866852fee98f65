"""What the gradebook knows of hand-ins before a run, by which it is decided what to grade."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, and_, func, select

from grader.course.store import tables
from grader.course.store.database import failures_named
from grader.model.result import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A hand-in, and how it was graded last.

    handin, grading: their numbers; key: of the entry; exercises: digests, in order; is_open:
    whether some of them could not be run; the rest as in the tables.
    """

    handin: int
    key: str
    student: str
    student_id: str | None
    assignment: str | None
    grading: int
    outcome: Outcome
    sources_digest: str
    settings_digest: str
    judging: str
    exercises: Mapping[str, str]
    is_open: bool


def by_digest(engine: Engine) -> dict[str, list[Known]]:
    """Return the hand-ins by digest; of equal ones the first comes first, and what is gone last.

    Raises NotKept.
    """
    handin, entry, grading, exercise = (
        tables.handin,
        tables.entry,
        tables.grading,
        tables.exercise,
    )
    last = (
        select(grading.c.handin_id, func.max(grading.c.id).label("id"))
        .group_by(grading.c.handin_id)
        .subquery()
    )
    graded = (
        select(handin.c.digest, entry, grading, handin.c.id.label("number"))
        .select_from(handin)
        .join(entry, entry.c.id == handin.c.entry_id)
        .join(last, last.c.handin_id == handin.c.id)
        .join(grading, and_(grading.c.id == last.c.id))
        .order_by(handin.c.gone_run.is_not(None), handin.c.id)
    )
    digests: dict[int, dict[str, str]] = defaultdict(dict)
    is_open: set[int] = set()
    found: dict[str, list[Known]] = defaultdict(list)
    with failures_named(engine), engine.connect() as connection:
        wanted = select(exercise).join(last, last.c.id == exercise.c.grading_id)
        for row in connection.execute(wanted.order_by(exercise.c.number)):
            digests[row.grading_id][row.exercise] = row.digest
            if row.outcome == "could not be run here":
                is_open.add(row.grading_id)
        for graded_row in connection.execute(graded):
            of = graded_row._mapping
            number = of[grading.c.id]
            found[of[handin.c.digest]].append(
                Known(
                    handin=of["number"],
                    key=of[entry.c.key],
                    student=of[entry.c.student],
                    student_id=of[entry.c.student_id],
                    assignment=of[entry.c.assignment],
                    grading=number,
                    outcome=of[grading.c.outcome],
                    sources_digest=of[grading.c.sources_digest],
                    settings_digest=of[grading.c.settings_digest],
                    judging=of[grading.c.judging],
                    exercises=digests.get(number, {}),
                    is_open=number in is_open,
                )
            )
    return found


def students(known: Mapping[str, Sequence[Known]]) -> set[str]:
    """Return all students, by id and by name."""
    everyone = [one for found in known.values() for one in found]
    names = {one.student.casefold() for one in everyone}
    return names | {one.student_id for one in everyone if one.student_id is not None}
