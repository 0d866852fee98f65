"""Code that leaves out what it does not change, completed from what it takes the place of."""

import ast
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.syntax.events import events
from grader.syntax.magics import without_magics

_KEPT = re.compile(r"(?:[ \t]*(?:[%!].*)?\n)*")  # above a part that another takes the place of
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A statement with the lines above it, and below it where it is the last.

    name: what it defines or assigns, and nothing else of its block does; empty for other code.
    """

    name: str
    node: ast.stmt
    lines: Sequence[str]
    start: int
    end: int

    @property
    def text(self) -> str:
        return "\n".join(self.lines[self.start : self.end])


def completed(code: str, solution: str) -> str:
    """Return code with the functions, classes, methods and names of a solution that it leaves out.

    It stays as it is where it, or the solution, is more than a list of these, and where it has one
    that the solution has not.
    """
    new, old = _parts(code), _parts(solution)
    known = _by_name(old)
    if not new or not all(part.name in known for part in new) or len(known) < len(old):
        return code
    return "\n".join(_merged(new, old))


def completed_cell(code: str, cell: str) -> str | None:
    """Return a cell with the functions, classes and names of some code in place of its own.

    What the code imports, and defines besides, stands above the first of them that comes below it.
    None where the code does anything else, or has nothing that the cell has.
    """
    new, old = _parts(code), _parts(cell)
    known = _by_name(old)
    is_list = all(part.name or isinstance(part.node, ast.Import | ast.ImportFrom) for part in new)
    if not is_list or not any(part.name in known for part in new):
        return None
    return "\n".join(_merged(new, old))


def defines_around(code: str, cell: str, line: int) -> bool:
    """Whether code defines the function or class of a cell in which a line (from 1) stands."""
    around = {
        part.name
        for part in _parts(cell)
        if isinstance(part.node, _Definition)
        and part.node.lineno < line <= (part.node.end_lineno or 0)
    }
    own = {part.name for part in _parts(code) if isinstance(part.node, _Definition)}
    return bool(own & around - {""})


def _merged(new: Sequence[_Part], old: Sequence[_Part]) -> Iterator[str]:
    """Yield the texts of parts in the order of the old ones, or of the new where none is missing.

    At least one of the new is among the old.
    """
    known, own = _by_name(old), {part.name for part in new}
    if all(part.name and part.name in own for part in old):
        yield from (_completed_part(part, known) for part in new)
        return
    texts: dict[str, list[str]] = {}
    above: list[str] = []
    for part in new:
        above.append(_completed_part(part, known).strip("\n"))
        if part.name in known:
            texts[part.name], above = above, []
    texts[[*texts][-1]] += above
    for part in old:
        if part.name in texts:
            kept = _KEPT.match(part.text)
            yield (kept[0] if kept else "") + "\n\n".join(texts[part.name])
        else:
            yield part.text


def _completed_part(part: _Part, known: Mapping[str, _Part]) -> str:
    """Return the text of a part; a class that is declared as a known one gets its other methods."""
    other = known.get(part.name)
    if other is None or not _is_declared_as(part.node, other.node):
        return part.text
    new, old = _class(part), _class(other)
    if new is None or old is None:
        return part.text
    (head, own), (_, others) = new, old
    if not all(one.name for one in own) or _by_name(own).keys().isdisjoint(_by_name(others)):
        return part.text
    column = own[0].node.col_offset
    return "\n".join([*head, *_merged(own, [_moved(one, column) for one in others])])


def _is_declared_as(one: ast.stmt, other: ast.stmt) -> bool:
    if not isinstance(one, ast.ClassDef) or not isinstance(other, ast.ClassDef):
        return False
    first, second = (
        [*map(ast.dump, (*node.bases, *node.keywords, *node.decorator_list))]
        for node in (one, other)
    )
    return first == second


def _class(part: _Part) -> tuple[list[str], list[_Part]] | None:
    """Return the lines above the parts of a class's body, and these.

    None where it does not stand in lines of its own.
    """
    node = part.node
    assert isinstance(node, ast.ClassDef)
    first, *rest = node.body
    match first:
        case ast.Expr(value=ast.Constant(value=str())) if rest:
            start, body = first.end_lineno or 0, rest
        case _:
            start, body = _first_line(first) - 1, node.body
    if start < _header_end(node):
        return None
    found = _split(body, part.lines, start, part.end)
    return ([*part.lines[part.start : start]], found) if found else None


def _header_end(node: ast.ClassDef) -> int:
    above = [*node.bases, *(one.value for one in node.keywords)]
    return max([node.lineno, *(one.end_lineno or 0 for one in above)])


def _first_line(node: ast.stmt) -> int:
    above = [one.lineno for one in node.decorator_list] if isinstance(node, _Definition) else []
    return min([node.lineno, *above])


def _moved(part: _Part, column: int) -> _Part:
    """Return a part of a class as it reads where that is indented differently."""
    if part.node.col_offset == column:
        return part
    text = textwrap.indent(textwrap.dedent(part.text), " " * column)
    lines = [*part.lines[: part.start], *text.split("\n"), *part.lines[part.end :]]
    return replace(part, lines=lines)


def _parts(source: str) -> list[_Part]:
    """Return the parts of some code; none where it is no Python, or two stand on one line."""
    lines = source.rstrip().split("\n")
    try:
        body = ast.parse(without_magics(source)).body
    except SyntaxError:
        return []
    return _split(body, lines, 0, len(lines))


def _split(body: Sequence[ast.stmt], lines: Sequence[str], start: int, end: int) -> list[_Part]:
    """Return the statements of a block that stands between these lines."""
    bound = [{one.name for one in events([node]) if one.kind != "read"} for node in body]
    times = Counter(name for names in bound for name in names)
    found: list[_Part] = []
    for node in body:
        if _first_line(node) <= start:
            return []
        name, stop = _defined(node), end if node is body[-1] else node.end_lineno or 0
        name = name if times[name] <= 1 else ""
        found.append(_Part(name=name, node=node, lines=lines, start=start, end=stop))
        start = node.end_lineno or 0
    return found


def _defined(node: ast.stmt) -> str:
    """Return the name that a statement defines or assigns; empty where it does something else."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return ""


def _by_name(parts: Iterable[_Part]) -> dict[str, _Part]:
    return {part.name: part for part in parts if part.name}
