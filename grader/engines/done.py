"""A hand-in that an engine is done with."""

from dataclasses import dataclass

from grader.model.result import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was found, or why nothing was.

    told: the report as its student gets it, and page: the same as a page of HTML, None where it has
    to be made; executed: the notebook with its outputs, as a file's text; error: where the
    grader's own code failed.
    """

    report: Report
    told: Report
    page: str | None = None
    executed: str | None = None
    error: str | None = None
