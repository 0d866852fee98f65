"""From an Assignment to the notebook that students get, in one language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from grader.authoring.guard import guarded
from grader.authoring.self_checks import self_check, tools
from grader.authoring.solution import PLACEHOLDER
from grader.formats import notebook
from grader.model.assignment import SELF_CHECK, Assignment, Cell
from grader.model.submission import NotebookCell
from grader.model.text import say
from grader.model.values import Values
from grader.wording.catalogue import translated
from grader.wording.headings import with_headings

# PLACEHOLDER as it reads in the language of a notebook.
_HERE = say("YOUR CODE HERE")
# A comment of its own line in one language; the release keeps one of each pair.
OWN_LINE = re.compile(r"(?P<indent>\s*)# (?P<language>[a-z]{2}): (?P<text>.*)")


def release(
    assignment: Assignment, expected: Mapping[str, Values], language: str
) -> tuple[Cell, ...]:
    """Return the cells of the released notebook, self-checks included.

    expected: what the reference's checks gave, by exercise; the self-checks ask for its shapes and
    dtypes, and hold the values that are public.
    """
    cells: list[Cell] = []
    checks = {
        exercise.name: self_check(
            exercise, assignment.cell_of(exercise), expected.get(exercise.name, {}), language
        )
        for exercise in assignment.exercises
    }
    kept = partial(in_language, language=language, languages=assignment.languages)
    for cell in assignment.cells:
        if cell.language not in (None, language):
            continue
        if cell.role == "prose":
            text = with_headings(cell.source, assignment, language)
            cell = replace(cell, source=text, solution=text)
        else:
            source, solution = kept(cell.source), kept(cell.solution)
            if cell.needs_answer:
                source = guarded(solution, language)
            cell = replace(cell, source=source, solution=solution)
        cells.append(cell)
        if cell.exercise is not None and (source := checks[cell.exercise]):
            cells.append(_check_cell(cell.exercise, source, cell.exercise))
    if any(checks.values()):
        cells.insert(_place_of_tools(cells), _check_cell("tools", tools(language), None))
    return tuple(cells)


def _place_of_tools(cells: Sequence[Cell]) -> int:
    """Return where the functions of the self-checks stand: below the first given code, if any.

    That is mostly what the notebook imports; between the text of an exercise and its cell they
    would be in the way.
    """
    roles = [cell.role for cell in cells]
    above = roles[: roles.index("exercise")]
    return above.index("given") + 1 if "given" in above else len(above)


def in_language(source: str, language: str, languages: Sequence[str]) -> str:
    """Return code with the comments that are in one language, without their marks."""
    lines = []
    for line in source.split("\n"):
        mark = OWN_LINE.fullmatch(line)
        if mark is None or mark["language"] not in languages:
            lines.append(line)
        elif mark["language"] == language:
            lines.append(f"{mark['indent']}# {mark['text']}")
    return "\n".join(lines).replace(PLACEHOLDER, f"# {translated(_HERE, language)}")


def _check_cell(name: str, source: str, exercise: str | None) -> Cell:
    return Cell(
        id=SELF_CHECK + name,
        role="self_check",
        source=source,
        solution=source,
        exercise=exercise,
    )


def write(assignment: Assignment, cells: Iterable[Cell], language: str, *, mark: str = "") -> str:
    """Return the released notebook as a file's text; the same input gives the same bytes.

    mark: of the student who gets it, where numbers differ by student. It stands in the notebook's
    metadata and in the cell with these numbers, since other tools than Jupyter drop metadata.
    """
    varied = assignment.varied.cell if assignment.varied is not None and mark else None
    nodes: list[tuple[NotebookCell, list[dict[str, Any]], int | None]] = []
    for cell in cells:
        metadata: dict[str, Any] = {}
        if cell.role != "prose":
            metadata["tensorgrader"] = {"cell": cell.id}
        node = NotebookCell(
            kind="markdown" if cell.role == "prose" else "code",
            source=_marked(cell.source, mark) if cell.id == varied else cell.source,
            id=cell.id,
            metadata=metadata,
        )
        nodes.append((node, [], None))
    about = {"assignment": assignment.name, "language": language}
    return notebook.write(nodes, about={**about, "variant": mark} if mark else about)


def _marked(source: str, mark: str) -> str:
    """Return a cell with a mark on top, below a magic that has to stand there."""
    first, _, rest = source.partition("\n")
    line = f"#| variant: {mark}"
    return f"{first}\n{line}\n{rest}" if first.startswith("%%") else f"{line}\n{source}"
