"""One row a student, a column an assignment, and totals: for a spreadsheet."""

import csv
import io

from grader.atomic import written
from grader.exchange.export import Exported, Marks, Request
from grader.exchange.selection import number, remark
from grader.spreadsheet import harmless


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
        with written(request.to, durable=True) as raw:
            # The mark at the start is for Excel.
            file = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
            table = csv.writer(file)
            table.writerow(map(harmless, ["student", "id", *names, "total", "of", "comment"]))
            for one in totals:
                scores = [one.finals.get(name) for name in names]
                numbers = (*scores, one.score, one.max_score)
                cells = ["" if score is None else number(score) for score in numbers]
                row = [one.student, one.student_id or "", *cells, one.comment]
                table.writerow(map(harmless, row))
            file.detach()
        still = [one.student for one in totals if one.score is None]
        return Exported(
            files=(request.to,), rows=len(totals), remarks=remark("have no total yet", still)
        )
