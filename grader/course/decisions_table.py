"""`overrides.csv`: what a person decided, a row each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.course.decision import Decision, Remark, not_applied
from grader.formats import rows
from grader.formats.columns import Field

NONE_TICKED = "(none)"
NAME = "overrides.csv"  # in the folder that results are written to
_NEEDED: Mapping[str, tuple[Field, ...]] = {
    "student": (*rows.STUDENT_NAME, *rows.STUDENT_ID),
    "exercise": ("exercise",),
    "score": ("score", "adjustment"),
}
# A `'` keeps spreadsheets from taking the sign for that of a number.
_NUMBER = re.compile(r"'?\s*([+\-−–]?)\s*(\d{1,9}(?:[.,]\d{0,9})?|[.,]\d{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsTable:
    """The rows that could be read, in their order, and why others could not."""

    decisions: tuple[Decision, ...] = ()
    remarks: tuple[Remark, ...] = ()


def read(path: Path) -> DecisionsTable:
    """Return what a table holds. What is wrong with one row does not touch the others.

    Raises UsageError where the file cannot be read at all, or has no column for students,
    exercises or scores: with a heading that is misspelled, rows would mean something else.
    """
    remarks: list[Remark] = []
    decisions: list[Decision] = []

    def tell(line: int, why: str) -> None:
        remarks.append(not_applied(line, f"{why}; put quotes around a cell at both ends"))

    for row in rows.read(path, _NEEDED, tell=tell):
        try:
            decisions.append(_decision(row))
        except ValueError as error:
            remarks.append(not_applied(row.line, str(error)))
    return DecisionsTable(decisions=tuple(decisions), remarks=tuple(remarks))


def _decision(row: rows.Row) -> Decision:
    """Return what a row says. Raises ValueError where it says nothing that can be done."""
    if not (row.name or row.ids):
        raise ValueError("it names no student; write a name or an id")
    score, adjustment = _number(row.text("score")), _number(row.text("adjustment"))
    if score and score[0]:
        if adjustment:
            raise ValueError("it has two adjustments; leave one of them")
        score, adjustment = None, score
    assignment, exercise = row.text("assignment"), row.text("exercise")
    if not assignment:  # `small/fit`, as the columns of `grades.csv` are called
        assignment, _, exercise = exercise.rpartition("/")
    comment, ticked = row.text("comment"), _ticked(row.text("ticked"))
    if ticked is not None and not (score and exercise):
        raise ValueError(
            "it ticks items, and has no score for an exercise; `grader mark` writes both"
        )
    if not (score or adjustment or comment):
        raise ValueError("it says nothing; write a score, an adjustment (+1) or a comment")
    return Decision(
        line=row.line,
        student=row.name,
        ids=row.ids,
        assignment=assignment,
        exercise=exercise,
        score=score[1] if score else None,
        adjustment=adjustment[1] if adjustment else None,
        comment=comment,
        by=row.text("by"),
        date=row.text("date"),
        ticked=ticked,
    )


def _ticked(text: str) -> tuple[str, ...] | None:
    """Return the items of a rubric that are named; NONE_TICKED stands for none of them."""
    names = tuple(filter(None, re.split(r"[\s,;]+", text)))
    if not names:
        return None
    return () if names == (NONE_TICKED,) else names


def number(text: str) -> float:
    """Return a score. Raises ValueError."""
    found = _number(text)
    if found is None or found[0]:
        raise ValueError(f"`{text[:50]}` is no score; write points, as 7 or 7,5")
    return found[1]


def _number(text: str) -> tuple[str, float] | None:
    """Return the sign of a number, if it has one, and the number. Raises ValueError."""
    if not text:
        return None
    if (found := _NUMBER.fullmatch(text)) is None:
        raise ValueError(f"`{text[:50]}` is no score; write points, as 7 or 7,5, or +1 or -0,5")
    size = float(found[2].replace(",", "."))
    return found[1], size if found[1] in ("", "+") else -size
