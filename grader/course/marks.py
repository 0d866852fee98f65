"""The marks of a course as they stand: what was found, decided, and left by the policy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from grader.course.store import documents
from grader.course.store.standings import Attempt, attempts
from grader.engines.done import Done
from grader.model.result import Report
from grader.model.standing import Standing, Total
from grader.reporting import html


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A row, and the grading that it is of, by its number and time."""

    grading: int
    graded_at: datetime
    standing: Standing


class CourseMarks:
    """The marks in a gradebook."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._gradings: dict[str, int] = {}

    def counted(self, *, until: int | None = None) -> Iterator[Counted]:
        """Yield what counts for each student and assignment, in order of places.

        until: the run after which nothing does.
        """
        for of_entry in attempts(self._engine, until=until):
            yield self._counting(of_entry)

    def standings(self, assignment: str | None = None) -> Iterator[Standing]:
        """Yield the rows, as `grader.exchange.export` says."""
        for one in self.counted():
            self._gradings[one.standing.place] = one.grading
            if assignment is None or one.standing.assignment == assignment:
                yield one.standing

    def totals(self) -> Iterator[Total]:
        """Yield a row for each student."""
        raise NotImplementedError

    def told(self, standing: Standing) -> Report:
        """Return the report that the student of a row gets."""
        return self.done(self._gradings[standing.place]).told

    def page(self, standing: Standing) -> str:
        """Return that report as a page of HTML."""
        return html.report(self.told(standing))

    def done(self, grading: int) -> Done:
        """Return what a grading found, with what a person decided."""
        return documents.of_grading(self._engine, grading)

    def _counting(self, of_entry: Sequence[Attempt]) -> Counted:
        last = of_entry[-1]
        return Counted(grading=last.grading, graded_at=last.graded_at, standing=last.standing)
