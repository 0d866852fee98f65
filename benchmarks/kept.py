"""A gradebook with results in it, kept as a run keeps them."""

from collections.abc import Iterable
from pathlib import Path

from grader.course.store.database import beside, opened
from grader.course.store.gradebook import Found, Gradebook
from grader.engines.done import Done
from grader.model.result import Report


def keep_reports(out: Path, reports: Iterable[Report]) -> None:
    """Keep reports, as `keep` does."""
    keep(out, (Done(report=report, told=report) for report in reports))


def keep(out: Path, results: Iterable[Done]) -> None:
    """Keep results in the gradebook of a folder, which is made where there is none, as one run."""
    out.mkdir(parents=True, exist_ok=True)
    gradebook = Gradebook(opened(beside(out), create=True))
    run = gradebook.begin(command=(), version="", judging="", settings={})
    taken: dict[str, str] = {}
    for number, done in enumerate(results):
        entry, _ = gradebook.place(done.report, taken=taken)
        taken[entry.key] = entry.student
        unnamed = f"{done.report.student} {number} {run}"
        found = Found(
            done=done,
            digest=done.report.hashes.get("submission") or unnamed,
            given="",
            handin=None,
            attempt=1,
            is_absent=False,
            why="new",
            anew=None,
            exercises={},
            sources_digest="",
            settings_digest="",
            judging="",
        )
        gradebook.keep(run, entry, found)
    gradebook.end(run)
    gradebook.engine.dispose()
