"""What a person wrote in one row of `overrides.csv`, as data."""

from dataclasses import astuple, dataclass

# What stands in the column of the assignment where the course's total is meant.
TOTAL = ("total", "course total", "итог", "итого", "итог курса")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A score, an adjustment or a comment: for an exercise, a submission, or the course's total.

    line: in the file, from 1; student: the name, empty where ids alone tell who it is;
    assignment: its name or title, empty where it is not told, a word for the total where that is
    meant; exercise: empty for all of a submission; score: None where there is none; adjustment: is
    added, None where there is none; ticked: items of a rubric that the score was given for, None
    where none is named; by, date: who wrote the row and when, as they wrote it.
    """

    line: int
    student: str = ""
    ids: tuple[str, ...] = ()
    assignment: str = ""
    exercise: str = ""
    score: float | None = None
    adjustment: float | None = None
    comment: str = ""
    by: str = ""
    date: str = ""
    ticked: tuple[str, ...] | None = None

    @property
    def whose(self) -> str:
        """The student, as the table says."""
        return self.student or self.ids[0]

    @property
    def key(self) -> tuple[object, ...]:
        """Return what it says, wherever it stands: two rows of one key are one decision."""
        *rest, ticked = astuple(self)[1:]
        return (*rest, ticked) if ticked is not None else tuple(rest)

    @property
    def is_about_course(self) -> bool:
        """Whether the course's total is meant."""
        return not self.exercise and self.assignment.casefold() in TOTAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a person should know of a row: why it is not applied, or what became of it."""

    line: int
    text: str

    def __str__(self) -> str:
        """Return it with the line."""
        return f"line {self.line} {self.text}"


def not_applied(line: int, why: str) -> Remark:
    """Return the remark on a row that changes nothing."""
    return Remark(line=line, text=f"is not applied: {why}")
