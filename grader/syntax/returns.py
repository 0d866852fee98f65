"""What the functions of a cell give back, as far as their code alone tells."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.syntax.nodes import children, plain_call, walk
from grader.syntax.parsing import parse

Function = ast.FunctionDef | ast.AsyncFunctionDef
_Scope = Function | ast.Lambda | ast.ClassDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line (from 1) in a function of a cell."""

    function: str
    line: int


def functions(source: str) -> dict[str, Function]:
    """Return the functions that a cell defines at its top level, the last of each name."""
    tree = parse(source)
    body = tree.body if tree is not None else []
    return {node.name: node for node in body if isinstance(node, Function)}


def inside(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a function or a block consists of, but for what is in functions inside it."""
    waiting = [*children(node)]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, _Scope):
            waiting.extend(children(part))


def called_for(source: str, name: str) -> frozenset[str]:
    """Return the functions whose result a cell binds to a name: `f` of `name = f(x)`."""
    found = set[str]()
    for node in tree.body if (tree := parse(source)) is not None else []:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=bound)], value=ast.Call(func=ast.Name(id=function))
            ) if bound == name:
                found.add(function)
    return frozenset(found)


def gives_gradient(source: str) -> frozenset[str]:
    """Return the functions each of whose returns gives back a `.grad`."""
    found = set[str]()
    for name, node in functions(source).items():
        given = [part.value for part in inside(node) if isinstance(part, ast.Return)]
        if given and all(isinstance(one, ast.Attribute) and one.attr == "grad" for one in given):
            found.add(name)
    return frozenset(found)


def without_value(source: str) -> dict[str, bool]:
    """Return the functions that give back nothing, and whether they print something instead."""
    found = {}
    for name, function in functions(source).items():
        parts = [*inside(function)]
        gives = any(
            isinstance(part, ast.Yield | ast.YieldFrom)
            or (isinstance(part, ast.Return) and part.value is not None)
            for part in parts
        )
        if not gives:
            found[name] = any(plain_call(part) == "print" for part in parts)
    return found


def exceptions(source: str, name: str) -> list[Place]:
    """Return where functions give back an exception, or its name, in place of raising it."""
    return [
        Place(function=function.name, line=part.lineno)
        for function in functions(source).values()
        for part in inside(function)
        if isinstance(part, ast.Return) and _is_exception(part.value, name)
    ]


def printed(source: str, name: str) -> list[Place]:
    """Return where functions print the name of an exception."""
    return [
        Place(function=function.name, line=part.lineno)
        for function in functions(source).values()
        for part in inside(function)
        if isinstance(part, ast.Call)
        and plain_call(part) == "print"
        and any(_is_exception(argument, name) for argument in part.args)
    ]


def in_loop(source: str) -> list[Place]:
    """Return where functions end in the first turn of a loop, whatever happens there."""
    return [
        Place(function=function.name, line=line)
        for function in functions(source).values()
        for loop in inside(function)
        if isinstance(loop, ast.For | ast.While) and not _turns_once(loop)
        for statement in _reached(loop.body)
        if (line := _returns(statement))
    ]


def _turns_once(loop: ast.For | ast.While) -> bool:
    """Whether a loop is over one item that stands in it."""
    match loop:
        case ast.For(iter=ast.Tuple(elts=[_]) | ast.List(elts=[_])):
            return True
        case _:
            return False


def _returns(statement: ast.stmt) -> int:
    """Return the line of a return that is come to in any case, in one branch or another; else 0."""
    match statement:
        case ast.Return():
            return statement.lineno
        case ast.If(body=[*_, one], orelse=[*_, other]):
            return _returns(other) if _returns(one) else 0
        case _:
            return 0


def _reached(block: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that a turn comes to in any case; none where it may go on before."""
    for statement in block:
        if isinstance(statement, ast.With):
            yield from _reached(statement.body)
        yield statement
        if any(isinstance(part, ast.Continue | ast.Break) for part in walk(statement)):
            return


def _is_exception(value: ast.expr | None, name: str) -> bool:
    match value:
        case ast.Constant(value=str() as text):
            return text.strip().startswith(name)
        case ast.Call(func=ast.Name(id=called)) | ast.Name(id=called):
            return called == name
        case _:
            return False
