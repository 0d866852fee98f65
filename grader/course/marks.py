"""The marks of a course as they stand: what was found, decided, and left by the policy."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Engine

from grader.course import decided_report, total
from grader.course.attempt_before import compared, rounded
from grader.course.attempts import counting
from grader.course.decisions import Applied, applied, applied_to_totals
from grader.course.decisions_table import DecisionsTable
from grader.course.policy import settled
from grader.course.review import to_review
from grader.course.settings import Settings
from grader.course.store import documents
from grader.course.store.standings import attempts
from grader.engines.done import Done
from grader.feedback import opened
from grader.model.in_course import ALONE, InCourse
from grader.model.result import Report
from grader.model.reveal import NEVER, Reveal
from grader.model.review import ToReview
from grader.model.standing import Standing, Total
from grader.openings import next_opening
from grader.reporting import html, markdown
from grader.reporting.folder import Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A row, and the grading that it is of: its number, its time, and how long it took.

    is_plain: whether nobody decided anything, and no policy changed anything; rule: of what was
    expected, as the course has it; in_course: what a report says of it.
    """

    grading: int
    graded_at: datetime
    duration_s: float
    standing: Standing
    is_plain: bool = True
    rule: Reveal = NEVER
    in_course: InCourse = ALONE


class CourseMarks:
    """The marks in a gradebook, as they are when they are first asked for.

    engine: of the gradebook's database; settings: of the course; table: what people decided; now:
    when that is, for what may be told from a date on.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        table: DecisionsTable,
        *,
        now: datetime | None = None,
    ) -> None:
        self.engine, self.settings, self.table = engine, settings, table
        self.now = now or datetime.now(UTC)

    def found(self, *, until: int | None = None) -> Iterator[Counted]:
        """Yield what the grader found in the hand-in that counts, in order of places.

        until: the run after which nothing does. Raises NotKept.
        """
        for of_entry in attempts(self.engine, until=until):
            policy = self.settings.policy(of_entry[0].standing.assignment)
            standing = counting([one.standing for one in of_entry], policy)
            place = max(standing.attempt, 1) - 1
            chosen, before = of_entry[place], of_entry[place - 1].standing if place else None
            if chosen.standing.attempts == 0:
                standing = replace(standing, attempt=0, attempts=0)
            yield Counted(
                grading=chosen.grading,
                graded_at=chosen.graded_at,
                duration_s=chosen.duration_s,
                standing=standing,
                in_course=compared(before, standing, policy.rounding),
            )

    @cached_property
    def rows(self) -> list[Counted]:
        """Return what counts for each student and assignment, in order of places."""
        return [
            self._row(one, decided)
            for one, decided in zip(self.as_found, self._decided.standings, strict=True)
        ]

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return what a person should know of what people decided, a line each."""
        of_totals = applied_to_totals(list(self._totals()), self.table.decisions)
        remarks = (*self.table.remarks, *self._decided.remarks, *of_totals.remarks)
        return tuple(str(one) for one in sorted(remarks, key=lambda one: one.line))

    def standings(self, assignment: str | None = None) -> Iterator[Standing]:
        """Yield the rows, of one assignment or of all."""
        for one in self.rows:
            if assignment is None or one.standing.assignment == assignment:
                yield one.standing

    def totals(self, *, at: datetime | None = None) -> Iterator[Total]:
        """Yield a row for each student. at: as in `grader.course.total`."""
        yield from applied_to_totals(list(self._totals(at)), self.table.decisions).totals

    def in_total(self) -> dict[str, float | None] | None:
        """Return totals by the id of a student, or the name of one who has none.

        None where nothing says what a total is: there is no course.toml.
        """
        if self.settings.path is None:
            return None
        return {one.student_id or one.student: one.score for one in self.totals()}

    def to_review(self) -> list[ToReview]:
        """Return what a person should look at, worst first."""
        return to_review(self.standings(), close_to=self.settings.borders.close_to)

    def report(self, standing: Standing) -> Report:
        """Return what is known of the hand-in of a row, with what people decided."""
        return self.done(self._gradings[standing.place], standing).report

    def told(self, standing: Standing) -> Report:
        """Return the report that the student of a row gets."""
        return self.done(self._gradings[standing.place], standing).told

    def page(self, standing: Standing) -> str:
        """Return that report as a page of HTML."""
        return html.report(self.told(standing), in_course=self.in_course(standing))

    def markdown(self, standing: Standing) -> str:
        """Return that report as Markdown."""
        return markdown.report(self.told(standing), self.in_course(standing))

    def in_course(self, standing: Standing) -> InCourse:
        """Return what the course adds to that report."""
        return self._in_course[standing.place]

    def done(self, grading: int, standing: Standing) -> Done:
        """Return what a grading found, with what its standing says. Raises NotKept."""
        done = documents.of_grading(self.engine, grading)
        report, told = (decided_report.decided(one, standing) for one in (done.report, done.told))
        policy = self.settings.policy(standing.assignment)
        told = opened(told, report, policy.reveal, now=self.now, zone=policy.zone)
        return replace(done, report=report, told=told, page=None)

    def until(self, assignment: str | None, rules: Iterable[Reveal] = ()) -> datetime | None:
        """Return when more may be told than now; None where that is never so.

        rules: of single checks, as their author has them.
        """
        policy = self.settings.policy(assignment)
        return next_opening([policy.reveal, *rules], now=self.now, zone=policy.zone)

    def files(self, grading: int) -> Files | None:
        """Return the files of a grading as they were made then, None where they were not.

        Raises NotKept.
        """
        return documents.files(self.engine, grading)

    @cached_property
    def as_found(self) -> list[Counted]:
        """Return what the grader found, as it is now."""
        return list(self.found())

    @cached_property
    def _gradings(self) -> dict[str, int]:
        return {one.standing.place: one.grading for one in self.as_found}

    @cached_property
    def _in_course(self) -> dict[str, InCourse]:
        return {one.standing.place: one.in_course for one in self.rows}

    @cached_property
    def _decided(self) -> Applied:
        worth: dict[str, float] = {}
        for one in self.as_found:
            name, most = one.standing.assignment, one.standing.max_score
            if name is not None and most is not None:
                worth[name] = max(most, worth.get(name, 0.0))
        return applied([one.standing for one in self.as_found], self.table.decisions, worth)

    def _row(self, one: Counted, decided: Standing) -> Counted:
        policy = self.settings.policy(decided.assignment)
        after = settled(decided, policy)
        in_course = replace(one.in_course, points=rounded(after, policy.rounding))
        is_plain = after == one.standing and policy.reveal.at(self.now, policy.zone) == "never"
        return replace(
            one,
            standing=after,
            is_plain=is_plain and in_course.attempts < 2 and not in_course.points,
            rule=policy.reveal,
            in_course=in_course,
        )

    def _totals(self, at: datetime | None = None) -> Iterator[Total]:
        return total.totals(self.standings(), self.settings, at=at)
