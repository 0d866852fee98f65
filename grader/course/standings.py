"""Where students stand by the results in an output folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from grader.course import decisions_table
from grader.course.decisions import applied
from grader.errors import UsageError
from grader.model.result import ExerciseResult, Report, is_open, is_unconfirmed
from grader.model.standing import ExerciseStanding, Standing
from grader.reporting import record


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """Where students stand after what was decided. remarks: on rows of decisions, a line each."""

    standings: tuple[Standing, ...]
    remarks: tuple[str, ...]


def open_standings(out: Path) -> Standings:
    """Return where students stand by what is in a folder, `overrides.csv` in it among that.

    Raises UsageError where there is nothing to read.
    """
    path = out / decisions_table.NAME
    table = decisions_table.read(path) if path.exists() else decisions_table.DecisionsTable()
    found = applied(tuple(_found(out)), table.decisions)
    remarks = (f"{path}: {remark}" for remark in (*table.remarks, *found.remarks))
    return Standings(standings=found.standings, remarks=tuple(remarks))


def _found(out: Path) -> Iterator[Standing]:
    """Yield a standing for each result, as the grader left it."""
    folder = out / "results"
    found = sorted(folder.glob("*/*/result.json"))
    if not found:
        raise UsageError(f"nothing was graded into {out}; name the folder with -o")
    for path in found:
        try:
            report = record.load(path.read_text(encoding="utf-8"))
        except (ValidationError, ValueError) as error:
            raise UsageError(f"{path} is no result of this grader; grade it again") from error
        yield standing(report, path.parent.relative_to(folder).as_posix())


def standing(report: Report, place: str) -> Standing:
    """Return where the student of a report stands, before anybody decided. place: of its files."""
    return Standing(
        student=report.student,
        student_id=report.student_id,
        assignment=report.assignment,
        title=report.title,
        outcome=report.outcome,
        reason=report.reason,
        language=report.language,
        source=report.source,
        place=place,
        max_score=report.max_score,
        computed=report.score,
        score=report.score,
        final=report.score,
        handed_in=report.handed_in,
        late=report.late,
        notes=report.notes,
        concerns=report.concerns,
        exercises=tuple(map(_exercise, report.exercises)),
    )


def _exercise(result: ExerciseResult) -> ExerciseStanding:
    score = None if is_open(result) else result.score
    return ExerciseStanding(
        exercise=result.exercise,
        title=result.title,
        outcome=result.outcome,
        score=score,
        max_score=result.max_score,
        computed=score,
        is_unconfirmed=is_unconfirmed(result),
    )
