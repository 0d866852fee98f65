"""Calls that seed a generator of random numbers, and how their seeds are shifted.

The text of each call is edited where it stands, so that lines keep their numbers.
"""

import ast
import re
from functools import lru_cache

from grader.syntax.magics import without_magics
from grader.syntax.nodes import walk

_SEEDERS = re.compile(
    r"(.*\.)?(manual_seed(_all)?|random\.seed|default_rng|RandomState|SeedSequence|PCG64(DXSM)?"
    r"|MT19937|Philox|SFC64|random\.Random)"
)
GENERATORS = ("torch", "numpy", "python")  # those that all code shares


@lru_cache(maxsize=1_000)  # the cells of an assignment are the same for each submission
def calls(source: str) -> frozenset[str]:
    """Return the calls, as they are written, that seed a generator in a cell of the assignment's.

    Raises SyntaxError.
    """
    plain, found = without_magics(source), set[str]()
    for node in walk(ast.parse(plain)):
        match node:
            case (
                ast.Call(args=[seed], keywords=[])
                | ast.Call(args=[], keywords=[ast.keyword(value=seed)])
            ):
                is_number = not isinstance(seed, ast.Starred) and not _is_other(seed)
                if is_number and _SEEDERS.fullmatch(ast.unparse(node.func)):
                    found.add(ast.get_source_segment(plain, node) or "")
    return frozenset(found)


def shift(source: str, calls: frozenset[str], offset: int) -> str:
    """Return code in which these calls get a seed that is larger by an offset."""
    for call in calls:
        start, end = _argument(call)
        seed = call[start:end]
        new = f"[*{seed}, {offset}]" if seed[:1] == "[" else f"({seed}) + {offset}"
        new = f"{call[:start]}{new}{call[end:]}"
        whole = rf"(?<![\w.]){re.escape(call)}"
        source = re.sub(whole, new.replace("\\", r"\\"), source)
    return source


def seeded(source: str) -> frozenset[str]:
    """Return which of the generators that all code shares a cell of the assignment's may seed.

    Raises SyntaxError.
    """
    found = set[str]()
    for node in walk(ast.parse(without_magics(source))):
        if isinstance(node, ast.Call):
            match ast.unparse(node.func).split("."):
                case ["torch", *_, "manual_seed" | "manual_seed_all" | "manual_seed_"]:
                    found.add("torch")
                case ["np" | "numpy", "random", "seed"]:
                    found.add("numpy")
                case ["random", "seed"]:
                    found.add("python")
                case [*_, name] if "seed" in name.lower():
                    found |= {*GENERATORS}  # a function of somebody's, under whatever name
    return frozenset(found)


def unseeded(source: str) -> frozenset[str]:
    """Return the calls that make a generator without a seed. Raises SyntaxError."""
    calls = (one for one in walk(ast.parse(without_magics(source))) if isinstance(one, ast.Call))
    return frozenset(
        ast.unparse(call)
        for call in calls
        if not (call.args or call.keywords) and _SEEDERS.fullmatch(ast.unparse(call.func))
    )


def _is_other(node: ast.expr) -> bool:
    """Whether an argument is no number, nor a list of these: a generator is seeded by itself."""
    match node:
        case ast.Constant(value=value):
            return type(value) is not int
        case ast.Call(func=function):
            return _SEEDERS.fullmatch(ast.unparse(function)) is not None
        case _:
            return isinstance(node, ast.Tuple)


def _argument(call: str) -> tuple[int, int]:
    """Return where the seed stands in the text of a call, from and to."""
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    seed = node.args[0] if node.args else node.keywords[0].value
    lines = call.split("\n")

    def place(line: int, column: int) -> int:  # columns count bytes
        before = sum(len(text) + 1 for text in lines[: line - 1])
        return before + len(lines[line - 1].encode()[:column].decode())

    end = place(seed.end_lineno or 1, seed.end_col_offset or 0)
    return place(seed.lineno, seed.col_offset), end
