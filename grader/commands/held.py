"""The course that a command works with: its folder, gradebook, settings and decisions."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.app import course, tell
from grader.commands.unheard import unheard
from grader.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Engine

    from grader.course.decisions_table import DecisionsTable
    from grader.course.marks import CourseMarks
    from grader.course.settings import Settings
    from grader.course.views import Views
    from grader.model.assignment import Assignment
    from grader.model.standing import Standing

Folder = Annotated[
    Path, typer.Option("-o", "--out", help="The folder that `grader grade` wrote to.")
]
Url = Annotated[
    str | None,
    typer.Option(
        "--gradebook",
        metavar="URL",
        help="The database that keeps what is graded, as postgresql://user@host/name; without it"
        " that of course.toml, or OUT/gradebook.db, which is SQLite's.",
    ),
]
CourseFile = Annotated[
    Path | None,
    typer.Option("--course", metavar="FILE", help="Without it, course.toml where you are."),
]
Overrides = Annotated[
    Path | None,
    typer.Option(
        help="A table (student or id, assignment, exercise, score, comment) of what a person"
        " decided; without it, OUT/overrides.csv where there is one."
    ),
]


class Held:
    """A course. out: the folder of results; the others as a person named them, else None."""

    def __init__(
        self,
        out: Path,
        *,
        url: str | None = None,
        file: Path | None = None,
        overrides: Path | None = None,
        language: str | None = None,
    ) -> None:
        self.out, self._url, self._file, self._overrides = out, url, file, overrides
        self._language = language
        self._database: Engine | None = None

    @cached_property
    def settings(self) -> Settings:
        """What course.toml says, or else a person. Raises UsageError."""
        said = course(self._file)
        return said if self._language is None else replace(said, language=self._language)

    def assignments(self) -> Sequence[Assignment]:
        """Return those that are at hand; none where one cannot be read, or there are none.

        They are asked for words alone, which hand-ins bring in another language, too.
        """
        from grader.commands.app import assignments

        try:
            return assignments(None, self._file)
        except GraderError:
            return ()

    def graded_in_full(self, assignments: Iterable[Assignment]) -> Collection[str]:
        """Return those of which every attempt is graded: another than the latest may count."""
        names = [one.name for one in assignments]
        return [name for name in names if self.settings.policy(name).attempt != "latest"]

    @property
    def url(self) -> str | None:
        """The URL of the gradebook, where a person or course.toml names one."""
        return self._url or self.settings.gradebook

    def database(self, *, create: bool = False) -> Engine:
        """Return the gradebook's database; with `create`, made where there is none.

        Raises UsageError, and NotKept.
        """
        from grader.course.store.database import beside, opened

        if self._database is None:
            self._database = opened(self.url or beside(self.out), create=create)
        return self._database

    def marks(self) -> CourseMarks:
        """Return the marks as they are now. Raises UsageError, and NotKept."""
        from grader.course.marks import CourseMarks

        return CourseMarks(self.database(), self.settings, self._decided())

    def refresh(self, views: Views) -> None:
        """Make every file as the gradebook has it, and say what became of decisions.

        Raises GraderError, and OSError.
        """
        from grader.course.store.gradebook import Gradebook

        marks = self.marks()
        Gradebook(self.database()).decided(marks.table.decisions)
        views.refresh(marks)
        self.tell_remarks(marks)

    def tell_remarks(self, marks: CourseMarks) -> None:
        """Say which decisions are not applied, and why."""
        for remark in marks.remarks:
            tell(f"{self.table}: {remark}")

    def show(self) -> None:
        """Say where the files are."""
        told = unheard(sys.stdout)
        typer.echo(f"index:   {self.out / 'index.html'}", file=told)
        typer.echo(f"table:   {self.out / 'grades.csv'}", file=told)
        typer.echo(f"reports: {self.out / 'feedback'}", file=told)

    def report(self, standing: Standing) -> Path:
        """Return where the report of a row is."""
        from grader.reporting.folder import report_of

        return report_of(self.out, standing.place)

    @property
    def table(self) -> Path:
        """Where what people decided stands, or would."""
        from grader.course.decisions_table import NAME

        return self._overrides or self.out / NAME

    def _decided(self) -> DecisionsTable:
        from grader.course.decisions_table import DecisionsTable, read

        if self._overrides is None and not self.table.exists():
            return DecisionsTable()
        return read(self.table)
