"""What a task hands over, and whether an answer uses it: arguments, and names of given code.

Any mention counts as a use, in whatever scope: a student is told only of what is certainly unused.
"""

import ast
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from grader.syntax.nodes import children, walk
from grader.syntax.parsing import parse
from grader.syntax.returns import Function, functions

_OF_GRAPH = frozenset({"requires_grad_", "detach_"})  # leave all numbers as they are
_BY_TEXT = frozenset({"locals", "vars", "eval", "exec"})  # may read any name


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """An argument of a function that its code never reads."""

    function: str
    argument: str


def unused_arguments(source: str, solution: str) -> list[Unused]:
    """Return the arguments that functions never read, though the solution's do."""
    wanted = functions(solution)
    found = []
    for name, function in functions(source).items():
        read = _read(function)
        if name not in wanted or _is_empty(function) or read & _BY_TEXT:
            continue
        own, its = _arguments(function), _arguments(wanted[name])
        if own != its:
            continue
        needed = _read(wanted[name])
        found += [
            Unused(function=name, argument=argument)
            for argument in own
            if argument in needed and argument not in read
        ]
    return found


def unused_names(source: str, released: str, solution: str) -> list[str]:
    """Return the names that a cell's given code binds, that the solution reads and an answer not.

    Functions, and what the given code itself reads, do not count.
    """
    given, own = _given(source, released), _own(source, released)
    wanted = _own(solution, released)
    if not own:
        return []
    return sorted(_bound(given) & _read_in(wanted) - _read_in(own))


def rebound_names(
    source: str, released: str, solution: str, tensors: Collection[str] = ()
) -> dict[str, int]:
    """Return the names of given code that an answer binds anew, and where; lines from 1.

    tensors: names that `x += 1` does not bind anew, but changes in place.
    """
    given, own = _given(source, released), _own(source, released)
    kept = _bound(given) - _bound(_own(solution, released))
    found: dict[str, int] = {}
    for statement in own:
        added = _added_to(statement) & {*tensors}
        for name in sorted(_bound([statement]) & kept - added):
            found.setdefault(name, statement.lineno)
    return found


def changed_names(source: str, released: str, solution: str) -> dict[str, int]:
    """Return the names of given code whose values an answer changes in place, and where.

    Of `x += 1` that holds where `x` is a tensor; the solution changes none of them.
    """
    given, own = _given(source, released), _own(source, released)
    kept = _bound(given) - {*_changed(_own(solution, released))}
    return {name: line for name, line in _changed(own).items() if name in kept}


def names_in(function: ast.AST) -> frozenset[str]:
    """Return all names that stand in a function, those that it binds among them."""
    return frozenset(node.id for node in walk(function) if isinstance(node, ast.Name))


def last_bound(source: str, name: str) -> int:
    """Return the last line at the top level that binds a name; 0 where none does."""
    tree = parse(source)
    lines = [node.lineno for node in tree.body if name in _bound([node])] if tree else []
    return max(lines, default=0)


def rebound_arguments(source: str, solution: str) -> dict[tuple[str, str], int]:
    """Return the arguments that functions bind anew before they read them, and where."""
    wanted = functions(solution)
    found = {}
    for name, function in functions(source).items():
        if name not in wanted or _arguments(function) != _arguments(wanted[name]):
            continue
        seen: set[str] = set()
        for statement in function.body:
            read = _read(statement)
            if isinstance(statement, ast.Assign):
                for argument in sorted(_bound([statement]) & {*_arguments(function)} - seen - read):
                    if argument in _read(wanted[name]):
                        found[name, argument] = statement.lineno
            seen |= read | _bound([statement])
    return found


def kept_names(source: str, released: str) -> frozenset[str]:
    """Return the names that an answer's cell binds as the release does."""
    return frozenset(_bound(_given(source, released)))


def lines_of(source: str, released: str) -> frozenset[int]:
    """Return the lines of a cell that the release has, too."""
    return frozenset(
        line
        for one in _given(source, released)
        for line in range(one.lineno, (one.end_lineno or one.lineno) + 1)
    )


def _added_to(statement: ast.stmt) -> set[str]:
    """Return the names that a statement binds by `x += 1` alone."""
    added: set[str] = set()
    bound: set[str] = set()
    targets = set()
    for node in walk(statement):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            added.add(node.target.id)
            targets.add(id(node.target))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound |= {node.id} if id(node) not in targets else set()
    return added - bound


def _changed(statements: Iterable[ast.stmt]) -> dict[str, int]:
    found: dict[str, int] = {}
    waiting: list[ast.AST] = [*reversed(list(statements))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Function | ast.ClassDef | ast.Lambda):
            continue
        match node:
            case ast.AugAssign(target=ast.Name(id=name)):
                found.setdefault(name, node.lineno)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                found.setdefault(name, node.lineno)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if (
                method.endswith("_") and not method.startswith("_") and method not in _OF_GRAPH
            ):
                found.setdefault(name, node.lineno)
        waiting.extend(reversed(children(node)))
    return found


def _given(source: str, released: str) -> list[ast.stmt]:
    """Return the statements of a cell that the release has, too, and that bind plain names."""
    known = _dumps(released)
    return [one for one in _body(source) if ast.dump(one) in known and not _is_placeholder(one)]


def _own(source: str, released: str) -> list[ast.stmt]:
    known = _dumps(released)
    return [one for one in _body(source) if ast.dump(one) not in known]


def _body(source: str) -> list[ast.stmt]:
    tree = parse(source)
    return tree.body if tree is not None else []


def _dumps(source: str) -> set[str]:
    return {ast.dump(one) for one in _body(source)}


def _is_placeholder(statement: ast.stmt) -> bool:
    return any(isinstance(part, ast.Constant) and part.value is ... for part in walk(statement))


def _bound(statements: Iterable[ast.stmt]) -> set[str]:
    """Return the names that assignments bind, but for those inside functions."""
    names: set[str] = set()
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Function | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.comprehension | ast.ListComp | ast.GeneratorExp | ast.DictComp):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        waiting.extend(children(node))
    return {name for name in names if not name.startswith("_")}


def _read_in(statements: Iterable[ast.stmt]) -> set[str]:
    return {name for statement in statements for name in _read_outside(statement)}


def _read_outside(statement: ast.stmt) -> set[str]:
    """Return the names that a statement reads; of a function, those that are not its own."""
    read = _read(statement)
    if not isinstance(statement, Function):
        return read
    return read - {*_arguments(statement)} - _bound(statement.body)


def _read(node: ast.AST) -> set[str]:
    """Return the names that code reads; `x += 1` reads `x`."""
    found = set()
    for part in walk(node):
        match part:
            case ast.Name(id=name, ctx=ast.Load()):
                found.add(name)
            case ast.AugAssign(target=ast.Name(id=name)):
                found.add(name)
    return found


def _arguments(function: Function) -> list[str]:
    found = function.args
    return [one.arg for one in (*found.posonlyargs, *found.args, *found.kwonlyargs)]


def _is_empty(function: Function) -> bool:
    """Whether a function has no code yet but `...`, `pass` or a docstring."""
    return all(
        isinstance(one, ast.Pass)
        or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in function.body
    )
