"""What students do to a right answer: write it another way, or make it wrong.

All of it works on the text, with only Python's own parser, so that a seed gives the same bytes
whatever is installed.
"""

import ast
import re
from collections.abc import Iterator
from random import Random

_REMARKS = ("my solution", "see the lecture", "checked by hand", "TODO: tidy up", "works!")

# What is easily taken for something else, and what for. The order is no part of the choice.
_SLIPS = (
    (r"\bdim=-?[12]\b", "dim=0"),
    (r"\bdim=0\b", "dim=1"),
    (r"\.mean\(", ".sum("),
    (r"\.sum\(", ".mean("),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" \* ", " / "),
    (r"\.T\b", ""),
    (r" < ", " <= "),
    (r" > ", " >= "),
    (r"\b2\b", "3"),
    (r"\b1\b", "2"),
    (r"\b0\b", "1"),
    (r"\.shape\[-?1\]", ".shape[0]"),
)


def restyled(source: str, rng: Random) -> str:
    """Return code that does the same: local names are others, and there is a remark."""
    return _remarked(_renamed(source), rng)


def spoiled(source: str, around: str, rng: Random) -> str | None:
    """Return a cell with a slip in its solution, None where none is known that Python can read.

    around: the code of the cell that is given. Nobody knows the mistake, and it may be none.
    """
    lines = source.split("\n")
    # A slip in a loop's condition may never end.
    own = [] if "while" in source else _own_lines(lines, around)
    slips = [
        (place, found.span(), new)
        for place in own
        for old, new in _SLIPS
        for found in re.finditer(old, lines[place])
    ]
    rng.shuffle(slips)
    for place, (start, end), new in slips:
        line = lines[place]
        changed = "\n".join([*lines[:place], line[:start] + new + line[end:], *lines[place + 1 :]])
        if _tree(changed) is not None:
            return changed
    return None


def misspelt(source: str, around: str, rng: Random) -> str:
    """Return a cell that raises a NameError where its solution is run."""
    lines = source.split("\n")
    own = _own_lines(lines, around)
    usable = [place for place in own if re.search(r"\b(torch|nn|np|return)\b", lines[place])]
    place = rng.choice(usable or own)
    for old, new in (
        (r"\b(torch|nn|np)\.", r"\1h."),
        (r"\breturn ", "return result, "),
        ("$", "x"),
    ):
        line = re.sub(old, new, lines[place], count=1)
        changed = "\n".join([*lines[:place], line, *lines[place + 1 :]])
        if line != lines[place] and _tree(changed) is not None:
            return changed
    return f"{source}\nprint(resutl)"


def unfinished(source: str) -> str:
    """Return a cell that Python cannot read."""
    return f'{source}\nprint("done"'


def _own_lines(lines: list[str], around: str) -> list[int]:
    """Return where the lines of a solution are."""
    given = set(around.split("\n"))
    return [
        place
        for place, line in enumerate(lines)
        if line.strip() and line not in given and not line.lstrip().startswith(("#", "def ", "%"))
    ]


def _tree(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except SyntaxError:
        return None


def _remarked(source: str, rng: Random) -> str:
    tree, lines = _tree(source), source.split("\n")
    if tree is None:
        return source
    inside = [
        statement
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for statement in function.body
        if statement.lineno > function.lineno
    ]
    if not inside:
        return source
    at = rng.choice(inside)
    lines.insert(at.lineno - 1, f"{' ' * at.col_offset}# {rng.choice(_REMARKS)}")
    return "\n".join(lines)


def _renamed(source: str) -> str:
    """Return code whose functions have other names for what is theirs alone."""
    tree = _tree(source)
    if tree is None:
        return source
    places = sorted(
        {
            (name.lineno, name.col_offset, name.id)
            for function in tree.body
            if isinstance(function, ast.FunctionDef)
            for name in _locals(function)
        },
        reverse=True,
    )
    lines = source.split("\n")
    for number, column, name in places:
        line = lines[number - 1].encode()
        assert line[column:].startswith(name.encode())
        lines[number - 1] = (line[:column] + b"my_" + line[column:]).decode()
    return "\n".join(lines)


def _locals(function: ast.FunctionDef) -> Iterator[ast.Name]:
    """Yield every use of a name that a function binds by assigning to it, and in no other way."""
    nodes = list(ast.walk(function))
    if any(isinstance(node, ast.JoinedStr) for node in nodes):
        return  # until Python 3.12 nobody knows where the names in it are
    names = [node for node in nodes if isinstance(node, ast.Name)]
    bound = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    for node in nodes:
        match node:
            case ast.arg(arg=other):
                bound.discard(other)
            case ast.Global(names=others) | ast.Nonlocal(names=others):
                bound.difference_update(others)
            case (
                ast.FunctionDef(name=other)
                | ast.ClassDef(name=other)
                | ast.ExceptHandler(name=str(other))
                | ast.alias(asname=str(other))
                | ast.alias(name=other)
            ):
                bound.discard(other)
            case _:
                pass
    yield from (name for name in names if name.id in bound)
