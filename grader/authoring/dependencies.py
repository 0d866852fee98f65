"""Which earlier exercises an exercise builds on: it reads names that are their answers."""

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence

from grader.model.assignment import Cell, Exercise
from grader.syntax.magics import without_magics

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def builds_on(
    exercise: Exercise, cell: Cell, before: Sequence[Cell]
) -> Mapping[str, tuple[str, ...]]:
    """Return the names that an exercise reads, by the earlier exercise that bound them last.

    What a given cell bound last is nobody's answer. before: the cells above.
    """
    binder: dict[str, str | None] = {}
    for earlier in before:
        if earlier.role != "prose":
            binder.update(dict.fromkeys(bound(earlier.solution), earlier.exercise))
    found: dict[str, list[str]] = {}
    for name in _read_by(exercise, cell):
        if (owner := binder.get(name)) is not None:
            found.setdefault(owner, []).append(name)
    return {owner: tuple(names) for owner, names in found.items()}


def builtins_of(exercise: Exercise, cell: Cell, before: Sequence[Cell]) -> tuple[str, ...]:
    """Return the names in an exercise's checks that are Python's own: no cell so far binds them."""
    taken: set[str] = set()
    for one in (*before, cell):
        if one.role != "prose":
            taken |= bound(one.solution)
    found: dict[str, None] = {}
    for check in exercise.checks:
        for expression in filter(None, (check.expression, check.valid)):
            names = (name for name, _ in _loads(ast.parse(expression, mode="eval")))
            inside = _free(ast.parse(expression, mode="eval"))
            found.update(dict.fromkeys(name for name in (*names, *inside) if name not in taken))
    return tuple(name for name in found if hasattr(builtins, name))


def bound(source: str) -> set[str]:
    """Return the names that a cell binds at its top level."""
    return {name for name, loads in _events(_tree(source).body) if not loads}


def asked(cell: Cell) -> set[str]:
    """Return the names that hang on the student's answer: bound where it stands, or below.

    Names with a leading underscore are nobody's business.
    """
    released, _ = _from_blank(cell)
    # `array += 1` below the blank changes what is given above it, and asks for nothing.
    later = [line for line in released if not isinstance(ast.parse(line).body[0], ast.AugAssign)]
    found = bound("\n".join(later))
    return {name for name in found if not name.startswith("_")}


def answered(cell: Cell) -> set[str]:
    """Return the names that a solution binds, where it stands or below."""
    _, solved = _from_blank(cell)
    return bound("\n".join(solved))


def _from_blank(cell: Cell) -> tuple[list[str], list[str]]:
    """Return the statements of a cell as it is released, and solved, from the blank on."""
    released, solved = (
        [ast.unparse(node) for node in ast.parse(without_magics(source)).body]
        for source in (cell.source, cell.solution)
    )
    same = 0
    while same < min(len(released), len(solved)) and released[same] == solved[same]:
        same += 1
    return released[same:], solved[same:]


def read(source: str) -> list[str]:
    """Return the names that a cell reads and that cells above have to bind."""
    body = _tree(source).body
    own: set[str] = set()
    found: dict[str, None] = {}
    for name, loads in _events(body):
        if not loads:
            own.add(name)
        elif name not in own:
            found[name] = None
    # What a function reads, it reads when it is called: at the earliest after the whole cell.
    for node in body:
        found.update(dict.fromkeys(name for name in _free(node) if name not in own))
    return [name for name in found if not hasattr(builtins, name)]


def _read_by(exercise: Exercise, cell: Cell) -> list[str]:
    """Return what an exercise's cell reads from above, and what its checks do."""
    found = dict.fromkeys(read(cell.solution))
    own = bound(cell.solution)
    for check in exercise.checks:
        given = bound(check.given)
        names = (*check.of, *check.free_names)
        found.update(dict.fromkeys(name for name in names if name not in own | given))
    return list(found)


def _events(body: Sequence[ast.stmt]) -> Iterator[tuple[str, bool]]:
    """Yield each name that runs at the top level, and whether it is read, in the order of things.

    Where there is a branch, both its sides count.
    """
    for node in body:
        inner = [
            part
            for field in ("body", "orelse", "finalbody", "handlers", "cases")
            for part in getattr(node, field, [])
        ]
        if isinstance(node, _SCOPES):
            yield from _loads(node)
            yield node.name, False
            continue
        nested = set(map(id, inner))
        heads = [child for child in ast.iter_child_nodes(node) if id(child) not in nested]
        for head in heads:
            yield from _loads(head)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, True
        for head in [node] if isinstance(node, ast.Import | ast.ImportFrom) else heads:
            yield from _stores(head)
        if isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name, False
        yield from _events(inner)


def _loads(node: ast.AST) -> Iterator[tuple[str, bool]]:
    """Yield what is read as soon as a node runs: not what stands inside functions."""
    local = _comprehended(node)
    stack: list[ast.AST] = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load) and one.id not in local:
            yield one.id, True
        inside = getattr(one, "body", None) if isinstance(one, _SCOPES) else None
        hidden = set(map(id, inside if isinstance(inside, list) else [inside]))
        stack.extend(child for child in ast.iter_child_nodes(one) if id(child) not in hidden)


def _comprehended(node: ast.AST) -> set[str]:
    """Return the names that only comprehensions bind."""
    return {
        name.id
        for child in ast.walk(node)
        if isinstance(child, ast.comprehension)
        for name in ast.walk(child.target)
        if isinstance(name, ast.Name)
    }


def _stores(node: ast.AST) -> Iterator[tuple[str, bool]]:
    local = _comprehended(node)
    for child in ast.walk(node):
        match child:
            case ast.Name(id=name, ctx=ast.Store()) if name not in local:
                yield name, False
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, False
            case ast.MatchMapping(rest=str(name)):
                yield name, False
            case ast.alias():
                yield (child.asname or child.name).split(".")[0], False


def _free(node: ast.AST) -> Iterator[str]:
    """Yield the names that functions inside a node read from outside of them."""
    for child in ast.walk(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            inside = list(ast.walk(child))
            own = {one.arg for one in inside if isinstance(one, ast.arg)}
            own |= {name for name, _ in _stores(child)} | _comprehended(child)
            names = (one for one in inside if isinstance(one, ast.Name))
            yield from (one.id for one in names if one.id not in own)


def _tree(source: str) -> ast.Module:
    return ast.parse(without_magics(source))
