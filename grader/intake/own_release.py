"""What a released notebook says of its assignment, where there is nothing else to ask.

Its cells have the ids of the release, by their own or in their metadata, and exercises a header.
"""

from dataclasses import replace
from pathlib import Path

from grader.errors import NoSuchAssignment
from grader.model.assignment import SELF_CHECK, Cell, Exercise, Role
from grader.model.bundle import Bundle, bundle_of
from grader.model.submission import Notebook, NotebookCell
from grader.model.text import say
from grader.syntax import answer_mark, code
from grader.syntax.blanks import blanks
from grader.wording.catalogue import languages, translated
from grader.wording.headings import heading
from grader.wording.written import HERE

_TOOLS = f"{SELF_CHECK}tools"


def own_release(
    notebook: Notebook, path: Path, *, limit: float, cell_limit: float, is_own: bool
) -> Bundle:
    """Return the bundle that a notebook is by itself.

    is_own: whether it is the student's own, whose answers stand where blanks were: an exercise is
    then taken for blank while a `...` is left in its cell. limit, cell_limit: CPU seconds.
    Raises NoSuchAssignment where no cell has the header of an exercise.
    """
    cells: list[Cell] = []
    names: dict[str, None] = {}
    checks: list[tuple[int, NotebookCell, str]] = []
    for place, cell in enumerate(notebook.cells):
        id, name = _id(cell), code.header(cell.source)
        if cell.kind != "code":
            marks = [one for one in answer_mark.names(cell.source) if one not in names]
            names.update(dict.fromkeys(marks))
            cells += [_text(one) for one in marks]
            cells += [] if marks else [_cell(f"prose-{place}", "prose", cell.source)]
        elif name is not None and name not in names:
            names[name] = None
            is_filled = is_own and not blanks(cell.source)
            # Nobody knows what was released: an empty cell makes whatever is in this one an answer.
            source = f"#| exercise: {name}" if is_filled else cell.source
            cells.append(_cell(f"exercise-{name}", "exercise", source, name))
        elif id.startswith(SELF_CHECK):
            checks.append((len(cells), cell, id))
        elif id.startswith("given-"):
            cells.append(_cell(id, "given", cell.source))
    for place, cell, id in reversed(checks):
        exercise = id.removeprefix(SELF_CHECK)
        if id == _TOOLS or exercise in names:
            about = None if id == _TOOLS else exercise
            cells.insert(place, _cell(id, "self_check", cell.source, about))
    if not names:
        raise NoSuchAssignment(
            say(
                "no cell of the notebook has the header of an exercise (`#| exercise: …`), so it"
                " is not one of this course, or its headers were deleted"
            )
        )
    told = notebook.about
    language, name = told.get("language"), told.get("assignment")
    return _titled(
        bundle_of(
            name=name if isinstance(name, str) else path.stem,
            title=name if isinstance(name, str) else path.stem,
            language=language if isinstance(language, str) else "en",
            cells={one.id: one for one in cells}.values(),
            exercises=[_exercise(name) for name in names],
            path=path,
            limit=limit,
            cell_limit=cell_limit,
            is_own=is_own,
        )
    )


def _titled(bundle: Bundle) -> Bundle:
    """Return a bundle whose exercises are called as the headings above them."""
    whole, language = bundle.assignment, bundle.language
    exercises = (
        replace(one, title={language: heading(whole, one.name, language)})
        for one in whole.exercises
    )
    return replace(bundle, assignment=replace(whole, exercises=tuple(exercises)))


def _id(cell: NotebookCell) -> str:
    named = cell.about.get("cell")
    return named if isinstance(named, str) else cell.id or ""


def _cell(id: str, role: Role, source: str, exercise: str | None = None) -> Cell:
    return Cell(id=id, role=role, source=source, solution=source, exercise=exercise)


def _text(exercise: str) -> Cell:
    """Return what was released of an answer in Markdown, in whatever language that was."""
    here = "\n".join(f"*{translated(HERE, one)}*" for one in languages())
    return _cell(f"exercise-{exercise}", "text", answer_mark.marked(exercise, here), exercise)


def _exercise(name: str) -> Exercise:
    title = name.replace("-", " ").capitalize()
    return Exercise(name=name, title={"": title}, points=0.0, checks=())
