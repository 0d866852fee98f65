"""Notebooks of marimo, which are Python files: their cells are the bodies of functions.

Such a file is parsed, and neither run nor imported. marimo runs a cell after those that bind what
it reads, wherever they stand: a cell's function takes what it reads, and returns what it binds.
"""

import ast
import re
from heapq import heappop, heappush
from typing import Any, NamedTuple

from grader.errors import NotANotebook
from grader.model.text import say
from grader.syntax.parsing import plain

_APP = re.compile(r"^\w+ *= *marimo\.App\(", re.MULTILINE)
_IMPORTED = re.compile(r"^import marimo\b", re.MULTILINE)
_KINDS = {"cell", "function", "class_definition"}
_INDENT = 4


class _Cell(NamedTuple):
    """A cell, with the names that it takes from others and gives to them."""

    cell: dict[str, Any]
    reads: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()


def is_one(text: str) -> bool:
    """Whether a script makes an app of marimo's."""
    return bool(_IMPORTED.search(text) and _APP.search(text))


def cells(text: str) -> list[dict[str, Any]]:
    """Return the cells of a notebook. Raises NotANotebook where its file cannot be parsed."""
    tree = plain(text)
    if tree is None:
        raise NotANotebook(
            say(
                "the file is a marimo notebook whose Python cannot be parsed; mend it in marimo, or"
                " hand in the .ipynb that `marimo export ipynb` writes"
            )
        )
    lines = text.split("\n")
    made: list[_Cell] = []
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                made += _of_definition(node, lines)
            case ast.With(items=[ast.withitem(context_expr=ast.Attribute(attr="setup"))]):
                made.append(_Cell(_setup(node, lines)))
            case ast.With(items=[ast.withitem(context_expr=ast.Call(func=ast.Attribute() as f))]):
                if f.attr == "setup":
                    made.append(_Cell(_setup(node, lines)))
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="_unparsable_cell"), args=[told])):
                if isinstance(told, ast.Constant) and isinstance(told.value, str):
                    made.append(_Cell(_code(_dedented(told.value.strip("\n").split("\n")))))
    return [one.cell for one in _ordered(made)]


def _ordered(cells: list[_Cell]) -> list[_Cell]:
    """Return the cells as they stand, but each below those that bind what it reads."""
    binding = {name: number for number, one in enumerate(cells) for name in one.binds}
    waits = [
        {binding[name] for name in one.reads if name in binding} - {number}
        for number, one in enumerate(cells)
    ]
    then: dict[int, list[int]] = {}
    for number, above in enumerate(waits):
        for other in above:
            then.setdefault(other, []).append(number)
    ready = [number for number, above in enumerate(waits) if not above]
    order: dict[int, None] = {}
    while ready:
        number = heappop(ready)
        order[number] = None
        for other in then.get(number, ()):
            waits[other].discard(number)
            if not waits[other]:
                heappush(ready, other)
    circular = (number for number in range(len(cells)) if number not in order)
    return [cells[number] for number in (*order, *circular)]


def _of_definition(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, lines: list[str]
) -> list[_Cell]:
    """Return the cell that a definition at the top stands for; none for one that is no cell."""
    kind, place = _decorated(node)
    if kind not in _KINDS:
        return []
    if kind != "cell" or isinstance(node, ast.ClassDef):  # the definition is what the cell holds
        definition = _code("\n".join(lines[place : node.end_lineno]))
        return [_Cell(definition, binds=frozenset([node.name]))]
    body, binds = list(node.body), frozenset[str]()
    if isinstance(body[-1], ast.Return):  # what other cells see of it
        binds = _names(body.pop())
    reads = frozenset(one.arg for one in node.args.args)
    if (prose := _prose(body)) is not None:
        return [_Cell({"cell_type": "markdown", "source": prose})]
    ends = node.body[-1].lineno - 1 if len(body) < len(node.body) else (node.end_lineno or 0)
    begins = _signature_ends(node, lines)
    return [_Cell(_code(_without_marimo(body, begins, lines, ends)), reads=reads, binds=binds)]


def _names(returned: ast.stmt) -> frozenset[str]:
    value = returned.value if isinstance(returned, ast.Return) else None
    told = value.elts if isinstance(value, ast.Tuple) else [value]
    return frozenset(one.id for one in told if isinstance(one, ast.Name))


def _decorated(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> tuple[str, int]:
    """Return what `@app.…` says of a definition, and the number of lines up to below that."""
    for one in node.decorator_list:
        said = one.func if isinstance(one, ast.Call) else one
        if isinstance(said, ast.Attribute) and isinstance(said.value, ast.Name):
            return said.attr, one.end_lineno or 0
    return "", 0


def _signature_ends(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    """Return the number of lines up to the end of a signature, comments below not counted."""
    last = max([node.lineno, *(one.end_lineno or 0 for one in node.args.args)])
    for number in range(last, node.body[0].lineno):
        if lines[number - 1].split("#")[0].rstrip().endswith(":"):
            return number
    return node.body[0].lineno - 1


def _without_marimo(body: list[ast.stmt], begins: int, lines: list[str], ends: int) -> str:
    """Return a cell's code, without `import marimo`, which nobody need have."""
    kept = lines[begins:ends]
    for node in body:
        if isinstance(node, ast.Import) and {one.name for one in node.names} == {"marimo"}:
            alone = lines[node.lineno - 1].strip().startswith("import") and ";" not in "".join(
                lines[node.lineno - 1 : node.end_lineno]
            )
            for number in range(node.lineno - 1, node.end_lineno or 0):
                if alone and begins <= number < ends:
                    kept[number - begins] = ""
    return _dedented(kept)


def _setup(node: ast.With, lines: list[str]) -> dict[str, Any]:
    last = node.body[-1].end_lineno or node.lineno
    return _code(_without_marimo(node.body, node.lineno, lines, last))


def _dedented(lines: list[str]) -> str:
    """Return lines without the indent of a body; those of a text in quotes may have none."""
    space = " " * _INDENT
    return "\n".join(line.removeprefix(space) for line in lines).strip("\n")


def _prose(body: list[ast.stmt]) -> str | None:
    """Return the Markdown that a cell shows, where it does nothing else."""
    match body:
        case [
            ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(attr="md", value=ast.Name(id="mo" | "marimo")), args=[told]
                )
            )
        ]:
            if isinstance(told, ast.Constant) and isinstance(told.value, str):
                return _dedented(told.value.split("\n")).strip()
            return ""  # made of values, which nothing depends on
    return None


def _code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": source}
