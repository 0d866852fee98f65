"""What code is apart from how it is written: the same for any two cells that do the same, seen so.

Layout, remarks and docstrings are no part of it, nor what a function calls that which is its alone.
"""

import ast
import symtable
from collections.abc import Iterator
from functools import lru_cache

from grader.syntax.parsing import parse, plain

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DOCUMENTED = (*_FUNCTIONS, ast.ClassDef)
# What can tell one name from another, or run code that is not there to be read.
_TELLING = frozenset(
    {"compile", "dir", "eval", "exec", "getattr", "globals", "inspect", "locals", "setattr", "sys"}
    | {"vars", "get_ipython", "__builtins__", "__import__"}
)


@lru_cache(maxsize=200)
def form(source: str) -> str | None:
    """Return the form of a cell; None where it cannot be told.

    Two cells of one form do the same, but for what looks at names, or at its own code.
    """
    tree = plain(source) if parse(source) is not None else None
    if tree is None:
        return None
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if names & _TELLING:
        return None
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    for node in tree.body:
        if isinstance(node, _FUNCTIONS):
            _rename(node)
    return ast.dump(tree)


def _rename(function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Give the names that are a function's alone such as no code can have, in their order."""
    try:
        table = symtable.symtable(ast.unparse(function), "<cell>", "exec").get_children()[0]
    except (SyntaxError, ValueError, RecursionError, IndexError):
        return  # it does not run either
    own, others = set[str](), {function.name, *_written(function)}
    for scope in _scopes(table):
        for symbol in scope.get_symbols():
            is_own = symbol.is_local() and not (symbol.is_parameter() or symbol.is_namespace())
            is_own = is_own and not symbol.is_imported() and scope.get_type() == "function"
            # A free name is bound further out, where it is looked at, too.
            (own if is_own or symbol.is_free() else others).add(symbol.get_name())
    known: dict[str, str] = {}
    # Defaults and decorators read what is outside.
    for node in (inner for statement in function.body for inner in ast.walk(statement)):
        if isinstance(node, ast.Name) and node.id in own - others:
            node.id = known.setdefault(node.id, str(len(known)))


def _written(function: ast.AST) -> Iterator[str]:
    """Yield the names that a tree holds as text, and not as names."""
    for node in ast.walk(function):
        match node:
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                yield from names
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)) | ast.ExceptHandler(name=str(name)):
                yield name
            case _:
                pass


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for inner in table.get_children():
        yield from _scopes(inner)
