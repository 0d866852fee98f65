"""From an Assignment to the notebook that students get, in one language."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from grader.formats import notebook
from grader.model.assignment import Assignment, Cell, Exercise
from grader.model.observation import SequenceValue, TensorValue, Value
from grader.model.submission import NotebookCell

_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

# Plain Python, so that the notebook needs nothing but itself; `_shape` says the same of a value.
_TOOLS = """\
# The self-checks below use these two functions. They look at shapes and dtypes, not at values.
def describe(value):
    if hasattr(value, "dtype"):
        return f"{value.dtype} tensor of shape {tuple(value.shape)}"
    if isinstance(value, tuple):
        return f"tuple of ({', '.join(map(describe, value))})"
    if isinstance(value, list):
        return f"list of length {len(value)}"
    return type(value).__name__


def self_check(name, value, expected):
    if value is ... or value is None:
        print(f"[ ] {name}: not filled in yet")
        return
    found = describe(value)
    assert found == expected, f"{name} should be a {expected}, but it is a {found}"
    print(f"[x] {name}: {expected}")"""
LINE = 100  # characters
_ABOVE = "# Self-check: run it after the cell above."


def release(
    assignment: Assignment, seen: Mapping[tuple[str, str], Value], language: str
) -> tuple[Cell, ...]:
    """Return the cells of the released notebook, self-checks included.

    seen: what the reference's checks gave, by exercise and expression; the self-checks ask for
    its shapes and dtypes.
    """
    cells: list[Cell] = []
    checks = {exercise.name: _self_check(exercise, seen) for exercise in assignment.exercises}
    tools_given = False
    for cell in assignment.cells:
        if cell.language not in (None, language):
            continue
        if cell.exercise is not None and any(checks.values()) and not tools_given:
            cells.append(_check_cell("tools", _TOOLS, None))
            tools_given = True
        cells.append(cell)
        if cell.exercise is not None and (source := checks[cell.exercise]):
            cells.append(_check_cell(cell.exercise, source, cell.exercise))
    return tuple(cells)


def _check_cell(name: str, source: str, exercise: str | None) -> Cell:
    return Cell(
        id=f"check-{name}", role="self_check", source=source, solution=source, exercise=exercise
    )


def write(assignment: Assignment, cells: Iterable[Cell], language: str) -> str:
    """Return the released notebook as a file's text; the same input gives the same bytes."""
    nodes: list[tuple[NotebookCell, list[dict[str, Any]], int | None]] = []
    for cell in cells:
        metadata: dict[str, Any] = {}
        if cell.role != "prose":
            metadata["tensorgrader"] = {"cell": cell.id}
        node = NotebookCell(
            kind="markdown" if cell.role == "prose" else "code",
            source=cell.source,
            id=cell.id,
            metadata=metadata,
        )
        nodes.append((node, [], None))
    about = {"assignment": assignment.name, "language": language}
    return notebook.write(nodes, metadata={**_KERNEL, "tensorgrader": about})


def _self_check(exercise: Exercise, seen: Mapping[tuple[str, str], Value]) -> str:
    calls = []
    for check in exercise.checks:
        value = seen.get((exercise.name, check.expression))
        if check.hidden or check.given or check.of or value is None:
            continue
        arguments = [_quoted(check.expression), check.expression, _quoted(_shape(value))]
        call = f"self_check({', '.join(arguments)})"
        if len(call) > LINE:
            call = "\n".join(["self_check(", *(f"    {part}," for part in arguments), ")"])
        calls.append(call)
    return "\n".join([_ABOVE, *calls]) if calls else ""


def _shape(value: Value) -> str:
    """Describe a value as the `describe` of the released notebook does."""
    match value:
        case TensorValue():
            module = "torch." if value.kind == "tensor" else ""
            return f"{module}{value.dtype} tensor of shape {value.shape}"
        case SequenceValue(type="tuple"):
            return f"tuple of ({', '.join(map(_shape, value.items))})"
        case SequenceValue():
            return f"{value.type} of length {len(value.items)}"
        case _:
            return value.type if hasattr(value, "type") else ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
