"""Which of its arguments a function changes in place, as far as its code alone tells."""

import ast
from dataclasses import dataclass

from grader.syntax.returns import Function, functions, inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """An argument that a function changes in place, and the line (from 1) where it does."""

    function: str
    argument: str
    line: int


def changed_arguments(source: str, solution: str) -> list[Mutation]:
    """Return the arguments that functions change in place, though the solution's do not."""
    meant = {(one.function, one.argument) for one in _changed(solution)}
    return [one for one in _changed(source) if (one.function, one.argument) not in meant]


def _changed(source: str) -> list[Mutation]:
    found = []
    for name, function in functions(source).items():
        lines: dict[str, int] = {}
        parts = sorted(inside(function), key=lambda part: getattr(part, "lineno", 0))
        for part in parts:
            for argument in _arguments(function) - _bound(parts):
                if _changes(part, argument, _is_tensor(argument, parts)):
                    lines.setdefault(argument, getattr(part, "lineno", 0))
        found += [Mutation(function=name, argument=one, line=line) for one, line in lines.items()]
    return found


def _arguments(function: Function) -> set[str]:
    found = function.args
    return {one.arg for one in (*found.posonlyargs, *found.args, *found.kwonlyargs)} - {"self"}


def _bound(parts: list[ast.AST]) -> set[str]:
    """Return the names that a function binds to something else at some place."""
    targets = {id(part.target) for part in parts if isinstance(part, ast.AugAssign)}
    return {
        part.id
        for part in parts
        if isinstance(part, ast.Name)
        and isinstance(part.ctx, ast.Store)
        and id(part) not in targets
    }


def _is_tensor(name: str, parts: list[ast.AST]) -> bool:
    """Whether a name is asked for a method or an attribute, which plain numbers seldom are."""
    return any(
        isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == name
        for part in parts
    )


def _changes(node: ast.AST, name: str, is_tensor: bool) -> bool:
    match node:
        case ast.AugAssign(target=ast.Name(id=target)):
            return is_tensor and target == name
        case ast.Subscript(value=ast.Name(id=target), ctx=ast.Store() | ast.Del()):
            return target == name
        case ast.Attribute(
            value=ast.Name(id=target), attr="requires_grad" | "data", ctx=ast.Store()
        ):
            return target == name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=target), attr=method)):
            return target == name and method.endswith("_") and not method.startswith("_")
        case _:
            return False
