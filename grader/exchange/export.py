"""What every export is: the interface of the modules in the registry."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from grader.model.result import Report
from grader.model.standing import Standing, Total


class Marks(Protocol):
    """What there is to export. Rows come one at a time: a class may have thousands."""

    def standings(self, assignment: str | None = None) -> Iterator[Standing]:
        """Yield the rows, of one assignment or of all, in order of student and assignment."""
        ...

    def totals(self) -> Iterator[Total]:
        """Yield a row for each student."""
        ...

    def told(self, standing: Standing) -> Report:
        """Return the report that the student of a row gets, with texts and what was decided."""
        ...

    def page(self, standing: Standing) -> str:
        """Return that report as a page of HTML."""
        ...

    def markdown(self, standing: Standing) -> str:
        """Return that report as Markdown."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asked for.

    to: the file or folder that is written; assignment: the only one that is exported, None for all;
    template: a file of the other system's that is filled in, where the format needs one; column:
    the heading of the column, where the other system calls the assignment otherwise; scale: whether
    scores are scaled where the other system has another maximum.
    """

    to: Path
    assignment: str | None = None
    template: Path | None = None
    column: str = ""
    scale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export wrote, and what it left out.

    rows: how many students' marks are in it; remarks: what a person should know, as of students who
    are left out, each with the reason.
    """

    files: tuple[Path, ...]
    rows: int
    remarks: tuple[str, ...] = field(default=())


class Export(Protocol):
    """A format.

    name: as on the command line; title: what it is for; needs: what the template is, empty where
    there is none; suffix: of the file that is written, empty for a folder.
    """

    name: str
    title: str
    needs: str
    suffix: str

    def write(self, marks: Marks, request: Request) -> Exported:
        """Write the file. Raises UsageError, which names what is wrong and what to do."""
        ...
