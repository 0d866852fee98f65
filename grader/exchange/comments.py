"""Short texts for the comment boxes of learning platforms, in Markdown and plain."""

from grader.atomic import write_text
from grader.errors import UsageError
from grader.exchange import comment
from grader.exchange.export import Exported, Marks, Request


class Comments:
    """Two files for each row, in folders as `feedback` has them."""

    name = "feedback"
    title = "a short text for comment boxes, in Markdown and plain, for each hand-in"
    needs = ""
    suffix = ""

    def write(self, marks: Marks, request: Request) -> Exported:
        """Write the files. Raises UsageError where the folder is a file, and OSError."""
        if request.to.exists() and not request.to.is_dir():
            raise UsageError(f"{request.to} is a file; name a folder for the texts")
        files = []
        for standing in marks.standings(request.assignment):
            text = comment.lines(standing, marks.told(standing))
            for suffix, made in ((".md", comment.as_markdown), (".txt", comment.as_plain)):
                path = request.to / f"{standing.place}{suffix}"
                path.parent.mkdir(parents=True, exist_ok=True)
                write_text(path, made(text))
                files.append(path)
        return Exported(files=tuple(files), rows=len(files) // 2)
