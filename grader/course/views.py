"""The files that show what is in the gradebook: made of it, and made again at any time."""

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from grader.atomic import write_text
from grader.course.marks import Counted, CourseMarks
from grader.engines.done import Done
from grader.reporting import folder, html, tables

_WRITTEN = ".written.json"  # what the files of each place were made of


class Views:
    """The files in the folder that results are written to."""

    def __init__(self, marks: CourseMarks, out: Path) -> None:
        self._marks, self._out = marks, out

    def write(self, done: Done, place: str) -> None:
        """Write the files of what was graded just now. Raises OSError."""
        folder.write(
            done.report, done.told, self._out, place, executed=done.executed, error=done.error
        )

    def refresh(self) -> None:
        """Make every file as the gradebook has it, and remove what is stale. Raises OSError."""
        written = self._written()
        now: dict[str, str] = {}
        for one in self._marks.counted():
            place, made_of = one.standing.place, _made_of(one)
            now[place] = made_of
            if written.get(place) != made_of or not folder.is_there(self._out, place):
                self.write(self._marks.done(one.grading), place)
        tables.write(self._out / "grades.csv", self._marks.standings)
        html.write_index(self._out / "index.html", self._marks.standings)
        folder.remove_others(self._out, now.keys())
        write_text(self._out / _WRITTEN, json.dumps(now, indent=0))

    def _written(self) -> dict[str, str]:
        with suppress(OSError, ValueError):
            return dict(json.loads((self._out / _WRITTEN).read_text()))
        return {}


def _made_of(one: Counted) -> str:
    return hashlib.sha256(repr(one).encode("utf-8", "replace")).hexdigest()[:16]
