"""The pages that show an author what students will read, and the index of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.atomic import write_text
from grader.model.result import ExerciseResult, Report
from grader.reporting import html
from grader.wording.catalogue import ENGLISH

INDEX = "index.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """A line of the index.

    place: of the page, from there; exercise, mistake: empty for the right and the blank notebook;
    help: what its author says of the mistake.
    """

    place: str
    report: Report
    exercise: str = ""
    mistake: str = ""
    help: str = ""

    @property
    def result(self) -> ExerciseResult | None:
        """What became of the exercise that the mistake is in."""
        found = (one for one in self.report.exercises if one.exercise == self.exercise)
        return next(found, None)


def index(title: str, rows: Sequence[PreviewRow]) -> str:
    """Return the page that links to all reports. title: of the assignment."""
    by_language: Mapping[str, list[PreviewRow]] = {row.report.language: [] for row in rows}
    for row in rows:
        by_language[row.report.language].append(row)
    return html.previews(ENGLISH, title=title, by_language=by_language)


def write(title: str, rows: Sequence[PreviewRow], folder: Path) -> Path:
    """Write the pages and the index, which is returned. Raises OSError."""
    for row in rows:
        page = folder / row.place
        page.parent.mkdir(parents=True, exist_ok=True)
        write_text(page, html.report(row.report))
    write_text(folder / INDEX, index(title, rows))
    return folder / INDEX
