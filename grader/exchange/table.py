"""One row a student, a column an assignment, and totals: for a spreadsheet."""

from grader import spreadsheet
from grader.exchange.export import Exported, Marks, Request
from grader.exchange.selection import number, remark


class Table:
    """The whole course in one table."""

    name = "csv"
    title = "a table: one row a student, a column an assignment, and totals"
    needs = ""
    suffix = ".csv"

    def write(self, marks: Marks, request: Request) -> Exported:
        """Write the table. Raises OSError."""
        totals = list(marks.totals())
        names = [
            name
            for name in dict.fromkeys(name for one in totals for name in one.finals)
            if request.assignment in (None, name)
        ]
        with spreadsheet.table(request.to) as write_row:
            write_row(["student", "id", *names, "total", "of", "comment"])
            for one in totals:
                scores = [one.finals.get(name) for name in names]
                numbers = (*scores, one.score, one.max_score)
                cells = ["" if score is None else number(score) for score in numbers]
                write_row([one.student, one.student_id or "", *cells, one.comment])
        still = [one.student for one in totals if one.score is None]
        return Exported(
            files=(request.to,), rows=len(totals), remarks=remark("have no total yet", still)
        )
