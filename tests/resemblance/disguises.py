"""What somebody does to another's answer so that it looks like one of their own."""

import ast
from random import Random


def disguised(source: str, rng: Random, *, kept=(), swaps: int = 1, prints: int = 2) -> str:
    """Return code that does the same, in other names, constants, comments and layout.

    kept: names that the assignment gives; swaps: neighbouring lines of which neither reads what the
    other binds, that change places; prints: lines that show something, which are put in.
    """
    tree = ast.parse(source)
    _rename(tree, frozenset(kept))
    blocks = [body for node in ast.walk(tree) for body in _blocks(node)]
    for _ in range(swaps):
        _swap(blocks, rng)
    for _ in range(prints):
        body = rng.choice(blocks)
        body.insert(rng.randrange(len(body)), ast.parse('print("here", 1)').body[0])
    lines = ast.unparse(ast.fix_missing_locations(tree)).split("\n")
    spaced = [
        part
        for line in lines
        for part in (line, *(["", "# so far so good"] * (rng.random() < 0.2)))
    ]
    return "\n".join(spaced) + "\n"


def _rename(tree, kept):
    nodes = list(ast.walk(tree))
    bound = {one.arg for one in nodes if isinstance(one, ast.arg)} | _names(tree, ast.Store)
    for node in nodes:
        match node:
            case ast.Name(id=name) if name in bound - kept:
                node.id = f"my_{name}"
            case ast.arg(arg=name) if name in bound - kept:
                node.arg = f"my_{name}"
            case ast.Constant(value=int(number)) if number > 2:
                node.value = number + 1


def _blocks(node):
    for name in ("body", "orelse"):
        body = getattr(node, name, None)
        if isinstance(body, list) and body:
            yield body


def _swap(blocks, rng):
    pairs = [
        (body, place)
        for body in blocks
        for place in range(len(body) - 1)
        if not isinstance(body[place + 1], ast.Return) and _are_apart(body[place], body[place + 1])
    ]
    if pairs:
        body, place = rng.choice(pairs)
        body[place : place + 2] = body[place : place + 2][::-1]


def _are_apart(one, two):
    def binds_what_is_in(a, b):
        return _names(a, ast.Store) & _names(b, ast.expr_context)

    return not binds_what_is_in(one, two) and not binds_what_is_in(two, one)


def _names(node, kind):
    names = (part for part in ast.walk(node) if isinstance(part, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, kind)}
