"""The files that show what is in the gradebook: made of it, and made again at any time."""

import hashlib
import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from grader.atomic import write_text
from grader.course.authors_words import Sources
from grader.course.class_overview import class_overview
from grader.course.marks import Counted, CourseMarks
from grader.course.run import Kept
from grader.engines.done import Done
from grader.model.in_course import ALONE, InCourse
from grader.model.reveal import Reveal
from grader.model.standing import Standing, standing_of
from grader.openings import rules_of
from grader.reporting import differences, folder, html, index, record, statistics, tables

_WRITTEN = ".written.json"  # what the files of each place were made of, and until when they hold
_Written = tuple[str, str | None]
Rules = frozenset[Reveal]
_NO_RULES: Rules = frozenset()


class Views:
    """The files in the folder that results are written to.

    sources: as in `grader.course.authors_words`.
    """

    def __init__(self, out: Path, sources: Sources = tuple) -> None:
        self._out, self._sources = out, sources
        self._fresh: dict[str, tuple[int, Rules]] = {}

    def write(self, kept: Kept) -> None:
        """Write the files of what was graded just now. Raises OSError."""
        folder.write(_files(kept.done, standing_of(kept.done.told)), self._out, kept.place)
        self._fresh[kept.place] = kept.grading, rules_of(kept.done.report)

    def refresh(self, marks: CourseMarks) -> None:
        """Make every file as the gradebook has it, and remove what is stale.

        Raises OSError, and NotKept.
        """
        written = self._written()
        now: dict[str, _Written] = {}
        for one in marks.rows:
            place, made_of = one.standing.place, _made_of(one)
            grading, rules = self._fresh.get(place, (None, _NO_RULES))
            is_fresh = one.is_plain and grading == one.grading
            before, until = written.get(place, (None, None))
            is_current = is_fresh or (before == made_of and not _is_over(until, marks.now))
            if not is_current or not folder.is_there(self._out, place):
                files, rules = self._made(marks, one)
                folder.write(files, self._out, place)
                is_fresh = True
            if is_fresh:
                moment = marks.until(one.standing.assignment, rules)
                until = moment.isoformat() if moment is not None else None
            now[place] = made_of, until
        totals = marks.in_total()
        tables.write(self._out / "grades.csv", marks.standings, totals)
        self.write_index(marks)
        folder.remove_others(self._out, now.keys())
        write_text(self._out / _WRITTEN, json.dumps(now, indent=0))

    def write_index(self, marks: CourseMarks) -> None:
        """Write what the staff see of the course as a whole. Raises OSError, and NotKept."""
        has_similar = (self._out / "similar.html").is_file()
        found = class_overview(marks, has_similar=has_similar, sources=self._sources)
        statistics.write(self._out, found.statistics, found.language)
        changes = self._out / index.CHANGES
        if found.change is not None:
            differences.write_page(changes, found.change.differences)
        else:
            changes.unlink(missing_ok=True)
        index.write(self._out / "index.html", found)

    def _made(self, marks: CourseMarks, one: Counted) -> tuple[folder.Files, Rules]:
        as_found = marks.files(one.grading) if one.is_plain else None
        if as_found is not None:  # no page is kept that will say more some day
            return replace(as_found, beside=_beside(as_found.executed, one.standing)), _NO_RULES
        done = marks.done(one.grading, one.standing)
        return _files(done, one.standing, one.in_course), rules_of(done.report)

    def _written(self) -> dict[str, _Written]:
        with suppress(OSError, ValueError, AttributeError):
            found = json.loads((self._out / _WRITTEN).read_text())
            return {place: tuple(one) for place, one in found.items() if len(one) == 2}
        return {}


def _is_over(until: str | None, now: datetime) -> bool:
    return until is not None and datetime.fromisoformat(until) <= now


def _beside(executed: str | None, standing: Standing) -> str | None:
    return html.executed(executed, standing) if executed is not None else None


def _files(done: Done, standing: Standing, in_course: InCourse = ALONE) -> folder.Files:
    link = folder.EXECUTED if done.executed is not None else ""
    return folder.Files(
        page=done.page or html.report(done.told, executed=link, in_course=in_course),
        beside=_beside(done.executed, standing),
        result=record.dump(done.report),
        executed=done.executed,
        error=done.error,
    )


def _made_of(one: Counted) -> str:
    return hashlib.sha256(repr(one).encode("utf-8", "replace")).hexdigest()[:16]
