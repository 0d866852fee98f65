"""nbgrader: the table that `nbgrader export` writes, and scores into a course's `gradebook.db`.

The database is written through nbgrader's own API alone. What a person wrote there stays.
"""

import html
import os
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.atomic import write_text
from grader.errors import UsageError
from grader.exchange.export import Exported, Marks, Request
from grader.model.check_name import as_written
from grader.model.result import ExerciseResult, points
from grader.model.standing import ExerciseStanding, Standing
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

HEADER = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)
NAMED = 5  # students that a remark names
_INSTALL = "nbgrader is not installed; `pip install 'tensorgrader[nbgrader]'` installs it"


class NbgraderTable:
    """The CSV of `nbgrader export`, whose values are not quoted."""

    name = "nbgrader"
    title = "the CSV that `nbgrader export` writes"
    needs = ""
    suffix = ".csv"

    def write(self, marks: Marks, request: Request) -> Exported:
        """Write the file. Raises UsageError where two values could not be told apart."""
        lines, unscored = [",".join(HEADER)], []
        for standing in marks.standings(request.assignment):
            if standing.final is None or standing.assignment is None:
                unscored.append(standing.student)
                continue
            lines.append(",".join(_row(standing)))
        write_text(request.to, "\n".join(lines) + "\n", durable=True)
        remarks = _named("left out, since they have no score, and nbgrader knows none", unscored)
        return Exported(files=(request.to,), rows=len(lines) - 1, remarks=tuple(remarks))


class NbgraderGradebook:
    """A `gradebook.db`: a grade cell for each exercise, and what is missing there is added."""

    name = "nbgrader-db"
    title = "scores and comments in nbgrader's gradebook.db"
    needs = ""
    suffix = ".db"

    def write(self, marks: Marks, request: Request) -> Exported:
        """Write into the database, which is made where there is none.

        Raises UsageError where nbgrader is not installed, or the file is none of its databases.
        """
        with _opened(request.to) as gradebook:
            writer = _Writer(gradebook)
            for standing in marks.standings(request.assignment):
                told = marks.told(standing)
                writer.put(standing, {one.exercise: one for one in told.exercises})
        return Exported(files=(request.to,), rows=writer.rows, remarks=tuple(writer.remarks()))


class _Writer:
    """Puts standings into an open gradebook, and keeps what a person should know."""

    def __init__(self, gradebook: "Gradebook") -> None:
        self.rows = 0
        self._gradebook = gradebook
        self._added: dict[str, list[str]] = {"student": [], "assignment": [], "exercise": []}
        self._unscored: list[str] = []
        self._kept: list[str] = []
        self._other: list[str] = []

    def put(self, standing: Standing, told: dict[str, ExerciseResult]) -> None:
        """Write a row."""
        name, student = standing.assignment, _writable(standing.student_id or standing.student)
        if name is None or not standing.exercises:
            self._unscored.append(standing.student)
            return
        notebook = self._assignment(name)
        for exercise in standing.exercises:
            self._cell(exercise, notebook, name)
        self._student(student, _writable(standing.student))
        when = {} if standing.handed_in is None else {"timestamp": _utc(standing.handed_in)}
        self._gradebook.update_or_create_submission(name, student, **when)
        submitted = self._gradebook.find_submission_notebook(notebook, name, student)
        submitted.late_submission_penalty = standing.deduction
        for exercise in standing.exercises:
            place = exercise.exercise, notebook, name, student
            self._grade(exercise, submitted, place)
            self._comment(exercise, told.get(exercise.exercise), submitted, place)
        self._gradebook.db.commit()
        self._gradebook.db.refresh(submitted)
        shown = points(max(0.0, submitted.score - standing.deduction))
        if standing.final is not None and shown != points(standing.final):
            self._other.append(f"{standing.student} ({shown:g}, not {standing.final:g})")
        self.rows += 1

    def remarks(self) -> Iterator[str]:
        """Yield what was added, kept and left out."""
        for kind, names in self._added.items():
            yield from _named(f"added to the gradebook as {kind}", names)
        yield from _named("left as a person had marked it in nbgrader", self._kept)
        yield from _named(
            "not written, since nothing was graded; nbgrader counts a missing submission as 0",
            self._unscored,
        )
        yield from _named(
            "with another total in nbgrader than here, since it adds up exercises alone",
            self._other,
        )

    def _assignment(self, name: str) -> str:
        """Return the notebook of an assignment, which is made where there is none."""
        from nbgrader.api import MissingEntry

        try:
            found = self._gradebook.find_assignment(name)
        except MissingEntry:
            found = self._gradebook.add_assignment(name)
            self._added["assignment"].append(name)
        notebooks = [one.name for one in found.notebooks]
        if len(notebooks) == 1:
            return str(notebooks[0])
        self._gradebook.update_or_create_notebook(name, name)
        return name

    def _cell(self, exercise: ExerciseStanding, notebook: str, assignment: str) -> None:
        """Have a cell for the grade of an exercise, and one for the comment."""
        from nbgrader.api import MissingEntry

        place = exercise.exercise, notebook, assignment
        try:
            cell = self._gradebook.find_grade_cell(*place)
            cell.max_score = exercise.max_score
        except MissingEntry:
            told = {"max_score": exercise.max_score, "cell_type": "code"}
            self._gradebook.add_grade_cell(*place, **told)
            self._added["exercise"].append(f"{assignment}/{exercise.exercise}")
        self._gradebook.update_or_create_solution_cell(*place)

    def _student(self, id: str, name: str) -> None:
        from nbgrader.api import MissingEntry

        try:
            self._gradebook.find_student(id)
        except MissingEntry:
            self._gradebook.add_student(id, last_name=name if name != id else None)
            self._added["student"].append(id)

    def _grade(
        self, exercise: ExerciseStanding, submitted: Any, place: tuple[str, str, str, str]
    ) -> None:
        from nbgrader.api import Grade, MissingEntry

        try:
            grade = self._gradebook.find_grade(*place)
        except MissingEntry:  # the submission was there before the cell
            cell = self._gradebook.find_grade_cell(*place[:3])
            grade = Grade(cell_id=cell.id, notebook=submitted)
            self._gradebook.db.add(grade)
        grade.auto_score = exercise.computed
        decided = exercise.score if exercise.is_decided else None
        if grade.manual_score is None:
            grade.manual_score = decided
        elif grade.manual_score not in (decided, exercise.score):
            self._kept.append(f"{place[3]}/{exercise.exercise}")
        grade.needs_manual_grade = exercise.score is None and grade.manual_score is None

    def _comment(
        self,
        exercise: ExerciseStanding,
        result: ExerciseResult | None,
        submitted: Any,
        place: tuple[str, str, str, str],
    ) -> None:
        from nbgrader.api import Comment, MissingEntry

        try:
            comment = self._gradebook.find_comment(*place)
        except MissingEntry:
            cell = self._gradebook.find_solution_cell(*place[:3])
            comment = Comment(cell_id=cell.id, notebook=submitted)
            self._gradebook.db.add(comment)
        if result is not None:
            comment.auto_comment = _said(result)
        if exercise.comment and not comment.manual_comment:
            comment.manual_comment = _harmless(exercise.comment)


@contextmanager
def _opened(path: Path) -> Iterator["Gradebook"]:
    """Open a gradebook. Raises UsageError."""
    try:
        from nbgrader.api import Gradebook, InvalidEntry
        from sqlalchemy.exc import SAWarning, SQLAlchemyError
    except ImportError as error:
        raise UsageError(_INSTALL) from error
    try:
        with _own_programs():
            made = Gradebook(f"sqlite:///{path.absolute()}")
        with made as gradebook, warnings.catch_warnings():
            # Its own code makes objects before it adds them, which SQLAlchemy 2 remarks on.
            warnings.simplefilter("ignore", SAWarning)
            yield gradebook
    except (SQLAlchemyError, InvalidEntry) as error:
        first = str(error).partition("\n")[0]
        raise UsageError(
            f"{path} cannot be written as a gradebook of nbgrader ({first}); where an older"
            " nbgrader has made it, `nbgrader db upgrade` mends that"
        ) from error


@contextmanager
def _own_programs() -> Iterator[None]:
    """Have the programs of this Python found: nbgrader asks `alembic` what a new database is."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _row(standing: Standing) -> Iterator[str]:
    """Yield the values of a row. Raises UsageError where one cannot be written."""
    assert standing.final is not None
    assert standing.assignment is not None
    id = standing.student_id or standing.student
    for value in (id, standing.assignment):
        if _plain(value) != value:
            raise UsageError(
                f"`{value}` has a comma or a line break, and values are not quoted in nbgrader's"
                " table; give the student another id with a roster"
            )
    name = _plain(standing.student) if standing.student != id else ""
    when = "" if standing.handed_in is None else _utc(standing.handed_in)
    raw = points(standing.final + standing.deduction)
    scores = raw, standing.deduction, standing.final, standing.max_score or 0.0
    yield from (standing.assignment, "", when, id, name, "", "")
    yield from (str(float(score)) for score in scores)


def _plain(text: str) -> str:
    return " ".join(text.replace(",", " ").split())


def _utc(time: str) -> str:
    """Return a time in ISO 8601 as nbgrader keeps it: in UTC, without a zone."""
    found = datetime.fromisoformat(time)
    return str(found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found)


def _said(result: ExerciseResult) -> str:
    """Return what a student is told of an exercise."""
    wrong = [check for check in result.checks if check.outcome in ("failed", "error")]
    lines = [result.rule]
    for check in wrong:
        name = as_written(check.check)
        lines += [f"{name}: {said}" for said in (check.error, *check.sentences) if said]
    lines += [diagnosis.text for diagnosis in result.diagnoses]
    return _harmless("\n".join(filter(None, lines)))


def _harmless(text: str) -> str:
    """Return a text in which nothing is a tag, an image, or a link that says another thing.

    nbgrader makes HTML of a comment, as of Markdown, and leaves tags in it.
    """
    escaped = html.escape(_writable(text), quote=False)
    return escaped.replace("](", "]&#40;").replace("][", "]&#91;")


def _writable(text: str) -> str:
    """Return a text that a database takes, without characters that are orders."""
    return strip_controls(text).encode("utf-8", "replace").decode("utf-8")


def _named(what: str, names: list[str]) -> Iterator[str]:
    """Yield a remark on some names, if there are any; each is named once."""
    counts = Counter(names)
    if counts:
        first = list(counts)[:NAMED]
        more = f" and {len(counts) - NAMED} more" if len(counts) > NAMED else ""
        yield f"{what}: {', '.join(first)}{more}"
