"""Code that defines functions alone, so that what was there is there after it; or one name."""

import ast
import re

from grader.syntax.nodes import walk
from grader.syntax.parsing import parse

_PLAIN = (ast.Name, ast.Attribute, ast.Constant, ast.expr_context)


def defined(source: str) -> set[str] | None:
    """Return the names that a cell binds; None where it does more than define functions.

    A decorator, a default or an annotation that is more than a name or a constant is code that
    runs, and so is a magic.
    """
    tree = parse(source)
    if tree is None or source.lstrip().startswith("%%"):
        return None
    if not all(isinstance(node, ast.FunctionDef) and _only_defines(node) for node in tree.body):
        return None
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def words(source: str) -> set[str]:
    """Return every word of some code, in strings and comments too."""
    return set(re.findall(r"\w+", source))


def sole_target(source: str) -> str | None:
    """Return the name that code assigns, where it is one assignment. Raises SyntaxError."""
    match ast.parse(source).body:
        case [ast.Assign(targets=[ast.Name(id=name)])]:
            return name
    return None


def first_name(source: str) -> str:
    """Return the first name that code defines or assigns; empty where there is none."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return ""
    for node in body:
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.Assign(targets=[ast.Name(id=name), *_])
            ):
                return name
    return ""


def attribute_target(source: str) -> str:
    """Return the attribute that code assigns, where it is one assignment; else nothing."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return ""
    match body:
        case [ast.Assign(targets=[ast.Attribute() as target])]:
            return ast.unparse(target)
    return ""


def _only_defines(node: ast.FunctionDef) -> bool:
    found = node.args
    arguments = [*found.posonlyargs, *found.args, *found.kwonlyargs, found.vararg, found.kwarg]
    notes = [argument.annotation for argument in arguments if argument is not None]
    run = [*found.defaults, *found.kw_defaults, *notes, node.returns]
    plain = all(isinstance(part, _PLAIN) for one in run if one for part in walk(one))
    return plain and not node.decorator_list
