"""Slips of the pen: what runs, and does something else than what it looks like."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from grader.syntax.names import bound_anywhere
from grader.syntax.nodes import walk
from grader.syntax.parsing import parse
from grader.syntax.returns import Function, functions, inside

_ALIKE = 0.8  # of two names, as difflib measures it, where the one may be meant by the other
_SIGN = re.compile(r"(?<![=<>!+\-*/%@&|^])=(\+|-(?=\s))")
# What gives something new, of a tensor or of anything else, and leaves what it is called on.
_PURE = frozenset(
    (
        *("unsqueeze", "squeeze", "reshape", "view", "permute", "transpose", "flatten", "expand"),
        *(
            "exp",
            "log",
            "sqrt",
            "square",
            "pow",
            "abs",
            "neg",
            "relu",
            "sigmoid",
            "tanh",
            "softmax",
        ),
        *("sum", "mean", "std", "var", "amax", "amin", "argmax", "argmin", "cumsum", "norm"),
        *("clamp", "clip", "round", "floor", "ceil", "where", "masked_fill", "flip", "repeat"),
        *("clone", "detach", "item", "tolist", "numpy", "stack", "cat", "matmul", "astype"),
        *("unbind", "movedim", "swapaxes", "leaky_relu"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip in a line (from 1), in a function or in none. code: what it is about; name: whose."""

    kind: Literal["xor", "signed", "discarded", "new-list", "called-early", "leaves-loop"]
    function: str
    line: int
    code: str = ""
    name: str = ""


def slips(source: str, solution: str) -> list[Slip]:
    """Return the slips in a cell that its solution does not have."""
    tree = parse(source)
    if tree is None:
        return []
    lines = source.split("\n")
    found = []
    for function, block in _blocks(tree):
        found += [
            *_xors(function, block, solution),
            *_signed(function, block, lines),
            *_discarded(function, block),
            *_new_lists(function, block),
            *_called_early(function, block, solution),
            *_leaves_loop(function, block, solution),
        ]
    meant = {(one.kind, one.code) for one in slips(solution, "")} if solution else set()
    return [one for one in found if (one.kind, one.code) not in meant]


def alike(name: str, others: Sequence[str]) -> str:
    """Return which of other names may be meant by one that is misspelt; empty for none."""
    plain = name.replace("_", "").lower()
    same = [one for one in others if one.replace("_", "").lower() == plain and one != name]
    found = same or get_close_matches(name, [one for one in others if one != name], 1, _ALIKE)
    return found[0] if found else ""


def misspelt(source: str, name: str, solution: str) -> str:
    """Return the name that code binds where another is asked for; empty for none."""
    tree, wanted = parse(source), parse(solution)
    if tree is None or wanted is None:
        return ""
    return alike(name, sorted(bound_anywhere(tree) - bound_anywhere(wanted)))


def _blocks(tree: ast.Module) -> Iterator[tuple[str, Sequence[ast.AST]]]:
    """Yield what stands in each function, and what in none, functions inside these with them."""
    own = [node for node in tree.body if isinstance(node, Function)]
    for node in own:
        yield node.name, walk(node)
    yield (
        "",
        [part for one in tree.body if one not in own for part in (one, *inside(one))],
    )


def _xors(function: str, block: Sequence[ast.AST], solution: str) -> Iterator[Slip]:
    """Find `^` where the solution has a power."""
    wanted = parse(solution)
    operators = {type(node) for node in walk(wanted)} if wanted is not None else set()
    if ast.BitXor in operators or ast.Pow not in operators:
        return
    for node in block:
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.BitXor):
            yield Slip(kind="xor", function=function, line=node.lineno, code="^")


def _signed(function: str, block: Sequence[ast.AST], lines: Sequence[str]) -> Iterator[Slip]:
    """Find `x =+ y`, which binds `x` to `+y`."""
    for node in block:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.UnaryOp(op=ast.UAdd() | ast.USub())
            ):
                text = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
                if sign := _SIGN.search(text):
                    yield Slip(
                        kind="signed", function=function, line=node.lineno, code=sign[1], name=name
                    )


def _discarded(function: str, block: Sequence[ast.AST]) -> Iterator[Slip]:
    """Find a line that makes something new of a value, and throws it away."""
    tried = {id(part) for node in block if isinstance(node, ast.Try) for part in walk(node)}
    turns = {
        id(part) for node in block if isinstance(node, ast.For | ast.While) for part in walk(node)
    }
    for node in block:
        if not isinstance(node, ast.Expr) or id(node) in tried:
            continue
        if not function and id(node) not in turns:
            continue  # shown by the notebook
        match node.value:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="torch" | "np" | "F"), attr=method),
                args=[ast.Name(id=name), *_],
                keywords=given,
            ) if method in _PURE and not any(one.arg == "out" for one in given):
                pass
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if (
                method in _PURE and name not in ("torch", "np", "F")
            ):
                pass
            case _:
                continue
        text = ast.unparse(node.value)
        yield Slip(kind="discarded", function=function, line=node.lineno, code=text, name=name)


def _new_lists(function: str, block: Sequence[ast.AST]) -> Iterator[Slip]:
    """Find a list that is begun anew in each turn of a loop, and that nothing is added to."""
    grown = {
        node.func.value.id
        for node in block
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("append", "extend", "insert")
        and isinstance(node.func.value, ast.Name)
    } | {
        node.target.id
        for node in block
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    }
    for loop in block:
        if not isinstance(loop, ast.For | ast.While):
            continue
        read = {
            part.id
            for part in walk(loop)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
        }
        for statement in loop.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=[_])) if (
                    name not in grown | read
                ):
                    yield Slip(kind="new-list", function=function, line=statement.lineno, name=name)


def _called_early(function: str, block: Sequence[ast.AST], solution: str) -> Iterator[Slip]:
    """Find `look(f(x))` where the solution hands over the function itself, `look(f, x)`."""
    wanted = parse(solution)
    handed: set[str] = set()
    for node in walk(wanted) if wanted is not None else ():
        match node:
            case ast.Call(func=ast.Name(id=outer), args=[ast.Name() | ast.Attribute(), *_]):
                handed.add(outer)
    called: set[str] = set()
    for node in walk(wanted) if wanted is not None else ():
        match node:
            case ast.Call(func=ast.Name(id=outer), args=[first, *_]) if not isinstance(
                first, ast.Name | ast.Attribute | ast.Lambda
            ):
                called.add(outer)
    for node in block:
        match node:
            case ast.Call(func=ast.Name(id=outer), args=[ast.Call(func=inner) as given]) if (
                outer in handed - called
                and outer not in functions(solution)
                and _is_function_there(solution, outer, inner)
            ):
                yield Slip(
                    kind="called-early",
                    function=function,
                    line=node.lineno,
                    code=ast.unparse(given),
                    name=outer,
                )


def _is_function_there(solution: str, outer: str, inner: ast.expr) -> bool:
    """Whether the solution gives to the outer function what is called here.

    A method may be that of another name.
    """
    tree, name = parse(solution), ast.unparse(inner).rpartition(".")[2]
    return tree is not None and any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == outer
        and bool(node.args)
        and isinstance(node.args[0], ast.Attribute) == isinstance(inner, ast.Attribute)
        and ast.unparse(node.args[0]).rpartition(".")[2] == name
        for node in walk(tree)
    )


def _leaves_loop(function: str, block: Sequence[ast.AST], solution: str) -> Iterator[Slip]:
    """Find a bare `return` in a loop, of a function whose solution has none."""
    if not function or _has_bare_return(functions(solution).get(function)):
        return
    (node,) = (part for part in block[:1] if isinstance(part, Function))
    if any(isinstance(part, ast.Return) and part.value is not None for part in inside(node)):
        return
    for loop in inside(node):
        if not isinstance(loop, ast.For | ast.While):
            continue
        for part in inside(loop):
            if isinstance(part, ast.Return):
                yield Slip(kind="leaves-loop", function=function, line=part.lineno)
                return


def _has_bare_return(function: Function | None) -> bool:
    return function is not None and any(
        isinstance(part, ast.Return) and part.value is None for part in inside(function)
    )
