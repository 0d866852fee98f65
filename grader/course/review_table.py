"""What a person should look at, as the rows of a table."""

import csv
import io
from collections.abc import Iterable

from grader.model.review import ToReview
from grader.spreadsheet import harmless
from grader.wording import review

HEAD = ("why", "student", "id", "assignment", "score", "max_score", "handed_in", "source", "report")


def cells(one: ToReview) -> tuple[str, ...]:
    """Return a row, a text for each column of the head."""
    standing = one.standing
    return (
        "; ".join(str(review.why(reason, one)) for reason in one.reasons),
        standing.student,
        standing.student_id or "",
        standing.assignment or "",
        _number(standing.final),
        _number(standing.max_score),
        (standing.handed_in or "").replace("T", " "),
        standing.source,
        f"feedback/{standing.place}/report.html",
    )


def as_csv(rows: Iterable[ToReview]) -> str:
    """Return the table as CSV, in which no cell is a formula."""
    file = io.StringIO(newline="")
    table = csv.writer(file)
    table.writerow(HEAD)
    table.writerows(map(harmless, cells(one)) for one in rows)
    return file.getvalue()


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:g}"
