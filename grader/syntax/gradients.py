"""How a cell's code deals with gradients: what it empties, and when; what it binds anew."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.syntax.gradient_parts import emptied, empties, read, root
from grader.syntax.gradient_parts import goes_back as part_goes_back
from grader.syntax.nodes import method, plain_call, walk
from grader.syntax.parsing import parse
from grader.syntax.returns import Function, functions, inside

# What goes back by itself.
_AUTOMATIC = frozenset(("grad", "vjp", "jacobian", "jacrev", "getattr"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A loop, or what is done in it (line from 1), and the function that it stands in, if any.

    names: the tensors or layers that it is about; none where it is about all of them.
    """

    function: str
    line: int
    names: tuple[str, ...] = ()


def never_emptied(source: str, solution: str, before: Sequence[str] = ()) -> list[Loop]:
    """Return the loops that call `backward()` again and again, and in which nothing is emptied.

    names: those that are left out, where others are emptied. solution: a function that adds
    gradients up there does so on purpose; before: the cells above, whose functions a loop may call.
    """
    meant = {function for function, loop in _loops(solution) if _adds_up(loop)}
    helpers = {name: body for cell in (*before, source) for name, body in _everywhere(cell)}
    found = []
    for function, loop in _loops(source):
        parts = _parts(loop)
        if function in meant or not any(method(part) == "backward" for part in parts):
            continue
        called = (plain_call(part) for part in parts)
        if any(
            empties(part) for name in called if name in helpers for part in inside(helpers[name])
        ):
            continue
        if not any(map(empties, parts)):
            if any(_is_read_gradient(part) for part in parts) and not _all_anew(parts):
                found.append(Loop(function=function, line=loop.lineno))
            continue
        if left := _left_out(parts):
            found.append(Loop(function=function, line=loop.lineno, names=left))
    return found


def emptied_early(source: str) -> list[Loop]:
    """Return where a gradient is emptied that is read further down, with no `backward()` between.

    It may have been read before, too.
    """
    tree = parse(source)
    found = []
    for node in walk(tree) if tree is not None else ():
        for block in _blocks(node):
            empty: dict[str, int] = {}
            for statement in block:
                parts = [statement, *inside(statement)]
                if any(method(part) == "backward" or plain_call(part) for part in parts):
                    empty = {}
                owners = {f"{owner}." for part in parts if (owner := read(part))}
                for name in sorted(empty):
                    if any(owner.startswith(f"{name}.") for owner in owners):
                        found.append(Loop(function="", line=empty.pop(name), names=(name,)))
                if isinstance(statement, ast.Expr) and (name := emptied(statement.value)):
                    empty[name] = statement.lineno
    return found


def bound_anew(source: str) -> list[Loop]:
    """Return the steps that make a new tensor, `w = w - size * w.grad`, and keep no leaf."""
    tree = parse(source)
    found = []
    for node in walk(tree) if tree is not None else ():
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_step(value, name):
                found.append(Loop(function="", line=node.lineno, names=(name,)))
    again = {name for node in walk(tree) if (name := _made_leaf(node))} if tree else set()
    return [one for one in found if not set(one.names) & again]


def uphill(source: str) -> list[Loop]:
    """Return the steps that add a gradient, `w += size * w.grad`, where one is to be taken away.

    What another's gradient is added to may well gather gradients.
    """
    tree = parse(source)
    found = []
    for node in walk(tree) if tree is not None else ():
        match node:
            case ast.AugAssign(op=ast.Add(), target=target, value=value):
                name = _stepped(target)
            case ast.Assign(
                targets=[target], value=ast.BinOp(op=ast.Add(), left=left, right=value)
            ) if ast.unparse(left) == ast.unparse(target):
                name = _stepped(target)
            case _:
                continue
        parts = walk(value)
        signs = any(isinstance(part, ast.USub | ast.Sub) for part in parts)
        if name and not signs and any(read(part) == name for part in parts):
            found.append(Loop(function="", line=node.lineno, names=(name,)))
    return found


def backwards(source: str) -> dict[str, int]:
    """Return how often each function goes back, by the calls that stand in it, handed over too."""
    found = functions(source).items()
    return {name: n for name, body in found if (n := sum(map(part_goes_back, walk(body))))}


def retained(source: str) -> frozenset[str]:
    """Return the functions that keep a graph by `retain_graph` or `create_graph`."""
    return frozenset(
        name
        for name, body in functions(source).items()
        if any(
            isinstance(part, ast.keyword) and part.arg in ("retain_graph", "create_graph")
            for part in walk(body)
        )
    )


def back_twice(source: str, solution: str) -> list[Loop]:
    """Return the loops that go back from the same thing at two places of each turn."""
    if any(_second_back(loop) for _, loop in _loops(solution)):
        return []
    return [
        Loop(function=function, line=line)
        for function, loop in _loops(source)
        if (line := _second_back(loop))
    ]


def _second_back(loop: ast.For | ast.While) -> int:
    """Return the line of a second `backward()` of one thing in a turn, nothing emptied between."""
    seen: set[str] = set()
    for statement in loop.body:
        parts = [statement, *inside(statement)]
        match statement:
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(attr="backward", value=ast.Name(id=name)))
            ):
                if name in seen:
                    return statement.lineno
                seen.add(name)
                continue
        bound = {
            part.id
            for part in parts
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
        }
        seen = set() if any(map(empties, parts)) else seen - bound
    return 0


def never_back(source: str, solution: str, before: Sequence[str] = ()) -> list[str]:
    """Return the functions that look at a `.grad` and never go back, though the solution's do.

    "" stands for code that goes back nowhere, and is in no function.
    """
    helpers = {name: body for cell in (*before, source) for name, body in _everywhere(cell)}
    able = {name for name, body in helpers.items() if any(map(part_goes_back, walk(body)))}

    def goes_back(node: ast.AST) -> bool:
        return any(
            part_goes_back(part) or (isinstance(part, ast.Name) and part.id in able | _AUTOMATIC)
            for part in walk(node)
        )

    wanted = backwards(solution)
    own, its = parse(source), parse(solution)
    if own is None or its is None:
        return []
    if not wanted:
        return [""] if goes_back(its) and not goes_back(own) else []
    return [
        name
        for name, body in functions(source).items()
        if name in wanted and not goes_back(body) and any(map(_is_read_gradient, walk(body)))
    ]


def in_turns(source: str) -> frozenset[str]:
    """Return the functions that go back in a loop."""
    return frozenset(
        function for function, loop in _loops(source) if any(map(part_goes_back, _parts(loop)))
    )


def never_read(source: str, solution: str) -> bool:
    """Whether code calls `backward()` and never looks at a `.grad`, though the solution does."""
    own, its = parse(source), parse(solution)
    if own is None or its is None:
        return False
    parts = walk(own)
    words = {getattr(part, "id", getattr(part, "attr", "")) for part in parts}
    return (
        any(method(part) == "backward" for part in parts)
        and any(map(_root_read, walk(its)))
        and not words & {"grad", "getattr", "optim", "optimizer", "step"}
    )


def _everywhere(source: str) -> Iterator[tuple[str, Function]]:
    """Yield all functions of a cell, those inside others too."""
    tree = parse(source)
    for node in walk(tree) if tree is not None else ():
        if isinstance(node, Function):
            yield node.name, node


def _stepped(target: ast.expr) -> str:
    """Return what a step changes: a name, or a layer's parameter."""
    while isinstance(target, ast.Attribute) and target.attr == "data":
        target = target.value
    return ast.unparse(target) if root(target) else ""


def _parts(loop: ast.For | ast.While) -> list[ast.AST]:
    return [part for statement in loop.body for part in (statement, *inside(statement))]


def _adds_up(loop: ast.For | ast.While) -> bool:
    parts = _parts(loop)
    return any(map(part_goes_back, parts)) and not any(map(_root_emptied, parts))


def _is_step(value: ast.expr, name: str) -> bool:
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add | ast.Sub):
        return False
    begins = isinstance(value.left, ast.Name) and value.left.id == name
    parts = walk(value)
    return begins and any(
        isinstance(part, ast.Attribute) and part.attr == "grad" and root(part) == name
        for part in parts
    )


def _made_leaf(node: ast.AST) -> str:
    """Return the name that code makes require gradients."""
    match node:
        case ast.Call(func=ast.Attribute(attr="requires_grad_", value=ast.Name(id=name))):
            return name
        case ast.Assign(targets=[ast.Attribute(attr="requires_grad", value=ast.Name(id=name))]):
            return name
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if any(
            method(part) == "requires_grad_" for part in walk(value)
        ):
            return name if not _first_clone(value) else ""
        case _:
            return ""


def _first_clone(value: ast.expr) -> bool:
    """Whether this is how a copy is made before a loop, `w.clone().requires_grad_()`."""
    return any(method(part) == "clone" for part in walk(value))


def _loops(source: str) -> Iterator[tuple[str, ast.For | ast.While]]:
    tree = parse(source)
    if tree is None:
        return
    outer = {id(part) for body in functions(source).values() for part in walk(body)}
    for node in walk(tree):
        if isinstance(node, ast.For | ast.While) and id(node) not in outer:
            yield "", node
    for name, body in functions(source).items():
        for node in inside(body):
            if isinstance(node, ast.For | ast.While):
                yield name, node


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _all_anew(parts: Sequence[ast.AST]) -> bool:
    """Whether each name whose gradient is read is bound anew: then nothing is left in it."""
    bound = {
        target.id
        for part in parts
        if isinstance(part, ast.Assign)
        for target in part.targets
        if isinstance(target, ast.Name)
    }
    read = {name for part in parts if (name := _root_read(part))}
    return bool(read) and read <= bound


def _left_out(parts: Sequence[ast.AST]) -> tuple[str, ...]:
    """Return those whose gradients are read and not emptied; nothing where that is not certain."""
    emptied = [_root_emptied(part) for part in parts if empties(part)]
    turning = {
        name.id
        for part in parts
        if isinstance(part, ast.For)
        for name in walk(part.target)
        if isinstance(name, ast.Name)
    }
    if not all(emptied) or turning & set(emptied):
        return ()
    read = {name for part in parts if (name := _root_read(part))}
    if read & turning:
        # `for layer in (hidden, output)`: whose gradients these are stands in the brackets.
        iterated = [part.iter for part in parts if isinstance(part, ast.For)]
        read = (read - turning) | {
            name.id
            for one in iterated
            if isinstance(one, ast.Tuple | ast.List)
            for item in one.elts
            for name in walk(item)
            if isinstance(name, ast.Name)
        }
    return tuple(sorted(read - set(emptied)))


def _root_emptied(node: ast.AST) -> str:
    return emptied(node).partition(".")[0]


def _root_read(node: ast.AST) -> str:
    return read(node).partition(".")[0]


def _is_read_gradient(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "grad"
