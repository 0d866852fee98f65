"""Which entry of the gradebook a hand-in belongs to, and in which folder its files are.

An entry stays a student's from run to run: by id where both have one, else by name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import PurePosixPath

from grader.reporting.folder import safe

_NUMBER = re.compile(r" \(\d+\)$")
UNKNOWN = "unknown"  # the folder of what answers no assignment that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A student and an assignment. number: None for one that is not in the gradebook yet."""

    number: int | None
    place: str
    student: str
    student_id: str | None
    assignment: str | None

    @property
    def key(self) -> str:
        """Return what is equal for two places that some file system takes for one."""
        return self.place.casefold()

    def is_called(self, student: str) -> bool:
        """Whether this is a student's name, or was, before it got a number."""
        names = {self.student.casefold(), _NUMBER.sub("", self.student).casefold()}
        return student.casefold() in names


def chosen(
    student: str,
    student_id: str | None,
    assignment: str | None,
    *,
    taken: Mapping[str, str],
    by_id: Callable[[str, str | None], Entry | None],
    by_key: Callable[[str], Entry | None],
) -> tuple[Entry, int]:
    """Return the entry of a hand-in, and which one it is of those under this name, from 1.

    taken: the students of other hand-ins of the same run, by keys; by_id, by_key: look an entry up.
    """
    if student_id is not None:
        known = by_id(student_id, assignment)
        if known is not None and known.key not in taken:
            return known, 1
    alike = 1
    for number in count(1):
        folder = safe(student) + (f" ({number})" if number > 1 else "")
        wanted = Entry(
            number=None,
            place=(PurePosixPath(folder) / safe(assignment or UNKNOWN)).as_posix(),
            # a/b and a_b have one folder, and are two students.
            student=f"{student} ({number})" if alike > 1 else student,
            student_id=student_id,
            assignment=assignment,
        )
        known = by_key(wanted.key)
        if wanted.key not in taken and (known is None or _is_same(known, wanted)):
            return known or wanted, alike
        there = taken.get(wanted.key) or (known.student if known is not None else "")
        if there.casefold() == wanted.student.casefold():
            alike = number + 1
    raise AssertionError("numbers do not end")


def _is_same(known: Entry, wanted: Entry) -> bool:
    """Whether an entry is of the student who is looked for, as far as can be known."""
    if known.student_id is not None and wanted.student_id is not None:
        return known.student_id == wanted.student_id
    return known.student.casefold() == wanted.student.casefold()
