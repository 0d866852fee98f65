"""Brightspace (D2L): the table that its import of grades takes."""

import csv
import io

from grader.atomic import write_text
from grader.exchange.export import Exported, Marks, Request
from grader.exchange.selection import number, of_one, remark
from grader.spreadsheet import one_line

_END = "End-of-Line Indicator"


class Brightspace:
    """A grade item, by OrgDefinedId."""

    name = "d2l"
    title = "the CSV that Brightspace (D2L) imports, by OrgDefinedId"
    needs = ""
    suffix = ".csv"

    def write(self, marks: Marks, request: Request) -> Exported:
        """Write the table. Raises UsageError, and OSError.

        The item is called as the assignment, or as `column` says.
        """
        standings = of_one(marks, request)
        item = request.column or standings[0].title or standings[0].assignment or ""
        file = io.StringIO(newline="")
        table = csv.writer(file)
        table.writerow(["OrgDefinedId", f"{one_line(item)} Points Grade", _END])
        without, nameless, rows = [], [], 0
        for one in standings:
            if one.final is None:
                without.append(one.student)
            elif one.student_id is None:
                nameless.append(one.student)
            else:
                id = one_line(one.student_id).removeprefix("#")
                table.writerow([f"#{id}", number(one.final), "#"])
                rows += 1
        write_text(request.to, file.getvalue(), durable=True)
        return Exported(
            files=(request.to,),
            rows=rows,
            remarks=(
                *remark("without a score yet, so that nothing is written", without),
                *remark("without an id; give a roster with OrgDefinedIds to --roster", nameless),
            ),
        )
