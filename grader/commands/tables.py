"""The files of a course, made again."""

from pathlib import Path

from grader.commands.app import app
from grader.commands.held import CourseFile, Folder, Held, Overrides, Url


@app.command(epilog="Examples: `grader tables`, `grader tables -o out`.")
def tables(
    out: Folder = Path("grades"),
    overrides: Overrides = None,
    course: CourseFile = None,
    gradebook: Url = None,
) -> None:
    """Make the table, the index and the reports again from the gradebook: nothing is graded.

    That is enough once overrides.csv or course.toml has changed.
    """
    from grader.course.lock import locked
    from grader.course.views import Views

    held = Held(out, url=gradebook, file=course, overrides=overrides)
    held.database()  # there has to be one, before a folder is made
    with locked(out):
        held.refresh(Views(out, held.assignments))
    held.show()
