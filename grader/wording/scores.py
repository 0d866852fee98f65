"""The score of a submission as its exercises have it, or in words why there is none."""

from dataclasses import replace

from grader.model.result import Report, is_open, is_waiting, totals
from grader.wording.catalogue import translated
from grader.wording.rulings import why_open


def scored(report: Report) -> Report:
    """Return a report that was graded with its score, or why it has none yet."""
    if (found := totals(report.exercises)) is not None:
        score, most = found
        return replace(report, outcome="graded", reason=None, score=score, max_score=most)
    is_run = all(map(is_waiting, filter(is_open, report.exercises)))
    return replace(
        report,
        outcome="waits for a person" if is_run else "not graded",
        reason=translated(why_open(report.exercises), report.language),
        score=None,
        max_score=None,
    )
