"""From an Assignment to the bundle that goes to students with a released notebook."""

from collections.abc import Iterable
from dataclasses import replace

from grader.kernels.kernel import Limits
from grader.model.assignment import Assignment, Cell
from grader.model.bundle import Bundle, bundle_of
from grader.wording.headings import heading


def bundled(assignment: Assignment, cells: Iterable[Cell], language: str) -> Bundle:
    """Return the bundle of a released notebook. cells: those of the release in a language."""
    usual = Limits()
    return bundle_of(
        name=assignment.name,
        title=assignment.title_in(language),
        language=language,
        cells=cells,
        exercises=[
            replace(one, title={language: heading(assignment, one.name, language)})
            for one in assignment.exercises
        ],
        path=assignment.path,
        limit=usual.submission,
        cell_limit=usual.cell,
        files=[name for name, _ in assignment.files],
    )
