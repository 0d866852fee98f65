"""Where the files of a report go: a folder of its own for each, whatever students are called."""

from dataclasses import replace
from itertools import count
from pathlib import Path

from grader.model.result import Report
from grader.model.text import say
from grader.reporting import folder
from grader.wording.catalogue import translated


class Places:
    """The folders that are taken."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._students: set[tuple[str, str]] = set()

    def place(self, report: Report) -> tuple[Report, Path]:
        """Return where the files of a report go, with the student renamed where that is taken."""
        for attempt in count(1):
            suffix = f" ({attempt})" if attempt > 1 else ""
            student = folder.safe(report.student) + suffix
            place = Path(student) / folder.safe(report.assignment or "unknown")
            # Some file systems take Anna and anna for one.
            key = place.as_posix().casefold()
            if key not in self._taken:
                break
        self._taken.add(key)
        is_new = self._is_new(report.student, report.assignment)
        if not suffix or is_new:  # a/b and a_b have one folder, and are two students
            return report, place
        note = say(
            "there is more than one hand-in of {student}; this is number {number}",
            student=report.student,
            number=attempt,
        )
        student = report.student + suffix
        self._is_new(student, report.assignment)
        notes = (*report.notes, translated(note, report.language))
        return replace(report, student=student, notes=notes), place

    def _is_new(self, student: str, assignment: str | None) -> bool:
        """Return whether there was no such row yet, and keep that there is one."""
        row = student.casefold(), assignment or ""
        is_new = row not in self._students
        self._students.add(row)
        return is_new
