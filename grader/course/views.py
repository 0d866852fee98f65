"""The files that show what is in the gradebook: made of it, and made again at any time."""

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from grader.atomic import write_text
from grader.course.class_overview import class_overview
from grader.course.marks import Counted, CourseMarks
from grader.course.run import Kept
from grader.engines.done import Done
from grader.reporting import differences, folder, html, index, record, statistics, tables

_WRITTEN = ".written.json"  # what the files of each place were made of


class Views:
    """The files in the folder that results are written to."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._fresh: dict[str, int] = {}

    def write(self, kept: Kept) -> None:
        """Write the files of what was graded just now. Raises OSError."""
        folder.write(_files(kept.done), self._out, kept.place)
        self._fresh[kept.place] = kept.grading

    def refresh(self, marks: CourseMarks) -> None:
        """Make every file as the gradebook has it, and remove what is stale.

        Raises OSError, and NotKept.
        """
        written = self._written()
        now: dict[str, str] = {}
        for one in marks.rows:
            place, made_of = one.standing.place, _made_of(one)
            now[place] = made_of
            is_fresh = one.is_plain and self._fresh.get(place) == one.grading
            is_current = is_fresh or written.get(place) == made_of
            if not is_current or not folder.is_there(self._out, place):
                folder.write(self._made(marks, one), self._out, place)
        totals = marks.in_total()
        tables.write(self._out / "grades.csv", marks.standings, totals)
        self.write_index(marks)
        folder.remove_others(self._out, now.keys())
        write_text(self._out / _WRITTEN, json.dumps(now, indent=0))

    def write_index(self, marks: CourseMarks) -> None:
        """Write what the staff see of the course as a whole. Raises OSError, and NotKept."""
        found = class_overview(marks, has_similar=(self._out / "similar.html").is_file())
        statistics.write(self._out, found.statistics, found.language)
        changes = self._out / index.CHANGES
        if found.change is not None:
            differences.write_page(changes, found.change.differences)
        else:
            changes.unlink(missing_ok=True)
        index.write(self._out / "index.html", found)

    def _made(self, marks: CourseMarks, one: Counted) -> folder.Files:
        as_found = marks.files(one.grading) if one.is_plain else None
        return as_found or _files(marks.done(one.grading, one.standing))

    def _written(self) -> dict[str, str]:
        with suppress(OSError, ValueError):
            return dict(json.loads((self._out / _WRITTEN).read_text()))
        return {}


def _files(done: Done) -> folder.Files:
    return folder.Files(
        page=done.page or html.report(done.told),
        result=record.dump(done.report),
        executed=done.executed,
        error=done.error,
    )


def _made_of(one: Counted) -> str:
    return hashlib.sha256(repr(one).encode("utf-8", "replace")).hexdigest()[:16]
