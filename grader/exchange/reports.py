"""Whole reports for comment boxes, in Markdown."""

from grader.atomic import write_text
from grader.errors import UsageError
from grader.exchange.export import Exported, Marks, Request


class Reports:
    """A file for each row, in folders as `feedback` has them."""

    name = "markdown"
    title = "the whole report in Markdown, for comment boxes that take it, for each hand-in"
    needs = ""
    suffix = ""

    def write(self, marks: Marks, request: Request) -> Exported:
        """Write the files. Raises UsageError where the folder is a file, and OSError."""
        if request.to.exists() and not request.to.is_dir():
            raise UsageError(f"{request.to} is a file; name a folder for the reports")
        files = []
        for standing in marks.standings(request.assignment):
            path = request.to / f"{standing.place}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, marks.markdown(standing))
            files.append(path)
        return Exported(files=tuple(files), rows=len(files))
