"""From an Assignment to the notebook that students get, in one language."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from string import Template
from typing import Any

from grader.authoring.dependencies import asked
from grader.authoring.region import PLACEHOLDER
from grader.formats import notebook
from grader.model.assignment import Assignment, Cell, Exercise
from grader.model.submission import NotebookCell
from grader.model.text import Text, listed, say
from grader.model.values import (
    NumberValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
    Values,
)
from grader.wording.catalogue import translated

# Plain Python, so that the notebook needs nothing but itself; `_shape` says the same of a value.
_TOOLS = Template("""\
# $head
def describe(value):
    if "torch" in str(getattr(value, "dtype", "")):
        return f"$tensor"
    if hasattr(value, "dtype"):
        return f"$array"
    if isinstance(value, tuple):
        return f"$tuple"
    if isinstance(value, list):
        return f"$list"
    return type(value).__name__


def self_check(name, value, expected):
    parts = value if isinstance(value, (tuple, list)) else [value]
    if any(part is ... or part is None for part in parts):
        print(f"[ ] $blank")
        return
    found = describe(value)
    if isinstance(value, (int, float)) and expected.endswith(" ()"):
        found = expected  # $number
    assert found == expected, f"$wrong"
    print(f"[x] {name}: {expected}")""")
LINE = 100  # characters
# PLACEHOLDER as it reads in the language of a notebook.
_HERE = say("YOUR CODE HERE")
# A comment of its own line in one language; the release keeps one of each pair.
OWN_LINE = re.compile(r"(?P<indent>\s*)# (?P<language>[a-z]{2}): (?P<text>.*)")
_ABOVE = say("Self-check: run it after the cell above.")


def release(
    assignment: Assignment, expected: Mapping[str, Values], language: str
) -> tuple[Cell, ...]:
    """Return the cells of the released notebook, self-checks included.

    expected: what the reference's checks gave, by exercise; the self-checks ask for its shapes and
    dtypes.
    """
    cells: list[Cell] = []
    checks = {
        exercise.name: _self_check(
            exercise, assignment.cell_of(exercise), expected.get(exercise.name, {}), language
        )
        for exercise in assignment.exercises
    }
    kept = partial(in_language, language=language, languages=assignment.languages)
    tools_given = False
    for cell in assignment.cells:
        if cell.language not in (None, language):
            continue
        if cell.exercise is not None and any(checks.values()) and not tools_given:
            cells.append(_check_cell("tools", _tools(language), None))
            tools_given = True
        if cell.role != "prose":
            cell = replace(cell, source=kept(cell.source), solution=kept(cell.solution))
        cells.append(cell)
        if cell.exercise is not None and (source := checks[cell.exercise]):
            cells.append(_check_cell(cell.exercise, source, cell.exercise))
    return tuple(cells)


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


def _tools(language: str) -> str:
    """Return the functions of the self-checks; their texts are f-strings in the notebook."""
    texts = {
        "head": say(
            "The self-checks below use these two functions. They look at shapes and dtypes, not at"
            " values."
        ),
        "tensor": _tensor("{value.dtype}", "{tuple(value.shape)}"),
        "array": _array("{value.dtype}", "{value.shape}"),
        "tuple": _tuple("{', '.join(map(describe, value))}"),
        "list": _list("{len(value)}"),
        "blank": say("{name}: not filled in yet", name="{name}"),
        "number": say("a Python number will do for a tensor without axes"),
        "wrong": say(
            "{name}: this should be: {expected}; it is: {found}",
            name="{name}",
            expected="{expected}",
            found="{found}",
        ),
    }
    return _TOOLS.substitute({name: translated(text, language) for name, text in texts.items()})


def _tensor(dtype: str, shape: str) -> Text:
    return say("{dtype} tensor of shape {shape}", dtype=dtype, shape=shape)


def _array(dtype: str, shape: str) -> Text:
    return say("{dtype} array of shape {shape}", dtype=dtype, shape=shape)


def _tuple(items: Text | str) -> Text:
    return say("tuple of ({items})", items=items)


def _list(length: str) -> Text:
    return say("list of length {length}", length=length)


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
    return notebook.write(nodes, about=about)


def _self_check(exercise: Exercise, cell: Cell, expected: Values, language: str) -> str:
    calls, answered = [], asked(cell)
    for check in exercise.checks:
        if check.hidden or check.given or check.of or check.expression not in expected:
            continue
        base, _, last = check.expression.partition(".")
        if not check.is_call and base not in answered and not last.endswith("grad"):
            continue  # it is there before the answer, in the form that it keeps
        shape = _shape(expected[check.expression])
        if shape is None:
            continue
        arguments = [
            _quoted(check.expression),
            check.expression,
            _quoted(translated(shape, language)),
        ]
        call = f"self_check({', '.join(arguments)})"
        if len(call) > LINE:
            call = "\n".join(["self_check(", *(f"    {part}," for part in arguments), ")"])
        calls.append(call)
    return "\n".join([f"# {translated(_ABOVE, language)}", *calls]) if calls else ""


def _shape(value: Value) -> Text | None:
    """Describe a value as the `describe` of the released notebook does; None for what it cannot."""
    match value:
        case TensorValue():
            if value.kind == "tensor":
                return _tensor(f"torch.{value.dtype}", str(value.shape))
            return _array(value.dtype, str(value.shape))
        case SequenceValue(type="tuple"):
            shapes = [_shape(item) for item in value.items]
            known = [shape for shape in shapes if shape is not None]
            return _tuple(listed(known)) if len(known) == len(shapes) else None
        case SequenceValue(type="list"):
            return _list(str(len(value.items)))
        case NumberValue(type="int" | "float" | "bool" | "complex"):
            return listed([value.type])
        case TextValue(type="str"):
            return listed([value.type])
        case _:
            return None


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
