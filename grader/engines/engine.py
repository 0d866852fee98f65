"""The seam between who wants submissions graded and the processes that grade them."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from grader.model.result import Report
from grader.model.submission import Handin
from grader.reporting import folder


class Engine(Protocol):
    """Grades what is handed in, until it is closed. Marks do not depend on which one does."""

    @property
    def isolation(self) -> str:
        """What keeps student code in, as results say it."""
        ...

    def grade(self, handins: Sequence[Handin]) -> Generator[Report]:
        """Grade what was handed in, and yield each report once its files are written.

        Reports come as they are done. The overviews, in the order of the hand-ins, are written at
        the end, also where the caller stops before. Raises GraderError or OSError where nothing
        can be graded any more.
        """
        ...

    def close(self) -> None:
        """End every process that it started."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A hand-in whose files are written. number: among the hand-ins; place: of its files."""

    number: int
    report: Report
    place: Path


def reported(finished: Generator[Finished], out: Path) -> Generator[Report]:
    """Yield the report of each hand-in as it is finished, and write the overviews at the end."""
    done: list[Finished] = []
    try:
        with closing(finished):
            for one in finished:
                done.append(one)
                yield one.report
    finally:
        done.sort(key=lambda one: one.number)
        folder.write_overviews(out, [(one.report, one.place) for one in done])
