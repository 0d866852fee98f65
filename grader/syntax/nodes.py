"""The nodes of a syntax tree, listed once: a cell is read by many rules, and no tree changes."""

import ast
from collections.abc import Sequence

# Attributes of a node; what is below is without itself, so that no tree holds itself.
_BELOW, _CHILDREN = "_nodes_below", "_nodes_in_it"


def walk(node: ast.AST) -> Sequence[ast.AST]:
    """Return a node and all below it, in the order of `ast.walk`."""
    return (node, *_below(node))


def children(node: ast.AST) -> Sequence[ast.AST]:
    """Return what stands directly in a node, as `ast.iter_child_nodes` does."""
    kept: tuple[ast.AST, ...] | None = getattr(node, _CHILDREN, None)
    if kept is None:
        kept = tuple(_in(node))
        setattr(node, _CHILDREN, kept)
    return kept


def _in(node: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for name in node._fields:
        held = getattr(node, name, None)
        if isinstance(held, ast.AST):
            found.append(held)
        elif isinstance(held, list):
            found += [one for one in held if isinstance(one, ast.AST)]
    return found


def method(node: ast.AST) -> str:
    """Return the method that is called; empty where none is."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name
        case _:
            return ""


def plain_call(node: ast.AST) -> str:
    """Return the function that is called by its name; empty where none is."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name
        case _:
            return ""


def _below(node: ast.AST) -> tuple[ast.AST, ...]:
    kept: tuple[ast.AST, ...] | None = getattr(node, _BELOW, None)
    if kept is None:
        found = [*children(node)]
        for one in found:  # it grows meanwhile
            found += children(one)
        kept = tuple(found)
        setattr(node, _BELOW, kept)
    return kept
