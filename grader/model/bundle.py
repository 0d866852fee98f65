"""What of an assignment may be in students' hands: the released notebook, and what is asked there.

There is no solution in it, no expected value and no check. A bundle is made of an assignment by
leaving all else out, and of a file or a released notebook by knowing no more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.model.assignment import Assignment, Cell, Check, Exercise
from grader.syntax.blanks import emptied
from grader.syntax.names import bound_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A released notebook in one language, as an assignment without anything to compare with.

    limit, cell_limit: CPU seconds, as it is graded with; is_own: whether it was made of the
    student's own notebook, so that nobody knows what it was like when it was released.
    """

    assignment: Assignment
    language: str
    limit: float
    cell_limit: float
    is_own: bool = False


def bundle_of(
    *,
    name: str,
    title: str,
    language: str,
    cells: Iterable[Cell],
    exercises: Iterable[Exercise],
    path: Path,
    limit: float,
    cell_limit: float,
    files: Iterable[str] = (),
    is_own: bool = False,
) -> Bundle:
    """Return the bundle of a released notebook. cells: of the release; path: where it is from.

    files: what comes with it, by its paths from the notebook's folder.

    What stands for a solution in it is the released cell with None in each blank, and what stands
    for the checks are the names that this cell binds, so that cells are matched as in grading.
    """
    shown = tuple(
        Cell(
            id=cell.id,
            role=cell.role,
            source=cell.source,
            solution=emptied(cell.source) if cell.is_code else cell.source,
            exercise=cell.exercise,
        )
        for cell in cells
    )
    answers = {cell.exercise: cell.solution for cell in shown if cell.role == "exercise"}
    asked = tuple(
        Exercise(
            name=one.name,
            title={language: one.title_in(language)},
            points=one.points,
            checks=_names(answers.get(one.name, "")),
            forbid=one.forbid,
            needs_cuda=one.needs_cuda,
            limit=one.limit,
            min_words=one.min_words,
        )
        for one in exercises
    )
    return Bundle(
        assignment=Assignment(
            name=name,
            title={language: title},
            path=path,
            languages=(language,),
            cells=shown,
            exercises=asked,
            digest="",
            files=tuple((name, path.parent / name) for name in files),
        ),
        language=language,
        limit=limit,
        cell_limit=cell_limit,
        is_own=is_own,
    )


def _names(source: str) -> tuple[Check, ...]:
    return tuple(Check(expression=name) for name in sorted(bound_from(source, 1) or ()))
