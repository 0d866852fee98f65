"""Calls that seed a generator of random numbers, and how their seeds are shifted.

The text of each call is edited where it stands, so that lines keep their numbers.
"""

import ast
import re
from functools import lru_cache

from grader.syntax.magics import without_magics
from grader.syntax.nodes import walk

_SEEDERS = re.compile(r"(.*\.)?(manual_seed(_all)?|random\.seed|default_rng)")


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
                is_number = not isinstance(seed, ast.Starred) and not _is_other_constant(seed)
                if is_number and _SEEDERS.fullmatch(ast.unparse(node.func)):
                    found.add(ast.get_source_segment(plain, node) or "")
    return frozenset(found)


def shift(source: str, calls: frozenset[str], offset: int) -> str:
    """Return code in which these calls get a seed that is larger by an offset."""
    for call in calls:
        start, end = _argument(call)
        new = f"{call[:start]}({call[start:end]}) + {offset}{call[end:]}"
        whole = rf"(?<![\w.]){re.escape(call)}"
        source = re.sub(whole, new.replace("\\", r"\\"), source)
    return source


def _is_other_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is not int


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
