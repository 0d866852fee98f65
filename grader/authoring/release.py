"""From an Assignment to the notebook that students get, in one language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from grader.authoring import answer_checks
from grader.authoring.answers import CHOICE, PROSE, TEXT
from grader.authoring.choice_list import choice_list
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
from grader.wording.written import HERE

# What stands in blanks, as it reads in the language of a notebook.
_HERE = {
    PLACEHOLDER: say("YOUR CODE HERE"),
    CHOICE: say("YOUR CHOICE HERE"),
    TEXT: say("YOUR TEXT HERE, IN QUOTES"),
}
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
        elif cell.role == "text":
            cell = replace(cell, source=cell.source.replace(PROSE, _blank(language)))
        else:
            source, solution = kept(cell.source), kept(cell.solution)
            if cell.needs_answer:
                source = guarded(solution, language)
            cell = replace(cell, source=source, solution=solution)
        if cell.exercise is not None:
            above = choice_list(assignment.exercise(cell.exercise), language)
            cells += [above] if above is not None else []
        cells.append(cell)
        if cell.exercise is not None and (source := checks[cell.exercise]):
            cells.append(_check_cell(cell.exercise, source, cell.exercise))
    if any(checks.values()):
        functions = tools(language) + answer_checks.tools(assignment.exercises)
        cells.insert(_place_of_tools(cells), _check_cell("tools", functions, None))
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
    text = "\n".join(lines)
    for placeholder, said in _HERE.items():
        text = text.replace(placeholder, f"# {translated(said, language)}")
    return text


def _blank(language: str) -> str:
    return f"*{translated(HERE, language)}*"


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
            kind="code" if cell.is_code else "markdown",
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
