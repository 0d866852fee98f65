"""How a cell's code deals with gradients: what it empties, and when; what it binds anew."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.syntax.nodes import walk
from grader.syntax.parsing import parse
from grader.syntax.returns import Function, functions, inside

# Whoever does one of these in a loop may well begin with an empty gradient.
_EMPTYING = frozenset(
    ("zero_grad", "zero_", "fill_", "requires_grad_", "clone", "detach", "detach_")
)
# What goes back by itself.
_AUTOMATIC = frozenset(("grad", "vjp", "jacobian", "jacrev", "getattr"))
_NEW = frozenset(("grad", "tensor", "Parameter", "vmap", "jacobian", "deepcopy"))


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
        if function in meant or not any(_method(part) == "backward" for part in parts):
            continue
        called = (_plain_call(part) for part in parts)
        if any(
            _empties(part) for name in called if name in helpers for part in inside(helpers[name])
        ):
            continue
        if not any(map(_empties, parts)):
            if any(_is_read_gradient(part) for part in parts) and not _all_anew(parts):
                found.append(Loop(function=function, line=loop.lineno))
            continue
        if left := _left_out(parts):
            found.append(Loop(function=function, line=loop.lineno, names=left))
    return found


def emptied_early(source: str) -> list[Loop]:
    """Return where a gradient is emptied right before it is read, with no `backward()` between."""
    tree = parse(source)
    found = []
    for node in walk(tree) if tree is not None else ():
        for block in _blocks(node):
            emptied: dict[str, int] = {}
            for statement in block:
                parts = [statement, *inside(statement)]
                if any(_method(part) == "backward" or _plain_call(part) for part in parts):
                    emptied = {}
                read = {name for part in parts if (name := _root_of_gradient(part))}
                for name in sorted(read & emptied.keys()):
                    found.append(Loop(function="", line=emptied.pop(name), names=(name,)))
                if isinstance(statement, ast.Expr) and (name := _root_of_emptied(statement.value)):
                    emptied[name] = statement.lineno
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
    """Return the steps that add a gradient, `w += size * w.grad`, where one is to be taken away."""
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
        if name and not signs and any(_root_of_gradient(part) for part in parts):
            found.append(Loop(function="", line=node.lineno, names=(name,)))
    return found


def backwards(source: str) -> dict[str, int]:
    """Return how often each function goes back, by the calls that stand in it, handed over too."""
    found = functions(source).items()
    return {name: n for name, body in found if (n := sum(map(_goes_back, walk(body))))}


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
        seen = set() if any(map(_empties, parts)) else seen - bound
    return 0


def never_back(source: str, solution: str, before: Sequence[str] = ()) -> list[str]:
    """Return the functions that look at a `.grad` and never go back, though the solution's do.

    "" stands for code that goes back nowhere, and is in no function.
    """
    helpers = {name: body for cell in (*before, source) for name, body in _everywhere(cell)}
    able = {name for name, body in helpers.items() if any(map(_goes_back, walk(body)))}

    def goes_back(node: ast.AST) -> bool:
        return any(
            _goes_back(part) or (isinstance(part, ast.Name) and part.id in able | _AUTOMATIC)
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
        function for function, loop in _loops(source) if any(map(_goes_back, _parts(loop)))
    )


def never_read(source: str, solution: str) -> bool:
    """Whether code calls `backward()` and never looks at a `.grad`, though the solution does."""
    own, its = parse(source), parse(solution)
    if own is None or its is None:
        return False
    parts = walk(own)
    words = {getattr(part, "id", getattr(part, "attr", "")) for part in parts}
    return (
        any(_method(part) == "backward" for part in parts)
        and any(map(_root_of_gradient, walk(its)))
        and not words & {"grad", "getattr", "optim", "optimizer", "step"}
    )


def _everywhere(source: str) -> Iterator[tuple[str, Function]]:
    """Yield all functions of a cell, those inside others too."""
    tree = parse(source)
    for node in walk(tree) if tree is not None else ():
        if isinstance(node, Function):
            yield node.name, node


def _goes_back(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="backward"):
            return True
        case ast.Attribute(attr="grad", value=ast.Attribute(attr="autograd")):
            return True
        case ast.Call(func=ast.Name(id="grad")):
            return True
        case _:
            return False


def _stepped(target: ast.expr) -> str:
    """Return what a step changes: a name, or a layer's parameter."""
    while isinstance(target, ast.Attribute) and target.attr == "data":
        target = target.value
    return ast.unparse(target) if _root(target) else ""


def _parts(loop: ast.For | ast.While) -> list[ast.AST]:
    return [part for statement in loop.body for part in (statement, *inside(statement))]


def _adds_up(loop: ast.For | ast.While) -> bool:
    parts = _parts(loop)
    return any(map(_goes_back, parts)) and not any(map(_root_of_emptied, parts))


def _is_step(value: ast.expr, name: str) -> bool:
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add | ast.Sub):
        return False
    begins = isinstance(value.left, ast.Name) and value.left.id == name
    parts = walk(value)
    return begins and any(
        isinstance(part, ast.Attribute) and part.attr == "grad" and _root(part) == name
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
            _method(part) == "requires_grad_" for part in walk(value)
        ):
            return name if not _first_clone(value) else ""
        case _:
            return ""


def _first_clone(value: ast.expr) -> bool:
    """Whether this is how a copy is made before a loop, `w.clone().requires_grad_()`."""
    return any(_method(part) == "clone" for part in walk(value))


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


def _empties(node: ast.AST) -> bool:
    """Whether code empties a gradient, or makes a tensor whose gradient is empty."""
    match node:
        case ast.Attribute(attr="grad" | "requires_grad", ctx=ast.Store() | ast.Del()):
            return True
        case ast.keyword(arg="requires_grad"):
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in _NEW
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _EMPTYING or name in _NEW
        case _:
            return False


def _all_anew(parts: Sequence[ast.AST]) -> bool:
    """Whether each name whose gradient is read is bound anew: then nothing is left in it."""
    bound = {
        target.id
        for part in parts
        if isinstance(part, ast.Assign)
        for target in part.targets
        if isinstance(target, ast.Name)
    }
    read = {name for part in parts if (name := _root_of_gradient(part))}
    return bool(read) and read <= bound


def _left_out(parts: Sequence[ast.AST]) -> tuple[str, ...]:
    """Return those whose gradients are read and not emptied; nothing where that is not certain."""
    emptied = [_root_of_emptied(part) for part in parts if _empties(part)]
    turning = {
        name.id
        for part in parts
        if isinstance(part, ast.For)
        for name in walk(part.target)
        if isinstance(name, ast.Name)
    }
    if not all(emptied) or turning & set(emptied):
        return ()
    read = {name for part in parts if (name := _root_of_gradient(part))}
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


def _root_of_emptied(node: ast.AST) -> str:
    """Return whose gradient is emptied: by `w.grad.zero_()`, `w.grad = None`, `w.zero_grad()`."""
    match node:
        case ast.Call(func=ast.Attribute(attr="zero_grad", value=value)):
            return _root(value)
        case ast.Call(
            func=ast.Attribute(attr="zero_", value=ast.Attribute(attr="grad", value=value))
        ):
            return _root(value)
        case ast.Attribute(attr="grad", ctx=ast.Store(), value=value):
            return _root(value)
        case _:
            return ""


def _root_of_gradient(node: ast.AST) -> str:
    match node:
        case ast.Attribute(attr="grad", ctx=ast.Load(), value=value):
            return _root(value)
        case _:
            return ""


def _is_read_gradient(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "grad"


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _method(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name
        case _:
            return ""


def _plain_call(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name
        case _:
            return ""
