"""Gradescope's `submission_metadata.json`: whose a submission is, and when it was handed in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from grader.intake import times
from grader.intake.bundle import student_of, tidy

MAX_BYTES = 50 * 2**20  # it holds the results of earlier submissions
_UNKNOWN = "submission"  # the student, where nobody is named


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known of a submission.

    late: None where there is no due date; points: what the assignment is worth there; problem: why
    less is known than usual, for the staff.
    """

    student: str = _UNKNOWN
    id: str | None = None
    handed_in: datetime | None = None
    late: bool | None = None
    points: float | None = None
    problem: str = ""


def read(path: Path) -> Metadata:
    """Return what stands in the file; what is missing or malformed there is only not known."""
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(MAX_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        return Metadata(problem=f"{path.name} cannot be read ({error}): nobody is named")
    if not isinstance(data, Mapping):
        return Metadata(problem=f"{path.name} holds no object: nobody is named")
    people = [one for one in _list(data.get("users")) if isinstance(one, Mapping)]
    names = [name for one in people if (name := _text(one.get("name")))]
    about = data.get("assignment")
    about = about if isinstance(about, Mapping) else {}
    handed_in, due = _time(data.get("created_at")), _time(about.get("due_date"))
    late = None
    if handed_in is not None and due is not None:
        late = times.in_order(handed_in) > times.in_order(due)
    return Metadata(
        student=student_of(", ".join(names)) if names else _UNKNOWN,
        id=(_text(people[0].get("email")) or None) if len(people) == 1 else None,
        handed_in=handed_in,
        late=late,
        points=_number(about.get("total_points")),
        problem="" if names else f"{path.name} names nobody",
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return tidy(value)[:200] if isinstance(value, str) else ""


def _time(value: Any) -> datetime | None:
    return times.read(value) if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
