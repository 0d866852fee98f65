"""What of a cell a name needs: the functions that it calls, the names that it is made of.

Of a student's cell, statement by statement and whatever the order: a name is made by all statements
that bind it or change it in place. What runs when is for `events` to say, what can be moved for
`statements`.
"""

import ast
from collections.abc import Iterable, Mapping

from grader.syntax.nodes import children, walk
from grader.syntax.parsing import parse

_GROWING = frozenset(("append", "extend", "insert"))  # what grows in place
_DEVICES = frozenset(("cpu", "cuda", "mps"))
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def reach(source: str, names: Iterable[str]) -> frozenset[str]:
    """Return the names that a cell binds at its top level and that some names need, with them."""
    needs = _needs(source)
    found: set[str] = set()
    waiting = [name for name in names if name in needs]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(needs[name] & needs.keys())
    return frozenset(found)


def changed(source: str, other: str) -> frozenset[str]:
    """Return the names that two cells bind in different ways at their top level."""
    one, two = _makers(source), _makers(other)
    return frozenset(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))


def bound_in_order(source: str) -> list[str]:
    """Return the names that a cell binds at its top level, in order."""
    return [*dict.fromkeys(name for one in _body(source) for name in sorted(_bound(one)))]


def _device_in(text: str) -> str:
    return text.partition(":")[0]


def words_of(source: str, names: Iterable[str]) -> frozenset[str]:
    """Return the words of the code that makes some names, and what they need.

    "/" and "**" are among them, and devices that are named in strings.
    """
    wanted = reach(source, names)
    found: set[str] = set()
    for statement in _body(source):
        if _bound(statement) & wanted or not _bound(statement):
            for node in walk(statement):
                match node:
                    case ast.Name(id=word) | ast.Attribute(attr=word):
                        found.add(word)
                    case ast.Constant(value=str() as text) if _device_in(text) in _DEVICES:
                        found.add(_device_in(text))
                    case ast.Div():
                        found.add("/")
                    case ast.Pow():
                        found.add("**")
    return frozenset(found)


def _needs(source: str) -> Mapping[str, set[str]]:
    """Return, by name, what the statements read that bind it; of each name, all together."""
    found: dict[str, set[str]] = {}
    for statement in _body(source):
        read = {
            node.id
            for node in walk(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        for name in _bound(statement):
            found.setdefault(name, set()).update(read)
    return found


def _makers(source: str) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for statement in _body(source):
        for name in _bound(statement):
            found.setdefault(name, []).append(ast.dump(statement))
    return found


def _body(source: str) -> list[ast.stmt]:
    tree = parse(source)
    return tree.body if tree is not None else []


def _bound(statement: ast.stmt) -> frozenset[str]:
    """Return the names that a statement makes, or changes in place, outside of functions.

    What is only imported is left out: where a student imports what all parts of an answer use, they
    are no one part for it.
    """
    found = set()
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name):
                found.add(name)
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                found |= _root(node)
            case ast.Call(func=ast.Attribute(attr=method, value=value)) if (
                method.endswith("_") or method in _GROWING
            ):
                found |= _root(value)
        if not isinstance(node, ast.Lambda | ast.comprehension | _Definition):
            waiting.extend(children(node))
    return frozenset(found)


def _root(node: ast.AST) -> set[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()
